import type { IncomingMessage } from 'node:http';
import { bodyText, parseBody } from './body';
import { parseCookies } from './cookies';
import { Problem } from './problem';
import { parseQuery, pathOf, queryOf, segmentsOf, Strings } from './target';
import { utf8Text } from './text';
import type { RequestShape } from '../../src/contract';

/** A request as user functions see it, but for its body. */
export type RequestHead = Omit<RequestShape, 'body' | 'text'>;

/** Reads the head of a request. Throws a 400 when its target is malformed. */
export function requestOf(req: IncomingMessage): RequestHead {
  const target = utf8Text(req.url!);
  if (target === undefined) throw new Problem(400, 'the request target is not valid UTF-8');
  const path = pathOf(target);
  return {
    method: req.method!,
    path,
    segments: segmentsOf(path),
    query: parseQuery(queryOf(target)),
    headers: headersOf(req.rawHeaders),
    cookies: parseCookies(req.headers.cookie, textOf),
  };
}

/**
 * A request with its body. Throws a 400 or 415 when the body is not what its head says.
 *
 * @param holdText called where the body is a text, before that is parsed; may throw
 */
export function withBody(
  request: RequestHead, bytes: Uint8Array | undefined, holdText: (bytes: Uint8Array) => void,
): RequestShape {
  const text = bytes && bodyText(bytes, request.headers);
  if (text !== undefined) holdText(bytes!);
  return { ...request, text, body: bytes && parseBody(bytes, request.headers, text) };
}

/** One text for each name: not Node's `headers`, which drops all but the first of some. */
export function headersOf(raw: readonly string[]): Strings {
  const headers: Strings = Object.create(null);
  for (let i = 0; i < raw.length; i += 2) addHeader(headers, raw[i], textOf(raw[i + 1]));
  return headers;
}

/** Repeated headers are one, joined by a comma; cookies by a semicolon (RFC 9113, section 8.2.3). */
export function addHeader(headers: Strings, name: string, value: string): void {
  const lower = name.toLowerCase();
  headers[lower] = lower in headers ? `${headers[lower]}${lower === 'cookie' ? '; ' : ', '}${value}` : value;
}

/** UTF-8, and what is none as HTTP once had it, in Latin-1: text that is no text at all helps nobody. */
function textOf(bytes: string): string {
  return utf8Text(bytes) ?? bytes;
}
