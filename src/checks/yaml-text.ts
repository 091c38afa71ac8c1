/**
 * A character that some reader of YAML 1.1 refuses or reads as another (https://yaml.org/spec/1.1/#c-printable; tried
 * on the reader that kubectl has): control characters, carriage returns, line breaks of Unicode, byte order marks and
 * halves of surrogate pairs. cdk8s escapes some of them, and none in a text of several lines.
 */
export const UNWRITABLE = /[^\t\n\x20-\x7E\xA0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Whether kubectl reads a text byte for byte as cdk8s was given it. Before the first letter a tab hides the
 * indentation, and a blank last line makes cdk8s write quotes, with line breaks that mean something else.
 */
export function isWritable(text: string): boolean {
  return !UNWRITABLE.test(text) && !/^[\n ]*(\t|$)|\n[\t ]+$/.test(text);
}
