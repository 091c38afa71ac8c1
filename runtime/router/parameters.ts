/** The names and values of a query, still encoded. */
export function parameters(query: string): [string, string][] {
  return query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}

/** Decoded as a form's (`+` is a space); a malformed escape stays as it is, as in every browser. */
export function decodeParameter(text: string): string {
  const spaced = text.replace(/\+/g, ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
