import { HTTP } from './dialect';
import { hopHeaders, hopLines } from './hop-headers';
import type { Patience } from './limits';
import { problemPage } from './problems';
import { streaming } from './proxying';
import { block } from './text';
import { Upstream, upstreamOf, viaService } from './upstream';

/*
 * Where requests wait while no replica of their group takes connections: servers of the same nginx, one for each
 * group, which stand last among the addresses of the group. To nginx, such a server is a replica that took a request
 * and is slow to answer. It reads no more of it than its head before a replica takes connections, so that a request
 * with a body, which cannot be repeated, is sent once. What the client sends meanwhile waits in buffers of sockets.
 */

const FIRST_PORT = 9100;
/** Numbers of our own, which tell these apart from a backend's answers; no client sees them. */
const FULL = 468;

/** Paths that no client can ask for: nginx makes one slash of two in what they ask for. */
const WAIT = '//wait';
const PROBE = '//probe';

/** Where the waiting room of a group listens. */
export function roomAddress(index: number): string {
  return `\${LOOPBACK_ADDRESS}:${FIRST_PORT + index}`;
}

/** Lines of the http block. */
export function roomVariables({ time }: Patience, groups: number): string[] {
  return [
    // Three numbers for each group.
    `js_shared_dict_zone zone=rooms:${Math.max(64, groups * 2)}k timeout=60s type=number;`,
    'js_import rooms from waiting-room.js;',
    'js_var $entries 0;',
    'js_set $left rooms.left;',
    ...block("map '' $patience", [`default ${time * 1000};`]),
    'limit_conn_zone all zone=waiting:64k;',
    'limit_conn_zone $room zone=waiting_for_one:64k;',
    // Only what has no body, and was not sent by any means.
    ...block('map "$content_length$http_transfer_encoding:$upstream_bytes_sent" $room_after_502', [
      'default @problem_502;', "'~^:[0, :]*$' @again;",
    ]),
  ];
}

/** The waiting room of a group, and the group as those see it who leave it. */
export function waitingRoom(
  group: Upstream, index: number, groups: number, patience: Patience, longest: number,
): string[] {
  const { name } = group;
  const onward = `${name}-onward`;
  const onwards = [`auth_request ${WAIT};`, `proxy_pass http://${onward};`];
  return [
    // Over new connections: while one is made, nginx sees whether the client is still there, and none can be stale.
    ...upstreamOf(onward, { ...group, keepAlive: 0 }, groups, viaService(group, groups)),
    '',
    ...block('server', [
      // What a client sends meanwhile stays with it.
      `listen ${roomAddress(index)} rcvbuf=64k;`,
      // Each probe that is refused would be a line.
      'error_log stderr crit;',
      'access_log /dev/null json if=$left;',
      'add_header x-served-by "${SERVED_BY}" always;',
      `set $room ${name};`,
      // What comes here has been looked at, and headers were added to it.
      'client_max_body_size 0;',
      'large_client_header_buffers 8 16k;',
      'ignore_invalid_headers off;',
      'underscores_in_headers on;',
      `limit_conn waiting ${patience.requests};`,
      // One that stays away leaves room for the others.
      ...groups > 1 ? [`limit_conn waiting_for_one ${Math.ceil(patience.requests / 2)};`] : [],
      `limit_conn_status ${FULL};`,
      'limit_conn_log_level warn;',
      '',
      ...hopLines,
      'proxy_http_version 1.1;',
      ...streaming,
      'proxy_set_header Host $http_host;',
      ...[...hopHeaders].map(([header, value]) => `proxy_set_header ${header} ${value};`),
      'proxy_connect_timeout 500ms;',
      // The router looks at the clock.
      `proxy_read_timeout ${longest}s;`,
      `proxy_send_timeout ${longest}s;`,
      '',
      'recursive_error_pages on;',
      ...refusals(patience),
      ...block('location /', onwards),
      ...block('location @again', onwards),
      ...block(`location = ${WAIT}`, ['internal;', 'js_content rooms.wait;']),
      ...block(`location = ${PROBE}`, probe(onward)),
    ]),
  ];
}

/**
 * The request that does nothing (RFC 9110, section 9.3.7). Whatever the answer says: there is one. Only the body of an
 * answer could be too long for the script.
 */
function probe(onward: string): string[] {
  return [
    'internal;',
    'rewrite ^ * break;',
    'proxy_method OPTIONS;',
    'proxy_pass_request_headers off;',
    'proxy_pass_request_body off;',
    'proxy_set_header Host $room;',
    "proxy_set_header Connection '';",
    "proxy_set_header Content-Length '';",
    'proxy_read_timeout 1s;',
    'proxy_next_upstream off;',
    'proxy_intercept_errors on;',
    `error_page ${WITH_A_PAGE.join(' ')} =204 @answered;`,
    `proxy_pass http://${onward};`,
  ];
}

const WITH_A_PAGE = [
  301, 302, 303, 307, 308,
  400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412, 415, 421, 422, 426, 429,
  500, 501, 503,
];

function refusals({ time }: Patience): string[] {
  const refusal = { status: 503, title: 'Service Unavailable', grpc: 14 };
  const page = (detail: string) => (
    [`default_type ${HTTP.type};`, ...HTTP.answer({ ...refusal, detail }, ['add_header retry-after 1 always;'])]
  );
  return [
    'error_page 403 500 = @not_ready;',
    ...block('location @not_ready', page(`no replica was ready within ${time} s`)),
    'error_page 502 = $room_after_502;',
    ...problemPage(502, HTTP),
    'error_page 504 @problem_504;',
    ...problemPage(504, HTTP),
    `error_page ${FULL} = @full;`,
    ...block('location @full', page('no replica is ready, and as many requests wait for one as may')),
    ...block('location @answered', ['return 204;']),
  ];
}
