import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { FORWARDED, forwardedLines, Trust } from './forwarded';
import { HOP_BY_HOP } from '../shared/hop-by-hop';

/** Headers that we write ourselves: framing, and what a gateway says of the client. `expect` has been met, and answers must come as they are. */
const OURS = new Set([...HOP_BY_HOP, ...FORWARDED, 'host', 'content-length', 'expect', 'accept-encoding', 'x-request-id']);
/**
 * A client's request as every leaf gets it: method, path, query, headers and body, less what belongs to the client's connection.
 *
 * Headers that `Connection` names stay, as in nginx: a client could else remove what a gateway in front of us has added.
 */
export function requestBytes(req: IncomingMessage, body: Uint8Array | undefined, trusts: Trust): Buffer {
  const { headers, rawHeaders } = req;
  // HEAD is a GET without the body of the answer (RFC 9110, section 9.3.2), and the answer cannot be made without the bodies of theirs
  const host = hostOf(req);
  let head = `${req.method === 'HEAD' ? 'GET' : req.method} ${targetOf(req.url!)} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (!OURS.has(name)) head += `${name}: ${rawHeaders[i + 1]}\r\n`;
  }
  head += forwardedLines(req, host, trusts)
    + `x-request-id: ${headers['x-request-id'] || randomUUID()}\r\n`
    + 'accept-encoding: identity\r\n';
  if (!body) return Buffer.from(head + '\r\n', 'latin1');
  return Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

/** The path and query, also of a target in absolute form (RFC 9112, section 3.2.2). */
function targetOf(url: string): string {
  const local = url.replace(/^https?:\/\/[^/?]*/i, '');
  return local.startsWith('/') || local === '*' ? local : `/${local}`;
}

/** What the client called us by: where it says nothing, as HTTP/1.0 and health checkers may, the address that it connected to. */
function hostOf({ headers: { host }, socket: { localAddress = '', localPort } }: IncomingMessage): string {
  return host || `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`;
}
