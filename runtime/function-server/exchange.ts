import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handler } from './config';
import type { FunctionServerConfig, RequestShape } from '../../src/contract';
import { ClientGone, hasBody, parseBody, readBody } from '../shared/body';
import { parseCookies } from '../shared/cookies';
import type { Drain } from '../shared/drain';
import { Log, LogFields, requestFields } from '../shared/log';
import { Problem, sendProblem, sendProblemAndClose } from '../shared/problem';
import type { RequestMetrics } from '../shared/request-metrics';
import { copyHeaders, parseTarget } from '../shared/request-shape';
import { discard, isResponse, send } from '../shared/response';

/** What all exchanges of a server have in common. */
export interface ExchangeOptions {
  readonly config: FunctionServerConfig;
  readonly handler: Handler;
  readonly context: { readonly [name: string]: string | number };
  readonly metrics: RequestMetrics;
  readonly drain: Drain;
  readonly log: Log;
}

/** The status of a request whose client left before an answer began: nginx's word for it, seen in metrics only. */
const CLIENT_GONE = 499;

/** One request and its answer. */
export class Exchange {
  private readonly start = performance.now();
  private readonly abort = new AbortController();
  private timer?: NodeJS.Timeout;
  /** Whether this request holds one of the `maxConcurrency` places: until it is closed, and its handler is done or out of time. */
  private holdsPlace = false;
  private closed = false;
  private running = false;

  constructor(private readonly options: ExchangeOptions, private readonly req: IncomingMessage, private readonly res: ServerResponse) {
    res.once('close', () => this.close());
  }

  /** Reads the request, runs the handler, answers. Never throws. */
  public run(): void {
    const { config, metrics, drain } = this.options;
    drain.mark(this.res);
    if (metrics.inFlight >= config.maxConcurrency) {
      metrics.errors.inc('overload');
      return this.refuse(new Problem(503, `the pod serves ${config.maxConcurrency} requests already: try again`, ['retry-after', '1']));
    }
    metrics.inFlight++;
    this.holdsPlace = true;
    let request: Omit<RequestShape, 'body'>;
    try {
      const headers = copyHeaders(this.req.headers);
      request = { method: this.req.method!, ...parseTarget(this.req.url!), headers, cookies: parseCookies(headers.cookie) };
    } catch (error) {
      return this.refuse(error);
    }
    if (!hasBody(this.req)) return this.call({ ...request, body: undefined });
    readBody(this.req, this.res, config.maxBodySize)
      .then((bytes) => this.call({ ...request, body: parseBody(bytes, request.headers) }))
      .catch((error) => this.refuse(error));
  }

  private call(request: RequestShape): void {
    const { handler, context, config } = this.options;
    this.running = true;
    this.timer = setTimeout(() => this.expire(), config.timeout);
    try {
      const result = handler(request, { ...context, signal: this.abort.signal });
      if (typeof (result as any)?.then !== 'function') return this.answer(result);
      Promise.resolve(result).then((value) => this.answer(value), (error) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  /** The handler has returned. */
  private answer(value: unknown): void {
    this.settle();
    if (this.closed || this.res.headersSent) return discard(value);
    try {
      this.drainAndSend(value)?.catch((error) => this.breakOff(error));
    } catch (error) {
      if (this.res.headersSent) return this.breakOff(error);
      this.report('the result of the handler cannot be sent', error, 'handler');
      this.refuse(new Problem(500, 'the result of the handler cannot be sent; the log of the pod says why'));
    }
  }

  private drainAndSend(value: unknown): void | Promise<void> {
    // the drain may have begun while the handler ran
    this.options.drain.mark(this.res);
    return send(this.res, value);
  }

  /** The handler has thrown. */
  private fail(error: unknown): void {
    if (isResponse(error)) return this.answer(error);
    this.settle();
    // what a handler throws because its signal told it to stop is no failure of its own
    if (this.abort.signal.aborted && (error === this.abort.signal.reason || (error as any)?.name === 'AbortError')) return;
    this.report('the handler failed', error, 'handler');
    if (!this.closed && !this.res.headersSent) this.refuse(new Problem(500, 'the handler failed; the log of the pod says why'));
  }

  /** The handler is out of time. Whatever it still does has no claim to a place. */
  private expire(): void {
    const { timeout } = this.options.config;
    this.settle();
    this.report(`the handler has not answered within ${timeout} ms`, undefined, 'timeout');
    if (!this.closed) this.refuse(new Problem(504, `the handler has not answered within ${timeout} ms`));
    this.abort.abort(new DOMException('the time is up', 'TimeoutError'));
  }

  /** The body of an answer failed after its head was sent: the client must not take what it has for the whole. */
  private breakOff(error: unknown): void {
    this.report('the body of the answer failed', error, 'handler');
    this.res.destroy();
  }

  private refuse(error: unknown): void {
    if (error instanceof ClientGone || this.closed) return;
    this.options.drain.mark(this.res);
    if (!(error instanceof Problem)) {
      this.report('the request failed', error, 'server');
      return sendProblem(this.res, new Problem(500, 'the server failed; the log of the pod says why'));
    }
    // a client that waits for 100 Continue may send its body after this answer or not: the next bytes could be either (RFC 9110, 10.1.1)
    if (error.status === 413 || this.req.headers.expect) return sendProblemAndClose(this.res, error);
    sendProblem(this.res, error);
  }

  private report(message: string, error: unknown, kind: string): void {
    this.options.metrics.errors.inc(kind);
    const fields: LogFields = { ...requestFields(this.req.method, this.req.url, this.req.headers), error };
    this.options.log.error(message, fields);
  }

  /** The handler has nothing more to say, or no time for it. */
  private settle(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.release();
  }

  /** The answer has left, or the client has. */
  private close(): void {
    this.closed = true;
    const { req, res } = this;
    if (!res.writableFinished) this.abort.abort(new DOMException('the client has gone away', 'AbortError'));
    this.options.metrics.answered(req.method, res.headersSent ? res.statusCode : CLIENT_GONE, performance.now() - this.start);
    this.release();
  }

  private release(): void {
    if (!this.holdsPlace || !this.closed || this.running) return;
    this.holdsPlace = false;
    this.options.metrics.inFlight--;
  }
}
