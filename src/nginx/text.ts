/** A block: `server {`, its lines indented, `}`. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => line && `  ${line}`), '}'];
}

/** A value in single quotes: nginx ends it at a quote, reads a backslash as an escape and, in most places, a `$` as a variable. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
