import { Program } from 'acorn';
import { Module } from './checks';
import { FunctionSyntax, isFunction, Syntax, unwrap, walk } from './syntax';

/**
 * The text of a module that cannot run for ever: each round of a loop and each call of a function takes a step of a
 * budget (runtime/router/budget.ts). The text stays the user's own, line by line.
 */
export function bounded({ text, program }: Module): string {
  const step = unusedName('step', text);
  const insertions: Insertion[] = [];
  const begin = (body: Syntax) => insertions.push(...beginning(body, text, `${step}()`));
  walk(program, (node) => {
    if (isLoop(node)) begin(node.body);
    if (!isFunction(node) || isOnlyEntry(node, program)) return;
    if (node.body.type === 'BlockStatement') begin(node.body);
    else insertions.push({ at: node.body.start, text: `(${step}(), ` }, { at: node.body.end, text: ')' });
  });
  if (insertions.length === 0) return text;
  const imported = step === 'step' ? step : `step as ${step}`;
  // At the end, where it moves no line that an error may name; imports come first all the same.
  return `${inserted(text, insertions)}\nimport { ${imported} } from 'budget.js'; // ends what would never end\n`;
}

interface Insertion { readonly at: number; readonly text: string }

const LOOPS = ['WhileStatement', 'DoWhileStatement', 'ForStatement', 'ForInStatement', 'ForOfStatement'] as const;

function isLoop(node: Syntax): node is Extract<Syntax, { type: typeof LOOPS[number] }> {
  return (LOOPS as readonly string[]).includes(node.type);
}

/**
 * Whether a function is called by the router only, once for a request: it has no name by which it could call itself.
 */
function isOnlyEntry(node: FunctionSyntax, program: Program): boolean {
  return !node.id && program.body.some((statement) => (
    statement.type === 'ExportDefaultDeclaration' && unwrap(statement.declaration) === node
  ));
}

/** Puts a call first into a body. */
function beginning(body: Syntax, text: string, call: string): Insertion[] {
  switch (body.type) {
    case 'BlockStatement':
      return [{ at: body.start + 1, text: text[body.start + 1] === '}' ? ` ${call}; ` : ` ${call};` }];
    case 'EmptyStatement':
      // Its semicolon is the call's.
      return [{ at: body.start, text: ` { ${call}` }, { at: body.end, text: ' }' }];
    default:
      return [{ at: body.start, text: `{ ${call}; ` }, { at: body.end, text: ' }' }];
  }
}

function inserted(text: string, insertions: readonly Insertion[]): string {
  // What ends at the same place ends from the inside out: the walk meets the outer one first.
  const inOrder = [...insertions].reverse().sort((a, b) => a.at - b.at);
  const parts = inOrder.map((insertion, index) => (
    text.slice(inOrder[index - 1]?.at ?? 0, insertion.at) + insertion.text
  ));
  return parts.join('') + text.slice(inOrder[inOrder.length - 1].at);
}

/** A name that does not occur in a text. */
function unusedName(name: string, text: string): string {
  return text.includes(name) ? unusedName(`${name}_`, text) : name;
}
