import type { GraphNode } from './model';

/** Longer lines make nodes too wide: names have up to 253 characters, and regular expressions more. */
const LONGEST = 56;

/** What stands in a node: its title, and a line for each further thing. */
export function linesOf({ title, role, size, times, notes }: GraphNode): string[] {
  const what = times === undefined ? [role, size] : [`${times} ${role ?? 'group'}s`, size && `${size} each`];
  const second = what.filter((each) => each !== undefined).join(', ');
  return [title, ...second ? [second] : [], ...notes].map(lineOf);
}

/** A text as a line of a picture: without what no format can show, and not too long. */
export function lineOf(text: string): string {
  // Control characters, and halves of characters, which XML has no way to write.
  const plain = text.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\p{Cs}\ufffe\uffff]/gu, '?').trim();
  const characters = [...plain];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : plain;
}

/** Short names for nodes, `n0`, `n1` …: ids have characters that formats read as syntax. */
export function namesOf(nodes: readonly { readonly id: string }[], prefix: string): Map<string, string> {
  return new Map(nodes.map(({ id }, index) => [id, `${prefix}${index}`]));
}
