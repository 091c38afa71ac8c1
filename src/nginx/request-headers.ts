import { believedTwins, twins } from './all-headers';
import type { Dialect } from './dialect';
import { AUTHORITY, forwardedHeaders } from './forwarded';
import { hopHeaders } from './hop-headers';
import { quoted, snake } from './text';
import type { HeaderWay, Way } from '../contract';

/** What describes a body, and a WebSocket's handshake: it goes along whatever else of the caller's does. */
const NEEDED = [
  'Content-Type', 'Content-Encoding', 'Content-Language', 'Content-Location', 'Content-Disposition', 'Content-Range',
  'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions',
];

/** What requests get on every way. An empty header is not sent. */
const ALWAYS = new Map([
  ['Host', AUTHORITY],
  ...hopHeaders,
  ...forwardedHeaders,
  ['X-Request-Id', '$request_id_or_new'],
  // Ours to say, in answers; and what CGI programs would take for their own settings (https://httpoxy.org).
  ['X-Shard', "''"],
  ['Proxy', "''"],
  // These end here (RFC 9110, section 7.6.1), besides those that nginx never passes on. What a client names in
  // Connection is passed on: it could else remove the key, or what a gateway in front has added.
  ['Proxy-Connection', "''"],
  ['Trailer', "''"],
]);
/**
 * Those of them that nginx writes itself in HTTP/2. `:authority` is the name of the group then: nginx before 1.31
 * sends what is set as Host in a header of that name, which some servers do not read.
 */
const HTTP2 = new Set(['Host', ...hopHeaders.keys(), 'Proxy-Connection', 'Trailer']);
/** Those of them that tell of the caller. */
const TELLING = new Set([...forwardedHeaders.keys(), 'X-Request-Id'].map((name) => name.toLowerCase()));

/** The lines that say with which headers requests go on. */
export function requestHeaders({ module }: Dialect, allHeaders: boolean, way: Way = {}): string[] {
  const { headers = [], only, without = [], host } = way;
  const always = [...ALWAYS].filter(([name]) => module === 'proxy' || !HTTP2.has(name));
  const set = new Map(always.map(([name, value]) => [name.toLowerCase(), { name, value }]));
  const put = (name: string, value: string) => { set.set(name.toLowerCase(), { name, value }); };
  for (const name of TELLING) if (only && !only.includes(name)) put(set.get(name)!.name, "''");
  for (const name of only ? NEEDED : []) put(name, `$http_${snake(name)}`);
  for (const name of only ?? []) if (!TELLING.has(name)) put(name, `$http_${snake(name)}`);
  for (const name of without) put(set.get(name)?.name ?? name, "''");
  if (host !== undefined) put('Host', quoted(host));
  for (const header of headers) put(header.name, valueOf(header));
  return [
    ...only ? ['proxy_pass_request_headers off;'] : [],
    ...[...set.values()].map(({ name, value }) => `${module}_set_header ${name} ${value};`),
    ...(allHeaders ? [...believedTwins, ...without.flatMap(twins)] : [])
      .map((name) => `${module}_set_header ${name} '';`),
  ];
}

/** Lines of the http block: what the values of a way's headers are made of. */
export function headerVariables(ways: readonly (Way | undefined)[]): string[] {
  const headers = ways.flatMap((way) => way?.headers ?? []);
  const secrets = new Set(headers.flatMap(({ secret }) => secret ?? []));
  return [
    // In a value, nginx has no other way to write one.
    ...headers.some(({ text }) => text.includes('$')) ? ["geo $dollar { default '$'; }"] : [],
    // Not a map, which would read variables in the value.
    ...[...secrets].map((secret) => `geo $${secret.toLowerCase()} { default "\${${secret}}"; }`),
  ];
}

function valueOf({ text, secret }: HeaderWay): string {
  const literal = text.replace(/[\\"]/g, '\\$&').replace(/\$/g, () => '${dollar}');
  return `"${literal}${secret ? `$${secret.toLowerCase()}` : ''}"`;
}
