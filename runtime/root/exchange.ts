import type { Answer } from './answer';
import { BadAnswer, fieldsOf } from './answer-parser';
import type { Trust } from './forwarded';
import { requestBytes } from './request-bytes';
import { Gathered, Scatter, ScatterRules } from './scatter';
import type { RootConfig } from '../../src/contract';
import { Exchange, ExchangeOptions } from '../shared/exchange';
import { HOP_BY_HOP } from '../shared/hop-by-hop';
import { requestFields } from '../shared/log';
import { Problem } from '../shared/problem';
import { requestOf } from '../shared/request-shape';

/** What all exchanges of a root have in common. */
export interface RootExchangeOptions extends ExchangeOptions {
  readonly config: RootConfig;
  readonly rules: ScatterRules;
  readonly trusts: Trust;
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** How many leaves have answered. */
const RESPONSES = 'x-gather-responses';

/** One request, asked of all leaves, and the answer made of theirs. */
export class RootExchange extends Exchange<RootExchangeOptions> {
  private scatter?: Scatter;
  private responses: readonly string[] = [];

  protected begin(): (body: Uint8Array | undefined) => void {
    const { rules } = this.options;
    const request = rules.gatherer.wantsRequest ? requestOf(this.req) : undefined;
    return (body) => this.ask(body, request && { ...request, body: body && this.parse(body, request.headers) });
  }

  protected abandon(): void {
    this.scatter?.cancel();
  }

  protected get answerHeaders(): readonly string[] {
    return this.responses;
  }

  private ask(body: Uint8Array | undefined, request: unknown): void {
    const { config: { maxAnswerSize }, rules, trusts } = this.options;
    const method = this.req.method!;
    this.scatter = new Scatter(rules, {
      bytes: requestBytes(this.req, body, trusts),
      idempotent: IDEMPOTENT.has(method),
      safe: SAFE.has(method),
      maxAnswerSize,
      hold: (bytes) => {
        if (!this.account.take(bytes)) throw new BadAnswer('the root holds too many answers already');
      },
    }, (gathered) => this.gather(gathered, request));
    this.scatter.begin();
  }

  private gather(gathered: Gathered, request: unknown): void {
    const { rules: { gatherer, leaves, minResponses } } = this.options;
    const { answers } = gathered;
    this.responses = [RESPONSES, `${answers.length}/${leaves.length}`];
    if (answers.length < minResponses) return this.tooFew(gathered);
    if (gatherer.takesFirst) return this.pass(answers[0]);
    this.call(() => gatherer.gather(answers, request));
  }

  /** Too few leaves have answered: says of each of the others why. */
  private tooFew({ answers, failures, late }: Gathered): void {
    const { rules: { leaves, minResponses }, metrics, log } = this.options;
    metrics.errors.inc('leaves');
    log.warn('too few leaves have answered', { ...requestFields(this.req.method, this.req.url, this.req.headers), failures });
    const detail = `${answers.length} of ${leaves.length} leaves answered, and ${minResponses} must`;
    this.refuse(new Problem(late ? 504 : 502, detail, this.responses, { leaves: failures }));
  }

  /** Passes on the answer of a leaf as it came. */
  private pass({ raw }: Answer): void {
    const { status, bytes } = raw;
    const fields = fieldsOf(raw);
    this.options.drain.mark(this.res);
    const headers: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i];
      if (!HOP_BY_HOP.has(name) && name !== 'content-length' && name !== RESPONSES) headers.push(name, fields[i + 1]);
    }
    if (status !== 204 && status !== 304) headers.push('content-length', String(bytes.length));
    this.res.writeHead(status, [...headers, ...this.responses]).end(bytes);
  }
}
