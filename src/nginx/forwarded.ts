import { block, snake } from './text';

/**
 * The host and port that the request is for: of its target, else of its Host header, in lower case. `$host` alone has
 * no port, and `$http_host` is another host than the target's where that names one (RFC 9112, section 3.2.2).
 */
export const AUTHORITY = '$host$is_request_port$request_port';

/** What only a gateway can know of the client: we have nothing to say of it ourselves. */
const PASSED = ['Forwarded', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Real-IP'];

/**
 * What a trusted gateway in front of us said of the client stays; of anyone else nothing does, because whoever reads
 * these headers behind us takes them for the truth.
 *
 * Every variable here is a part of what a request costs, so there are as few as can be, and none needs a
 * regular expression.
 *
 * @param trustedProxies addresses and networks
 * @param replaced whether `$remote_addr` is the address of a client that a proxy named: then another variable says who
 * opened the connection
 */
export function forwardedVariables(trustedProxies: readonly string[], replaced: boolean): string[] {
  const peer = replaced ? '$realip_remote_addr' : '$remote_addr';
  return [
    ...block(`geo ${peer} $from_proxy`, ['default 0;', ...trustedProxies.map((network) => `${network} 1;`)]),
    ...replaced ? block('map $http_x_forwarded_for $forwarded_chain', [
      `default '$http_x_forwarded_for, ${peer}';`, `'' ${peer};`,
    ]) : [],
    ...block('map $from_proxy $forwarded_for', [
      `default ${peer};`, `1 ${replaced ? '$forwarded_chain' : '$proxy_add_x_forwarded_for'};`,
    ]),
    // Of a list the first counts: what the gateway saw that is nearest to the client. A WebSocket's scheme is that of
    // its handshake. Anything else is no scheme. What most requests have stands first and as a text: only the rest is
    // matched with a regular expression.
    ...block('map $from_proxy$http_x_forwarded_proto $forwarded_proto', [
      'default $scheme;', '0 $scheme;', '1 $scheme;', '1http http;', '1https https;',
      "'~*^1[ \\t,]*(?:https|wss)[ \\t]*(?:,|$)' https;",
      "'~*^1[ \\t,]*(?:http|ws)[ \\t]*(?:,|$)' http;",
    ]),
    ...block('map $http_x_forwarded_host $claimed_host', ['default $http_x_forwarded_host;', `'' ${AUTHORITY};`]),
    ...block('map $from_proxy $forwarded_host', [`default ${AUTHORITY};`, '1 $claimed_host;']),
    ...PASSED.flatMap((header) => block(`map $from_proxy ${proxied(header)}`, [
      "default '';", `1 $http_${snake(header)};`,
    ])),
  ];
}

/** The headers that tell a replica of the client, and their values. */
export const forwardedHeaders = new Map([
  ['X-Forwarded-For', '$forwarded_for'],
  ['X-Forwarded-Proto', '$forwarded_proto'],
  ['X-Forwarded-Host', '$forwarded_host'],
  ...PASSED.map((header) => [header, proxied(header)] as const),
]);

function proxied(header: string): string {
  return `$proxied_${snake(header)}`;
}
