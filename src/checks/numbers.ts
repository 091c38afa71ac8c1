import { Duration, Size } from 'cdk8s';
import { IConstruct } from 'constructs';
import { attempt } from './arguments/shown';
import { refuse } from './errors';
import { kibibytes } from './sizes';

/** The largest of many whole numbers: of Kubernetes' fields, of user ids, of the milliseconds of a timer. */
export const LARGEST = 2 ** 31 - 1;

/** Refuses what is not a whole number from `least` to `most`. */
export function checkWhole(
  scope: IConstruct, property: string, value: number, least: number, most: number, remedy = '',
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  refuse(
    scope, `${property} is ${value}: it must be a whole number from ${least} to ${most}${remedy && `; ${remedy}`}`,
  );
}

/** Refuses what is no TCP port. */
export function checkPort(scope: IConstruct, property: string, port: number): void {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return;
  refuse(scope, `${property} is ${port}: a TCP port is a whole number from 1 to 65535`);
}

/** Refuses a duration of nothing, and one that no timer can wait for: with more milliseconds it would fire at once. */
export function checkDuration(scope: IConstruct, property: string, duration: Duration): void {
  const millis = millisOf(scope, property, duration);
  if (millis <= 0) refuse(scope, `${property} is ${millis} ms: it must be longer than nothing`);
  if (millis > LARGEST) {
    refuse(scope, `${property} is ${millis} ms: it may be ${LARGEST} ms at most, which is 24 days`);
  }
}

/**
 * A duration in milliseconds.
 * @throws where it is no whole number of them: cdk8s would throw too, and does not know of which property
 */
export function millisOf(scope: IConstruct, property: string, duration: Duration): number {
  return attempt(() => duration.toMilliseconds(), undefined)
    ?? refuse(scope, `${property} is ${duration.toHumanString() || 'NaN'}: it must be a whole number of milliseconds`);
}

/** Refuses a size of nothing. */
export function checkSize(scope: IConstruct, property: string, size: Size): void {
  const value = kibibytes(size);
  // Asked this way around, NaN is refused too: in JSON it would be null.
  if (!(value > 0)) refuse(scope, `${property} is ${value}: it must be larger than nothing`);
}
