import { Answer } from './answer';
import type { AnswerHead } from './answer-head';
import type { CallEnd, LeafRequest, Terms } from './call';
import type { Gatherer } from './gathers';
import { Inquiry, LeafFailure } from './inquiry';
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

/** What came of asking leaves. */
export interface Gathered {
  /** How many were asked. */
  readonly asked: number;
  /** How many of these must answer. */
  readonly minimum: number;
  /** Those that count, in the order of the leaves; with the fallbacks of those that gave none. */
  readonly answers: readonly Answer[];
  readonly failures: readonly LeafFailure[];
  /** Whether a leaf was still silent when the time was up: the one that must answer, where it is missing. */
  readonly late: boolean;
  /** The first of the leaves that must answer, and did not. */
  readonly missing?: LeafFailure;
  /** The answers of all leaves that were asked, where they have one status, which does not count. */
  readonly refused?: readonly Refused[];
}

/** An answer whose status does not count. */
type Refused = Pick<AnswerHead, 'status' | 'head'>;

/** One request on its way to leaves. */
export class Scatter {
  private readonly inquiries: readonly Inquiry[];
  /** Of leaves that are not asked nobody waits for an answer. */
  private readonly minimum: number;
  private answered = 0;
  /** Without an answer, and without a fallback. */
  private lost = 0;
  private settled = 0;
  private over = false;
  private deadline?: NodeJS.Timeout;
  private hedging?: NodeJS.Timeout;

  /** @param done told what came of it, once, unless it is cancelled */
  constructor(
    private readonly rules: ScatterRules, asked: readonly Asked[], private readonly terms: Terms,
    private readonly done: (gathered: Gathered) => void,
  ) {
    const settled = (inquiry: Inquiry) => this.onSettled(inquiry);
    this.minimum = Math.min(rules.minResponses, asked.length);
    this.inquiries = asked.map(({ leaf, request }) => (
      new Inquiry(rules.leaves[leaf], leaf, request, terms, rules, settled)
    ));
  }

  /** Asks the leaves. */
  public begin(): void {
    const { rules: { timeout, hedgeAfter }, terms: { guard } } = this;
    if (this.inquiries.length === 0) return this.finish('needless');
    this.deadline = setTimeout(() => guard(() => this.finish('late')), timeout);
    if (hedgeAfter !== undefined) this.hedging = setTimeout(() => guard(() => this.hedge()), hedgeAfter);
    // one that fails at once may be the one too many
    for (const inquiry of this.inquiries) if (!this.over) inquiry.begin();
  }

  /** Nobody waits for it any more. */
  public cancel(): void {
    this.stop('gone');
  }

  private hedge(): void {
    for (const inquiry of this.inquiries) inquiry.hedge();
  }

  private onSettled({ outcome, leaf }: Inquiry): void {
    const { inquiries, minimum, rules: { gatherer } } = this;
    const counts = outcome instanceof Answer;
    this.settled++;
    if (counts) this.answered++;
    else if (!leaf.fallback) this.lost++;
    const enough = gatherer.makes === 'nothing' && this.answered > 0;
    if (enough || this.settled === inquiries.length || (!counts && leaf.required) || (
      // with too few left to reach the minimum, waiting for them helps nobody, unless all say one thing
      inquiries.length - this.lost < minimum && !this.refused(inquiries.filter((each) => each.outcome))
    )) this.finish('needless');
  }

  private finish(end: 'late' | 'needless'): void {
    if (this.over) return;
    this.stop(end);
    const { inquiries, rules: { timeout, gatherer } } = this;
    const reason = end === 'late' ? `no answer within ${timeout} ms` : 'not waited for';
    const answers: Answer[] = [];
    const failures: LeafFailure[] = [];
    let missing: Inquiry | undefined;
    for (const inquiry of inquiries) {
      const { leaf, outcome = inquiry.failure(reason) } = inquiry;
      if (outcome instanceof Answer) {
        answers.push(outcome);
        continue;
      }
      failures.push(outcome);
      if (leaf.required) missing ??= inquiry;
      // the fastest answer is better than any fallback, and the first of these better than the others
      if (leaf.fallback && (gatherer.makes !== 'nothing' || this.answered + answers.length === 0)) {
        answers.push(leaf.fallback.standIn(inquiry.index));
      }
    }
    const isLate = (inquiry: Inquiry) => inquiry.isLate || (end === 'late' && !inquiry.outcome);
    this.done({
      asked: inquiries.length,
      minimum: this.minimum,
      answers,
      failures,
      late: missing ? isLate(missing) : inquiries.some(isLate),
      missing: missing && failures.find(({ leaf }) => leaf === missing.index),
      refused: this.refused(inquiries),
    });
  }

  /** The answers of these leaves, where they have one status, which is an error's and does not count. */
  private refused(inquiries: readonly Inquiry[]): readonly Refused[] | undefined {
    const status = inquiries[0]?.refused?.status;
    if (status === undefined || status < 400) return undefined;
    if (inquiries.some(({ refused }) => refused?.status !== status)) return undefined;
    return inquiries.map(({ refused }) => refused!);
  }

  private stop(reason: CallEnd): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.deadline);
    clearTimeout(this.hedging);
    if (this.settled === this.inquiries.length) return;
    for (const inquiry of this.inquiries) inquiry.end(reason);
  }
}
