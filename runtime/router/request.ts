import type { NjsRequest } from './njs';
import { Problem } from '../shared/problem';
import { addHeader } from '../shared/request-shape';
import type { Strings } from '../shared/target';
import { trimmed } from '../shared/text';

const strict = new TextDecoder('utf-8', { fatal: true });

/** Bytes as text. Throws a 400 where they are no UTF-8. */
export function strictText(bytes: Uint8Array, what: string): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new Problem(400, `${what} is not valid UTF-8`);
  }
}

/** A variable as text. Throws a 400 where its bytes are no UTF-8. */
export function textOf(r: NjsRequest, variable: string, what: string): string | undefined {
  const text = r.variables[variable];
  if (text !== undefined && /[^\x00-\x7f]/.test(text)) strictText(r.rawVariables[variable]!, what);
  return text;
}

/** The request target: path and query. */
export function targetOf(r: NjsRequest): string {
  return textOf(r, 'request_uri', 'the request target') ?? '/';
}

/** A header by its name in lower case; nginx joins repeated ones by a comma, cookies by a semicolon. */
export function headerOf(r: NjsRequest, name: string): string | undefined {
  // Variables know neither upper case nor dashes; and no header that nginx takes has an underscore.
  if (name.includes('_') || name !== name.toLowerCase()) return undefined;
  const value = textOf(r, 'http_' + name.replaceAll('-', '_'), `the header ${name}`);
  // Unlike spaces, tabs are still there at both ends of each line.
  return value?.includes('\t') ? headersOf(r, name)[name] : value;
}

/** All headers, or those of one name only. */
export function headersOf(r: NjsRequest, only?: string): Strings {
  const headers: Strings = Object.create(null);
  for (const [name, value] of r.rawHeadersIn) {
    if (only !== undefined && name.toLowerCase() !== only) continue;
    addHeader(headers, name, trimmed(value));
  }
  for (const name of Object.keys(headers)) {
    if (/[^\x00-\x7f]/.test(headers[name])) textOf(r, 'http_' + name.replaceAll('-', '_'), `the header ${name}`);
  }
  return headers;
}
