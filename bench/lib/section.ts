/** A comparison, as the terminal and docs/benchmarks.md show it. */
export interface Section {
  readonly title: string;
  /** What is compared and what the figures mean: whole sentences. */
  readonly about: string;
  readonly tables: readonly Table[];
}

/** The first column says what a row is about, the others hold its figures. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Aligned columns, for a terminal. */
export function plainText({ title, about, tables }: Section): string {
  return [title, '', ...tables.map((each) => `${aligned(each)}\n`), about, ''].join('\n');
}

/** A part of a page on GitHub. */
export function markdown({ title, about, tables }: Section): string {
  return [`## ${title}`, '', about, '', ...tables.flatMap((each) => [...rowsOf(each), ''])].join('\n');
}

function aligned({ header, rows }: Table): string {
  const all = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row: readonly string[]) => row
    .map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))
    .join('  ');
  return all.map(line).join('\n');
}

function rowsOf({ header, rows }: Table): string[] {
  const line = (row: readonly (string | number)[]) => `| ${row.join(' | ')} |`;
  return [line(header), line(header.map((_, column) => column === 0 ? '---' : '--:')), ...rows.map(line)];
}
