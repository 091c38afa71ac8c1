import { Answer } from './answer';
import type { AnswerHead } from './answer-head';
import { BadAnswer, NoRoom } from './bad-answer';
import { Call, CallEnd, CallWaiter, LeafRequest, Terms } from './call';
import { Failure, RawAnswer } from './connection';
import type { Leaf } from './leaf';
import type { CallOutcome } from './leaf-metrics';
import { retryAfter } from './retry-after';
import type { ScatterRules } from './scatter';

/** Why a leaf gave no answer that counts. */
export interface LeafFailure {
  readonly leaf: number;
  readonly name: string;
  readonly reason: string;
}

/** Statuses that may say when to ask again (RFC 6585, section 4, and RFC 9110, section 15.6.4). */
const BUSY: ReadonlySet<number> = new Set([429, 503]);
/** How often a leaf is asked again that says when, and what passes at least before that, in milliseconds. */
const AGAIN = { times: 3, pause: 100 };

/** One leaf's part of a request: from the first call to an answer that counts, or the reason why there is none. */
export class Inquiry implements CallWaiter {
  /** When it began, in milliseconds. */
  public readonly start = performance.now();
  /** What came of it; undefined while it is open, and when it ended without an outcome. */
  public outcome?: Answer | LeafFailure;
  /** Of a leaf that answered with a status that does not count. */
  public refused?: Pick<AnswerHead, 'status' | 'head'>;
  /** Whether its own time was up. */
  public isLate = false;
  /** How often the leaf was asked again because it had said when. */
  public repeats = 0;
  private call: Call;
  private earlierRetries = 0;
  private earlierHedged = false;
  private isTrial = false;
  private timer?: NodeJS.Timeout;
  private pause?: NodeJS.Timeout;

  /** @param settled told when there is an outcome, once */
  constructor(
    readonly leaf: Leaf, readonly index: number, private readonly request: LeafRequest, private readonly terms: Terms,
    private readonly rules: ScatterRules, private readonly settled: (inquiry: Inquiry) => void,
  ) {
    this.call = new Call(leaf, request, terms, this);
  }

  public get retries(): number {
    return this.earlierRetries + this.call.retries;
  }

  public get hedged(): boolean {
    return this.earlierHedged || this.call.hedged;
  }

  /** Asks the leaf. */
  public begin(): void {
    const { leaf: { circuit, timeout }, terms: { guard } } = this;
    if (circuit) {
      const admitted = circuit.admit(this.start);
      if (admitted === 'skip') return this.tell(this.failure(circuit.reason));
      this.isTrial = admitted === 'trial';
    }
    if (timeout !== undefined) this.timer = setTimeout(() => guard(() => this.expire(timeout)), timeout);
    this.call.begin();
  }

  /** Asks another replica too, if there is one. */
  public hedge(): void {
    this.call.hedge();
  }

  /** Ends it, if it is open: nothing is told of it any more. */
  public end(reason: CallEnd): void {
    if (this.outcome) return;
    this.call.end(reason);
    if (reason === 'late') this.count('late', false);
    else this.count('cancelled');
  }

  public onOutcome(outcome: RawAnswer | Failure): void {
    if (outcome instanceof Failure) {
      const { kind, reason } = outcome;
      // of the root's own memory the leaf knows nothing
      return this.settle(this.failure(reason), 'failure', kind === 'unheld' ? undefined : false);
    }
    if (this.terms.accepts(outcome.status)) this.judge(outcome);
    else this.refuse(outcome);
  }

  /** As a failure, in words for people. */
  public failure(reason: string): LeafFailure {
    return { leaf: this.index, name: this.leaf.name, reason };
  }

  /** Its status counts: its body may still be none that does. */
  private judge(raw: RawAnswer): void {
    const { rules: { gatherer }, terms } = this;
    const answer = new Answer(this.index, raw);
    let flaw: string | undefined;
    try {
      if (gatherer.makes !== 'nothing') answer.open(terms);
      if (gatherer.makes === 'json') flaw = gatherer.refusal(answer.body);
    } catch (error) {
      if (!(error instanceof BadAnswer)) throw error;
      if (error instanceof NoRoom) return this.settle(this.failure(error.message), 'failure');
      flaw = error.message;
    }
    if (flaw === undefined) this.settle(answer, 'answer', true);
    else this.settle(this.failure(flaw), 'failure', false);
  }

  /** Its status does not count. */
  private refuse({ status, head }: RawAnswer): void {
    const wait = this.patience({ status, head });
    if (wait !== undefined) return this.askAfter(wait);
    // without the body, which nobody reads
    this.refused = { status, head };
    // what is refused below is the request's fault
    this.settle(this.failure(`it answered ${status}`), 'failure', status >= 500 ? false : undefined);
  }

  /** How long to wait before the leaf is asked again; undefined where it is not. */
  private patience({ status, head }: Pick<AnswerHead, 'status' | 'head'>): number | undefined {
    if (!BUSY.has(status) || !this.request.safe || this.repeats === AGAIN.times) return undefined;
    const asked = retryAfter({ head }, Date.now());
    if (asked === undefined) return undefined;
    const wait = Math.max(AGAIN.pause, asked);
    const left = this.start + (this.leaf.timeout ?? this.rules.timeout) - performance.now();
    return wait < left ? wait : undefined;
  }

  private askAfter(wait: number): void {
    const { leaf, request, terms, call } = this;
    terms.give(call.held);
    this.pause = setTimeout(() => terms.guard(() => {
      this.repeats++;
      this.earlierRetries += call.retries;
      this.earlierHedged ||= call.hedged;
      this.call = new Call(leaf, request, terms, this);
      this.call.begin();
    }), wait);
  }

  private expire(timeout: number): void {
    this.isLate = true;
    this.call.end('late');
    this.settle(this.failure(`no answer within ${timeout} ms`), 'late', false);
  }

  /** @param works whether it tells that the leaf works, or that it does not; undefined where it tells neither */
  private settle(outcome: Answer | LeafFailure, counted: CallOutcome, works?: boolean): void {
    this.count(counted, works);
    this.tell(outcome);
  }

  private count(counted: CallOutcome, works?: boolean): void {
    clearTimeout(this.timer);
    clearTimeout(this.pause);
    this.leaf.counts.settled(this, counted);
    this.leaf.circuit?.settle(works, this.isTrial, performance.now());
  }

  private tell(outcome: Answer | LeafFailure): void {
    this.outcome = outcome;
    this.settled(this);
  }
}
