import { checkPlace, checkVariables, Module } from './checks';
import { mistake } from './mistake';
import { isFunction, literalsOf, parsed, parseExpression, parseModule, Syntax, unwrap } from './syntax';
import { dedent, unixText, withoutHashbang } from './text';

/** An app may give one function to a thousand patterns, each time anew. */
const known = new Map<string, Module>();

/**
 * A module of an expression that is a function, in the user's own words but for the indentation.
 *
 * @param called how sentences call it
 * @param remedy what to do where it does not parse
 * @throws what is wrong with it
 */
export function inlineModule(called: string, source: string, remedy = REMEDY): Module {
  const key = JSON.stringify([called, source]);
  const module = known.get(key) ?? makeModule(called, source, remedy);
  known.set(key, module);
  return module;
}

function makeModule(called: string, source: string, remedy: string): Module {
  const text = withoutHashbang(unixText(source));
  if (!text.trim()) {
    mistake(`${called} is empty: give an expression that is a function, such as (request) => request.path`);
  }
  const { node } = parseCode(called, text, remedy);
  checkFunction(called, node);

  const tidy = dedent(text, literalsOf(node));
  const { start, end } = parseCode(called, tidy, remedy);
  const [before, expression] = [tidy.slice(0, start), tidy.slice(start, end)];
  const after = tidy.slice(end).replace(/^[\s;]+/, '');
  // A function makes a declaration, which ends by itself.
  const semicolon = /^(async\s+)?function\b/.test(expression) ? '' : ';';
  const module = moduleOf(called, `${before}export default ${expression}${semicolon}${after && ` ${after}`}\n`);

  // Variables first: a compiler's helper is what brings `this` into a function that has none (`__awaiter(this, …)`).
  checkVariables(module);
  checkPlace(module);
  return module;
}

function moduleOf(called: string, text: string): Module {
  const program = parseModule(text);
  const exported = program.body.find((statement) => statement.type === 'ExportDefaultDeclaration');
  const main = exported && unwrap(exported.declaration);
  return { called, text, program, main: main && isFunction(main) ? main : undefined };
}

const REMEDY = 'give one function such as (request) => request.path, and put TypeScript or more statements into '
  + 'a file for Code.fromFile';

function parseCode(called: string, text: string, remedy: string) {
  return parsed(text, parseExpression, (reason, { line, column }, excerpt) =>
    `${called} is not JavaScript that can stand by itself: ${reason} (line ${line}, column ${column}: `
      + `\`${excerpt}\`); ${remedy}`);
}

/**
 * What an expression is when it is no function. A call may return one:
 * `(() => { const seen = new Map(); return (request) => … })()`.
 */
function checkFunction(called: string, node: Syntax): void {
  if (isFunction(node) || node.type === 'CallExpression') return;
  const what = node.type === 'ClassExpression'
    ? 'a class'
    : KINDS.find(([type]) => node.type === type)?.[1] ?? 'an expression';
  mistake(
    `${called} is ${what}, not a function: give an expression that is a function, such as (request) => request.path`,
  );
}
const KINDS: readonly (readonly [Syntax['type'], string])[] = [
  ['Literal', 'a value'],
  ['TemplateLiteral', 'a text'],
  ['ObjectExpression', 'an object'],
  ['ArrayExpression', 'an array'],
  ['Identifier', 'a name'],
  ['AssignmentExpression', 'an assignment'],
];
