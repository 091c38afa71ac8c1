import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import * as ts from 'typescript';
import { folder, moduleOf, refusal, run } from './help';
import { Code } from '../../src/code/code';

/** A handler as people write it: types, newer syntax, functions inside, a class, a multi-line text. */
const SOURCE = `
import { join } from 'node:path';
export const handler = async (request: {
  body?: { items: number[] };
  headers: Record<string, string>;
}): Promise<object> => {
  const items = request.body?.items ?? [];
  const double = (n: number): number => n * 2;
  function sum(all: readonly number[]) { return all.reduce((a, b) => a + b, 0); }
  class Total { #value = sum(items.map(double)); static unit = 'EUR'; get text() { return \`\${this.#value} \${Total.unit}\`; } }
  // whose it is
  const { 'x-user': user, ...others } = request.headers;
  if ([...items].some((item) => item === undefined || item > 1_000_000)) return;
  return { total: (new Total as Total).text, 'user': user, others: Object.keys(others).filter(name => /\\p{L}/u.test(name)), note: \`two
    lines \` + 'of é' };
};
const [user, name] = ['in the way', 1];
export default function () { return 1; };
export const lost = (name: string) => join(name, 'a');
export const loads = async () => (await import('node:os')).EOL;
`;
const REQUEST = { body: { items: [1, 2, 3] }, headers: { 'x-user': 'ada', 'accept': '*/*' } };
const ANSWER = { total: '12 EUR', user: 'ada', others: ['accept'], note: 'two\n    lines of é' };

/** What a compiler to CommonJS made of the source, loaded. */
function load(text: string): any {
  const module = { exports: {} };
  new Function('module', 'exports', 'require', text)(module, module.exports, require);
  return module.exports;
}
const typescript = (target: ts.ScriptTarget, options: ts.CompilerOptions = {}) =>
  ts.transpileModule(SOURCE, { compilerOptions: { target, module: ts.ModuleKind.CommonJS, ...options } }).outputText;
const esbuild = (options: object) =>
  transformSync(SOURCE, { loader: 'ts', format: 'cjs', target: 'node20', ...options }).code;

/** What every compiler's output is printed as. */
const MODULE = `export default async (request) => {
  const items = request.body?.items ?? [];
  const double = (n) => n * 2;
  function sum(all) {
    return all.reduce((a, b) => a + b, 0);
  }
  class Total {
    #value = sum(items.map(double));
    static unit = "EUR";
    get text() {
      return \`\${this.#value} \${Total.unit}\`;
    }
  }
  const { "x-user": user, ...others } = request.headers;
  if ([...items].some((item) => item === undefined || item > 1000000)) return;
  return {
    total: new Total().text,
    user,
    others: Object.keys(others).filter((name) => /\\p{L}/u.test(name)),
    note: \`two
    lines of é\`
  };
};
`;

describe('the same handler is the same bytes, whatever compiled it', () => {
  test.each<[compiler: string, text: () => string]>([
    ['tsc to ES2022', () => typescript(ts.ScriptTarget.ES2022)],
    ['tsc to the newest', () => typescript(ts.ScriptTarget.ESNext)],
    ['tsc without comments', () => typescript(ts.ScriptTarget.ES2022, { removeComments: true })],
    ['esbuild', () => esbuild({})],
    ['esbuild that keeps names (esbuild-register)', () => esbuild({ keepNames: true })],
    [
      'esbuild that keeps names and minifies white space (tsx)',
      () => esbuild({ keepNames: true, minifyWhitespace: true }),
    ],
    ['esbuild for a newer engine', () => esbuild({ target: 'node24', charset: 'utf8' })],
  ])('%s', (_, text) => {
    expect(moduleOf(Code.fromFunction(load(text()).handler))).toBe(MODULE);
  });

  test('which do what the handler does', () => {
    expect(run(MODULE, REQUEST)).toEqual(ANSWER);
  });

  test('esbuild that minifies, which has other names for all', () => {
    expect(run(moduleOf(Code.fromFunction(load(esbuild({ minify: true })).handler)), REQUEST)).toEqual(ANSWER);
  });

  test('ts-jest, which compiled this test', () => {
    const code = Code.fromFunction(async (request: typeof REQUEST) => {
      const double = (n: number): number => n * 2;
      return { total: request.body?.items.map(double), ...request.headers };
    });

    expect(run(moduleOf(code), REQUEST)).toEqual({ 'total': [2, 4, 6], 'x-user': 'ada', 'accept': '*/*' });
  });

  test('tsx, run for real', () => {
    const root = folderOfApp;
    const text = execFileSync(process.execPath, ['--import', 'tsx', join(root, 'app.ts')], {
      encoding: 'utf8',
      cwd: join(__dirname, '../..'),
    });

    expect(text).toBe(MODULE);
  });
});

test('a function without a name has none, whatever compiled it', () => {
  const texts = [typescript(ts.ScriptTarget.ES2022), esbuild({ keepNames: true, sourcefile: 'app.ts' })];

  expect(texts.map((text) => moduleOf(Code.fromFunction(load(text).default))))
    .toEqual(Array(2).fill('export default function () {\n  return 1;\n}\n'));
});

describe('what a compiler has made unusable is refused with the remedy for that compiler', () => {
  test.each<[what: string, text: () => string, name: string, sentence: RegExp]>([
    [
      'an import in tsc',
      () => typescript(ts.ScriptTarget.ES2022),
      'lost',
      /node_path_1\.join .*\(imported, by the look of it\): put the function into a file.*getBuiltinModule\('node:path'\)/,
    ],
    [
      'an import in esbuild',
      () => esbuild({}),
      'lost',
      /import_node_path\.join .*\(imported, by the look of it\): put the function into a file.*getBuiltinModule\('node:path'\)/,
    ],
    [
      'import() in tsc to CommonJS',
      () => typescript(ts.ScriptTarget.ES2022),
      'loads',
      /require .*are not defined in the pod, where code is an ES module/,
    ],
    [
      'async in tsc to ES2016',
      () => typescript(ts.ScriptTarget.ES2016),
      'handler',
      /__awaiter.*set the compiler's target to ES2022 or later/,
    ],
    [
      'a spread in tsc to ES2017',
      () => typescript(ts.ScriptTarget.ES2017),
      'handler',
      /__rest.*set the compiler's target to ES2022 or later/,
    ],
    [
      'async in esbuild to ES2016',
      () => esbuild({ target: 'es2016' }),
      'handler',
      /__async.*set the compiler's target to ES2022 or later/,
    ],
  ])('%s', (_, text, name, sentence) => {
    expect(refusal(() => Code.fromFunction(load(text())[name]))).toMatch(sentence);
  });

  test('import() in a module system that has it works', () => {
    expect(run(moduleOf(Code.fromFunction(load(esbuild({})).loads)))).toBe('\n');
  });
});

const folderOfApp = folder({
  'app.ts': `${SOURCE}
import { App, Chart } from 'cdk8s';
import { Code } from ${JSON.stringify(join(__dirname, '../../src/code/code'))};
process.stdout.write(Code.fromFunction(handler)._module(new Chart(new App(), 'shop'), 'node'));
`,
});
symlinkSync(join(__dirname, '../../node_modules'), join(folderOfApp, 'node_modules'));
