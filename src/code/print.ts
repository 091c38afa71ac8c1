import { generate, GENERATOR, State } from 'astring';
import { canonical } from './canonical';
import { FunctionSyntax, parseExpression, Syntax, walk } from './syntax';

/**
 * A function's source, written anew from its syntax tree: a person can review it in the ConfigMap, and the
 * bytes, whose checksum rolls the pods, are the same whatever compiled the program. Comments are lost:
 * esbuild and tsx leave none.
 */
export function printed(source: string): string {
  let fn: Syntax;
  try {
    fn = parseExpression(source, { preserveParens: false }).node;
  } catch {
    // Whoever reads it next says why.
    return source;
  }
  return generate(canonical(fn as FunctionSyntax), { generator: PRINTER as any }).trimEnd();
}

/** What astring writes otherwise, or not at all. */
const PRINTER = {
  ...GENERATOR,

  ArrowFunctionExpression(node: any, state: State) {
    const params = node.params.map((param: Syntax) => textOf(param, state));
    const body = textOf(node.body, state);
    const isObject = node.body.type !== 'BlockStatement' && body.startsWith('{');
    state.write(`${node.async ? 'async ' : ''}(${params.join(', ')}) => ${isObject ? `(${body})` : body}`);
  },

  ObjectExpression(node: any, state: State) {
    const line = onOneLine(node, state);
    if (line === undefined) GENERATOR.ObjectExpression.call(this, node, state);
    else state.write(line);
  },

  ObjectPattern(node: any, state: State) {
    state.write(inBraces(node.properties.map((property: Syntax) => textOf(property, state))));
  },

  BinaryExpression(node: any, state: State) {
    const text = captured(state, () => GENERATOR.BinaryExpression.call(this as any, node, state));
    // astring puts parentheses around every `in`, of which only the head of a `for` needs them.
    state.write(node.operator === 'in' && !node.inForInit ? text.slice(1, -1) : text);
  },

  MemberExpression(node: any, state: State) {
    const text = captured(state, () => GENERATOR.MemberExpression.call(this as any, node, state));
    const { type, raw, value } = node.object;
    // astring also writes `(/a/).test`, but only a number's point would be taken for another.
    state.write(type === 'Literal' && typeof value !== 'number' ? raw + text.slice(raw.length + 2) : text);
  },

  TaggedTemplateExpression(node: any, state: State) {
    // astring also writes `(String.raw)`.
    const plain = /^(Member|Call)Expression$/.test(node.tag.type);
    if (plain) state.write(textOf(node.tag, state) + textOf(node.quasi, state));
    else GENERATOR.TaggedTemplateExpression.call(this as any, node, state);
  },

  ImportExpression(node: any, state: State) {
    const parts = [node.source, node.options].filter((part) => part).map((part) => textOf(part, state));
    state.write(`import(${parts.join(', ')})`);
  },

  ParenthesizedExpression(node: any, state: State) {
    state.write(`(${textOf(node.expression, state)})`);
  },
};

function textOf(node: Syntax, state: State): string {
  return captured(state, () => (PRINTER as any)[node.type](node, state));
}

function captured(state: State, write: () => void): string {
  const before = state.output;
  state.output = '';
  write();
  const text = state.output;
  state.output = before;
  return text;
}

const WIDTH = 80;
const lines = new WeakMap<Syntax, string | undefined>();

/** An object as one line, if it is a short one. */
function onOneLine(node: any, state: State): string | undefined {
  if (!lines.has(node)) {
    const text = fits(node, state)
      ? inBraces(node.properties.map((property: Syntax) => textOf(property, state)))
      : '\n';
    lines.set(node, text.includes('\n') || text.length > WIDTH ? undefined : text);
  }
  return lines.get(node);
}

/** Asked before an object is written: else each would be written once for every object around it. */
function fits(node: Syntax, state: State): boolean {
  let all = true;
  walk(node, (each) => {
    if (each === node) return true;
    if (each.type === 'ObjectExpression') all &&= onOneLine(each, state) !== undefined;
    if (each.type === 'BlockStatement') all &&= each.body.length === 0;
    return all && each.type !== 'ObjectExpression';
  });
  return all;
}

function inBraces(parts: readonly string[]): string {
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{}';
}
