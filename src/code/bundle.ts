import { realpathSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { BuildOptions, BuildResult, Message, Metafile } from 'esbuild';
import { freeVariables } from './free-variables';
import { mistake } from './mistake';
import { Runtime } from './runtimes';
import { parseModule } from './syntax';
import { excerpt, withoutHashbang } from './text';

/** The file a bundle starts from. */
export interface Entry {
  readonly absolute: string;
  /** How sentences call it. */
  readonly called: string;
}

/** What becomes of it. */
export interface Bundle {
  readonly text: string;
  /** Whether the file is CommonJS. */
  readonly commonJs: boolean;
  /** Whether an offset of the text is in a file of the user's own, not in a package. */
  readonly own: (at: number) => boolean;
}

const SETTINGS: { readonly [runtime in Runtime]: BuildOptions } = {
  // `module` first: a package's ES module makes a readable bundle, its CommonJS twin is wrapped and shimmed.
  node: { platform: 'node', target: 'node24', mainFields: ['module', 'main'] },
  njs: {
    platform: 'neutral',
    target: 'es2023',
    mainFields: ['module', 'main'],
    define: { 'process.env.NODE_ENV': '"production"', 'global': 'globalThis' },
    // Kept out, so that the sentence can name who imports them.
    external: ['node:*', ...builtinModules],
  },
};

/**
 * Bundles a file and what it imports into one module.
 * @throws where esbuild is missing or cannot, or where the runtime lacks an imported module
 */
export function bundle(file: Entry, runtime: Runtime): Bundle {
  // esbuild's comments and names are relative to this folder, so the bytes do not tell where the project stands.
  const entry = realpathSync(file.absolute);
  const options: BuildOptions = {
    ...SETTINGS[runtime],
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    charset: 'utf8',
    logLevel: 'silent',
  };
  const result = build(file, options);
  const { inputs } = result.metafile!;
  if (runtime === 'njs') refuseImports(file, result.metafile!);
  const sources = new Set(Object.keys(inputs).map(stablePath));
  const bundled = stablePaths(withoutHashbang(result.outputFiles![0].text).trimStart());
  const commonJs = inputs[basename(entry)].format === 'cjs';
  const esModule = commonJs ? withDefault(bundled) : bundled;
  const text = definitions(esModule, runtime, ownCode(esModule, sources)) + esModule;
  return { text, commonJs, own: ownCode(text, sources) };
}

/**
 * CommonJS keeps its function in `module.exports`, or, where a compiler made it of an ES module, in the
 * `default` of that.
 */
function withDefault(text: string): string {
  return text.replace(/^export default (.+);\n$/m,
    "export default ((exported) => typeof exported === 'function' ? exported : exported.default)($1);\n");
}

function build(file: Entry, options: BuildOptions): BuildResult {
  const { buildSync } = esbuild(file);
  try {
    return buildSync(options);
  } catch (error) {
    const [first] = (error as { errors?: Message[] }).errors ?? [];
    if (!first) throw error;
    const { text, location } = first;
    const where = location
      ? ` (${location.file}:${location.line}:${location.column + 1}: `
        + `\`${excerpt(location.lineText, { line: 1, column: location.column + 1 })}\`)`
      : '';
    const remedy = text.startsWith('Could not resolve') ? ': correct the import, or install the package' : '';
    return mistake(`${file.called} cannot be bundled: ${text}${where}${remedy}`);
  }
}

/** The user's own esbuild: most users need none, and those who bundle want to choose its version. */
function esbuild(file: Entry): { buildSync(options: BuildOptions): BuildResult } {
  for (const folder of [dirname(file.absolute), process.cwd()]) {
    const fromThere = createRequire(join(folder, 'noop.js'));
    try {
      fromThere.resolve('esbuild');
    } catch {
      continue;
    }
    return fromThere('esbuild');
  }
  return mistake(`${file.called} is TypeScript or imports other files, and esbuild, which bundles it, is not `
    + 'installed: run npm install --save-dev esbuild');
}

/** nginx loads one file: whatever is not in the bundle is not there. */
function refuseImports(file: Entry, { inputs, outputs }: Metafile) {
  const external = new Set(Object.values(outputs).flatMap((output) => output.imports).map(({ path }) => path));
  for (const [input, { imports }] of Object.entries(inputs)) {
    const found = imports.find(({ path, external: outside }) => outside && external.has(path));
    if (found) refuseImport(file, found.path, stablePath(input));
  }
}

/** Refuses an import that nginx cannot make. */
export function refuseImport(file: Entry, specifier: string, importer?: string): never {
  return mistake(`${file.called} imports '${specifier}'${importer ? ` (in ${importer})` : ''}, one of Node's modules, `
    + 'but its code runs in nginx, which has none of them: do without');
}

/**
 * What CommonJS has around it and an ES module has not. esbuild leaves it to us: `require` for Node's own modules, and
 * where a file stands, of which many packages make a path as soon as they are loaded. Where the user's own code asks
 * for its place, it is refused instead: it would look for files there.
 */
function definitions(text: string, runtime: Runtime, own: Bundle['own']): string {
  const free = freeVariables(parseModule(text)).filter(({ uses }) => !uses.some(own)).map(({ name }) => name);
  return Object.entries(CommonJS[runtime])
    .filter(([name]) => name === 'require' ? text.includes('var __require = ') : free.includes(name))
    .map(([, definition]) => `${definition}\n`)
    .join('');
}
const CommonJS: { readonly [runtime in Runtime]: { readonly [variable: string]: string } } = {
  node: {
    require: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    __dirname: 'const __dirname = import.meta.dirname;',
    __filename: 'const __filename = import.meta.filename;',
  },
  njs: { __dirname: "const __dirname = '/';", __filename: "const __filename = '/index.js';" },
};

/** Where packages stand differs between a workspace and a single project; what is below node_modules does not. */
function stablePaths(text: string): string {
  return text
    .replace(/^\/\/ (.+)$/gm, (_, path) => `// ${stablePath(path)}`)
    .replace(/^( +")(.+)("\((?:exports|__unused)\b)/gm, (_, before, path, after) => (
      `${before}${stablePath(path)}${after}`
    ));
}

function stablePath(path: string): string {
  return path.replace(/^(?:\.\.\/)+(?=(?:.*\/)?node_modules\/)/, '');
}

/**
 * esbuild writes a comment with the path before the code of each file: by that its code is told from a package's
 * and from esbuild's own.
 */
function ownCode(text: string, sources: ReadonlySet<string>): (at: number) => boolean {
  const starts = [...text.matchAll(/^\/\/ (.+)$/gm)]
    .filter(([, path]) => sources.has(path))
    .map((match) => ({ at: match.index, own: !match[1].includes('node_modules/') }));
  return (at) => starts.filter((start) => start.at < at).pop()?.own ?? false;
}
