import type { RootConfig } from '../../src/contract';

/** What a circuit tells of itself. */
export interface CircuitCounts {
  /** 1 while it is open, else 0. */
  readonly open: { value: number };
  /** Requests of which the leaf was spared. */
  readonly skipped: { count: number };
}

/**
 * Spares a leaf requests, and clients the time, once so many in a row have failed. After a pause a single one goes
 * through: what comes of it decides.
 */
export class Circuit {
  private failures = 0;
  /** Where it is open, when it may be tried again. */
  private pausedUntil?: number;
  private isTried = false;

  constructor(
    private readonly options: NonNullable<RootConfig['circuitBreaker']>, private readonly counts: CircuitCounts,
  ) {}

  /** Why a leaf is skipped, in words for people. */
  public get reason(): string {
    return `skipped: its last ${this.options.failures} requests failed`;
  }

  /** Whether a request may go to the leaf, maybe as a trial. Each that goes is to be settled. */
  public admit(now: number): 'pass' | 'trial' | 'skip' {
    if (this.pausedUntil === undefined) return 'pass';
    if (this.isTried || now < this.pausedUntil) {
      this.counts.skipped.count++;
      return 'skip';
    }
    this.isTried = true;
    return 'trial';
  }

  /**
   * A request has ended.
   * @param works whether that tells that the leaf works, or that it does not; undefined where it tells neither
   */
  public settle(works: boolean | undefined, isTrial: boolean, now: number): void {
    if (isTrial) this.isTried = false;
    if (works === undefined) return;
    this.failures = works ? 0 : this.failures + 1;
    if (works) {
      this.pausedUntil = undefined;
    // those that were under way when it opened do not make the pause longer
    } else if (this.pausedUntil === undefined ? this.failures >= this.options.failures : isTrial) {
      this.pausedUntil = now + this.options.pause;
    }
    this.counts.open.value = this.pausedUntil === undefined ? 0 : 1;
  }
}
