import { block } from './text';

/** What only a gateway can know of the client: we have nothing to say of it ourselves. */
const PASSED = ['Forwarded', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Real-IP'];

/**
 * What a trusted gateway in front of us said of the client stays; of anyone else nothing does, because whoever reads these headers
 * behind us takes them for the truth.
 *
 * `$realip_remote_addr` is who opened the connection, whether or not `$remote_addr` was replaced by a client's address. Maps by plain
 * values only: a regular expression for each header would cost a twentieth of a request.
 *
 * @param trustedProxies addresses and networks
 */
export function forwardedVariables(trustedProxies: readonly string[]): string[] {
  return [
    ...block('geo $realip_remote_addr $from_proxy', ['default 0;', ...trustedProxies.map((network) => `${network} 1;`)]),
    ...block('map $http_x_forwarded_for $forwarded_chain', [
      "default '$http_x_forwarded_for, $realip_remote_addr';",
      "'' $realip_remote_addr;",
    ]),
    ...block('map $from_proxy $forwarded_for', ['default $realip_remote_addr;', '1 $forwarded_chain;']),
    ...claim('proto', '$scheme'),
    ...claim('host', '$host'),
    ...PASSED.flatMap((header) => block(`map $from_proxy ${proxied(header)}`, ["default '';", `1 $http_${snake(header)};`])),
  ];
}

/** The headers that tell a replica of the client. An empty one is not sent. */
export function forwardedHeaders(): string[] {
  return [
    'proxy_set_header X-Forwarded-For $forwarded_for;',
    'proxy_set_header X-Forwarded-Proto $forwarded_proto;',
    'proxy_set_header X-Forwarded-Host $forwarded_host;',
    ...PASSED.map((header) => `proxy_set_header ${header} ${proxied(header)};`),
  ];
}

function claim(what: string, own: string): string[] {
  const received = `$http_x_forwarded_${what}`;
  return [
    ...block(`map ${received} $claimed_${what}`, [`default ${received};`, `'' ${own};`]),
    ...block(`map $from_proxy $forwarded_${what}`, [`default ${own};`, `1 $claimed_${what};`]),
  ];
}

function proxied(header: string): string {
  return `$proxied_${snake(header)}`;
}

function snake(header: string): string {
  return header.toLowerCase().replace(/-/g, '_');
}
