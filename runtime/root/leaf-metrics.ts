import type { CircuitCounts } from './circuit';
import { Counter, Gauge, Histogram, Metrics } from '../shared/metrics';

/** What came of a request to a leaf: `late` when the time was up, `cancelled` when nobody waited for it any more. */
export type CallOutcome = 'answer' | 'failure' | 'late' | 'cancelled';

/** What is counted of a request to a leaf. */
interface Counted {
  /** When it began, in milliseconds. */
  readonly start: number;
  readonly retries: number;
  readonly hedged: boolean;
  /** Further ones because the leaf had said when. */
  readonly repeats: number;
}

/** What happens to the requests that a root sends, by leaf. */
export class LeafMetrics {
  private readonly requests: Counter;
  private readonly extra: Counter;
  private readonly duration: Histogram;
  private readonly replicas: Gauge;

  private circuits?: Gauge;

  constructor(private readonly metrics: Metrics) {
    this.requests = metrics.add(new Counter(
      'metaparticle_leaf_requests_total', 'Requests to a leaf, by what came of them.', ['leaf', 'outcome'],
    ));
    this.extra = metrics.add(new Counter(
      'metaparticle_leaf_extra_requests_total',
      'Further requests: retries and hedges to another replica, those after a Retry-After.',
      ['leaf', 'kind'],
    ));
    this.duration = metrics.add(new Histogram(
      'metaparticle_leaf_request_duration_seconds', 'From a request to a leaf to its whole answer.', ['leaf'],
    ));
    this.replicas = metrics.add(new Gauge(
      'metaparticle_leaf_replicas', 'Replicas of a leaf that DNS tells of; with 0, its Service is asked.', ['leaf'],
    ));
  }

  /** The counts of one leaf. */
  public of(leaf: string): LeafCounts {
    const [answer, failure, late, cancelled] = ['answer', 'failure', 'late', 'cancelled'].map((outcome) => (
      this.requests.with(leaf, outcome)
    ));
    const [retries, hedges, repeats] = ['retry', 'hedge', 'retry-after'].map((kind) => this.extra.with(leaf, kind));
    return new LeafCounts(
      { answer, failure, late, cancelled }, { retries, hedges, repeats }, this.duration.with(leaf),
      this.replicas.with(leaf),
    );
  }

  /** Those of a leaf that may be skipped. */
  public ofCircuit(leaf: string): CircuitCounts {
    this.circuits ??= this.metrics.add(new Gauge(
      'metaparticle_leaf_circuit_open', '1 while a leaf is skipped because its last requests failed.', ['leaf'],
    ));
    return { open: this.circuits.with(leaf), skipped: this.requests.with(leaf, 'skipped') };
  }
}

/**
 * The counts of one leaf. They are there, as zeros, before the first request: a rate can then be told from the start.
 */
export class LeafCounts {
  constructor(
    private readonly outcomes: Readonly<Record<CallOutcome, { count: number }>>,
    private readonly extra: Readonly<Record<'retries' | 'hedges' | 'repeats', { count: number }>>,
    private readonly duration: { observe(seconds: number): void }, readonly replicas: { value: number },
  ) {}

  public settled({ start, retries, hedged, repeats }: Counted, outcome: CallOutcome): void {
    this.outcomes[outcome].count++;
    if (outcome === 'answer') this.duration.observe((performance.now() - start) / 1000);
    this.extra.retries.count += retries;
    this.extra.repeats.count += repeats;
    if (hedged) this.extra.hedges.count++;
  }
}
