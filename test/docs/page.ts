import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');

/** A page of the documentation, by its path from the root of the repository. */
export function pageAt(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A page without its blocks of code, whose lines stay as empty ones. */
export function withoutCode(page: string): string {
  return page.replace(/^(```+)[^\n]*\n.*?^\1\s*$/gms, (block) => block.replace(/[^\n]/g, ''));
}

/** What people read as sentences: no code, no tables, no headings. */
export function proseOf(page: string): string {
  return withoutCode(page).split('\n').filter((line) => !/^\s*(\||#)/.test(line)).join('\n');
}

/** The cells of each row of the tables below a heading, and below those inside of it; without the tables' heads. */
export function rowsBelow(page: string, heading: string): string[][] {
  const lines = withoutCode(page).split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`the page has no heading '${heading}'`);
  const [level] = heading.split(' ');
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.split(' ')[0].length <= level.length);
  return rest.slice(0, end < 0 ? undefined : end)
    .filter((line, at, all) => line.startsWith('|') && !isRule(line) && !isRule(all[at + 1] ?? ''))
    .map((line) => line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

function isRule(line: string): boolean {
  return /^\|[\s|:-]+\|\s*$/.test(line);
}

/** What links may name in a page: its headings, as GitHub makes anchors of them. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutCode(page).matchAll(/^#{1,6} +(.+?)\s*$/gm)) {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-');
    let name = anchor;
    for (let more = 1; anchors.has(name); more++) name = `${anchor}-${more}`;
    anchors.add(name);
  }
  return anchors;
}
