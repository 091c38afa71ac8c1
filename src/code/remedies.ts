import { isBuiltin } from 'node:module';
import { FreeVariable } from './free-variables';
import { ASYNCHRONOUS, GLOBALS, JEST, NJS_ECMA_VERSION, Runtime } from './runtimes';

/** Where a variable is missing. */
export interface Missing {
  /** Not given where no runtime has it. */
  readonly runtime?: Runtime;
  /** A function can be moved into a file; a file cannot. */
  readonly inFile: boolean;
}

/** A kind of variable that a pod does not have. */
interface Kind {
  readonly of: (variable: FreeVariable, missing: Missing) => boolean;
  /** What comes after "foo is" or "foo and bar are": what is wrong, and what to do. */
  readonly say: (variables: readonly FreeVariable[], missing: Missing) => string;
}

/**
 * Helpers that TypeScript, esbuild, Babel and SWC call instead of syntax that is too new for the target
 * they were given.
 */
const HELPER = new RegExp([
  /^__(awaiter|generator|assign|rest|spread\w*|read|values|decorate\w*|param|metadata|await|async\w*)$/,
  /^__(makeTemplateObject|extends|import(Star|Default)|classPrivateField\w+|addDisposableResource|disposeResources)$/,
  /^__(esDecorate|runInitializers|propKey|setFunctionName)$/,
  /^__(forAwait|yieldStar|objRest|publicField|private\w+|defNormalProp|pow|template|using|callDispose)$/,
  /^__(super(Get|Set)|earlyAccess)$/,
  /^tslib_\d+$/,
  /^_(async_?to_?generator|object_?(spread|without)\w*|define_?property|(to_?consumable|sliced_?to)_?array)\d*$/i,
  /^_(ts_generator|regenerator\w*)\d*$/i,
  /^_(class_?(private|call)\w*|create_?class|interop_?require\w*|wrap_?async\w*)\d*$/i,
  /^regeneratorRuntime$/,
].map(({ source }) => source).join('|'), 'i');

/**
 * Names that compilers to CommonJS (TypeScript, esbuild, Babel and SWC), Vite and webpack give to an imported module.
 */
const IMPORT = /^(?:__vi(?:te_ssr)?_import_\d+__|_*(?:import_)?([A-Za-z]\w*?)_\d+|import_(\w+)|(\w+?)__WEBPACK_IMPORTED_MODULE_\d+__)$/;

const COMMONJS = new Set(['require', 'module', 'exports', '__require', '__importStar', '__importDefault']);
/**
 * The most telling kind first: the helper of a coverage run hides every other mistake. What a compiler makes is a
 * mistake in a function only.
 */
const KINDS: readonly Kind[] = [
  {
    of: ({ name }, { inFile }) => !inFile && /^_*cov_\w+/.test(name),
    say: () => 'not defined in the pod (put into the source by a coverage run): set '
      + "coverageProvider: 'v8' in Jest's configuration, "
      + 'or write /* istanbul ignore next */ before the function, or use Code.fromFile',
  },
  {
    of: ({ name }) => name === '__dirname' || name === '__filename',
    say: (_, { inFile }) => 'not defined in the pod, where no file is but the code: '
      + (inFile
        ? 'import what it reads'
        : 'put the function into a file that imports what it reads, and use Code.fromFile'),
  },
  {
    of: ({ name }) => COMMONJS.has(name),
    say: (_, { inFile, runtime }) => inFile
      ? 'not defined in the pod, where code is an ES module: use import and export, in a file that ends in .cjs '
        + 'require and module.exports'
      : 'not defined in the pod, where code is an ES module (a compiler to CommonJS also makes it from import()): '
        + `put the function into a file with imports, and use Code.fromFile${builtinRemedy('node:…', runtime)}`,
  },
  {
    of: ({ name }) => name === '__name',
    say: () => "not defined in the pod (a compiler's help to keep the names of functions): give the function itself "
      + 'to Code.fromFunction, not its text',
  },
  {
    of: ({ name }, { inFile }) => !inFile && HELPER.test(name),
    say: () => "not defined in the pod (a compiler's help for newer syntax): set the compiler's target to ES2022 or "
      + 'later, or use Code.fromFile',
  },
  {
    of: ({ name, imported }, { inFile }) => !inFile && (imported !== undefined || IMPORT.test(name)),
    say: (variables, { runtime }) => {
      const builtin = variables.map(({ name }) => builtinOf(name)).find((module) => module);
      return 'not defined in the pod (imported, by the look of it): put the function into a file that imports what it '
        + 'needs, and use Code.fromFile'
        + (builtin ? builtinRemedy(builtin, runtime) : '');
    },
  },
  {
    of: ({ name }) => JEST.has(name),
    say: () => 'not defined in the pod (part of Jest): have the code answer what the test is to look at',
  },
  {
    of: ({ name }) => ASYNCHRONOUS.has(name),
    say: () => 'asynchronous, but code in nginx must return its result at once: compute it from the request alone',
  },
  {
    of: ({ name }) => GLOBALS.node.has(name),
    say: () => `not defined in nginx, whose JavaScript has the language up to ES${NJS_ECMA_VERSION} `
      + 'and little of Node: do without',
  },
  {
    of: () => true,
    say: (_, { inFile }) => 'not defined in the pod: '
      + (inFile
        ? 'define or import it in the file'
        : 'only the function itself gets there, so define it inside, or put both into a file and use Code.fromFile'),
  },
];

/**
 * The variables of the most telling kind, and what comes after "foo is" or "foo and bar are" in a sentence about them.
 */
export function remedyOf(
  variables: readonly FreeVariable[], missing: Missing,
): { concerned: readonly FreeVariable[]; remedy: string } {
  const isOf = ({ of }: Kind) => (variable: FreeVariable) => of(variable, missing);
  const kind = KINDS.find((each) => variables.some(isOf(each)))!;
  const concerned = variables.filter(isOf(kind));
  return { concerned, remedy: kind.say(concerned, missing) };
}

/**
 * How a function gets one of Node's modules without an import. nginx has none of them, and a function is looked at
 * before it is known where it runs.
 */
function builtinRemedy(module: string, runtime?: Runtime): string {
  if (runtime === 'njs') return '';
  const where = runtime === 'node' ? '' : 'unless it is a sharding function, ';
  return `; ${where}process.getBuiltinModule('${module}') inside works too`;
}

/** `fs_1` and `import_node_fs` → `node:fs` */
function builtinOf(variable: string): string | undefined {
  const [, ...names] = IMPORT.exec(variable) ?? [];
  const name = (names.find((each) => each) ?? '').replace(/^node_/, '');
  return isBuiltin(`node:${name}`) ? `node:${name}` : undefined;
}
