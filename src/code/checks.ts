import { Program } from 'acorn';
import { freeVariables } from './free-variables';
import { mistake } from './mistake';
import { remedyOf } from './remedies';
import { GLOBALS, NJS_ECMA_VERSION, Runtime } from './runtimes';
import { childrenOf, FunctionSyntax, isFunction, parsed, parseModule, Syntax, walk } from './syntax';
import { excerpt, Place, placeOf } from './text';

/** The module that is made of a user's code, while it is looked at. */
export interface Module {
  /** How sentences call it: `function 'price'`, `inline code`, `code file 'price.ts'`. */
  readonly called: string;
  readonly text: string;
  readonly program: Program;
  /** The function, where it can be seen without running the code. */
  readonly main?: FunctionSyntax;
  /** Set for a file: what users can do is not the same as for a function. */
  readonly file?: {
    /** Not what the user wrote, but what esbuild made of it: its line numbers mean nothing to the user. */
    readonly bundled: boolean;
    /**
     * Whether an offset is in code of the user's own; in packages a name that nobody defines may be fine (a
     * branch for browsers).
     */
    readonly own: (at: number) => boolean;
  };
}

/** Refuses variables that will be missing: in the given runtime, or, without one, in all of them. */
export function checkVariables(module: Module, runtime?: Runtime): void {
  const known = runtime ? [GLOBALS[runtime]] : Object.values(GLOBALS);
  const firstOwn = (uses: readonly number[]) => uses.find((at) => module.file?.own(at) ?? true);
  const missing = freeVariables(module.program)
    .filter(({ name, uses }) => !known.some((names) => names.has(name)) && firstOwn(uses) !== undefined);
  if (missing.length === 0) return;

  const { concerned, remedy } = remedyOf(missing, { runtime, inFile: module.file !== undefined });
  const names = concerned.map(({ name, imported }) => imported ? `${name}.${imported}` : name);
  mistake(`${module.called}: ${listed(names)} (${whereIs(module, firstOwn(concerned[0].uses)!)}) `
    + `${names.length > 1 ? 'are' : 'is'} ${remedy}`);
}

/**
 * Refuses what refers to the place where a function stood: `this` of the construct around an arrow function,
 * `super`, `import.meta`.
 */
export function checkPlace(module: Module): void {
  if (!module.main) return;
  walkOwn(module.main, (node) => {
    const where = () => whereIs(module, node.start);
    if (node.type === 'ThisExpression') {
      mistake(`${module.called}: this (${where()}) is undefined in the pod: put what the function needs `
        + 'into constants inside it');
    } else if (node.type === 'Super') {
      mistake(`${module.called}: super (${where()}) does not exist in the pod: use a plain function that calls no `
        + 'method of a parent class');
    } else if (node.type === 'MetaProperty' && node.meta.name === 'import') {
      mistake(`${module.called}: import.meta (${where()}) is another in the pod: put the function into a `
        + 'file and use Code.fromFile');
    }
  });
}

/**
 * Refuses what nginx cannot run: its answer must be there when the function returns, and the engine is
 * older than Node's.
 */
export function checkSynchronous(module: Module): void {
  parsed(module.text, (text) => parseModule(text, { ecmaVersion: NJS_ECMA_VERSION }), (reason, place, line) =>
    `${module.called}: ${reason} (${quoted(module, place, line)}): code in nginx may use the language up `
      + `to ES${NJS_ECMA_VERSION}`);
  const refused = (node: Syntax, what: string) =>
    mistake(`${module.called} ${what} (${whereIs(module, node.start)}): code in nginx must be synchronous, so `
      + 'return the result itself');
  if (module.main?.generator) refused(module.main, 'is a generator');
  // A package, or a file's other functions, may be asynchronous and never called here.
  walk(module.main ?? module.program, (node) => {
    if (module.file && !module.file.own(node.start)) return;
    if (isFunction(node) && node.async) {
      refused(node, node === module.main ? 'is asynchronous' : 'has an asynchronous function');
    }
    if (node.type === 'ImportExpression') refused(node, 'uses import()');
  });
  walkOwn(module.program, (node) => {
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) {
      refused(node, 'uses await outside of functions');
    }
  });
}

/**
 * Visits what belongs to a function (or module) itself: not the functions and classes inside, but the arrow functions,
 * which share its `this`.
 */
function walkOwn(root: Syntax, visit: (node: Syntax) => void): void {
  const inner = (node: Syntax): boolean => {
    visit(node);
    return node.type !== 'ClassBody'
      && !(isFunction(node) && (root.type === 'Program' || node.type !== 'ArrowFunctionExpression'));
  };
  for (const child of childrenOf(root)) walk(child, inner);
}

/** `line 2: \`return price * 2;\`` */
function whereIs(module: Module, offset: number): string {
  const place = placeOf(module.text, offset);
  return quoted(module, place, excerpt(module.text, place));
}

function quoted(module: Module, { line }: Place, text: string): string {
  if (module.file) return module.file.bundled ? `\`${text}\`` : `line ${line}: \`${text}\``;
  // Users did not write that part of the module.
  return `line ${line}: \`${text.replace(/^export default /, '')}\``;
}

/** `a, b and c` */
function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}` : names[0];
}
