import { IConstruct } from 'constructs';
import type { BackendAddress } from '../backends/backend-interface';
import { refuse } from '../checks/errors';
import { Protocol } from '../platform/protocol';

/**
 * What a router and all of its groups speak: it passes calls on, and translates none.
 * @param given what the pattern says
 * @throws where its backends speak something else, or not all the same
 */
export function protocolOf(
  scope: IConstruct, given: Protocol | undefined, addresses: readonly BackendAddress[],
): Protocol {
  const [first, ...others] = addresses.map(({ protocol = Protocol.HTTP }) => protocol);
  const other = others.find((each) => each !== first);
  if (other) refuse(scope, `backends speak ${first} and ${other}: make a pattern for each of the two`);
  if (given !== undefined && given !== first) {
    refuse(scope, `protocol is '${given}', and what it is given as backend speaks ${first}: say the same of both`);
  }
  return first;
}

/** Refuses leaves that a root cannot ask. */
export function checkLeaves(scope: IConstruct, addresses: readonly BackendAddress[]): void {
  if (addresses.every(({ protocol }) => protocol !== Protocol.GRPC)) return;
  refuse(scope, 'a leaf speaks grpc, and a root makes one answer of answers of HTTP: give it leaves that speak HTTP');
}
