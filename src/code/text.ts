/**
 * Line ends as Unix has them, no byte order mark: sources from Windows give the same bytes. A template literal's value
 * has `\n` in either case.
 */
export function unixText(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** A line for a shell means nothing in a pod. Its line break stays: stack traces count lines. */
export function withoutHashbang(text: string): string {
  return text.replace(/^#!.*/, '');
}

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where an offset is. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** A line as a sentence quotes it: trimmed, and cut where a minified one would fill the screen, around the column. */
export function excerpt(text: string, { line, column }: Place): string {
  const whole = text.split('\n')[line - 1] ?? '';
  const from = Math.max(0, Math.min(column - 1 - WIDTH / 2, whole.length - WIDTH));
  const cut = whole.slice(from, from + WIDTH);
  return `${from > 0 ? '…' : ''}${cut.trim()}${from + WIDTH < whole.length ? '…' : ''}`;
}
const WIDTH = 80;

/** Parts of a text, as offsets, that must keep every byte: template literals and strings over several lines. */
export type Literals = readonly { readonly start: number; readonly end: number }[];

/**
 * Takes away the indentation that a function has only because of where it stood in its file.
 *
 * The first line of a function's source starts at the function, so its own indentation is lost and the
 * other lines decide.
 */
export function dedent(text: string, literals: Literals): string {
  const inLiterals = new Set(literals.flatMap((literal) => lineStarts(text, literal)));
  let offset = 0;
  const lines = text.split('\n').map((line) => {
    const start = offset;
    offset += line.length + 1;
    return { line, fixed: inLiterals.has(start) };
  });
  // Text that begins with a line break (an indented template literal) shows the indentation of its first line too.
  const wholeFirst = lines[0].line.trim() === '';
  const measured = lines.filter(({ line, fixed }, index) => !fixed && line.trim() && (wholeFirst || index > 0));
  const margin = commonPrefix(measured.map(({ line }) => /^[ \t]*/.exec(line)![0]));
  // A last line that closes nothing is a continuation of the first: keep it inset.
  const inset = wholeFirst || /^[)\]}`]/.test(measured[measured.length - 1]?.line.trimStart() ?? ')') ? '' : '  ';
  return lines
    .map(({ line, fixed }, index) => {
      if (fixed) return line;
      if (!line.trim()) return '';
      return index === 0 ? line.trimStart() : inset + line.slice(margin.length);
    })
    .join('\n')
    .trim();
}

/** Where the lines start that start in a part of a text. */
function lineStarts(text: string, { start, end }: Literals[number]): number[] {
  return [...text.slice(start, end).matchAll(/\n/g)].map(({ index }) => start + index + 1);
}

function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
