import type { Dialect } from './dialect';
import { idleName, idleRedirect, idleTimes, leaveToIdle } from './idle';
import { onceMoreLocation } from './once-more';
import { block } from './text';
import type { Ways } from './way-lines';

/** The locations that pass requests on: the one where they arrive, and those where some of them go on. */
export interface Passing {
  /** Where they arrive. */
  readonly location: string;
  /** Lines that come before the others there. */
  readonly first?: readonly string[];
  /** How they are passed on, by each of the ways. */
  readonly passes: readonly (readonly string[])[];
  readonly dialect: Dialect;
  /** Seconds that WebSockets and event streams may be idle, where that is not as for all else. */
  readonly idleTimeout?: number;
}

/** A number of our own, which tells this apart from a backend's answers; no client sees it. */
const BY_WAY = 463;
const PASS = '@pass';

/**
 * Lines of the http block: `$way`, where there are several. It is the end of the names of locations, as `$idling` is:
 * much of what says how requests are passed on takes no variable.
 */
export function wayVariables({ all, ofGroups }: Ways, group: string): string[] {
  if (all.length === 1) return [];
  return block(`map ${group} $way`, [
    `default ${wayName(0)};`,
    ...ofGroups.flatMap((way, index) => way === 0 ? [] : [`${index} ${wayName(way)};`]),
  ]);
}

/** Those locations, as lines of the server. */
export function passingLocations({ location, first = [], passes, dialect, idleTimeout }: Passing): string[] {
  const [pass] = passes;
  if (passes.length === 1) {
    return [...byOneWay({ location, first, pass, way: '', dialect, idleTimeout }), ...idle('')];
  }
  return [
    ...block(`location ${location}`, [...first, `return ${BY_WAY};`]),
    `error_page ${BY_WAY} = ${PASS}$way;`,
    ...passes.flatMap((each, index) => {
      const way = wayName(index);
      return byOneWay({ location: `${PASS}${way}`, first: [], pass: each, way, dialect, idleTimeout });
    }),
    ...idle('$way'),
  ];

  function idle(way: string): string[] {
    return idleTimeout === undefined ? [] : idleRedirect(`${idleName(PASS)}${way}`);
  }
}

interface OneWay extends Required<Omit<Passing, 'passes' | 'idleTimeout'>> {
  readonly pass: readonly string[];
  /** The end of the names of its further locations. */
  readonly way: string;
  readonly idleTimeout?: number;
}

function byOneWay({ location, first, pass, way, dialect, idleTimeout }: OneWay): string[] {
  // Every call of gRPC is a POST, which is not sent twice.
  if (dialect.module === 'grpc') return block(`location ${location}`, [...first, ...pass]);
  const called = (name: string) => `${name}${way}`;
  if (idleTimeout === undefined) {
    return [...block(`location ${location}`, [...first, ...pass]), ...onceMoreLocation(pass, called)];
  }
  const passIdle = [...pass, ...idleTimes(idleTimeout)];
  const idling = (name: string) => called(idleName(name));
  return [
    ...block(`location ${location}`, [...first, ...leaveToIdle, ...pass]),
    ...onceMoreLocation(pass, called),
    ...block(`location ${idling(PASS)}`, passIdle),
    ...onceMoreLocation(passIdle, idling),
  ];
}

function wayName(way: number): string {
  return `_${way}`;
}
