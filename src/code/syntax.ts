import { AnyNode, Options, parse, parseExpressionAt, Program, tokenizer } from 'acorn';
import { mistake } from './mistake';
import { excerpt, Literals, Place, placeOf } from './text';

/** Any node of a syntax tree. */
export type Syntax = AnyNode;
/** A node that is a function. */
export type FunctionSyntax = Extract<Syntax, {
  type: 'FunctionExpression' | 'FunctionDeclaration' | 'ArrowFunctionExpression';
}>;

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'module',
  // eslint-scope reads `range`.
  ranges: true,
  preserveParens: true,
  // Refused with a sentence of its own instead of "unexpected token".
  allowSuperOutsideMethod: true,
};

/** An expression in a text that holds nothing else but comments around it and semicolons after it. */
export interface Expression {
  /** The expression's node, without parentheses around it. */
  readonly node: Syntax;
  /** Where it starts and ends, with parentheses. */
  readonly start: number;
  readonly end: number;
}

/** Parses an expression. @throws a SyntaxError of acorn where the text is none, or more than one */
export function parseExpression(text: string, options: Partial<Options> = {}): Expression {
  const outer = parseExpressionAt(text, 0, { ...OPTIONS, ...options }) as Syntax;
  const rest = tokenizer(text.slice(outer.end), OPTIONS);
  for (let token = rest.getToken(); token.type.label !== 'eof'; token = rest.getToken()) {
    if (token.type.label !== ';') {
      throw Object.assign(new SyntaxError('more follows after the expression'), { pos: outer.end + token.start });
    }
  }
  return { node: unwrap(outer), start: outer.start, end: outer.end };
}

/** Parses a module. @throws a SyntaxError of acorn */
export function parseModule(text: string, options: Partial<Options> = {}): Program {
  return parse(text, { ...OPTIONS, ...options });
}

/** Parses with one of the above, and puts a syntax error as `describe` does. */
export function parsed<T>(
  text: string, parser: (text: string) => T, describe: (reason: string, place: Place, line: string) => string,
): T {
  try {
    return parser(text);
  } catch (error) {
    const { pos, message } = error as SyntaxError & { pos?: number };
    if (!(error instanceof SyntaxError) || pos === undefined) throw error;
    const place = placeOf(text, pos);
    return mistake(describe(message.replace(/ \(\d+:\d+\)$/, ''), place, excerpt(text, place)));
  }
}

/** Without the parentheses around it. */
export function unwrap(node: Syntax): Syntax {
  return node.type === 'ParenthesizedExpression' ? unwrap(node.expression) : node;
}

export function isFunction(node: Syntax): node is FunctionSyntax {
  return node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration'
    || node.type === 'ArrowFunctionExpression';
}

/** Visits a node and everything below it; `visit` returns false to leave out what is below. */
export function walk(node: Syntax, visit: (node: Syntax) => boolean | void): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walk(child, visit);
}

/** The nodes directly below. */
export function childrenOf(node: Syntax): Syntax[] {
  return Object.values(node).flat().filter(isNode);
}

/** Where a node stands: a node that takes the place of another has to have it, too. */
export function placeOfNode({ start, end, range }: Syntax): Pick<Syntax, 'start' | 'end' | 'range'> {
  return { start, end, range };
}

export function isNode(value: any): value is Syntax {
  return typeof value?.type === 'string';
}

/** Texts that may span lines and whose bytes count. */
export function literalsOf(node: Syntax): Literals {
  const literals: Syntax[] = [];
  walk(node, (each) => { if (each.type === 'TemplateElement' || each.type === 'Literal') literals.push(each); });
  return literals;
}
