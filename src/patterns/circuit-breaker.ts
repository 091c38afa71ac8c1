import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import { checkDuration, checkWhole } from '../checks/numbers';

/** When a leaf that fails is skipped, and for how long. */
export interface CircuitBreaker {
  /** After how many failed requests in a row the leaf is skipped, from 1 to 1000. */
  readonly failures: number;

  /**
   * How long the leaf is skipped then. It must be longer than zero. Afterwards one request goes there as a trial. If
   * it is answered, the leaf is asked again as before; if it fails, there is another pause.
   */
  readonly pause: Duration;
}

/** Refuses what is no circuit breaker. */
export function checkCircuitBreaker(scope: IConstruct, { failures, pause }: CircuitBreaker): void {
  checkWhole(scope, 'circuitBreaker.failures', failures, 1, 1000);
  checkDuration(scope, 'circuitBreaker.pause', pause);
}
