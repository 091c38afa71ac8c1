import type { ServerResponse } from 'node:http';
import { Unsendable, unsendable } from './unsendable';

type Piece = string | Uint8Array;
type Next = IteratorResult<unknown, unknown>;

/**
 * What user code returned to be sent piece by piece: a web stream, a stream of Node's, or whatever can be iterated.
 */
export class Stream {
  private readonly ahead: Next[] = [];
  private readonly pull: () => Next | Promise<Next>;
  private readonly stop: () => unknown;
  private ended = false;

  /** Throws an Unsendable when somebody else reads it. */
  constructor(value: any) {
    if (typeof value.getReader === 'function') {
      if (value.locked) {
        throw new Unsendable(
          'the stream of the result is locked, because somebody reads it: return one that nobody reads',
        );
      }
      const reader = value.getReader();
      this.pull = () => reader.read();
      // unlike `return()` of an iterator, this also ends a read that waits
      this.stop = () => reader.cancel(new DOMException('the client has gone away', 'AbortError'));
    } else {
      const iterator = (value[Symbol.asyncIterator] ?? value[Symbol.iterator]).call(value);
      this.pull = () => iterator.next();
      this.stop = () => typeof value.destroy === 'function' ? value.destroy() : iterator.return?.();
    }
  }

  /**
   * Reads ahead, until so many bytes are here, or all.
   * @returns what is here, and whether it is all
   */
  public async start(least = 1): Promise<{ readonly pieces: readonly Piece[]; readonly whole: boolean }> {
    const pieces: Piece[] = [];
    for (let length = 0; length < least && !this.ended;) {
      const next = await this.pull();
      this.ahead.push(next);
      if (next.done) this.ended = true;
      else length += pieces[pieces.push(pieceOf(next.value)) - 1].length;
    }
    return { pieces, whole: this.ended };
  }

  /** Whether it began with a text. */
  public get isText(): boolean {
    return typeof this.ahead[0]?.value === 'string';
  }

  /** Lets go of what nobody will read. */
  public cancel(): void {
    if (this.ended) return;
    this.ended = true;
    void (async () => this.stop())().catch(() => {});
  }

  /** Sends as fast as the client reads, piece by piece; a client that goes away cancels the source. */
  public async send(res: ServerResponse): Promise<void> {
    const gone = () => this.cancel();
    res.once('close', gone);
    // head and first pieces of one turn of the event loop leave in one packet; the head does not wait longer
    // for a body that is slow. The socket, not the answer, is corked: a corked answer of Node 24 loses its
    // chunks when it ends.
    const { socket } = res;
    socket?.cork();
    res.flushHeaders();
    setImmediate(() => socket?.uncork());
    try {
      for (;;) {
        const { done, value } = this.ahead.shift() ?? await this.pull();
        if (res.destroyed) return;
        if (done) break;
        if (!res.write(pieceOf(value))) await drained(res);
      }
      this.ended = true;
      res.end();
    } catch (error) {
      gone();
      throw error;
    } finally {
      res.off('close', gone);
    }
  }
}

function pieceOf(value: unknown): Piece {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  const bytes = bytesOf(value);
  if (!bytes) {
    throw unsendable('a piece of the stream', value, 'let it yield text or bytes, such as JSON.stringify(value)');
  }
  return bytes;
}

/** Bytes in whatever they come, as those that Node can write; undefined when it is something else. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const tag = typeof value === 'object' && (value as any)?.[Symbol.toStringTag];
  return tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer' ? new Uint8Array(value as ArrayBuffer) : undefined;
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      res.off('drain', go).off('close', go);
      resolve();
    };
    res.on('drain', go).on('close', go);
  });
}
