import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import { checkDuration, checkWhole } from '../checks/numbers';

/** When a leaf that fails is spared requests, and for how long. */
export interface CircuitBreaker {
  /** How many requests in a row must have failed, from 1 to 1000. */
  readonly failures: number;

  /**
   * How long the leaf is skipped then, more than nothing. Afterwards a single request goes there as a trial: when that
   * is answered the leaf is back, and when it fails there is another pause.
   */
  readonly pause: Duration;
}

/** Refuses what is no circuit breaker. */
export function checkCircuitBreaker(scope: IConstruct, { failures, pause }: CircuitBreaker): void {
  checkWhole(scope, 'circuitBreaker.failures', failures, 1, 1000);
  checkDuration(scope, 'circuitBreaker.pause', pause);
}
