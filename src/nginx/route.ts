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
  locations: ([upstream], _, idleTimeout) => (
    passingLocations({ location: '/', pass: [`proxy_pass http://${upstream};`], idleTimeout })
  ),
};
