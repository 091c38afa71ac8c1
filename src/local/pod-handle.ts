import { awake } from './awake';
import { Changes } from './events';
import { Pod, PodPhase } from './pods/pod';

/** A span of time, such as a `Duration` of cdk8s. */
export interface TimeSpan {
  toMilliseconds(): number;
}

/** What a pod was like when it was asked for. */
export interface PodStatus {
  /** Such as `web-router-7d4b9c-x2x9k`. */
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
  /** Why it is not ready, in words; undefined when it is. */
  readonly trouble?: string;
}

/** A pod to lay hands on. */
export class PodHandle {
  /** @internal */
  public constructor(private readonly pod: Pod, private readonly changes: Changes, private readonly timeout: number) {}

  public get name(): string { return this.pod.name; }

  /** The name of its Deployment or StatefulSet. */
  public get group(): string { return this.pod.workload.metadata.name; }

  public get ip(): string { return this.pod.ip; }

  /** What it is like now. */
  public get status(): PodStatus { return statusOf(this.pod); }

  /**
   * Sends a signal to its containers. SIGKILL goes to every process of theirs, and is waited for; any other to the
   * first process. What has ended is restarted in the same pod, at the same address.
   * @param signal @default 'SIGKILL'
   */
  public async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await awake(() => this.pod.signal(signal));
  }

  /** Stops every process of it where it is (SIGSTOP): connections stay open, and nobody answers. */
  public async freeze(): Promise<void> {
    await this.kill('SIGSTOP');
  }

  /** Lets it go on after `freeze`. */
  public async thaw(): Promise<void> {
    await this.kill('SIGCONT');
  }

  /**
   * Makes every answer of it take about that long, also those to probes: until another span is given, 0 for none, or
   * until another method here acts on it. A handler that waits for something else in between is woken only once per
   * span.
   */
  public async slow(delay: TimeSpan): Promise<void> {
    this.pod.slow(delay.toMilliseconds());
  }

  /**
   * Deletes it, as `kubectl delete pod` does: it drains, and its Deployment makes another one at once, its
   * StatefulSet one of the same name when this one is gone. Resolves when it is gone.
   * @param options `force` kills it without a grace period.
   */
  public async delete(options: { readonly force?: boolean } = {}): Promise<void> {
    await awake(() => this.pod.terminate(options.force ? 0 : undefined));
  }

  /**
   * What its containers wrote last.
   * @param lines of each container, at most. @default 100
   */
  public logs(lines = 100): string {
    return this.pod.lastLines(lines).join('\n');
  }

  /** Resolves when it is ready, at once if it is. Rejects when it is gone, or when `startTimeout` is over. */
  public async ready(): Promise<void> {
    await this.until(() => this.pod.ready, 'did not become ready');
  }

  /** Resolves when it is not ready, at once if it is not. Rejects when `startTimeout` is over. */
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
