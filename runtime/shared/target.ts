import { Problem } from './problem';
import { decodeEscapes } from './text';

/** Names and values that a client chose. Without a prototype, a name such as `__proto__` is a name like any other. */
export type Strings = { [name: string]: string };

/**
 * The path of a request target, as it was sent but for escapes of ordinary characters (`%41`), which are decoded.
 * Those of characters that mean something in a path (`/ ? # % \`) and of control characters stay, in upper case: so no
 * segment is split, and none is merged with another. Throws a 400 when it is malformed.
 */
export function pathOf(target: string): string {
  const raw = before(before(localPart(target), '#'), '?') || '/';
  if (!raw.startsWith('/') && raw !== '*') throw new Problem(400, 'the request target is not a path');
  return raw.includes('%') ? raw.replace(ESCAPES, decoded) : raw;
}

const KEPT = '2f|3f|23|25|5c|[01][0-9a-f]|7f';
/** Escapes in a row that are decoded (first group), one that stays, and a % that begins none. */
const ESCAPES = new RegExp(`((?:%(?!${KEPT})[0-9a-f]{2})+)|%[0-9a-f]{2}|%`, 'gi');

function decoded(escape: string, ordinary: string | undefined): string {
  if (ordinary === undefined && escape !== '%') return escape.toUpperCase();
  try {
    return decodeURIComponent(escape);
  } catch {
    throw new Problem(400, 'the path holds a % that is not followed by the hexadecimal digits of UTF-8 text');
  }
}

/** The parts of a path between its slashes, each decoded by itself. */
export function segmentsOf(path: string): string[] {
  const segments = (path.startsWith('/') ? path.slice(1) : path).split('/');
  return path.includes('%') ? segments.map(decodeURIComponent) : segments;
}

/** The query of a request target, without the `?`. */
export function queryOf(target: string): string {
  const local = before(localPart(target), '#');
  const mark = local.indexOf('?');
  return mark < 0 ? '' : local.slice(mark + 1);
}

/** The parameters of a query, as the WHATWG URL standard reads a form; of a repeated one the first. */
export function parseQuery(query: string): Strings {
  const parsed: Strings = Object.create(null);
  eachParameter(query, (name, value) => {
    const decodedName = decodeParameter(name);
    if (!(decodedName in parsed)) parsed[decodedName] = decodeParameter(value);
  });
  return parsed;
}

/** The value of the first parameter of a name, still encoded. */
export function firstParameter(query: string, wanted: string): string | undefined {
  let found: string | undefined;
  eachParameter(query, (name, value) => {
    if (found === undefined && decodeParameter(name) === wanted) found = value;
  });
  return found;
}

/** Calls back with the name and value of each parameter, still encoded. */
function eachParameter(query: string, each: (name: string, value: string) => void): void {
  for (let start = 0, end; start < query.length; start = end + 1) {
    end = query.indexOf('&', start);
    if (end < 0) end = query.length;
    if (end === start) continue;
    const equals = query.indexOf('=', start);
    if (equals < 0 || equals > end) each(query.slice(start, end), '');
    else each(query.slice(start, equals), query.slice(equals + 1, end));
  }
}

/** Decoded as a form's: `+` is a space. See `decodeEscapes`. */
export function decodeParameter(text: string, notText?: () => string): string {
  return decodeEscapes(text.includes('+') ? text.replace(/\+/g, ' ') : text, notText);
}

/** Proxies may send the absolute form, and every server must take it (RFC 9112, section 3.2.2). */
function localPart(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
}

function before(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}
