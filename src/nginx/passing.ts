import { idleName, idleRedirect, idleTimes, leaveToIdle } from './idle';
import { onceMoreLocation } from './once-more';
import { block } from './text';

/** The locations that pass requests on: the one where they arrive, and those where some of them go on. */
export interface Passing {
  /** Where they arrive. */
  readonly location: string;
  /** Lines that come before the others there. */
  readonly first?: readonly string[];
  /** How they are passed on. */
  readonly pass: readonly string[];
  /** Seconds that WebSockets and event streams may be idle, where that is not as for all else. */
  readonly idleTimeout?: number;
}

/** Those locations, as lines of the server. */
export function passingLocations({ location, first = [], pass, idleTimeout }: Passing): string[] {
  if (idleTimeout === undefined) {
    return [...block(`location ${location}`, [...first, ...pass]), ...onceMoreLocation(pass)];
  }
  const idle = idleName('@pass');
  const passIdle = [...pass, ...idleTimes(idleTimeout)];
  return [
    ...block(`location ${location}`, [...first, ...leaveToIdle, ...pass]),
    ...onceMoreLocation(pass),
    ...idleRedirect(idle),
    ...block(`location ${idle}`, passIdle),
    ...onceMoreLocation(passIdle, idleName),
  ];
}
