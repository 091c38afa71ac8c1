import { Program } from 'acorn';
import { analyze } from 'eslint-scope';
import { Syntax, unwrap, walk } from './syntax';

/** A variable that the code takes from outside. */
export interface FreeVariable {
  readonly name: string;
  /** The offsets of its uses, in order. */
  readonly uses: readonly number[];
  /** Where a compiler made the use from that of an import, what was imported: `bar` of `(0, foo_1.bar)(…)`. */
  readonly imported?: string;
}

/** A module is looked at for each runtime, and again for each pattern that has it. */
const known = new WeakMap<Program, FreeVariable[]>();

/**
 * The variables that a module uses and does not define, in the order of their first use.
 *
 * A variable that the code asks after (`typeof x`) is not among them: such code knows what to do without it.
 */
export function freeVariables(program: Program): FreeVariable[] {
  const variables = known.get(program) ?? findFree(program);
  known.set(program, variables);
  return variables;
}

function findFree(program: Program): FreeVariable[] {
  const asked = new Set<string>();
  const imported = new Map<number, string>();
  walk(program, (node) => {
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') {
      const operand = unwrap(node.argument);
      if (operand.type === 'Identifier') asked.add(operand.name);
    }
    const member = importedMember(node);
    if (member) imported.set(member.at, member.property);
  });

  const free = new Map<string, { name: string; uses: number[]; imported?: string }>();
  const { globalScope } = analyze(program as Parameters<typeof analyze>[0], {
    ecmaVersion: 2026, sourceType: 'module',
  });
  const through = [...globalScope!.through].sort((a, b) => a.identifier.range![0] - b.identifier.range![0]);
  for (const { identifier } of through) {
    const { name } = identifier as { name: string };
    const at = identifier.range![0];
    if (asked.has(name)) continue;
    const variable = free.get(name) ?? { name, uses: [] };
    free.set(name, variable);
    variable.uses.push(at);
    variable.imported ??= imported.get(at);
  }
  return [...free.values()];
}

/**
 * `(0, foo_1.bar)(…)`: how compilers to CommonJS write a call of an imported function, so that it gets no `this`.
 */
function importedMember(node: Syntax): { at: number; property: string } | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'TaggedTemplateExpression') return undefined;
  const callee = unwrap(node.type === 'CallExpression' ? node.callee : node.tag);
  if (callee.type !== 'SequenceExpression' || callee.expressions.length !== 2) return undefined;
  const [zero, member] = callee.expressions;
  if (zero.type !== 'Literal' || zero.value !== 0 || member.type !== 'MemberExpression') return undefined;
  if (member.object.type !== 'Identifier' || member.property.type !== 'Identifier') return undefined;
  return { at: member.object.start, property: member.property.name };
}
