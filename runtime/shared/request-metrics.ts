import { Counter, Durations, Histogram, Metrics } from './metrics';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What happens to requests, counted the same way by every program that answers them. */
export class RequestMetrics {
  /** Requests that hold a place: those being answered, and those whose handler still runs. */
  public inFlight = 0;
  /** Failures by kind, which the program names. */
  public readonly errors: Counter;
  private readonly requests: Counter;
  private readonly duration: Durations;

  constructor(metrics: Metrics) {
    this.requests = metrics.add(new Counter(
      'metaparticle_requests_total', 'Requests answered, by method and status code.', ['code', 'method'],
    ));
    this.duration = metrics.add(new Histogram(
      'metaparticle_request_duration_seconds', 'From the head of a request to the end of its answer.',
    )).with();
    this.errors = metrics.add(new Counter('metaparticle_errors_total', 'Failures, by kind.', ['kind']));
    metrics.reading('metaparticle_requests_in_flight', 'Requests being served.', 'gauge', () => this.inFlight);
  }

  /** Counts a request whose answer ended after `milliseconds`. */
  public answered(method: string | undefined, code: number, milliseconds: number): void {
    // clients choose methods: an unknown one must not become a time series
    this.requests.inc(code, METHODS.has(method!) ? method! : 'other');
    this.duration.observe(milliseconds / 1000);
  }
}
