import type { Dialect } from './dialect';
import type { KeyScript } from './key-lines';
import type { Upstream } from './upstream';
import type { Pass } from './way-lines';

/** What a route adds to a router's configuration: all that is known of its kind. */
export interface RouteLines {
  /** The script that finds a request's key, if it needs one. */
  readonly script?: KeyScript;
  /** Whether code of the user's runs in the router: it can hang there. */
  readonly runsUserCode: boolean;
  /** Whether the group may be chosen by a header. */
  readonly readsHeaders: boolean;
  /** Whether the address of a client is the one that proxies name. */
  readonly replacesClient: boolean;
  /** Fields of the access log, as JSON. */
  readonly logFields: { readonly [name: string]: string };
  /** Lines of the http block. */
  readonly variables: readonly string[];
  /** Headers of every answer, as lines. */
  readonly headers: readonly string[];
  /** A variable that has the number of the group. */
  readonly group: string;
  /** How a replica of a group is chosen, where it is not the one with the fewest open requests. */
  readonly balancing?: readonly string[];
  /** Parameters of the lines by which a Service stands in for replicas, where they are more than `backup`. */
  readonly lastResort?: string;
  /** Further upstreams of a group. */
  readonly upstreams?: (group: Upstream, groups: number) => string[];
  /**
   * Where a request goes that got no answer, before all other rules: lines of a map of method, body and addresses (see
   * once-more.ts).
   */
  readonly after502?: readonly string[];
  /** Locations of the public server: how a request gets its group and goes there. */
  readonly locations: (to: GroupLines) => string[];
}

/**
 * The name of the group that a request goes to: where there are several, they are called alike but for the number at
 * the end.
 * @param number what has it
 */
export function groupName(groups: readonly string[], number: string): string {
  return groups[0].replace(/0$/, number);
}

/** The groups that a request may go to. */
export interface GroupLines {
  /** Their names. */
  readonly groups: readonly string[];
  /** How requests go on by each of the ways to them. */
  readonly passes: readonly Pass[];
  readonly dialect: Dialect;
  /** Headers of every answer of the router, as lines: those of a location take the place of the server's. */
  readonly always: readonly string[];
  /** Seconds that WebSockets and event streams may be idle, where that is not as for all else. */
  readonly idleTimeout?: number;
}
