/**
 * Whether a text can stand in front of the path of each request as it is (RFC 3986, section 3.3): no part of it is
 * empty or a dot, which servers merge or resolve, and none needs an escape.
 */
export function isBasePath(text: string): boolean {
  return /^(?:\/(?!\.{1,2}(?:\/|$))(?:[A-Za-z0-9._~!&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*$/.test(text);
}
