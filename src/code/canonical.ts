import { declaredNames, renumber } from './renumber';
import { FunctionSyntax, isNode, placeOfNode, Syntax, walk } from './syntax';
import { joined, textNode, textOf } from './texts';

/**
 * The syntax tree of a function, changed in place to the one form of each thing that compilers write in several:
 * a text in any quotes or in parts, a number in any notation, `void 0`, names that esbuild keeps, variables that it
 * numbers. The function does the same.
 */
export function canonical(fn: FunctionSyntax): FunctionSyntax {
  const declared = declaredNames(fn);
  const change = (node: any): any => {
    if (node.type === 'TaggedTemplateExpression') node.quasi.tagged = true;
    for (const [key, value] of Object.entries<any>(node)) {
      if (key === 'key' && !node.computed) node.key = keyOf(value);
      else if (isNode(value)) node[key] = change(value);
      else if (Array.isArray(value)) node[key] = changeAll(value);
    }
    return FORMS[node.type]?.(node, declared) ?? node;
  };
  const changeAll = (list: any[]) =>
    list.filter((each) => !keepsName(each)).map((each) => isNode(each) ? change(each) : each).filter(hasEffect);
  change(fn);
  // The name that compilers to CommonJS give to the function of `export default function () {}`.
  if (fn.id && /^default_\d+$|\w_default$/.test(fn.id.name) && !mentions(fn.body, fn.id.name)) fn.id = null;
  renumber(fn);
  walk(fn, shorten);
  return fn;
}

/** What becomes of a node, where it does not stay itself. Nodes are any: they are made from the inside out. */
type Form = (node: any, declared: ReadonlySet<string>) => Syntax | void;

const FORMS: { readonly [type: string]: Form } = {
  Literal: (node) => {
    if (typeof node.value === 'string') return textNode({ texts: [node.value], expressions: [] }, node);
    if (typeof node.value === 'number') node.raw = String(node.value);
    if (node.bigint) node.raw = `${BigInt(node.bigint)}n`;
    if (node.regex) node.raw = regex(node.regex.pattern, node.regex.flags);
  },
  TemplateLiteral: (node) => node.tagged ? node : textNode(textOf(node)!, node),
  UnaryExpression: (node, declared) => {
    const isVoid = node.operator === 'void' && node.argument.type === 'Literal';
    return isVoid && !declared.has('undefined') ? identifier('undefined', node) : node;
  },
  BinaryExpression: (node) => node.operator === '+' ? joined(node) : node,
  CallExpression: (node) => isKeepName(node) ? node.arguments[0] : inParentheses(node, 'callee'),
  NewExpression: (node, declared) => (declared.has('RegExp') ? undefined : newRegex(node))
    ?? inParentheses(node, 'callee'),
  MemberExpression: (node) => inParentheses(node, 'object'),
  TaggedTemplateExpression: (node) => inParentheses(node, 'tag'),
  IfStatement: (node) => inBlock(node, 'consequent'),
  WhileStatement: (node) => inBlock(node, 'body'),
  DoWhileStatement: (node) => inBlock(node, 'body'),
  ForInStatement: (node) => inBlock(node, 'body'),
  ForOfStatement: (node) => inBlock(node, 'body'),
  ForStatement: (node) => {
    if (node.init) walk(node.init, (each: any) => { if (each.operator === 'in') each.inForInit = true; });
    return inBlock(node, 'body');
  },
};

/** `__name(fn, "fn")` */
function isKeepName({ type, callee, arguments: args }: any): boolean {
  return type === 'CallExpression' && callee.name === '__name' && args.length === 2
    && typeof args[1].value === 'string';
}

function keepsName(statement: any): boolean {
  return statement?.type === 'ExpressionStatement' && isKeepName(statement.expression);
}

/** Not so: an empty statement, strict mode in a module, a class's block that kept its name. */
function hasEffect(statement: any): boolean {
  return statement?.type !== 'EmptyStatement'
    && statement?.directive !== 'use strict'
    && !(statement?.type === 'StaticBlock' && statement.body.length === 0);
}

/** `(a?.b).c` is not `a?.b.c`. */
function inParentheses(node: any, part: string): any {
  const chain = node[part];
  if (chain.type === 'ChainExpression') {
    node[part] = { type: 'ParenthesizedExpression', expression: chain, ...placeOfNode(chain) };
  }
  return node;
}

/** esbuild puts a statement that holds others into a block, so that no `else` can be taken for another's. */
function inBlock(node: any, part: string): any {
  const statement = node[part];
  if (HOLDS_OTHERS.test(statement.type)) {
    node[part] = { type: 'BlockStatement', body: [statement], ...placeOfNode(statement) };
  }
  return node;
}
const HOLDS_OTHERS = /^(If|For|ForIn|ForOf|While|DoWhile|Labeled|Switch|Try)Statement$/;

/** esbuild makes `new RegExp("\\p{L}", "u")` of a regular expression that an older engine may not know. */
function newRegex({ callee, arguments: args, ...node }: any): any {
  const [pattern, flags] = [args[0]?.value, args.length > 1 ? args[1].value : ''];
  const isText = typeof pattern === 'string' && /^.+$/.test(pattern) && typeof flags === 'string';
  if (callee.name !== 'RegExp' || !isText) return undefined;
  try {
    new RegExp(pattern, flags);
  } catch {
    // An error when it runs is not one when it is loaded.
    return undefined;
  }
  return { type: 'Literal', regex: { pattern, flags }, raw: regex(pattern, flags), ...placeOfNode(node) };
}

function regex(pattern: string, flags: string): string {
  return `/${pattern.replace(/\\.|\//gs, (part) => part === '/' ? '\\/' : part)}/${flags}`;
}

/** A key without the quotes that it does not need. */
function keyOf(key: any): any {
  if (typeof key.value === 'string' && /^[A-Za-z_$][\w$]*$/.test(key.value)) return identifier(key.value, key);
  if (typeof key.value === 'string') return { ...key, raw: JSON.stringify(key.value) };
  return typeof key.value === 'number' ? { ...key, raw: String(key.value) } : key;
}

/** `{ a: a }` */
function shorten(node: any): void {
  if (node.type !== 'Property' || node.computed || node.method || node.kind !== 'init') return;
  if (node.key.type !== 'Identifier') return;
  // `{ __proto__: a }` sets the prototype, `{ __proto__ }` does not.
  if (node.key.name === '__proto__') return;
  const { name } = node.value.type === 'AssignmentPattern' ? node.value.left : node.value;
  node.shorthand = name === node.key.name;
}

function identifier(name: string, node: Syntax): Syntax {
  return { type: 'Identifier', name, ...placeOfNode(node) };
}

function mentions(node: Syntax, name: string): boolean {
  let found = false;
  walk(node, (each) => { found ||= each.type === 'Identifier' && each.name === name; });
  return found;
}
