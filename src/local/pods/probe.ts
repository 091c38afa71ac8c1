import { Probe } from '../manifests/kube';
import { later } from '../timers';

/** How soon a probe that has not succeeded yet is tried again, in milliseconds, doubling up to its period. */
const EAGER = 50;

/** What a probe tells, and how it acts. */
export interface ProbeHandlers {
  /** Resolves to undefined on success, else to the failure in words. */
  readonly act: (timeout: number) => Promise<string | undefined>;
  /** Every single failure. */
  readonly failed: (failure: string) => void;
  /** As many successes in a row as the threshold asks for; again after each failure in between. */
  readonly succeeded: () => void;
  /** As many failures in a row as the threshold asks for. */
  readonly gaveUp: (failure: string) => void;
}

/**
 * Probes a container as a kubelet does: first after the initial delay, then every period, with a time limit and
 * thresholds. One thing is different: until the first success an eager probe also looks in between, and what it sees
 * then counts only if it is a success. A program that starts in 80 ms is then ready after 100 ms and not after a
 * period.
 */
export class ProbeLoop {
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private successes = 0;
  private failures = 0;
  private hasSucceeded = false;
  private pause = EAGER;
  /** When the next look is due that counts even if it fails. */
  private due = 0;

  /** @param since when the container started, in milliseconds since 1970. */
  public constructor(
    private readonly probe: Probe, since: number,
    private readonly eager: boolean, private readonly handlers: ProbeHandlers,
  ) {
    this.due = Math.max(Date.now(), since + 1000 * (probe.initialDelaySeconds ?? 0));
    this.schedule(this.due);
  }

  public stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedule(at: number): void {
    this.timer = later(at - Date.now(), () => void this.look());
  }

  private async look(): Promise<void> {
    const counts = Date.now() >= this.due;
    // To an API server, 0 is as good as nothing.
    if (counts) this.due = Date.now() + 1000 * (this.probe.periodSeconds || 10);
    const failure = await this.handlers.act(1000 * (this.probe.timeoutSeconds || 1));
    if (this.stopped) return;
    if (failure === undefined) this.success();
    else this.failure(failure, counts);
    if (this.stopped) return;
    const early = Date.now() + this.pause;
    this.pause *= 2;
    this.schedule(this.eager && !this.hasSucceeded && early < this.due ? early : this.due);
  }

  private success(): void {
    this.failures = 0;
    this.hasSucceeded = true;
    if (++this.successes === (this.probe.successThreshold || 1)) this.handlers.succeeded();
  }

  private failure(failure: string, counts: boolean): void {
    this.handlers.failed(failure);
    if (!counts) return;
    this.successes = 0;
    if (++this.failures === (this.probe.failureThreshold || 3)) this.handlers.gaveUp(failure);
  }
}
