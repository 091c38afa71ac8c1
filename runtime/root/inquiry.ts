import { Answer } from './answer';
import type { AnswerHead } from './answer-head';
import { BadAnswer } from './bad-answer';
import { Call, CallEnd, CallWaiter, LeafRequest, Terms } from './call';
import { Failure, RawAnswer } from './connection';
import type { Gatherer } from './gathers';
import type { Leaf } from './leaf';
import type { CallOutcome } from './leaf-metrics';

/** Why a leaf gave no answer that counts. */
export interface LeafFailure {
  readonly leaf: number;
  readonly name: string;
  readonly reason: string;
}

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
  private readonly call: Call;
  private timer?: NodeJS.Timeout;

  /** @param settled told when there is an outcome, once */
  constructor(
    readonly leaf: Leaf, readonly index: number, request: LeafRequest, private readonly terms: Terms,
    private readonly gatherer: Gatherer, private readonly settled: (inquiry: Inquiry) => void,
  ) {
    this.call = new Call(leaf, request, terms, this);
  }

  public get retries(): number {
    return this.call.retries;
  }

  public get hedged(): boolean {
    return this.call.hedged;
  }

  /** Asks the leaf. */
  public begin(): void {
    const { leaf: { timeout }, terms: { guard } } = this;
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
    clearTimeout(this.timer);
    this.call.end(reason);
    this.leaf.counts.settled(this, reason === 'late' ? 'late' : 'cancelled');
  }

  public onOutcome(outcome: RawAnswer | Failure): void {
    const settled = outcome instanceof Failure ? this.failure(outcome.reason) : this.judged(outcome);
    this.settle(settled, settled instanceof Answer ? 'answer' : 'failure');
  }

  /** As a failure, in words for people. */
  public failure(reason: string): LeafFailure {
    return { leaf: this.index, name: this.leaf.name, reason };
  }

  /** Whether an answer counts. */
  private judged(raw: RawAnswer): Answer | LeafFailure {
    const { gatherer, terms } = this;
    const { status, head } = raw;
    if (!terms.accepts(status)) {
      // without the body, which nobody reads
      this.refused = { status, head };
      return this.failure(`it answered ${status}`);
    }
    const answer = new Answer(this.index, raw);
    if (gatherer.makes === 'nothing') return answer;
    try {
      answer.open(terms);
    } catch (error) {
      if (error instanceof BadAnswer) return this.failure(error.message);
      throw error;
    }
    const refusal = gatherer.makes === 'json' ? gatherer.refusal(answer.body) : undefined;
    return refusal === undefined ? answer : this.failure(refusal);
  }

  private expire(timeout: number): void {
    this.isLate = true;
    this.call.end('late');
    this.settle(this.failure(`no answer within ${timeout} ms`), 'late');
  }

  private settle(outcome: Answer | LeafFailure, counted: CallOutcome): void {
    clearTimeout(this.timer);
    this.outcome = outcome;
    this.leaf.counts.settled(this, counted);
    this.settled(this);
  }
}
