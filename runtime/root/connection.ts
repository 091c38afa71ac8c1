import { connect, Socket } from 'node:net';
import type { AnswerHead } from './answer-head';
import { AnswerParser } from './answer-parser';
import { BadAnswer } from './bad-answer';

/**
 * What a failure tells whoever decides on another try:
 * - `unsent`: the request never left, so that the other side cannot have seen it;
 * - `lost`: its connection broke, and the other side may have seen it;
 * - `stale`: the same of a connection that had carried requests before and ended without a sign of this one, which
 *   tells nothing about the replica;
 * - `bad`: the other side has answered, with what is no proper answer.
 */
export type FailureKind = 'unsent' | 'lost' | 'stale' | 'bad';

/** Why a request got no answer over a connection. */
export class Failure {
  /** @param reason for people, said of the leaf: `it refused the connection` */
  constructor(readonly kind: FailureKind, readonly reason: string) {}
}

/** An answer, read whole. */
export type RawAnswer = AnswerHead & { readonly bytes: Buffer };

/** What becomes of a request: exactly one of the two is called, once, unless it is cancelled. */
export interface Waiter {
  onAnswer(answer: RawAnswer): void;
  onFailure(failure: Failure): void;
  /** Asked for the memory of the answer; throws a BadAnswer where there is none. */
  hold(bytes: number): void;
}

/**
 * Within a node or a zone a connection stands in milliseconds: an address that does not answer belongs to
 * a pod that is gone.
 */
const CONNECT_TIMEOUT = 500;

/** libuv reads and hands over one socket after the other: they need not have a buffer each. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/** One kept-alive connection to a replica; it carries one request at a time. */
export class Connection {
  /** When it became idle, in milliseconds. */
  public idleSince = 0;
  private readonly socket: Socket;
  private parser?: AnswerParser;
  private waiter?: Waiter;
  private connecting?: NodeJS.Timeout;
  private requests = 0;

  /**
   * @param onIdle told when it can take another request
   * @param onClose told when it is gone
   */
  constructor(
    host: string, port: number,
    private readonly onIdle: (connection: Connection) => void,
    private readonly onClose: (connection: Connection) => void,
  ) {
    const callback = (bytes: number, buffer: Uint8Array) => this.read((buffer as Buffer).subarray(0, bytes));
    const onread = { buffer: READ_BUFFER, callback };
    this.socket = connect({ host, port, noDelay: true, onread: onread as any });
    this.socket.on('connect', () => this.stopConnectTimer());
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.broken(error));
    this.socket.on('end', () => this.ended());
    this.socket.on('close', () => this.fail(this.lost('the connection was closed')));
    const late = () => this.fail(new Failure('unsent', `no connection within ${CONNECT_TIMEOUT} ms`));
    this.connecting = setTimeout(late, CONNECT_TIMEOUT);
  }

  /** Sends a request, whose bytes are complete. */
  public send(request: Buffer, limit: number, waiter: Waiter): void {
    this.requests++;
    this.waiter = waiter;
    this.parser = new AnswerParser(limit, (bytes) => waiter.hold(bytes));
    this.socket.write(request);
  }

  /**
   * Reads the rest of the answer and keeps none of it, so that the connection can be used again. Whoever waits is
   * told of the end, or that more than so many bytes were to come.
   */
  public discard(bytes: number): void {
    // the request has not left: whoever it is for need not see it
    if (this.connecting) return this.fail(new Failure('unsent', 'it is not needed any more'));
    try {
      this.parser?.discard(bytes);
    } catch (error) {
      this.bad(error);
    }
  }

  /** Ends it; whoever waits is told nothing. */
  public destroy(): void {
    this.waiter = undefined;
    this.stopConnectTimer();
    this.socket.destroy();
    this.onClose(this);
  }

  private stopConnectTimer(): void {
    clearTimeout(this.connecting);
    this.connecting = undefined;
  }

  private read(piece: Buffer): boolean {
    const { parser, waiter } = this;
    // what nobody asked for would be taken for the answer to the next request
    if (!parser || !waiter) {
      this.destroy();
      return false;
    }
    let surplus: boolean;
    try {
      surplus = parser.push(piece);
    } catch (error) {
      this.bad(error);
      return false;
    }
    // an answer to a request that has not left whole: what is left of it would be read as the start of the next
    if (parser.done) this.finish(parser, waiter, parser.keepAlive && !surplus && this.socket.writableLength === 0);
    return !this.socket.destroyed;
  }

  private ended(): void {
    const { parser, waiter } = this;
    if (!parser || !waiter) return this.destroy();
    try {
      parser.end();
    } catch (error) {
      return this.fail(this.lost((error as Error).message));
    }
    this.finish(parser, waiter, false);
  }

  private finish(parser: AnswerParser, waiter: Waiter, keep: boolean): void {
    this.parser = this.waiter = undefined;
    if (keep) this.onIdle(this);
    else this.destroy();
    waiter.onAnswer(parser.answer);
  }

  /** Whatever is thrown over an answer, also for want of memory, ends this answer only. */
  private bad(error: unknown): void {
    const { message } = error as Error;
    this.fail(new Failure('bad', error instanceof BadAnswer ? message : `its answer cannot be read: ${message}`));
  }

  private broken({ code, message }: NodeJS.ErrnoException): void {
    const reason = code ?? message;
    const refused = this.connecting !== undefined;
    this.fail(refused
      ? new Failure('unsent', `no connection: ${reason}`)
      : this.lost(`the connection broke: ${reason}`));
  }

  /** A connection that stood has ended. */
  private lost(reason: string): Failure {
    return new Failure(this.requests > 1 && this.parser?.untouched ? 'stale' : 'lost', reason);
  }

  private fail(failure: Failure): void {
    const { waiter } = this;
    this.destroy();
    waiter?.onFailure(failure);
  }
}
