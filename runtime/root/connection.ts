import { connect, Socket } from 'node:net';
import type { AnswerHead } from './answer-head';
import { AnswerParser } from './answer-parser';
import { BadAnswer, NoRoom } from './bad-answer';
import type { SecureAddress } from '../shared/secure';

/**
 * What a failure tells whoever decides on another try:
 * - `unsent`: the request never left, so that the other side cannot have seen it;
 * - `untrusted`: the same, because a certificate or what else TLS asks for is not as it should be, which lasts;
 * - `lost`: its connection broke, and the other side may have seen it;
 * - `stale`: the same of a connection that had carried requests before and ended without a sign of this one, which
 *   tells nothing about the replica;
 * - `bad`: the other side has answered, with what is no proper answer;
 * - `unheld`: it has answered, and here is no room for that.
 */
export type FailureKind = 'unsent' | 'untrusted' | 'lost' | 'stale' | 'bad' | 'unheld';

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

/** How connections to an address are opened. */
export interface Opening {
  /** How long one may take to stand, in milliseconds, with TLS its handshake too. */
  readonly timeout: number;
  /** Without it, they are in clear text. */
  readonly secure?: SecureAddress;
}

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
  /** What is still to stand while it is connecting. */
  private missing = 'connection';
  /** What waits for TLS to stand: before, who would read it has shown no certificate. */
  private waiting?: readonly [request: Buffer, rest?: Buffer];
  private requests = 0;

  /**
   * @param onIdle told when it can take another request
   * @param onClose told when it is gone
   */
  constructor(
    host: string,
    port: number,
    private readonly opening: Opening,
    private readonly onIdle: (connection: Connection) => void,
    private readonly onClose: (connection: Connection) => void,
  ) {
    const callback = (bytes: number, buffer: Uint8Array) => this.read((buffer as Buffer).subarray(0, bytes));
    const onread: any = { buffer: READ_BUFFER, callback };
    const { secure, timeout } = opening;
    this.socket = secure?.connect({ host, port, onread, ALPNProtocols: ['http/1.1'] })
      ?? connect({ host, port, noDelay: true, onread });
    if (secure) this.socket.on('connect', () => { this.missing = 'TLS handshake'; });
    this.socket.on(secure ? 'secureConnect' : 'connect', () => this.stands());
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.broken(error));
    this.socket.on('end', () => this.ended());
    this.socket.on('close', () => this.fail(this.lost('the connection was closed')));
    const late = () => this.fail(new Failure('unsent', `no ${this.missing} within ${timeout} ms`));
    this.connecting = setTimeout(late, timeout);
  }

  /** Sends a request, whose bytes are complete with the rest that may follow them. */
  public send(request: Buffer, rest: Buffer | undefined, limit: number, waiter: Waiter): void {
    this.requests++;
    this.waiter = waiter;
    this.parser = new AnswerParser(limit, (bytes) => waiter.hold(bytes), this.opening.secure !== undefined);
    if (this.opening.secure && this.connecting) this.waiting = [request, rest];
    else this.write(request, rest);
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

  private stands(): void {
    this.stopConnectTimer();
    if (!this.waiting) return;
    this.write(...this.waiting);
    this.waiting = undefined;
  }

  private write(request: Buffer, rest?: Buffer): void {
    this.socket.write(request);
    if (rest) this.socket.write(rest);
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
    if (this.connecting) return this.fail(new Failure('unsent', `no ${this.missing}: it closed the connection`));
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
    const reason = error instanceof BadAnswer ? message : `its answer cannot be read: ${message}`;
    this.fail(new Failure(error instanceof NoRoom ? 'unheld' : 'bad', reason));
  }

  private broken({ code, message }: NodeJS.ErrnoException): void {
    const reason = code ?? message;
    const flaw = this.opening.secure?.flaw(code);
    // with TLS 1.3, a server sees the client's certificate when the request may be on its way
    if (!this.connecting) return this.fail(this.lost(flaw ?? `the connection broke: ${reason}`));
    this.fail(flaw ? new Failure('untrusted', flaw) : new Failure('unsent', `no ${this.missing}: ${reason}`));
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
