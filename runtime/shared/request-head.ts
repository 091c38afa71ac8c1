import type { IncomingMessage } from 'node:http';
import { Problem } from './problem';

/** As many as nginx lets through. */
const MAX_HEADERS = 1_000;
/** A host and a port (RFC 3986, section 3.2), or nothing: in characters that cannot be read as anything else. */
export const HOST = /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]*$/;
/** What we answer with 405 needs the methods that are served (RFC 9110, section 15.5.6). */
const ALLOW = ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'];

/**
 * A method that asks for what no pod of ours does: a tunnel, or an answer that shows what proxies in
 * between have added.
 */
export function notServed(method: string): Problem {
  return new Problem(405, `${method} is not served`, ALLOW);
}

/** What is wrong with the head of a request that node:http lets pass: undefined when nothing is. */
export function flawOf({ method, httpVersion, rawHeaders }: IncomingMessage): Problem | undefined {
  if (rawHeaders.length > 2 * MAX_HEADERS) return new Problem(431, `the request has more than ${MAX_HEADERS} headers`);
  const host = valueOf(rawHeaders, 'host');
  // older clients and health checkers send none, or an empty one (RFC 9112, section 3.2)
  if (host === undefined && httpVersion !== '1.0') return new Problem(400, 'the request has no host header');
  if (host === SEVERAL) return new Problem(400, 'the request has more than one host header');
  if (host !== undefined && !HOST.test(host)) return new Problem(400, 'the host header is not a host');
  const coding = valueOf(rawHeaders, 'transfer-encoding');
  if (coding !== undefined) {
    // framing that such a client cannot know, or a proxy in between did not (RFC 9112, section 6.1)
    if (httpVersion === '1.0') return new Problem(400, 'an HTTP/1.0 request has no transfer-encoding');
    if (coding.toLowerCase() !== 'chunked') {
      return new Problem(501, 'the only transfer-encoding that is understood is chunked');
    }
  }
  return method === 'TRACE' ? notServed(method) : undefined;
}

/** No header has this value: it holds a line feed. */
const SEVERAL = '\n';

/** The value of a header; `SEVERAL` where it stands more than once. */
function valueOf(rawHeaders: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    // most differ in their length already
    if (rawHeaders[i].length !== name.length || rawHeaders[i].toLowerCase() !== name) continue;
    value = value === undefined ? rawHeaders[i + 1] : SEVERAL;
  }
  return value;
}

const BY_CODE: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the head of the request is too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the extensions of a chunk are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
  HPE_INVALID_VERSION: [505, 'the version is not one of HTTP/1'],
  HPE_PAUSED_H2_UPGRADE: [505, 'the version is not one of HTTP/1'],
};
/** A request line of a method that node:http does not know. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^ \r\n]+ HTTP\/1\.[01]\r?\n/;

/** What node:http says of bytes that it cannot read as a request. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly reason?: string;
  readonly bytesParsed?: number;
  readonly rawPacket?: Buffer;
}

/** What a client is told of bytes that node:http cannot read as a request. */
export function problemOf({ code = '', reason, bytesParsed = 0, rawPacket }: ParserError): Problem {
  const known = Object.hasOwn(BY_CODE, code) && BY_CODE[code];
  if (known) return new Problem(...known);
  if (code === 'HPE_INVALID_METHOD' && rawPacket) {
    const line = rawPacket.toString('latin1', rawPacket.lastIndexOf(10, bytesParsed - 1) + 1, bytesParsed + 4096);
    if (REQUEST_LINE.test(line)) return new Problem(501, 'the method is not known');
  }
  return new Problem(400, `the request cannot be read${reason ? `: ${reason}` : ''}`);
}
