import { passingLocations } from './passing';
import type { RouteLines } from './route-lines';
import { shardLines, ShardRoute } from './shard-route';

/** How a group is chosen: there is one only, or each owns a part of the keys. */
export type Route = { readonly kind: 'single' } | ShardRoute;

/** The lines for a route. */
export function linesOf(route: Route): RouteLines {
  switch (route.kind) {
    case 'single':
      return SINGLE;
    case 'shard':
      return shardLines(route);
  }
}

const SINGLE: RouteLines = {
  runsUserCode: false,
  readsHeaders: false,
  replacesClient: false,
  logFields: {},
  variables: [],
  headers: [],
  group: '0',
  locations: ({ groups: [group], passes, dialect, idleTimeout }) => (
    passingLocations({ location: '/', passes: passes.map((pass) => pass(group)), dialect, idleTimeout })
  ),
};
