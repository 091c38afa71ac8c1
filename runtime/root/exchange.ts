import { randomUUID } from 'node:crypto';
import type { Answer } from './answer';
import { fieldsOf } from './answer-head';
import { NoRoom } from './bad-answer';
import { answersCondition } from './conditions';
import type { Form } from './form';
import type { Trust } from './forwarded';
import type { FunctionGatherer } from './gathers';
import { agreedHeaders } from './refused';
import { Outgoing } from './request-bytes';
import { Asked, Gathered, Scatter, ScatterRules } from './scatter';
import type { Scatterer } from './scatterer';
import type { RootConfig } from '../../src/contract';
import { Exchange, ExchangeOptions, Held } from '../shared/exchange';
import { HOP_BY_HOP } from '../shared/hop-by-hop';
import { requestFields } from '../shared/log';
import { Problem } from '../shared/problem';
import { requestOf } from '../shared/request-shape';

/** What all exchanges of a root have in common. */
export interface RootExchangeOptions extends ExchangeOptions {
  readonly config: RootConfig;
  readonly rules: ScatterRules;
  /** What says what each leaf is asked; without it, all are asked what the client asks. */
  readonly scatterer?: Scatterer;
  /** The forms in which requests are written for leaves, by their numbers. */
  readonly forms: readonly Form[];
  /** Whether a status counts as an answer. */
  readonly accepts: (status: number) => boolean;
  readonly trusts: Trust;
}

/** How many leaves have answered. */
const RESPONSES = 'x-gather-responses';
/** Whose fallback stands in for an answer. */
const FALLBACKS = 'x-gather-fallbacks';
/** Of the answers that a client gets of us, and not of a leaf. */
const OWN: ReadonlySet<string> = new Set([RESPONSES, FALLBACKS]);
/** What is made of the answers. */
const ANSWERS: Held = { tooLarge: 502, called: 'answers take', plural: 'answers' };
/** What a scatter function makes. */
const REQUESTS: Held = { tooLarge: 500, called: 'requests to the leaves take', plural: 'requests' };
/** What a scatter function is called in answers, logs and metrics. */
const SCATTER = 'scatter function';

/** One request, asked of leaves, and the answer made of theirs. */
export class RootExchange extends Exchange<RootExchangeOptions> {
  private scatter?: Scatter;
  private responses: readonly string[] = [];

  protected begin(): (body: Uint8Array | undefined) => void {
    const { rules: { gatherer }, scatterer } = this.options;
    const request = scatterer || gatherer.makes === 'value' ? requestOf(this.req) : undefined;
    return (body) => this.ask(body, request && this.withBody(request, body));
  }

  protected abandon(): void {
    this.scatter?.cancel();
  }

  protected get answerHeaders(): readonly string[] {
    return this.responses;
  }

  private ask(body: Uint8Array | undefined, request: unknown): void {
    const { options: { config: { maxAnswerSize }, rules, accepts }, account } = this;
    const { headers } = this.req;
    const first = rules.gatherer.makes === 'nothing';
    const asked = this.asked(body, request);
    if (!asked) return;
    this.scatter = new Scatter(rules, asked, {
      maxAnswerSize,
      accepts: (status) => accepts(status) || (first && answersCondition(status, headers)),
      hold: (bytes) => {
        if (!account.take(bytes)) throw new NoRoom('the root holds too many answers already');
      },
      give: (bytes) => account.give(bytes),
      guard: (step) => this.guard(step),
    }, (gathered) => this.gather(gathered, request));
    this.scatter.begin();
  }

  /** Which leaves are asked, and for what; undefined where the client has been told why none is. */
  private asked(body: Uint8Array | undefined, request: unknown): readonly Asked[] | undefined {
    const { config: { maxBodySize }, rules: { leaves, gatherer }, scatterer, forms, trusts } = this.options;
    const id = String(this.req.headers['x-request-id'] || randomUUID());
    const outgoing = new Outgoing(this.req, { id, trusts, whole: gatherer.makes !== 'nothing' });
    if (!scatterer) {
      const requests = outgoing.inForms(forms, body);
      return leaves.map(({ form }, leaf) => ({ leaf, request: requests[form] }));
    }
    try {
      const hold = (bytes: number) => this.hold(bytes, REQUESTS);
      return scatterer.asked({ shape: request, outgoing, body }, { maxBodySize, hold });
    } catch (error) {
      if (error instanceof Problem) throw error;
      this.fail(error, SCATTER);
      return undefined;
    }
  }

