import { PodLine, podState } from './view';

/** A pod that is not what it was. */
export interface PodChange<T = PodLine> {
  readonly pod: T;
  /** In a word or two, such as `ready`. */
  readonly state: string;
  /** Whether a container of it has been restarted. */
  readonly restarted: boolean;
}

/** Says what has changed among pods since it was last asked. */
export class PodChanges<T extends PodLine = PodLine> {
  private known = new Map<string, T>();
  private readonly started = new Set<string>();

  /** The changes from the pods of the last call to these. */
  public since(pods: readonly T[]): PodChange<T>[] {
    const before = this.known;
    this.known = new Map(pods.map((pod) => [pod.name, pod]));
    const gone = [...before.values()].filter((pod) => !this.known.has(pod.name));
    gone.forEach((pod) => this.started.delete(pod.name));
    return [
      ...gone.map((pod) => ({ pod, state: 'gone', restarted: false })),
      ...pods.flatMap((pod) => this.change(before.get(pod.name), pod)),
    ];
  }

  private change(before: T | undefined, pod: T): PodChange<T>[] {
    const was = before && this.state(before);
    if (pod.ready) this.started.add(pod.name);
    const state = this.state(pod);
    const restarted = pod.restarts > (before?.restarts ?? 0);
    return was === state && !restarted ? [] : [{ pod, state, restarted }];
  }

  /** Until a pod was ready for the first time, the steps on the way are one: it starts. */
  private state(pod: PodLine): string {
    return this.started.has(pod.name) || pod.phase === 'Terminating' ? podState(pod) : 'starting';
  }
}
