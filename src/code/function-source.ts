import type { Comment } from 'acorn';
import { freeVariables } from './free-variables';
import { mistake } from './mistake';
import { printed } from './print';
import { FunctionSyntax, isFunction, parseExpression, parseModule, Syntax } from './syntax';
import { excerpt, placeOf } from './text';
import { attempt, shown } from '../checks/arguments/shown';

/** What to do where a function does not parse by itself. */
export const FUNCTION_REMEDY =
  'give a function that needs nothing of the class or code around it, or put it into a file and use Code.fromFile';

/** By the text of a function, which an app may give to a thousand patterns. */
const sources = new Map<string, string>();

/**
 * The source of a function, as an expression that is one, and how sentences call it.
 * @throws where its source is none that another process can use
 */
export function functionSource(fn: any): { called: string; source: string } {
  if (typeof fn !== 'function') {
    mistake(`fn is ${shown(fn)}: Code.fromFunction takes a function; for source text use Code.fromInline, `
      + 'for a file Code.fromFile');
  }
  const text = Function.prototype.toString.call(fn);
  // A function may be a Proxy, and its properties are anybody's.
  const name = String(attempt(() => typeof fn.name === 'string' ? fn.name : '', ''));
  const called = calledAs(name, text);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) {
    mistake(name.startsWith('bound ')
      ? `${called} is bound, which hides its source and what it is bound to: give a function that is not, `
        + 'with what it needs inside'
      : `${called} is native code, which has no source to take: wrap it, as in (request) => `
        + `${name || 'fn'}(request.path)`);
  }
  if (fn._isMockFunction) {
    mistake(`${called} is a mock of Jest, whose source is not the code it runs: give the function itself`);
  }
  if (/^class\b/.test(text)) {
    mistake(`${called} is a class: give a function, which may make instances of a class that is defined inside it`);
  }
  const source = sources.get(text) ?? expressionOf(called, text);
  sources.set(text, source);
  return { called, source };
}

function expressionOf(called: string, text: string): string {
  refuseHtmlComments(called, text);
  return printed(isExpression(text) ? text : methodSource(called, text));
}

/** `<!--` begins a comment in a script, and does not in a module. */
function refuseHtmlComments(called: string, text: string): void {
  if (!/<!--|-->/.test(text)) return;
  const comments: Comment[] = [];
  attempt<unknown>(() => parseExpression(text, { sourceType: 'script', onComment: comments }), undefined);
  const found = comments.find(({ start }) => !text.startsWith('/', start));
  if (!found) return;
  const place = placeOf(text, found.start);
  mistake(`${called} has a comment as HTML has them (line ${place.line}: \`${excerpt(text, place)}\`), `
    + 'which is none in the pod, where code is an ES module: use //');
}

/** Anonymous functions are called by how they begin: a chart may have many. */
function calledAs(name: string, text: string): string {
  const first = text.split('\n', 1)[0].trim();
  return `function '${name || (first.length > 60 ? `${first.slice(0, 60)}…` : first)}'`;
}

function isExpression(text: string): boolean {
  try {
    return isFunction(parseExpression(text).node);
  } catch {
    return false;
  }
}

/**
 * `m(request) { … }`, the source of a method, is no expression: make it `function m(request) { … }`.
 * Source that does not parse goes on, to be refused with the reason.
 */
function methodSource(called: string, source: string): string {
  // The name of a private method means nothing outside of its class.
  const text = source.replace(/^((?:async\b\s*)?\*?\s*)#/, '$1');
  const method = parseMethod(text);
  if (!method) {
    return text.replace(/^(?!async\s*\(|(?:async\s+)?function\b)(async\s+)?(\*\s*)?([\w$]+\s*\()/, '$1function $2$3');
  }
  const { kind, key, computed } = method;
  const fn = method.value as Syntax as FunctionSyntax;
  if (kind !== 'init') {
    mistake(`${called} is the ${kind === 'get' ? 'getter' : 'setter'} of a property: give a function`);
  }
  const rest = text.slice(fn.start - OPEN.length, fn.end - OPEN.length);
  const anonymous = `${fn.async ? 'async ' : ''}function${fn.generator ? '*' : ''}`;
  // A method does not see its own name, a function does: `fetch() { return fetch(…) }` must not call itself.
  const named = !computed && key.type === 'Identifier' && isExpression(`${anonymous} ${key.name}${rest}`)
    && !freeVariables(parseModule(`export default ${anonymous} ${rest}`)).some(({ name }) => name === key.name);
  return `${anonymous} ${named ? key.name : ''}${rest}`;
}

function parseMethod(text: string) {
  try {
    const { node } = parseExpression(`${OPEN}${text}})`);
    const property = node.type === 'ObjectExpression' && node.properties.length === 1 ? node.properties[0] : undefined;
    return property?.type === 'Property' && (property.method || property.kind !== 'init') ? property : undefined;
  } catch {
    return undefined;
  }
}
const OPEN = '({';
