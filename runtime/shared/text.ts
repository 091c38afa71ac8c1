/*
 * Bytes and text. HTTP gives bytes: node:http hands them out with one character for each, nginx's scripts as text.
 * What runs in both works with text.
 */

/** What decoders make of bytes that are no UTF-8. */
const NOT_TEXT = '\ufffd';

/** Known to every QuickJS that njs has been built with, and to Node 20; it costs a fifth of a regular expression. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

/** The text whose UTF-8 bytes these are, one character for each; undefined where they are no UTF-8. */
export function utf8Text(bytes: string): string | undefined {
  if (!/[^\x00-\x7f]/.test(bytes)) return bytes;
  try {
    return bytes.replace(/[^\x00-\x7f]+/g, (run) => decodeURIComponent(escaped(run)));
  } catch {
    return undefined;
  }
}

/**
 * A sequence of bytes of a character, or (first group) what decoders make one U+FFFD of (WHATWG Encoding,
 * "UTF-8 decoder").
 */
const SEQUENCE = new RegExp([
  '[\\xc2-\\xdf][\\x80-\\xbf]',
  '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]', '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}', '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
  '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}', '[\\xf1-\\xf3][\\x80-\\xbf]{3}', '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
  '(\\xe0[\\xa0-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]|\\xed[\\x80-\\x9f]'
    + '|\\xf0[\\x90-\\xbf][\\x80-\\xbf]?|[\\xf1-\\xf3][\\x80-\\xbf]{1,2}'
    + '|\\xf4[\\x80-\\x8f][\\x80-\\xbf]?|[\\x80-\\xff])',
].join('|'), 'g');

/**
 * Percent-escapes decoded, each by itself: what is none stays (WHATWG URL, "percent-decode").
 * @param notText what stands for bytes that are no UTF-8
 */
export function decodeEscapes(text: string, notText: () => string = () => NOT_TEXT): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeRun(run, notText));
  }
}

function decodeRun(run: string, notText: () => string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    const bytes = run.replace(/%(..)/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
    return bytes.replace(SEQUENCE, (sequence, broken) => broken ? notText() : decodeURIComponent(escaped(sequence)));
  }
}

function escaped(bytes: string): string {
  return bytes.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
}

/**
 * Without the white space around it that HTTP allows (RFC 9110, section 5.6.3): String.prototype.trim takes more away.
 */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
