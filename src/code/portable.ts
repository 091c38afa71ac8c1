import type { Comment } from 'acorn';
import { parseModule, Syntax, walk } from './syntax';
import { UNWRITABLE } from '../checks/yaml-text';

/**
 * A module that does the same, in which YAML can hold every character: a person can read it in the ConfigMap then.
 *
 * Only the texts of tagged templates stay, since a tag may look at how they are written.
 */
export function portable(module: string): string {
  // YAML cannot tell an indentation from a tab in the first line. Line breaks stay: stack traces count lines.
  const text = module.replace(/^[\n\t ]+/, (blank) => blank.replace(/[\t ]/g, ''));
  if (!UNWRITABLE.test(text)) return text;

  const parts = partsOf(text);
  let next = 0;
  return text.replace(UNWRITABLES, (_, backslashes: string, character: string, offset: number) => {
    const at = offset + backslashes.length;
    while (next < parts.length && parts[next].end <= at) next++;
    const kind = parts[next]?.start <= at ? parts[next].kind : 'between';
    return written[kind](backslashes, character);
  });
}

const UNWRITABLES = new RegExp(`(\\\\*)(${UNWRITABLE.source})`, 'gu');

/** Where a character can stand. */
type Kind = 'literal' | 'tagged' | 'comment' | 'between';

const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const endsLine = (character: string) => /[\u2028\u2029]/.test(character);

const written: { readonly [kind in Kind]: (backslashes: string, character: string) => string } = {
  literal: (backslashes, character) => {
    if (backslashes.length % 2 === 0) return backslashes + escape(character);
    // A backslash before the end of a line takes the line's end away, and before another character means
    // that character.
    return backslashes.slice(1) + (endsLine(character) ? '' : escape(character));
  },
  tagged: (backslashes, character) => backslashes + character,
  comment: (backslashes, character) => backslashes + (endsLine(character) ? '\n' : escape(character)),
  between: (backslashes, character) => backslashes + (endsLine(character) ? '\n' : ' '),
};

interface Part { readonly kind: Kind; readonly start: number; readonly end: number }

/**
 * Literals and comments, in their order. None is in another: of a template these are the texts between the
 * expressions.
 */
function partsOf(text: string): readonly Part[] {
  const comments: Comment[] = [];
  const tagged = new Set<Syntax>();
  const parts: Part[] = [];
  walk(parseModule(text, { onComment: comments }), (node) => {
    if (node.type === 'TaggedTemplateExpression') for (const quasi of node.quasi.quasis) tagged.add(quasi);
    if (node.type === 'Literal') parts.push({ kind: 'literal', start: node.start, end: node.end });
    if (node.type === 'TemplateElement') {
      parts.push({ kind: tagged.has(node) ? 'tagged' : 'literal', start: node.start, end: node.end });
    }
  });
  for (const { start, end } of comments) parts.push({ kind: 'comment', start, end });
  return parts.sort((a, b) => a.start - b.start);
}
