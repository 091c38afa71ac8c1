import { affinityLines, AffinityRoute } from './affinity-route';
import { passingLocations } from './passing';
import type { RouteLines } from './route-lines';
import { shardLines, ShardRoute } from './shard-route';
import { stickyLines, StickyRoute } from './sticky-route';

/** How a group, or a replica of one, is chosen: there is one group only, or each owns a part of the keys. */
export type Route = { readonly kind: 'single' } | AffinityRoute | StickyRoute | ShardRoute;

/** The lines for a route. */
export function linesOf(route: Route): RouteLines {
  switch (route.kind) {
    case 'single':
      return SINGLE;
    case 'affinity':
      return affinityLines(route);
    case 'sticky':
      return stickyLines(route);
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
