/** A restart waits at most this long, in milliseconds. */
const LONGEST = 30_000;

/**
 * What has run for this long, in milliseconds, is started at once again: as with a kubelet, twice the longest
 * back-off.
 */
const STEADY = 2 * LONGEST;

/**
 * How long to wait before each start of something that ends again and again: nothing at first, then twice as long each
 * time.
 */
export class BackOff {
  private wait = 0;

  /** @param base the second pause, in milliseconds. */
  public constructor(private readonly base: number) {}

  /** The pause before the next start, in milliseconds. @param ran how long it has run. */
  public next(ran: number): number {
    if (ran > STEADY) this.wait = 0;
    const { wait } = this;
    this.wait = Math.min(LONGEST, wait * 2 || this.base);
    return wait;
  }
}
