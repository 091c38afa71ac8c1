import { block } from './text';

/*
 * nginx gives a request that fails to another replica, but not when the addresses of the group have changed since the
 * request began: it then answers 502 at once (`rrp->config != *peers->config` in ngx_http_upstream_round_robin.c: "no
 * live upstreams"). That meets requests which waited for a replica that fell silent, while DNS heard of it; and those
 * that tried to connect to a pod that is gone, while DNS heard of that. They begin again, once.
 */

/** Where to begin again. */
const LOCATION = '@once_more';

/**
 * Lines of the http block: `$after_502`, where a request goes that got no answer.
 * @param mayIdle whether there is `$idling`
 * @param severalWays whether there is `$way`
 * @param first lines that come before the others
 */
export function onceMoreVariables(
  mayIdle: boolean, severalWays: boolean, first: readonly string[] = [],
): string[] {
  // Only where an address was tried before the group gave up (its name, without a port, stands last), and only what is
  // safe to repeat. Without a body: it streams through, and what was read of it is gone.
  return block('map "$request_method:$content_length$http_transfer_encoding:$upstream_addr" $after_502', [
    'default @problem_502;',
    ...first,
    `"~^(GET|HEAD|OPTIONS)::.+, [^:, ]+$" ${LOCATION}${mayIdle ? '$idling' : ''}${severalWays ? '$way' : ''};`,
  ]);
}

/**
 * The location that begins again: as the one where the request began, but whatever ends it here ends it.
 * @param called its name, by that without an end
 */
export function onceMoreLocation(pass: readonly string[], called: (name: string) => string): string[] {
  return block(`location ${called(LOCATION)}`, [
    ...pass, 'error_page 502 @problem_502;', 'error_page 504 @problem_504;',
  ]);
}
