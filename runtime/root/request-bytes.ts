import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6, Socket } from 'node:net';
import { CONDITIONS, RANGES } from './conditions';
import { FORWARDED, forwardedLines, Trust } from './forwarded';
import { HOP_BY_HOP } from '../shared/hop-by-hop';
import { Problem } from '../shared/problem';
import { HOST } from '../shared/request-head';

/**
 * Headers that we write ourselves: framing, and what a gateway says of the client. `expect` has been met, and answers
 * must come as they are.
 */
const OURS: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP, ...FORWARDED, 'host', 'content-length', 'expect', 'accept-encoding', 'x-request-id',
]);
/**
 * Where answers are put together, leaves must send whole ones: of two halves nobody makes one, and a 304 has nothing
 * to put in.
 */
const OURS_WHOLE: ReadonlySet<string> = new Set([...OURS, ...RANGES]);
/** A condition on a change must not get lost; one on a reading only spares the sending. */
const OURS_WHOLE_SAFE: ReadonlySet<string> = new Set([...OURS_WHOLE, ...CONDITIONS]);
/** Names that every program tells apart. */
const PLAIN = /^[a-z0-9-]+$/;
/**
 * The start of a target in absolute form, without the user that may stand before the host (RFC 9112, section 3.2.2).
 */
const ABSOLUTE = /^https?:\/\/(?:[^/?@]*@)?([^/?]*)/i;

/** How a client's request goes to the leaves. */
export interface Forwarding {
  readonly trusts: Trust;
  /** Whether the answers are put together, and not passed on as they come. */
  readonly whole: boolean;
  /** Whether the request changes nothing. */
  readonly safe: boolean;
}

/**
 * A client's request as every leaf gets it: method, path, query, headers and body, less what belongs to the
 * client's connection.
 *
 * Headers that `Connection` names stay, as in nginx: a client could else remove what a gateway in front of
 * us has added.
 */
export function requestBytes(req: IncomingMessage, body: Uint8Array | undefined, forwarding: Forwarding): Buffer {
  const { trusts, whole, safe } = forwarding;
  const { headers, rawHeaders } = req;
  const ours = !whole ? OURS : safe ? OURS_WHOLE_SAFE : OURS_WHOLE;
  // HEAD is a GET without the body of the answer (RFC 9110, section 9.3.2), and the answer cannot be made without
  // the bodies of theirs
  const host = hostOf(req);
  let head = `${req.method === 'HEAD' ? 'GET' : req.method} ${targetOf(req.url!)} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (!ours.has(folded(name))) head += `${name}: ${rawHeaders[i + 1]}\r\n`;
  }
  head += forwardedLines(req, host, trusts)
    + `x-request-id: ${headers['x-request-id'] || randomUUID()}\r\n`
    + 'accept-encoding: identity\r\n';
  if (!body) return Buffer.from(head + '\r\n', 'latin1');
  return Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

/**
 * As CGI and WSGI, and whatever follows them, see a name: `x_forwarded_for` is `x-forwarded-for` there, and some
 * servers make the same of a dot and other signs. Under such a name a client could say what only a gateway may.
 */
function folded(name: string): string {
  return PLAIN.test(name) ? name : name.replace(/[^a-z0-9]/g, '-');
}

/** The path and query, also of a target in absolute form. */
function targetOf(url: string): string {
  const local = url.replace(ABSOLUTE, '');
  return local.startsWith('/') || local === '*' ? local : `/${local}`;
}

/**
 * For which host a request is: a target in absolute form says so before the header does (RFC 9112, section 3.2.2),
 * and where nothing does, as HTTP/1.0 and health checkers may, it is the address that was called.
 */
function hostOf({ url, headers, socket }: IncomingMessage): string {
  const [, authority] = ABSOLUTE.exec(url!) ?? [];
  if (authority && !HOST.test(authority)) throw new Problem(400, 'the request target names no host');
  return authority || headers.host || addressOf(socket);
}

function addressOf({ localAddress = '', localPort }: Socket): string {
  const address = localAddress.replace(/^::ffff:/, '');
  return `${isIPv6(address) ? `[${address}]` : address}:${localPort}`;
}
