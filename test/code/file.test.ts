import { cpSync, realpathSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { folder, moduleOf, refusal, run, write } from './help';
import { Code } from '../../src/code';

const root = folder({
  'plain.js': 'const rate = 2;\nexport default (a) => a * rate;',
  'windows.mjs': '\uFEFFexport default (a) =>\r\n  a;\r\n',
  'builtin.mjs': "import { basename } from 'node:path';\nexport default (a) => basename(a);\n",
  'specifier.mjs': 'const f = (a) => a;\nexport { f as default };\n',
  'imports.js': "import { double } from './lib/double.js';\nexport default (a) => double(a);\n",
  'lib/double.js': 'export const double = (a) => a * 2;\nexport const unused = 1;\n',
  'reexport.js': "export { default } from './plain.js';\n",
  'typed.ts': "import type { Dirent } from 'node:fs';\nimport { rate } from './rate.ts';\nexport default function price(a: number, _?: Dirent): number {\n  return a * rate;\n}\n",
  'rate.ts': 'export const rate: number = 3;\n',
  'common.cjs': "const { basename } = require('path');\nmodule.exports = (a) => basename(a);\n",
  'common.js': 'module.exports = (a) => a;\n',
  'uses-package.mjs': "import size from 'size';\nexport default (a) => size(a);\n",
  'node_modules/size/index.js': "const { basename } = require('path');\nmodule.exports = (a) => typeof a === 'string' ? basename(a).length : window.nothing;\n",
  'node_modules/size/package.json': '{ "name": "size", "main": "index.js" }',
});
// As in a user's project; the tests of a missing esbuild work in folders without the link.
symlinkSync(join(__dirname, '../../node_modules/esbuild'), join(root, 'node_modules/esbuild'));
const other = folder({ 'apps/shop/empty': '' });
const file = (name: string) => Code.fromFile(join(root, name));

describe('the default export of a file becomes a module that runs', () => {
  test.each<[what: string, name: string, argument: unknown, result: unknown]>([
    ['plain JavaScript', 'plain.js', 2, 4],
    ['a byte order mark and line ends of Windows', 'windows.mjs', 2, 2],
    ['an import of one of Node\'s modules', 'builtin.mjs', '/a/b', 'b'],
    ['a named function, exported later', 'specifier.mjs', 2, 2],
    ['imports of other files', 'imports.js', 2, 4],
    ['the export of another file', 'reexport.js', 2, 4],
    ['TypeScript', 'typed.ts', 2, 6],
    ['CommonJS that requires one of Node\'s modules', 'common.cjs', '/a/b', 'b'],
    ['CommonJS in a .js file', 'common.js', 2, 2],
    ['a CommonJS package that requires one of Node\'s modules', 'uses-package.mjs', '/a/bcd', 3],
  ])('%s', (_, name, argument, result) => {
    expect(run(moduleOf(file(name)), argument)).toEqual(result);
  });

  test('plain JavaScript is used as it is, with a line break at its end', () => {
    expect(moduleOf(file('plain.js'))).toBe('const rate = 2;\nexport default (a) => a * rate;\n');
    expect(moduleOf(file('windows.mjs'))).toBe('export default (a) =>\n  a;\n');
    expect(moduleOf(file('builtin.mjs'))).toContain("import { basename } from 'node:path';\n");
  });

  test('a bundle is readable, holds only what is used, and names files from the folder of the first', () => {
    expect(moduleOf(file('imports.js'))).toBe([
      '// lib/double.js', 'var double = (a) => a * 2;', '', '// imports.js', 'var imports_default = (a) => double(a);',
      'export {', '  imports_default as default', '};', '',
    ].join('\n'));
  });

  test('a relative path starts at the working directory', () => {
    expect(moduleOf(Code.fromFile(relative(process.cwd(), join(root, 'plain.js'))))).toContain('rate');
  });

  test('a bundle has the same bytes wherever the project and its packages stand, and every time', () => {
    cpSync(root, join(other, 'apps/shop'), { recursive: true, filter: (path) => !path.includes('node_modules') });
    cpSync(join(root, 'node_modules'), join(other, 'node_modules'), { recursive: true });

    for (const name of ['imports.js', 'typed.ts', 'uses-package.mjs', 'common.cjs']) {
      const text = moduleOf(file(name));
      expect(moduleOf(Code.fromFile(join(other, 'apps/shop', name)))).toBe(text);
      expect(moduleOf(file(name))).toBe(text);
      expect(text).not.toContain(realpathSync(root));
      expect(text).not.toContain('../');
    }
  });

  test('a Code that several patterns share is bundled once', () => {
    const code = file('imports.js');
    const text = moduleOf(code);
    write(root, { 'lib/double.js': 'export const double = (a) => a * 20;\n' });
    const again = moduleOf(code);
    write(root, { 'lib/double.js': 'export const double = (a) => a * 2;\nexport const unused = 1;\n' });

    expect(again).toBe(text);
  });

  test('what a package does asynchronously, and is not called, does not keep a function out of nginx', () => {
    write(root, {
      'memo.js': "import { memo } from 'memo';\nexport default memo((a) => a + 1);\n",
      'node_modules/memo/index.js': 'export const memo = (fn) => { fn.later = async () => fn(await 1); return fn; };\n',
    });

    expect(run(moduleOf(file('memo.js'), 'njs'), 1)).toBe(2);
  });

  test('nginx gets one module without imports', () => {
    expect(run(moduleOf(file('typed.ts'), 'njs'), 2)).toBe(6);
    expect(moduleOf(file('plain.js'), 'njs')).toBe(moduleOf(file('plain.js')));
  });
});

describe('a file that cannot be used is refused', () => {
  const bad = folder({
    'text.txt': 'hello',
    'broken.js': 'export default (a) => {\n  return a +;\n};\n',
    'broken.ts': 'export default (a: number) => {\n  return a +;\n};\n',
    'none.js': 'const a = 1;\n',
    'named.js': 'export const handler = () => 1;\n',
    'named.ts': 'export const handler = () => 1;\n',
    'object.js': 'export default { fetch() { return 1; } };\n',
    'class.ts': 'export default class Handler {}\n',
    'value.js': 'const a = 42;\nexport { a as default };\n',
    'free.js': 'export default (a) =>\n  a * rate;\n',
    'free.ts': 'export default (a: number) => a * rate;\n',
    'dirname.ts': 'export default () => __dirname;\n',
    'unresolved.ts': "import { a } from './nowhere';\nexport default () => a;\n",
    'package.ts': "import { a } from 'not-installed';\nexport default () => a;\n",
    'async.ts': 'const f = async (a: string) => a;\nexport default f;\n',
    'await.js': 'const a = await 1;\nexport default () => a;\n',
    'url.ts': 'export default (a: string) => new URL(a).host;\n',
    'hash.ts': "import { hash } from './lib/hash';\nexport default (a: string) => hash(a);\n",
    'plain-hash.mjs': "import { createHash } from 'node:crypto';\nexport default (a) => createHash(a);\n",
    'lib/hash.ts': "import { createHash } from 'node:crypto';\nexport const hash = (a: string) => createHash('md5').update(a).digest('hex');\n",
  });
  symlinkSync(join(__dirname, '../../node_modules'), join(bad, 'node_modules'));

  test.each<[what: string, path: any, sentence: string]>([
    ['no path', '', "path is '': Code.fromFile takes the path of a file whose default export is a function"],
    ['a path that is no text', 42, "[Code.fromFile] path is 42: it must be a string (where it is); write '42'"],
    ['a missing file', 'nowhere/web.js', `code file 'nowhere/web.js' does not exist: a relative path starts at the working directory, ${process.cwd()}; `
      + "for a file beside the one you write this in use path.join(__dirname, 'web.js')"],
    ['a directory', bad, `code file '${bad}' is a directory: give the file whose default export is the function`],
    ['another type', 'text.txt', 'is neither JavaScript nor TypeScript: its name must end in one of .js, .mjs, .ts'],
    ['broken syntax', 'broken.js', 'broken.js:2:13: `return a +;`)'],
    ['no export', 'none.js', "has no default export: write 'export default' before the function that is to run"],
    ['other exports only', 'named.js', "has no default export, only others: write 'export default' before the function that is to run"],
    ['an object', 'object.js', "has a default export that is no function: write 'export default' before the function that is to run"],
    ['a value', 'value.js', 'has a default export that is no function'],
    ['a missing variable', 'free.js', 'rate (line 2: `a * rate;`) is not defined in the pod: define or import it in the file'],
  ])('at once: %s', (_, path, sentence) => {
    expect(refusal(() => Code.fromFile(typeof path === 'string' && /^\w+\.\w+$/.test(path) ? join(bad, path) : path))).toContain(sentence);
  });

  test.each<[what: string, name: string, runtime: 'node' | 'njs', sentence: string]>([
    ['broken syntax', 'broken.ts', 'node', 'cannot be bundled: Unexpected ";" (broken.ts:2:13: `return a +;`)'],
    ['other exports only', 'named.ts', 'node', 'has no default export, only others'],
    ['a class', 'class.ts', 'node', 'has a default export that is no function'],
    ['a missing variable', 'free.ts', 'node', 'rate (`var free_default = (a) => a * rate;`) is not defined in the pod: define or import it in the file'],
    ['a variable of CommonJS', 'dirname.ts', 'node', '__dirname (`var dirname_default = () => __dirname;`) is not defined in the pod, where code is an ES module'],
    ['an import of a missing file', 'unresolved.ts', 'node', 'cannot be bundled: Could not resolve "./nowhere" (unresolved.ts:1:19: `import { a } from \'./nowhere\';`): correct the import, or install the package'],
    ['a package that is not installed', 'package.ts', 'node', 'Could not resolve "not-installed"'],
    ['an async function in nginx', 'async.ts', 'njs', 'is asynchronous (`var f = async (a) => a;`): code in nginx must be synchronous'],
    ['await outside of functions in nginx', 'await.js', 'njs', 'uses await outside of functions (line 1: `const a = await 1;`)'],
    ['a global of Node in nginx', 'url.ts', 'njs', 'URL (`var url_default = (a) => new URL(a).host;`) is not defined in nginx'],
    ['one of Node\'s modules in plain JavaScript in nginx', 'plain-hash.mjs', 'njs', "imports 'node:crypto', one of Node's modules, but its code runs in nginx"],
    ['one of Node\'s modules in nginx', 'hash.ts', 'njs', "imports 'node:crypto' (in lib/hash.ts), one of Node's modules, but its code runs in nginx, which has none of them: do without"],
  ])('behind the path of the construct: %s', (_, name, runtime, sentence) => {
    const code = Code.fromFile(join(bad, name));

    expect(refusal(() => moduleOf(code, runtime))).toMatch(/^\[shop\] code file '/);
    expect(refusal(() => moduleOf(code, runtime))).toContain(sentence);
  });

  test('a variable that only a package leaves undefined is not the user\'s mistake', () => {
    expect(moduleOf(file('uses-package.mjs'))).toContain('window.nothing');
  });
});

describe('without esbuild', () => {
  const bare = folder({ 'plain.js': 'export default (a) => a;\n', 'typed.ts': 'export default (a: number) => a;\n' });
  const cwd = process.cwd();
  beforeAll(() => process.chdir(bare));
  afterAll(() => process.chdir(cwd));

  test('plain JavaScript works, and TypeScript is refused with the command that installs it', () => {
    expect(moduleOf(Code.fromFile('plain.js'))).toBe('export default (a) => a;\n');
    expect(refusal(() => moduleOf(Code.fromFile('typed.ts')))).toBe(
      "[shop] code file 'typed.ts' is TypeScript or imports other files, and esbuild, which bundles it, is not installed: run npm install --save-dev esbuild");
  });
});
