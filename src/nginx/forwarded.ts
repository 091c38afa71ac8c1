import { block, snake } from './text';

/**
 * The host and port that the request is for: of its target, else of its Host header, in lower case. `$host` alone has
 * no port, and `$http_host` is another host than the target's where that names one (RFC 9112, section 3.2.2).
 */
export const AUTHORITY = '$host$is_request_port$request_port';

/** What clients speak to us. */
const SCHEME = 'http';

/** What only a gateway can know of the client: we have nothing to say of it ourselves. */
const PASSED = ['Forwarded', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Real-IP'];

/*
 * What a trusted gateway in front of us said of the client stays; of anyone else nothing does, because whoever reads
 * these headers behind us takes them for the truth.
 *
 * Every variable here is a part of what a request costs, and a map costs as much as ten that are set: what a gateway
 * said is looked up for gateways only, and most of that without a regular expression.
 */

/**
 * Lines of the http block: who is trusted, and what they said.
 *
 * @param trustedProxies addresses and networks
 * @param replaced whether `$remote_addr` is the address of a client that a proxy named: then another variable says who
 * opened the connection
 */
export function forwardedVariables(trustedProxies: readonly string[], replaced: boolean): string[] {
  return [
    // Without a variable it is the address of the connection, which need not be read from a text.
    ...block(`geo ${replaced ? '$realip_remote_addr ' : ''}$from_proxy`, [
      'default 0;', ...trustedProxies.map((network) => `${network} 1;`),
    ]),
    ...block('map $http_x_forwarded_for $claimed_chain', ["default '$http_x_forwarded_for, ';", "'' '';"]),
    // Of a list the first counts: what the gateway saw that is nearest to the client. A WebSocket's scheme is that of
    // its handshake. Anything else is no scheme. What most requests have stands first and as a text: only the rest is
    // matched with a regular expression.
    ...block('map $http_x_forwarded_proto $claimed_proto', [
      `default ${SCHEME};`, `http ${SCHEME};`, 'https https;', "'~*^[ \\t,]*(?:https|wss)[ \\t]*(?:,|$)' https;",
    ]),
    ...block('map $http_x_forwarded_host $claimed_host', ['default $http_x_forwarded_host;', `'' ${AUTHORITY};`]),
  ];
}

/** Lines of the public server that set the variables of `forwardedHeaders`. */
export const forwardedLines = [
  "set $forwarded_chain '';",
  `set $forwarded_proto ${SCHEME};`,
  `set $forwarded_host ${AUTHORITY};`,
  ...PASSED.map((header) => `set ${proxied(header)} '';`),
  ...block('if ($from_proxy)', [
    'set $forwarded_chain $claimed_chain;',
    'set $forwarded_proto $claimed_proto;',
    'set $forwarded_host $claimed_host;',
    ...PASSED.map((header) => `set ${proxied(header)} $http_${snake(header)};`),
  ]),
];

/** The headers that tell a replica of the client, and their values. */
export const forwardedHeaders = new Map([
  // This variable is of whoever opened the connection, also where that is `$remote_addr`.
  ['X-Forwarded-For', '$forwarded_chain$realip_remote_addr'],
  ['X-Forwarded-Proto', '$forwarded_proto'],
  ['X-Forwarded-Host', '$forwarded_host'],
  ...PASSED.map((header) => [header, proxied(header)] as const),
]);

function proxied(header: string): string {
  return `$proxied_${snake(header)}`;
}
