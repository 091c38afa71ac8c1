/** A block: `server {`, its lines indented, `}`. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => line && `  ${line}`), '}'];
}

/**
 * A value in single quotes: nginx ends it at a quote, reads a backslash as an escape and, in most places,
 * a `$` as a variable.
 */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/**
 * JSON that may stand in any file: in nginx a `$` begins a variable, and only JSON's own escape hides it; and what is
 * no ASCII reaches a pod whatever the file goes through.
 */
export function plainJson(value: unknown, indentation?: number): string {
  return JSON.stringify(value, undefined, indentation)
    .replace(/[$\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The name of a header as variables of nginx have it: `x_user` in `$http_x_user`. */
export function snake(header: string): string {
  return header.toLowerCase().replace(/-/g, '_');
}

/** A text as a part of a regular expression of PCRE: only what means itself everywhere stays. */
export function literally(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
