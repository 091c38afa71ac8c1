import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { parseCookies } from './cookies';
import { Problem } from './problem';
import type { RequestShape } from '../../src/contract';

/** Names and values that a client chose. Without a prototype, a name such as `__proto__` is a name like any other. */
export type Strings = { [name: string]: string };

/** A request as user functions see it, but for its body. Throws a 400 when the path is malformed. */
export function requestOf(req: IncomingMessage): Omit<RequestShape, 'body'> {
  const headers = copyHeaders(req.headers);
  return { method: req.method!, ...parseTarget(req.url!), headers, cookies: parseCookies(headers.cookie) };
}

/** The path and query of a request target. Throws a 400 when the path is malformed. */
export function parseTarget(target: string): { path: string; query: Strings } {
  // proxies may send the absolute form, and every server must take it (RFC 9112, section 3.2.2)
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = local.indexOf('?');
  const raw = mark < 0 ? local : local.slice(0, mark);
  return { path: decodePath(raw || '/'), query: mark < 0 ? Object.create(null) : parseQuery(local.slice(mark + 1)) };
}

function decodePath(raw: string): string {
  if (!raw.startsWith('/') && raw !== '*') throw new Problem(400, 'the request target is not a path');
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new Problem(400, 'the path holds a % that is not followed by the hexadecimal digits of UTF-8 text');
  }
}

/** Of a repeated parameter the first; a malformed escape stays as it is, as in every browser. */
function parseQuery(text: string): Strings {
  // node:querystring, because URLSearchParams takes five times as long; its limit of 1,000 names would drop the rest silently
  const query = parse(text, '&', '=', { maxKeys: 0 });
  for (const name in query) {
    const value = query[name];
    if (typeof value !== 'string') query[name] = value![0];
  }
  return query as Strings;
}

/** One text for each name. Node has joined repeated headers already, except for arrays. */
export function copyHeaders(headers: IncomingHttpHeaders): Strings {
  const copy: Strings = Object.create(null);
  // `for in` would also meet what somebody has added to Object.prototype
  for (const name of Object.keys(headers)) {
    const value = headers[name]!;
    copy[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return copy;
}
