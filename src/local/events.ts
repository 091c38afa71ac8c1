import { EventEmitter } from 'node:events';

/** Something that happened in a cluster. */
export interface ClusterEvent {
  readonly time: Date;
  /**
   * `created`, `started`, `ready`, `not-ready`, `unhealthy`, `restarting`, `terminating`, `gone` of a pod; `progress`,
   * `warning` and `problem` of the cluster.
   */
  readonly type: string;
  /** The pod it happened to. */
  readonly pod?: string;
  /** The Deployment or StatefulSet of the pod. */
  readonly group?: string;
  /** What happened, in words. */
  readonly message: string;
}

/** A request that a router has answered. */
export interface RequestRecord {
  readonly time: Date;
  /** The pod of the router. */
  readonly router: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** From the first byte of the request to the last one of the answer. */
  readonly seconds: number;
  /**
   * The address that answered. If the request was tried more than once, all addresses, separated by commas. Undefined
   * if nobody was asked.
   */
  readonly upstream?: string;
}

/** Bounds and words for a wait. */
export interface Wait {
  /** When to give up, in milliseconds since the start or since the last progress. */
  readonly timeout: number;
  /** A number that grows with every bit of progress. */
  readonly progress?: () => number;
  /** What has not come about and why, for the error. */
  readonly explain: () => string;
  /** Answers why waiting any longer makes no sense. */
  readonly giveUp?: () => string | undefined;
}

/** Tells everybody who waits that something has changed. */
export class Changes extends EventEmitter {
  public constructor() {
    super();
    this.setMaxListeners(0);
  }

  /** Something has changed. */
  public notify(): void {
    this.emit('change');
  }

  /**
   * Resolves when it is done; looks at every change, and never waits for longer than it may. Keeps the process alive
   * meanwhile.
   */
  public until(done: () => boolean, { timeout, progress = () => 0, explain, giveUp }: Wait): Promise<void> {
    return new Promise((resolve, reject) => {
      let seen = progress();
      const fail = (reason: string) => end(() => reject(new Error(reason)));
      const late = () => fail(`gave up after ${timeout / 1000} s${seen ? ' without progress' : ''}: ${explain()}`);
      let timer = setTimeout(late, timeout);
      const look = () => {
        if (done()) return end(resolve);
        const hopeless = giveUp?.();
        if (hopeless) return fail(hopeless);
        if (progress() === seen) return;
        seen = progress();
        clearTimeout(timer);
        timer = setTimeout(late, timeout);
      };
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.off('change', look);
        settle();
      };
      this.on('change', look);
      look();
    });
  }
}