  /**
   * All that happens after the request has been sent starts here: none of it may reach the process, which has other
   * requests to answer.
   */
  private guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.scatter?.cancel();
      if (this.res.headersSent) this.res.destroy();
      else this.refuse(error);
    }
  }

  private gather(gathered: Gathered, request: unknown): void {
    const { rules: { gatherer, leaves } } = this.options;
    const { answers, asked, minimum, missing } = gathered;
    const standIns = answers.filter(({ fallback }) => fallback);
    // the answers are in memory for as long as anybody knows it
    this.scatter = undefined;
    this.responses = [RESPONSES, `${answers.length - standIns.length}/${asked}`];
    const none = gatherer.makes === 'nothing' && answers.length === 0;
    if (none || missing || answers.length < minimum) return this.tooFew(gathered);
    if (standIns.length > 0) {
      this.responses = [...this.responses, FALLBACKS, standIns.map(({ leaf }) => leaves[leaf].name).join(', ')];
    }
    switch (gatherer.makes) {
      case 'nothing': return this.pass(answers[0]);
      case 'json': return this.reply(gatherer.gather(answers, {
        hold: (bytes) => this.hold(bytes, ANSWERS),
        give: (bytes) => this.account.give(bytes),
      }));
      case 'value': return this.callFunction(gatherer, answers, request);
    }
  }

  /** Values take several times the memory of their texts: they are made when all answers are there. */
  private callFunction(gatherer: FunctionGatherer, answers: readonly Answer[], request: unknown): void {
    const size = answers.reduce((sum, { body }) => sum + body.valueSize, 0);
    this.hold(size, ANSWERS);
    this.call(() => {
      const result: any = gatherer.gather(answers, request);
      // what a synchronous function was given is garbage now
      if (typeof result?.then !== 'function') this.account.give(size);
      return result;
    });
  }

  /** Too few leaves have answered: says of each of the others why. */
  private tooFew(gathered: Gathered): void {
    const { metrics, log } = this.options;
    const { failures, late, refused } = gathered;
    const status = refused?.[0].status ?? (late ? 504 : 502);
    // below, it is the client's fault, and no news for whoever runs the leaves
    if (status >= 500) {
      metrics.errors.inc('leaves');
      const fields = requestFields(this.req.method, this.req.url, this.req.headers);
      log.warn('too few leaves have answered', { ...fields, failures });
    }
    const headers = refused ? [...agreedHeaders(refused), ...this.responses] : this.responses;
    this.refuse(new Problem(status, reasonOf(gathered), headers, { leaves: failures }));
  }

  /** Answers with JSON. */
  private reply(text: Buffer): void {
    this.options.drain.mark(this.res);
    const headers = ['content-type', 'application/json', 'content-length', String(text.length), ...this.responses];
    this.res.writeHead(200, headers).end(text);
  }

  /** Passes on the answer of a leaf as it came. */
  private pass({ raw }: Answer): void {
    const { status, bytes } = raw;
    const fields = fieldsOf(raw);
    this.options.drain.mark(this.res);
    const headers: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i];
      if (!HOP_BY_HOP.has(name) && name !== 'content-length' && !OWN.has(name)) headers.push(name, fields[i + 1]);
    }
    if (status !== 204 && status !== 304) headers.push('content-length', String(bytes.length));
    this.res.writeHead(status, [...headers, ...this.responses]).end(bytes);
  }
}

/** Why there is no answer. */
function reasonOf({ answers, asked, minimum, missing, refused }: Gathered): string {
  if (refused) return `${asked === 1 ? 'the leaf' : `all ${asked} leaves`} answered ${refused[0].status}`;
  if (asked === 0) return 'no leaf was asked';
  const standIns = answers.filter(({ fallback }) => fallback).length;
  const answered = `${answers.length - standIns} of ${asked} leaves answered`;
  if (missing) return `${answered}, and not ${missing.name}, which must`;
  return `${answered}, ${standIns > 0 ? `${standIns} have a fallback, ` : ''}and ${minimum} must`;
}
