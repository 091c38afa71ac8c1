import type { Call } from './call';
import { Counter, Histogram, Metrics } from '../shared/metrics';

/** What came of a request to a leaf: `late` when the time was up, `cancelled` when nobody waited for it any more. */
export type CallOutcome = 'answer' | 'failure' | 'late' | 'cancelled';

/** What happens to the requests that a root sends, by leaf. */
export class LeafMetrics {
  private readonly requests: Counter;
  private readonly extra: Counter;
  private readonly duration: Histogram;

  constructor(metrics: Metrics) {
    this.requests = metrics.add(new Counter('metaparticle_leaf_requests_total', 'Requests to a leaf, by what came of them.', ['leaf', 'outcome']));
    this.extra = metrics.add(new Counter('metaparticle_leaf_extra_requests_total', 'Further requests to another replica: retries and hedges.', ['leaf', 'kind']));
    this.duration = metrics.add(new Histogram('metaparticle_leaf_request_duration_seconds', 'From a request to a leaf to its whole answer.', ['leaf']));
  }

  public settled({ leaf: { name }, start, retries, hedged }: Call, outcome: CallOutcome): void {
    this.requests.inc(name, outcome);
    if (outcome === 'answer') this.duration.observe((performance.now() - start) / 1000, name);
    if (retries > 0) this.extra.add(retries, name, 'retry');
    if (hedged) this.extra.inc(name, 'hedge');
  }
}
