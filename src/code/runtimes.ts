import * as globals from 'globals';

/** Where code runs: Node 24, or nginx with njs on the QuickJS engine. Both take ES modules. */
export type Runtime = 'node' | 'njs';

const names = (...lists: object[]) => new Set(lists.flatMap((list) => Object.keys(list)));

/** In the list of Node's names, but not there without a flag, or only in a later version: asked of Node 24 itself. */
const NOT_IN_NODE_24 = ['ErrorEvent', 'QuotaExceededError', 'Storage', 'Temporal', 'localStorage', 'sessionStorage'];

/** Of ES2023, but left out by njs 1.0 on QuickJS: asked of nginx itself. */
const NOT_IN_NJS = ['FinalizationRegistry', 'Function', 'Intl', 'WeakRef', 'eval'];

/** What njs adds to the language. Its `crypto` is the web's, of which only `getRandomValues` is synchronous. */
const NJS = [
  'Buffer', 'Headers', 'Request', 'Response', 'TextDecoder', 'TextEncoder', 'atob', 'btoa', 'console', 'crypto', 'ngx',
  'njs', 'process',
];

/** What answers later than a sharding function may: there in njs, but of no use to synchronous code. */
export const ASYNCHRONOUS: ReadonlySet<string> = new Set([
  'Promise', 'clearTimeout', 'queueMicrotask', 'setImmediate', 'setTimeout',
]);

const without = (all: Set<string>, missing: Iterable<string>) => {
  for (const name of missing) all.delete(name);
  return all;
};

/** The global names of each runtime. */
export const GLOBALS: { readonly [runtime in Runtime]: ReadonlySet<string> } = {
  node: without(names(globals.builtin, globals.nodeBuiltin), NOT_IN_NODE_24),
  njs: without(new Set([...names(globals.es2023), ...NJS]), [...NOT_IN_NJS, ...ASYNCHRONOUS]),
};

/** The newest syntax that QuickJS takes for sure (https://nginx.org/en/docs/njs/engine.html). */
export const NJS_ECMA_VERSION = 2023;

/** The globals of Jest, which no pod has. */
export const JEST: ReadonlySet<string> = names(globals.jest);
