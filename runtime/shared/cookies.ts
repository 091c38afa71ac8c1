/** Of a repeated cookie the first. Values are opaque (RFC 6265): neither decoded nor unquoted. */
export function parseCookies(header: string | undefined): { [name: string]: string } {
  const cookies: { [name: string]: string } = Object.create(null);
  if (header === undefined) return cookies;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    if (!(name in cookies)) cookies[name] = pair.slice(equals + 1).trim();
  }
  return cookies;
}
