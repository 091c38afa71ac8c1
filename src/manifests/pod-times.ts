import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import { refuse } from '../checks/errors';
import { checkDuration, millisOf } from '../checks/numbers';
import type { PodOptions } from '../platform/pod-options';

/**
 * kube-proxy knows within one second that a pod is leaving, and routers ask DNS every five; what they still send to it
 * then, a stopping program of ours refuses in a way that costs no request. Whoever hears of it later, as the load
 * balancers of some clouds do, needs more.
 */
const DRAIN = Duration.seconds(5);

/** Seconds that a program needs to end, once it has cut what is still open. */
const END = 5;

/** Seconds from the start of a pod's end to the stop signal. */
export function drainOf(scope: IConstruct, { drain = DRAIN }: PodOptions): number {
  return wholeSeconds(scope, 'pods.drain', drain);
}

/**
 * Seconds from the start of a pod's end to SIGKILL.
 * @param stop of these after the stop signal, where no option says
 */
export function graceOf(scope: IConstruct, options: PodOptions, stop: number): number {
  const drain = drainOf(scope, options);
  const { terminationGracePeriod: given } = options;
  if (!given) return drain + stop;
  const grace = wholeSeconds(scope, 'pods.terminationGracePeriod', given);
  if (grace <= drain) {
    refuse(scope, `pods.terminationGracePeriod is ${grace} s, of which drain takes ${drain}: give more, or lower `
      + 'pods.drain');
  }
  return grace;
}

/**
 * How long a program of ours waits for open requests after the stop signal: by its own time-out, where no option says.
 */
export function timeToFinish(scope: IConstruct, options: PodOptions, byDefault: Duration): Duration {
  if (!options.terminationGracePeriod) return byDefault;
  // Never nothing, which would be for ever to nginx.
  return Duration.seconds(Math.max(1, graceOf(scope, options, 0) - drainOf(scope, options) - END));
}

/** Seconds after the stop signal that a program of ours gets, by how long it waits for open requests. */
export function stopAfter(finish: Duration): number {
  return Math.ceil(finish.toMilliseconds() / 1000) + END;
}

/** Seconds that a start may take, where nothing is said of it. */
export const START = 60;

/** Seconds until Kubernetes calls a rollout stuck, where nothing is said of it. */
const PROGRESS = 600;

/**
 * Seconds until a rollout without progress is called stuck; undefined for Kubernetes' own ten minutes.
 * @param start seconds that a pod may take to start
 */
export function progressDeadline(scope: IConstruct, given: Duration | undefined, start: number): number | undefined {
  if (!given) return start > START ? PROGRESS + start - START : undefined;
  const seconds = wholeSeconds(scope, 'pods.progressDeadline', given);
  if (seconds <= start) {
    refuse(scope, `pods.progressDeadline is ${seconds} s, and a pod may take ${start} s to start: give more, `
      + 'or lower startupTime');
  }
  return seconds;
}

/**
 * A duration as Kubernetes counts it.
 * @throws where it has no whole seconds, or none
 */
export function wholeSeconds(scope: IConstruct, property: string, duration: Duration): number {
  const millis = millisOf(scope, property, duration);
  if (!(millis >= 1000 && millis % 1000 === 0)) {
    refuse(scope, `${property} is ${millis} ms: give whole seconds, 1 or more`);
  }
  checkDuration(scope, property, duration);
  return millis / 1000;
}
