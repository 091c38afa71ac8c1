import { Answer } from './answer';
import { BadAnswer } from './bad-answer';
import { Call, CallEnd, LeafRequest, Terms } from './call';
import { Failure, RawAnswer } from './connection';
import type { Gatherer } from './gathers';
import type { Leaf } from './leaf';

/** What is the same for all requests. */
export interface ScatterRules {
  readonly leaves: readonly Leaf[];
  readonly gatherer: Gatherer;
  /** How long the leaves may take together, in milliseconds. */
  readonly timeout: number;
  readonly minResponses: number;
  readonly hedgeAfter?: number;
}

/** A leaf that is asked. */
export interface Asked {
  /** Its number. */
  readonly leaf: number;
  readonly request: LeafRequest;
}

/** Why a leaf gave no answer that counts. */
export interface LeafFailure {
  readonly leaf: number;
  readonly name: string;
  readonly reason: string;
}

/** What came of asking leaves. */
export interface Gathered {
  /** How many were asked. */
  readonly asked: number;
  /** How many of these must answer. */
  readonly minimum: number;
  /** Those that count, in the order of the leaves. */
  readonly answers: readonly Answer[];
  readonly failures: readonly LeafFailure[];
  /** Whether a leaf was still silent when the time was up. */
  readonly late: boolean;
}

/** One request on its way to leaves. */
export class Scatter {
  private readonly calls: readonly Call[];
  private readonly outcomes: (Answer | LeafFailure | undefined)[];
  /** Of leaves that are not asked nobody waits for an answer. */
  private readonly minimum: number;
  private answered = 0;
  private failed = 0;
  private over = false;
  private deadline?: NodeJS.Timeout;
  private hedging?: NodeJS.Timeout;

  /** @param done told what came of it, once, unless it is cancelled */
  constructor(
    private readonly rules: ScatterRules, private readonly asked: readonly Asked[], private readonly terms: Terms,
    private readonly done: (gathered: Gathered) => void,
  ) {
    this.outcomes = new Array(asked.length).fill(undefined);
    this.minimum = Math.min(rules.minResponses, asked.length);
    this.calls = asked.map(({ leaf, request }, index) => (
      new Call(rules.leaves[leaf], request, terms, (outcome) => this.onOutcome(index, outcome))
    ));
  }

  /** Asks the leaves. */
  public begin(): void {
    const { rules: { timeout, hedgeAfter }, terms: { guard } } = this;
    if (this.calls.length === 0) return this.finish('needless');
    this.deadline = setTimeout(() => guard(() => this.finish('late')), timeout);
    if (hedgeAfter !== undefined) this.hedging = setTimeout(() => guard(() => this.hedge()), hedgeAfter);
    // one that fails at once may be the one too many
    for (const call of this.calls) if (!this.over) call.begin();
  }

  /** Nobody waits for it any more. */
  public cancel(): void {
    this.stop('gone');
  }

  private hedge(): void {
    for (const call of this.calls) call.hedge();
  }

  private onOutcome(index: number, outcome: RawAnswer | Failure): void {
    const { rules: { gatherer }, calls, minimum } = this;
    const settled = outcome instanceof Failure ? this.failure(index, outcome.reason) : this.judged(index, outcome);
    this.outcomes[index] = settled;
    const counts = settled instanceof Answer;
    calls[index].leaf.counts.settled(calls[index], counts ? 'answer' : 'failure');
    if (counts) this.answered++;
    else this.failed++;
    const enough = gatherer.makes === 'nothing' && this.answered > 0;
    // with too few left to reach the minimum, waiting for them helps nobody
    if (enough || this.answered + this.failed === calls.length || calls.length - this.failed < minimum) {
      this.finish('needless');
    }
  }

  /** Whether an answer counts. */
  private judged(index: number, raw: RawAnswer): Answer | LeafFailure {
    const { rules: { gatherer }, terms } = this;
    if (!terms.accepts(raw.status)) return this.failure(index, `it answered ${raw.status}`);
    const answer = new Answer(this.asked[index].leaf, raw);
    if (gatherer.makes === 'nothing') return answer;
    try {
      answer.open(terms);
    } catch (error) {
      if (error instanceof BadAnswer) return this.failure(index, error.message);
      throw error;
    }
    const refusal = gatherer.makes === 'json' ? gatherer.refusal(answer.body) : undefined;
    return refusal === undefined ? answer : this.failure(index, refusal);
  }

  private failure(index: number, reason: string): LeafFailure {
    return { leaf: this.asked[index].leaf, name: this.calls[index].leaf.name, reason };
  }

  private finish(end: 'late' | 'needless'): void {
    if (this.over) return;
    this.stop(end);
    const late = end === 'late';
    const reason = late ? `no answer within ${this.rules.timeout} ms` : 'not waited for';
    const outcomes = this.outcomes.map((outcome, index) => outcome ?? this.failure(index, reason));
    this.done({
      asked: this.calls.length,
      minimum: this.minimum,
      answers: outcomes.filter((outcome): outcome is Answer => outcome instanceof Answer),
      failures: outcomes.filter((outcome): outcome is LeafFailure => !(outcome instanceof Answer)),
      late,
    });
  }

  private stop(reason: CallEnd): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.deadline);
    clearTimeout(this.hedging);
    if (this.answered + this.failed === this.calls.length) return;
    this.calls.forEach((call, index) => {
      if (this.outcomes[index]) return;
      call.end(reason);
      call.leaf.counts.settled(call, reason === 'late' ? 'late' : 'cancelled');
    });
  }
}
