/** Bytes of bodies that may be in memory at a time, over all requests. */
export class Budget {
  private held = 0;

  constructor(public readonly limit: number) {}

  /** What one request holds. */
  public account(): Account {
    let own = 0;
    let closed = false;
    const give = (bytes: number) => {
      this.held -= bytes;
      own -= bytes;
    };
    return {
      take: (bytes) => {
        if (closed || this.held + bytes > this.limit) return false;
        this.held += bytes;
        own += bytes;
        return true;
      },
      // what ends after its request has been given back already
      give: (bytes) => give(Math.min(bytes, own)),
      close: () => {
        closed = true;
        give(own);
      },
    };
  }
}

/** The share of one request. */
export interface Account {
  /** Whether so many bytes more can be held; if so, they are. */
  take(bytes: number): boolean;
  /** Gives so many bytes back. */
  give(bytes: number): void;
  /** Gives all back, and takes no more. */
  close(): void;
}

const [OBJECT, ARRAY, SEPARATOR, COLON] = ['{', '[', ',', ':'].map((char) => char.charCodeAt(0));

/**
 * What a body takes when it is text and parsed, besides the bytes that it came in. Measured with V8: an empty object takes 56 bytes and its
 * place in an array 8, so that JSON can grow 22-fold. The text is counted with two bytes for each one, as when a single character is not Latin.
 */
export function parsedSize(bytes: Uint8Array): number {
  let size = 2 * bytes.length;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case OBJECT: size += 56; break;
      case ARRAY: size += 48; break;
      case SEPARATOR: size += 16; break;
      case COLON: size += 24; break;
    }
  }
  return size;
}
