import type { IncomingMessage, ServerResponse } from 'node:http';
import { Account, Budget, parsedSize } from './budget';
import type { Drain } from './drain';
import { Log, requestFields } from './log';
import { Problem } from './problem';
import { ClientGone, hasBody, readBody } from './read-body';
import type { RequestMetrics } from './request-metrics';
import { RequestHead, withBody } from './request-shape';
import { discard, send } from './response';
import { isResponse, isStream } from './result-kind';
import { sendProblem, sendProblemAndClose } from './send-problem';
import { Stream } from './stream';
import { Unsendable } from './unsendable';
import type { RequestShape } from '../../src/contract';

/** What all exchanges of a server have in common. */
export interface ExchangeOptions {
  readonly config: {
    readonly maxConcurrency: number;
    readonly maxBodySize: number;
    /** How long user code may take, in milliseconds. */
    readonly timeout: number;
  };
  /** What the user's function is called in answers, logs and metrics. */
  readonly callee: string;
  readonly metrics: RequestMetrics;
  readonly drain: Drain;
  readonly log: Log;
  /** What bodies may hold in memory. */
  readonly budget: Budget;
}

/** The status of a request whose client left before an answer began: nginx's word for it, seen in metrics only. */
const CLIENT_GONE = 499;

/** What takes memory, and what is said where there is not enough. */
export interface Held {
  /** The status where it could never be held. */
  readonly tooLarge: number;
  readonly called: string;
  readonly plural: string;
}

/** An error that user code has thrown. */
export interface Failure {
  readonly kind: string;
  readonly problem: Problem;
}

const BODY: Held = { tooLarge: 413, called: 'body takes', plural: 'bodies' };

/** There is no room for this request now. */
export class Overload extends Problem {
  constructor(detail: string) {
    super(503, detail, ['retry-after', '1']);
  }
}

/** One request and its answer, made by a function of the user's. */
export abstract class Exchange<Options extends ExchangeOptions> {
  private readonly start = performance.now();
  private timer?: NodeJS.Timeout;
  /**
   * Whether this request holds one of the `maxConcurrency` places: until it is closed, and user code is
   * done or out of time.
   */
  private holdsPlace = false;
  private running = false;
  /** Whether the request is here whole. */
  private isRead = false;
  /** The answer has left, or the client has. */
  protected closed = false;
  /** What this request holds in memory, for as long as user code may reach it. */
  protected readonly account: Account;

  constructor(
    protected readonly options: Options, protected readonly req: IncomingMessage,
    protected readonly res: ServerResponse,
  ) {
    this.account = new Account(options.budget);
    res.once('close', () => this.close());
  }

  /** Takes in the request, has it answered. Never throws. */
  public run(): void {
    const { config: { maxBodySize }, drain } = this.options;
    drain.mark(this.res);
    try {
      this.checkPlaces();
      const receive = this.begin();
      if (!hasBody(this.req)) return this.admit(receive, undefined);
      readBody(this.req, this.res, { size: maxBodySize, hold: (bytes) => this.hold(bytes) })
        .then((body) => this.admit(receive, body))
        .catch((error) => this.refuse(error));
    } catch (error) {
      this.refuse(error);
    }
  }

  private checkPlaces(): void {
    const { config: { maxConcurrency }, metrics } = this.options;
    if (metrics.inFlight >= maxConcurrency) {
      throw new Overload(`the pod serves ${maxConcurrency} requests already: try again`);
    }
  }

  /**
   * The request is here whole, and takes a place. Not before: a client that sends its body by the drop would hold it.
   */
  private admit(receive: (body: Uint8Array | undefined) => void, body: Uint8Array | undefined): void {
    this.isRead = true;
    if (this.closed) return;
    this.checkPlaces();
    this.options.metrics.inFlight++;
    this.holdsPlace = true;
    receive(body);
  }

  /**
   * Takes memory for what is held. Throws a 503 where others hold it, and what it says of its size where there
   * is not as much at all.
   */
  protected hold(bytes: number, { tooLarge, called, plural }: Held = BODY): void {
    if (this.account.take(bytes)) return;
    const { limit } = this.options.budget;
    if (bytes > limit) {
      throw new Problem(tooLarge, `the ${called} ${bytes} bytes of memory, and the pod has ${limit} for bodies`);
    }
    throw new Overload(`the pod holds too many ${plural} already: try again`);
  }

  /** A request with its body, as user code sees it, with room for that. */
  protected withBody(request: RequestHead, bytes: Uint8Array | undefined): RequestShape {
    return withBody(request, bytes, (text) => this.hold(parsedSize(text)));
  }

  /**
   * Looks at the head of the request; returns what to do once its body, if it has one, is here. May throw a Problem.
   */
  protected abstract begin(): (body: Uint8Array | undefined) => void;

  /** The client has gone away, or the time is up: whatever goes on for this request is to end. */
  protected abstract abandon(reason: DOMException): void;

  /** Headers that go with what user code returns, names and values in turn. */
  protected get answerHeaders(): readonly string[] {
    return [];
  }

