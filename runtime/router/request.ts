import type { NjsRequest } from './njs';
import { Problem } from '../shared/problem';
import { addHeader } from '../shared/request-shape';
import type { Strings } from '../shared/target';
import { isWellFormed, trimmed } from '../shared/text';

const strict = new TextDecoder('utf-8', { fatal: true });

/** Bytes as text. Throws a 400 where they are no UTF-8. */
export function strictText(bytes: Uint8Array, what: string): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new Problem(400, `${what} is not valid UTF-8`);
  }
}

/** Whether bytes may have been no UTF-8: njs puts U+FFFD in their place, or half a surrogate pair. */
function isDoubtful(text: string): boolean {
  return text.includes('\ufffd') || !isWellFormed(text);
}

/** A variable as text. Throws a 400 where its bytes are no UTF-8. */
export function textOf(r: NjsRequest, variable: string, what: string): string | undefined {
  const text = r.variables[variable];
  if (text !== undefined && isDoubtful(text)) strictText(r.rawVariables[variable]!, what);
  return text;
}

/** The request target: path and query. */
export function targetOf(r: NjsRequest): string {
  return textOf(r, 'request_uri', 'the request target') ?? '/';
}

/** The names of variables by the names of headers. Not more than that: a function may ask for what a client names. */
const variables = new Map<string, string>();
const MOST = 100;

/** The variable of a header; nginx joins repeated ones by a comma, cookies by a semicolon. */
function variableOf(name: string): string {
  const known = variables.get(name);
  if (known !== undefined) return known;
  // Variables know neither upper case nor dashes; and no header that nginx takes has an underscore.
  const variable = name.includes('_') || name !== name.toLowerCase() ? '' : 'http_' + name.replaceAll('-', '_');
  if (variables.size < MOST) variables.set(name, variable);
  return variable;
}

/** A header by its name in lower case. */
export function headerOf(r: NjsRequest, name: string): string | undefined {
  const variable = variableOf(name);
  if (variable === '') return undefined;
  const value = r.variables[variable];
  if (value === undefined) return undefined;
  if (isDoubtful(value)) checkHeader(r, name);
  // Unlike spaces, tabs are still there at both ends of each line.
  return value.includes('\t') ? headersOf(r, name)[name] : value;
}

function checkHeader(r: NjsRequest, name: string): void {
  strictText(r.rawVariables[variableOf(name)]!, `the header ${name}`);
}

/** All headers, or those of one name only. */
export function headersOf(r: NjsRequest, only?: string): Strings {
  const headers: Strings = Object.create(null);
  for (const [name, value] of r.rawHeadersIn) {
    if (only !== undefined && name.toLowerCase() !== only) continue;
    addHeader(headers, name, trimmed(value));
  }
  for (const name of Object.keys(headers)) if (isDoubtful(headers[name])) checkHeader(r, name);
  return headers;
}
