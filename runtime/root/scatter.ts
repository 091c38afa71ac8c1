import { Answer } from './answer';
import { BadAnswer } from './bad-answer';
import { Call, CallEnd, LeafRequest } from './call';
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

/** Why a leaf gave no answer that counts. */
export interface LeafFailure {
  readonly leaf: number;
  readonly name: string;
  readonly reason: string;
}

/** What came of asking all leaves. */
export interface Gathered {
  /** Those that count, in the order of the leaves. */
  readonly answers: readonly Answer[];
  readonly failures: readonly LeafFailure[];
  /** Whether a leaf was still silent when the time was up. */
  readonly late: boolean;
}

/** One request on its way to all leaves. */
export class Scatter {
  private readonly calls: readonly Call[];
  private readonly outcomes: (Answer | LeafFailure | undefined)[];
  private answered = 0;
  private failed = 0;
  private over = false;
  private deadline?: NodeJS.Timeout;
  private hedging?: NodeJS.Timeout;

  /** @param done told what came of it, once, unless it is cancelled */
  constructor(
    private readonly rules: ScatterRules, private readonly request: LeafRequest,
    private readonly done: (gathered: Gathered) => void,
  ) {
    this.outcomes = new Array(rules.leaves.length).fill(undefined);
    this.calls = rules.leaves.map((leaf, index) => (
      new Call(leaf, request, (outcome) => this.onOutcome(index, outcome))
    ));
  }

  /** Asks the leaves. */
  public begin(): void {
    const { rules: { timeout, hedgeAfter }, request: { guard } } = this;
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
    const { rules: { leaves, minResponses, gatherer } } = this;
    const settled = outcome instanceof Failure ? this.failure(index, outcome.reason) : this.judged(index, outcome);
    this.outcomes[index] = settled;
    const counts = settled instanceof Answer;
    leaves[index].counts.settled(this.calls[index], counts ? 'answer' : 'failure');
    if (counts) this.answered++;
    else this.failed++;
    const enough = gatherer.makes === 'nothing' && this.answered > 0;
    // with too few left to reach the minimum, waiting for them helps nobody
    if (enough || this.answered + this.failed === leaves.length || leaves.length - this.failed < minResponses) {
      this.finish('needless');
    }
  }

  /** Whether an answer counts. */
  private judged(index: number, raw: RawAnswer): Answer | LeafFailure {
    const { rules: { gatherer }, request } = this;
    if (!request.accepts(raw.status)) return this.failure(index, `it answered ${raw.status}`);
    const answer = new Answer(index, raw);
    if (gatherer.makes === 'nothing') return answer;
    try {
      answer.open(request);
    } catch (error) {
      if (error instanceof BadAnswer) return this.failure(index, error.message);
      throw error;
    }
    const refusal = gatherer.makes === 'json' ? gatherer.refusal(answer.body) : undefined;
    return refusal === undefined ? answer : this.failure(index, refusal);
  }

  private failure(leaf: number, reason: string): LeafFailure {
    return { leaf, name: this.rules.leaves[leaf].name, reason };
  }

  private finish(end: 'late' | 'needless'): void {
    if (this.over) return;
    this.stop(end);
    const late = end === 'late';
    const reason = late ? `no answer within ${this.rules.timeout} ms` : 'not waited for';
    const outcomes = this.outcomes.map((outcome, index) => outcome ?? this.failure(index, reason));
    this.done({
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
