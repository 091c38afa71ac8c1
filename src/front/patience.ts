import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import type { Target } from './front';
import { refuse } from '../checks/errors';
import { Protocol } from '../platform/protocol';

/** Seconds that requests wait for a backend whose pods go down before their successors start. */
const DEFAULT = 30;

/** What a router does, as far as it decides whether requests can wait there. */
export interface Waited {
  readonly protocol: Protocol;
  readonly targets: readonly Target[];
  readonly timeout: Duration;
}

/**
 * How long requests wait for replicas; undefined where they do not.
 * @param given a whole number of seconds, if the user says one
 * @throws where they cannot wait, or not for so long
 */
export function patienceOf(
  pattern: IConstruct, { protocol, targets, timeout }: Waited, given: Duration | undefined,
): Duration | undefined {
  const why = whyNot(protocol, targets);
  if (!given) {
    const inPlace = targets.some(({ address }) => address.restartsInPlace);
    return inPlace && !why ? Duration.seconds(Math.min(DEFAULT, timeout.toSeconds())) : undefined;
  }
  const seconds = given.toSeconds();
  if (seconds === 0) return undefined;
  if (why) refuse(pattern, `router.patience is ${seconds} s, but ${why}: leave it out`);
  if (seconds > timeout.toSeconds()) {
    refuse(pattern, `router.patience is ${seconds} s, and router.timeout ${timeout.toSeconds()} s, `
      + 'of which it is a part: lower it, or raise router.timeout');
  }
  return given;
}

function whyNot(protocol: Protocol, targets: readonly Target[]): string | undefined {
  if (protocol === Protocol.GRPC) return 'calls of gRPC do not wait, since their clients try again by themselves';
  const secure = targets.find(({ address }) => address.tls);
  return secure && `${secure.name} is spoken to by TLS, and requests wait in clear text only`;
}
