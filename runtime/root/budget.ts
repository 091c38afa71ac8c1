/** Bytes of bodies that may be in memory at a time, over all requests. */
export class Budget {
  private held = 0;

  constructor(private readonly limit: number) {}

  /** What one request holds. */
  public account(): Account {
    let own = 0;
    return {
      take: (bytes) => {
        if (this.held + bytes > this.limit) return false;
        this.held += bytes;
        own += bytes;
        return true;
      },
      close: () => {
        this.held -= own;
        own = 0;
      },
    };
  }
}

/** The share of one request. */
export interface Account {
  /** Whether so many bytes more can be held; if so, they are. */
  take(bytes: number): boolean;
  /** Gives all back. */
  close(): void;
}
