import { Colors } from 'picocolors/types';
import { PodLine, podState } from './view';

/**
 * Says what has changed among pods since it was last asked, a line for each change: for logs and pipes, where nothing
 * is redrawn.
 */
export class PodChanges {
  private known = new Map<string, PodLine>();
  private readonly started = new Set<string>();

  public constructor(private readonly colors: Colors) {}

  /** The changes from the pods of the last call to these. */
  public lines(pods: readonly PodLine[]): string[] {
    const before = this.known;
    this.known = new Map(pods.map((pod) => [pod.name, pod]));
    const gone = [...before.values()].filter((pod) => !this.known.has(pod.name));
    gone.forEach((pod) => this.started.delete(pod.name));
    return [
      ...gone.map((pod) => `pod ${pod.name} ${this.colors.yellow('gone')}`),
      ...pods.flatMap((pod) => this.change(before.get(pod.name), pod)),
    ];
  }

  private change(before: PodLine | undefined, pod: PodLine): string[] {
    const was = before && this.state(before);
    if (pod.ready) this.started.add(pod.name);
    const state = this.state(pod);
    const restarted = pod.restarts > (before?.restarts ?? 0);
    if (was === state && !restarted) return [];
    const paint = pod.ready ? this.colors.green : this.colors.yellow;
    const count = restarted ? `, restarted ${pod.restarts === 1 ? 'once' : `${pod.restarts} times`}` : '';
    return [`pod ${pod.name} of ${pod.group} at ${pod.ip} ${paint(state)}${count}`];
  }

  /** Until a pod was ready for the first time, the steps on the way are one: it starts. */
  private state(pod: PodLine): string {
    return this.started.has(pod.name) || pod.phase === 'Terminating' ? podState(pod) : 'starting';
  }
}
