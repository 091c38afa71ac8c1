import { IConstruct } from 'constructs';
import type { Target } from './front';
import type { RouterOptions } from './router-options';
import { refuse } from '../checks/errors';
import type { Route } from '../nginx/route';

/** Refuses what a router cannot do with gRPC. */
export function checkGrpc(
  pattern: IConstruct, route: Route, buffering: boolean, targets: readonly Target[], { idleTimeout }: RouterOptions,
): void {
  const from = route.kind === 'shard' ? route.key.from : undefined;
  const remedy = 'choose the shard by metadata, ShardKey.fromHeader(…), or by the method, ShardKey.fromPath(…)';
  if (buffering) {
    refuse(pattern, 'key is read from the body, and in gRPC a body is a stream of messages that only the program '
      + `reads: ${remedy}`);
  }
  if (from === 'query') refuse(pattern, `key is a query parameter, and calls of gRPC have none: ${remedy}`);
  if (idleTimeout) {
    refuse(pattern, 'router.idleTimeout is given, and a router cannot tell a stream of gRPC from another call: give '
      + 'router.timeout, for which every call may be silent');
  }
  for (const { name, address } of targets) {
    if (address.callerHeaders?._spec.kind === 'only') {
      refuse(pattern, `${name} has CallerHeaders.only, and of gRPC nginx can only leave out metadata that has a name: `
        + 'use CallerHeaders.allBut(…)');
    }
  }
}
