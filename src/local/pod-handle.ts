import { awake } from './awake';
import { Changes } from './events';
import { Pod, PodPhase } from './pods/pod';

/** A span of time, such as a `Duration` of cdk8s. */
export interface TimeSpan {
  toMilliseconds(): number;
}

/** The state of a pod at the time of the call. */
export interface PodStatus {
  /** Its name, such as `web-router-7d4b9c-x2x9k`. */
  readonly name: string;
  /** The name of its Deployment or StatefulSet. */
  readonly group: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly ready: boolean;
  /** How often its containers have been restarted. */
  readonly restarts: number;
  readonly phase: PodPhase;
  /** The container ports that it declares. */
  readonly ports: readonly number[];
  /** Why it is not ready, in words. Undefined if it is. */
  readonly trouble?: string;
}

/** A pod of a local cluster, to disturb and observe. */
export class PodHandle {
  /** @internal */
  public constructor(private readonly pod: Pod, private readonly changes: Changes, private readonly timeout: number) {}

  public get name(): string { return this.pod.name; }

  /** The name of its Deployment or StatefulSet. */
  public get group(): string { return this.pod.workload.metadata.name; }

  public get ip(): string { return this.pod.ip; }

  /** Its state now. */
  public get status(): PodStatus { return statusOf(this.pod); }

  /**
   * Sends a signal to its containers. SIGKILL goes to every process of theirs, and `kill` resolves when they have
   * ended. Any other signal goes to the first process. Containers that have ended are restarted in the same pod, at
   * the same address.
   * @param signal @default 'SIGKILL'
   */
  public async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await awake(() => this.pod.signal(signal));
  }

  /** Stops all of its processes (SIGSTOP). Connections stay open, and nobody answers. */
  public async freeze(): Promise<void> {
    await this.kill('SIGSTOP');
  }

  /** Continues its processes after `freeze`. */
  public async thaw(): Promise<void> {
    await this.kill('SIGCONT');
  }

  /**
   * Makes every answer of the pod take about that long, those to probes too, until another span is given (0 for none)
   * or another method here acts on the pod. A handler that waits for something else in between wakes only once per
   * span.
   */
  public async slow(delay: TimeSpan): Promise<void> {
    this.pod.slow(delay.toMilliseconds());
  }

  /**
   * Deletes the pod, as `kubectl delete pod` does. It drains. Its Deployment makes another one at once, its
   * StatefulSet one of the same name when this one is gone. Resolves when it is gone.
   * @param options `force` kills it without a grace period.
   */
  public async delete(options: { readonly force?: boolean } = {}): Promise<void> {
    await awake(() => this.pod.terminate(options.force ? 0 : undefined));
  }

  /**
   * The last lines of its containers' logs.
   * @param lines of each container, at most. @default 100
   */
  public logs(lines = 100): string {
    return this.pod.lastLines(lines).join('\n');
  }

  /** Resolves when the pod is ready. Rejects when it is gone, or when `startTimeout` is over. */
  public async ready(): Promise<void> {
    await this.until(() => this.pod.ready, 'did not become ready');
  }

  /** Resolves when the pod is not ready. Rejects when `startTimeout` is over. */
  public async notReady(): Promise<void> {
    await this.until(() => !this.pod.ready, 'stayed ready');
  }

  private async until(done: () => boolean, failure: string): Promise<void> {
    await this.changes.until(done, {
      timeout: this.timeout,
      explain: () => `pod ${this.name} ${failure}: ${this.pod.trouble}`,
      giveUp: () => this.pod.phase === 'Gone' ? `pod ${this.name} is gone` : undefined,
    });
  }
}

/** @internal */
export function statusOf(pod: Pod): PodStatus {
  return {
    name: pod.name,
    group: pod.workload.metadata.name,
    namespace: pod.namespace,
    labels: pod.labels,
    ip: pod.ip,
    ready: pod.ready,
    restarts: pod.restarts,
    phase: pod.phase,
    ports: pod.spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
    ...pod.ready ? {} : { trouble: pod.trouble },
  };
}
