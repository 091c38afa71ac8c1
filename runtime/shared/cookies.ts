import type { Strings } from './target';
import { trimmed } from './text';

const asIs = (text: string) => text;

/** Of a repeated cookie the first. Values are opaque (RFC 6265): neither unescaped nor unquoted. */
export function parseCookies(header: string | undefined, toText: (part: string) => string = asIs): Strings {
  const cookies: Strings = Object.create(null);
  if (header === undefined) return cookies;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = toText(trimmed(pair.slice(0, equals)));
    if (!(name in cookies)) cookies[name] = toText(trimmed(pair.slice(equals + 1)));
  }
  return cookies;
}