  /** Runs user code, and answers with what it returns. */
  protected call(userCode: () => unknown): void {
    this.running = true;
    try {
      const result = userCode();
      const later = typeof (result as any)?.then === 'function';
      if (!later && !isStream(result)) return this.answer(result);
      this.timer = setTimeout(() => this.expire(), this.options.config.timeout);
      if (!later) return this.open(result);
      Promise.resolve(result).then(
        (value) => isStream(value) ? this.open(value) : this.answer(value), (error) => this.fail(error),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  /** User code has returned a stream: it has answered when the first piece is here. */
  private open(value: unknown): void {
    try {
      const stream = new Stream(value);
      this.res.once('close', () => stream.cancel());
      stream.start().then(() => this.answer(stream), (error) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  /** User code has returned. */
  private answer(value: unknown): void {
    this.settle();
    if (this.closed || this.res.headersSent) return discard(value);
    try {
      this.sendResult(value)?.catch((error) => this.notSent(error));
    } catch (error) {
      this.notSent(error);
    }
  }

  /** An answer could not be made of what user code returned, or not to its end. */
  private notSent(error: unknown, callee = this.options.callee): void {
    if (this.res.headersSent) return this.breakOff(error);
    this.reportUnsent(error, callee);
    this.refuse(new Problem(500, `the result of the ${callee} cannot be sent; the log of the pod says why`));
  }

  private reportUnsent(error: unknown, callee: string): void {
    const reason = error instanceof Unsendable ? `: ${error.message}` : '';
    this.report(`the result of the ${callee} cannot be sent${reason}`, error, callee);
  }

  /** Sends what user code returned. */
  private sendResult(value: unknown): void | Promise<void> {
    // the drain may have begun while user code ran
    this.options.drain.mark(this.res);
    return send(this.res, value, this.answerHeaders);
  }

  /** User code has thrown. */
  protected fail(error: unknown, callee = this.options.callee): void {
    if (isResponse(error)) return this.answer(error);
    // what was stopped may fail because of it: that is no failure of its own
    const stopped = this.closed || this.res.headersSent;
    this.settle();
    if (stopped && this.isAbandonment(error)) return;
    if (error instanceof Unsendable) return stopped ? this.reportUnsent(error, callee) : this.notSent(error, callee);
    const { kind, problem } = this.failure(error, callee);
    this.report(`the ${callee} failed`, error, kind);
    if (!stopped) this.refuse(problem);
  }

  /** What metrics call an error that user code has thrown, and what the client is told. */
  protected failure(_error: unknown, callee: string): Failure {
    return { kind: callee, problem: new Problem(500, `the ${callee} failed; the log of the pod says why`) };
  }

  /** Whether user code threw this because it was told to end. */
  protected isAbandonment(_error: unknown): boolean {
    return false;
  }

  /** User code is out of time. Whatever it still does has no claim to a place. */
  private expire(): void {
    const { callee, config: { timeout } } = this.options;
    this.settle();
    this.report(`the ${callee} has not answered within ${timeout} ms`, undefined, 'timeout');
    if (!this.closed) this.refuse(new Problem(504, `the ${callee} has not answered within ${timeout} ms`));
    this.abandon(new DOMException('the time is up', 'TimeoutError'));
  }

  /** The body of an answer failed after its head was sent: the client must not take what it has for the whole. */
  private breakOff(error: unknown): void {
    this.report('the body of the answer failed', error, this.options.callee);
    // without chunks and without a length, only a reset differs from the end of the body
    if (this.req.httpVersion === '1.0') this.res.socket?.resetAndDestroy();
    this.res.destroy();
  }

  /** Answers with a problem; what is none is a failure of this program. */
  protected refuse(error: unknown): void {
    if (error instanceof ClientGone || this.closed) return;
    this.options.drain.mark(this.res);
    if (!(error instanceof Problem)) {
      this.report('the request failed', error, 'server');
      return sendProblem(this.res, new Problem(500, 'the server failed; the log of the pod says why'));
    }
    if (error instanceof Overload) this.options.metrics.errors.inc('overload');
    // a client that waits for 100 Continue may send its body after this answer or not: the next bytes could be
    // either (RFC 9110, 10.1.1)
    if (!this.isRead && (error.status === 408 || error.status === 413 || this.req.headers.expect)) {
      return sendProblemAndClose(this.res, error);
    }
    sendProblem(this.res, error);
  }

  private report(message: string, error: unknown, kind: string): void {
    this.options.metrics.errors.inc(kind);
    this.options.log.error(message, { ...requestFields(this.req.method, this.req.url, this.req.headers), error });
  }

  /** User code has nothing more to say, or no time for it. */
  private settle(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.release();
  }

  private close(): void {
    this.closed = true;
    const { req, res } = this;
    if (!res.writableFinished) this.abandon(new DOMException('the client has gone away', 'AbortError'));
    this.options.metrics.answered(
      req.method, res.headersSent ? res.statusCode : CLIENT_GONE, performance.now() - this.start,
    );
    this.release();
  }

  private release(): void {
    if (!this.closed || this.running) return;
    this.account.close();
    if (!this.holdsPlace) return;
    this.holdsPlace = false;
    this.options.metrics.inFlight--;
  }
}
