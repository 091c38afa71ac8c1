import { block } from './text';

/*
 * What may be idle for longer than others: WebSockets, and requests that accept server-sent events. nginx takes no
 * variable for how long a replica may be silent, so that these go on in locations of their own, which are as those of
 * others but for this time. Their names end with `$idling`, which is empty for others.
 */

const SUFFIX = '_idling';

/** Seconds after a silence, within which other replicas may refuse before one is found. */
export const NEXT_TRY = 5;

/** A number of our own, which tells this apart from a backend's answers; no client sees it. */
const MAY_IDLE = 462;

/** Lines of the http block: `$idling`. */
export function idleVariables(): string[] {
  return [
    ...block('map $http_accept $accepts_events', [
      "default '';",
      `text/event-stream ${SUFFIX};`,
      `'~*(?:^|,)[ \\t]*text/event-stream[ \\t]*(?:[,;]|$)' ${SUFFIX};`,
    ]),
    ...block('map $upgrade $idling', ['default $accepts_events;', `websocket ${SUFFIX};`]),
  ];
}

/** The name of a location for what may be idle, by the name of the one for others. */
export function idleName(location: string): string {
  return `${location}${SUFFIX}`;
}

/** Lines that come first in a location: what may be idle leaves it. */
export const leaveToIdle = [`if ($idling) { return ${MAY_IDLE}; }`];

/** Lines of the server: where it goes. A named location keeps method and body. */
export function idleRedirect(location: string): string[] {
  return [`error_page ${MAY_IDLE} = ${location};`];
}

/**
 * Lines of a location for what may be idle for so many seconds. What a replica does not read is not idle: it has the
 * time that others have.
 */
export function idleTimes(seconds: number): string[] {
  return [`proxy_read_timeout ${seconds}s;`, `proxy_next_upstream_timeout ${seconds + NEXT_TRY}s;`];
}
