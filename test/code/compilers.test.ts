import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import * as ts from 'typescript';
import { folder, moduleOf, refusal, run } from './help';
import { Code } from '../../src/code';

/** A handler as people write it: types, newer syntax, functions inside, a class, a multi-line text. */
const SOURCE = `
import { join } from 'node:path';
export const handler = async (request: { body?: { items: number[] }; headers: Record<string, string> }): Promise<object> => {
  const items = request.body?.items ?? [];
  const double = (n: number): number => n * 2;
  function sum(all: readonly number[]) { return all.reduce((a, b) => a + b, 0); }
  class Total { #value = sum(items.map(double)); static unit = 'EUR'; get text() { return \`\${this.#value} \${Total.unit}\`; } }
  const { 'x-user': user, ...others } = request.headers;
  return { total: new Total().text, user, others: Object.keys(others), note: \`two
    lines\` };
};
export const lost = (name: string) => join(name, 'a');
export const loads = async () => (await import('node:os')).EOL;
`;
const REQUEST = { body: { items: [1, 2, 3] }, headers: { 'x-user': 'ada', 'accept': '*/*' } };
const ANSWER = { total: '12 EUR', user: 'ada', others: ['accept'], note: 'two\n    lines' };

/** What a compiler to CommonJS made of the source, loaded. */
function load(text: string): any {
  const module = { exports: {} };
  new Function('module', 'exports', 'require', text)(module, module.exports, require);
  return module.exports;
}
const typescript = (target: ts.ScriptTarget, module = ts.ModuleKind.CommonJS) =>
  ts.transpileModule(SOURCE, { compilerOptions: { target, module } }).outputText;
const esbuild = (options: object) => transformSync(SOURCE, { loader: 'ts', format: 'cjs', target: 'node20', ...options }).code;

describe('the same handler works whatever compiled it', () => {
  test.each<[compiler: string, text: () => string]>([
    ['tsc to ES2022', () => typescript(ts.ScriptTarget.ES2022)],
    ['tsc to the newest', () => typescript(ts.ScriptTarget.ESNext)],
    ['esbuild', () => esbuild({})],
    ['esbuild that keeps names (tsx, esbuild-register)', () => esbuild({ keepNames: true })],
    ['esbuild that keeps names and minifies white space (tsx)', () => esbuild({ keepNames: true, minifyWhitespace: true })],
    ['esbuild that minifies', () => esbuild({ minify: true })],
  ])('%s', (_, text) => {
    expect(run(moduleOf(Code.fromFunction(load(text()).handler)), REQUEST)).toEqual(ANSWER);
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
    const text = execFileSync(process.execPath, ['--import', 'tsx', join(root, 'app.ts')], { encoding: 'utf8', cwd: join(__dirname, '../..') });

    expect(text).toContain('function __name(fn) { return fn; } // esbuild\'s keepNames calls it\n');
    expect(run(text, REQUEST)).toEqual(ANSWER);
  });
});

describe('what a compiler has made unusable is refused with the remedy for that compiler', () => {
  test.each<[what: string, text: () => string, name: string, sentence: RegExp]>([
    ['an import in tsc', () => typescript(ts.ScriptTarget.ES2022), 'lost', /node_path_1\.join .*\(imported, by the look of it\): use await import\('node:path'\)/],
    ['an import in esbuild', () => esbuild({}), 'lost', /import_node_path\.join .*\(imported, by the look of it\): use await import\('node:path'\)/],
    ['import() in tsc to CommonJS', () => typescript(ts.ScriptTarget.ES2022), 'loads', /require .*are not defined in the pod, where code is an ES module/],
    ['async in tsc to ES2016', () => typescript(ts.ScriptTarget.ES2016), 'handler', /__awaiter.*set the compiler's target to ES2022 or later/],
    ['a spread in tsc to ES2017', () => typescript(ts.ScriptTarget.ES2017), 'handler', /__rest.*set the compiler's target to ES2022 or later/],
    ['async in esbuild to ES2016', () => esbuild({ target: 'es2016' }), 'handler', /__async.*set the compiler's target to ES2022 or later/],
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
import { Code } from ${JSON.stringify(join(__dirname, '../../src/code'))};
process.stdout.write(Code.fromFunction(handler)._module(new Chart(new App(), 'shop'), 'node'));
`,
});
symlinkSync(join(__dirname, '../../node_modules'), join(folderOfApp, 'node_modules'));
