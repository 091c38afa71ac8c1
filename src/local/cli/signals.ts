/** Ctrl-C, or another signal that asks to end. */
export class Interrupted extends Error {
  /** What shells expect of a program that a signal ended. */
  public readonly exitCode: number;

  public constructor(public readonly signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.exitCode = EXIT_CODES[signal]!;
  }
}

/** What a signal is sent to in the place of this process. */
export type Receiver = (signal: NodeJS.Signals) => void;

const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Turns the signals that ask to end into an error that waiting code gets, once. The second signal ends the process
 * there and then.
 */
export class Signals {
  private readonly interrupted: Promise<never>;
  private interrupt!: (error: Interrupted) => void;
  private count = 0;
  private receiver?: Receiver;
  private readonly keepAlive = setInterval(() => {}, 2 ** 30);
  private readonly onSignal: (signal: NodeJS.Signals) => void;

  public constructor() {
    this.onSignal = (signal) => this.signalled(signal);
    this.interrupted = new Promise<never>((_, reject) => { this.interrupt = reject; });
    this.interrupted.catch(() => {}); // it may come while nobody waits
    for (const signal of Object.keys(EXIT_CODES)) process.on(signal, this.onSignal);
  }

  /**
   * Waits for a promise, or rejects with Interrupted as soon as a signal comes. Without a promise it waits for the
   * signal alone.
   */
  public or<T>(promise: Promise<T> = new Promise<never>(() => {})): Promise<T> {
    promise.catch(() => {}); // after a signal nobody asks what has become of it
    return Promise.race([this.interrupted, promise]);
  }

  /** Hands on every signal that comes until the promise settles: it is not for this process then. */
  public async handOn<T>(receiver: Receiver, promise: Promise<T>): Promise<T> {
    this.receiver = receiver;
    try {
      return await promise;
    } finally {
      this.receiver = undefined;
    }
  }

  /** Ends as if a signal had come: nobody reads what is printed any more, or nobody is left to end this process. */
  public end(signal: NodeJS.Signals): void {
    if (this.receiver) this.receiver(signal);
    else this.interrupt(new Interrupted(signal));
  }

  public close(): void {
    clearInterval(this.keepAlive);
    for (const signal of Object.keys(EXIT_CODES)) process.off(signal, this.onSignal);
  }

  private signalled(signal: NodeJS.Signals): void {
    // What still runs is ended by the cluster's watchdog, which outlives this process by a moment.
    if (!this.receiver && this.count++ > 0) process.exit(EXIT_CODES[signal]);
    this.end(signal);
  }
}
