import { cpSync, realpathSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { transformSync } from 'esbuild';
import { folder, moduleOf, refusal, run, runAll, write } from './help';
import { Code } from '../../src/code/code';

const root = folder({
  'plain.js': 'const rate = 2;\nexport default (a) => a * rate;',
  'windows.mjs': '\uFEFFexport default (a) =>\r\n  a;\r\n',
  'builtin.mjs': "import { basename } from 'node:path';\nexport default (a) => basename(a);\n",
  'specifier.mjs': 'const f = (a) => a;\nexport { f as default };\n',
  'imports.js': "import { double } from './lib/double.js';\nexport default (a) => double(a);\n",
  'lib/double.js': 'export const double = (a) => a * 2;\nexport const unused = 1;\n',
  'reexport.js': "export { default } from './plain.js';\n",
  'typed.ts':
    "import type { Dirent } from 'node:fs';\nimport { rate } from './rate.ts';\n"
      + 'export default function price(a: number, _?: Dirent): number {\n  return a * rate;\n}\n',
  'rate.ts': 'export const rate: number = 3;\n',
  'common.cjs': "const { basename } = require('path');\nmodule.exports = (a) => basename(a);\n",
  'common.js': 'module.exports = (a) => a;\n',
  'hashbang.mjs': '#!/usr/bin/env node\nexport default (a) => a;\n',
  'hashbang.cjs': "#!/usr/bin/env node\nconst { basename } = require('path');\nmodule.exports = (a) => basename(a);\n",
  // What tsc writes.
  'tsc.js': '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.rate = void 0;\n'
    + 'exports.default = price;\n'
    + 'exports.rate = 2;\nfunction price(a) { return a * exports.rate; }\n',
  'tsc-twice.js': '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n'
    + 'exports.default = void 0;\n'
    + 'const tsc_1 = require("./tsc");\nconst twice = (a) => 2 * (0, tsc_1.default)(a);\nexports.default = twice;\n',
  'export-equals.cts': 'function double(a: number) { return 2 * a; }\nexport = double;\n',
  'babel.js': '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n'
    + 'exports["default"] = void 0;\n'
    + 'var _default = exports["default"] = (a) => a * 2;\n',
  'esbuild.cjs': transformSync('export default (a: number) => a * 2;\nexport const b = 1;\n', {
    loader: 'ts',
    format: 'cjs',
  }).code,
  'default-only.cjs': 'exports.default = (a) => a * 2;\n',
  'both.cjs': 'module.exports = (a) => a * 2;\nmodule.exports.default = module.exports;\n',
  'both-exports.cjs': 'exports = module.exports = { default: (a) => a * 2 };\n',
  'imports-tsc.ts': "import price, { rate } from './tsc';\nexport default (a: number) => price(a) + rate;\n",
  'module/package.json': '{ "type": "module" }',
  'module/tsc.cjs':
    'Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = (a) => a * 2;\n',
  'module/esm.js': "import { join } from 'node:path';\nexport default (a) => join(a, 'b');\n",
  'commonjs/package.json': '{ "type": "commonjs" }',
  'commonjs/cjs.js': 'module.exports = (a) => a * 2;\n',
  'place.mjs': "import { where } from 'place';\nexport default () => where();\n",
  'node_modules/place/index.js': "const { basename, join } = require('path');\nconst here = join(__dirname, 'data');\n"
    + 'exports.where = () => [basename(here), basename(__filename), '
    + "typeof window === 'undefined' ? 'node' : window];\n",
  'place-in-nginx.mjs': "import { where } from 'pure-place';\nexport default () => where;\n",
  'node_modules/pure-place/index.js': 'exports.where = [__dirname, __filename, typeof global.Date];\n',
  'computed.mjs':
    'const load = async (name) => (await import(`./lib/${name}.js`)).double(2);\nexport default (a) => load(a);\n',
  'dynamic.mjs': 'export default async (a) => (await import(`./lib/double.js`)).double(a);\n',
  'requires.cjs': "module.exports = (a) => require(a === 1 ? 'node:path' : 'node:os').sep;\n",
  'json.ts': "import data from './data.json';\nimport text from './data.txt';\nexport default () => [data.a, text];\n",
  'json.mjs': "import data from './data.json' with { type: 'json' };\nexport default () => data.a;\n",
  'data.json': '{ "a": 1 }',
  'data.txt': 'hello',
  'top-level.mjs': 'const a = await Promise.resolve(2);\nexport default (b) => a * b;\n',
  'typescript/tsconfig.json':
    '{ "compilerOptions": { "experimentalDecorators": true, "paths": { "@lib/*": ["./lib/*"] } } }',
  'typescript/lib/rate.ts':
    'export enum Rate { Low = 1, High = 3 }\nexport namespace Math2 { export const two = 2; }\n',
  'typescript/main.ts': "import { Math2, Rate } from '@lib/rate';\n"
    + 'function twice(_: unknown, __: string, descriptor: PropertyDescriptor) {\n'
    + '  const f = descriptor.value;\n  descriptor.value = (a: number) => Math2.two * f(a);\n}\n'
    + 'class Price {\n  constructor(private readonly rate: Rate) {}\n'
    + '  @twice of(a: number) { return a * Rate.High; }\n  get r() { return this.rate; }\n}\n'
    + 'export default (a: number) => new Price(Rate.Low).of(a);\n',
  'instance.ts': 'class Handler { constructor(private readonly rate: number) { '
    + 'return ((a: number) => a * this.rate) as any; } }\n'
    + 'export default new Handler(2) as unknown as (a: number) => number;\n',
  'uses-package.mjs': "import size from 'size';\nexport default (a) => size(a);\n",
  'node_modules/size/index.js':
    "const { basename } = require('path');\n"
      + "module.exports = (a) => typeof a === 'string' ? basename(a).length : window.nothing;\n",
  'node_modules/size/package.json': '{ "name": "size", "main": "index.js" }',
});
// As in a user's project; the tests of a missing esbuild work in folders without the link.
symlinkSync(join(__dirname, '../../node_modules/esbuild'), join(root, 'node_modules/esbuild'));
const other = folder({ 'apps/shop/empty': '' });
const file = (name: string) => Code.fromFile(join(root, name));

describe('the default export of a file becomes a module that runs', () => {
  const cases: [what: string, name: string, argument: unknown, result: unknown][] = [
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
    ['a hashbang line', 'hashbang.mjs', 2, 2],
    ['a hashbang line before CommonJS', 'hashbang.cjs', '/a/b', 'b'],
    ['what tsc writes', 'tsc.js', 3, 6],
    ['what tsc writes, twice', 'tsc-twice.js', 3, 12],
    ['TypeScript that imports what tsc writes', 'imports-tsc.ts', 3, 8],
    ['export = in TypeScript', 'export-equals.cts', 3, 6],
    ['what Babel writes', 'babel.js', 3, 6],
    ['what esbuild writes', 'esbuild.cjs', 3, 6],
    ['exports.default by hand', 'default-only.cjs', 3, 6],
    ['module.exports and its default', 'both.cjs', 3, 6],
    ['an object with a default', 'both-exports.cjs', 3, 6],
    ['what tsc writes, in a package of ES modules', 'module/tsc.cjs', 3, 6],
    ['a .js file in a package of ES modules', 'module/esm.js', 'a', 'a/b'],
    ['a .js file in a package of CommonJS', 'commonjs/cjs.js', 3, 6],
    ['a package that asks where it is', 'place.mjs', 0, ['data', 'handler.mjs', 'node']],
    ['import() of another file', 'dynamic.mjs', 3, 6],
    ['import() of a file that is known when it runs', 'computed.mjs', 'double', 4],
    ['require() of a module that is known when it runs', 'requires.cjs', 1, '/'],
    ['JSON and text', 'json.ts', 0, [1, 'hello']],
    ['JSON with an attribute', 'json.mjs', 0, 1],
    ['await outside of functions', 'top-level.mjs', 3, 6],
    ['enums, namespaces, decorators, parameter properties and paths of TypeScript', 'typescript/main.ts', 2, 12],
  ];
  let results: Map<string, unknown>;
  beforeAll(() => {
    const all = runAll(cases.map(([, name, argument]) => ({ module: moduleOf(file(name)), args: [argument] })));
    results = new Map(all.map((result, index) => [cases[index][1], result]));
  });

  test.each(cases)('%s', (_, name, __, result) => {
    expect(results.get(name)).toEqual(result);
  });

  test('plain JavaScript is used as it is, with a line break at its end', () => {
    expect(moduleOf(file('plain.js'))).toBe('const rate = 2;\nexport default (a) => a * rate;\n');
    expect(moduleOf(file('windows.mjs'))).toBe('export default (a) =>\n  a;\n');
    expect(moduleOf(file('hashbang.mjs'))).toBe('\nexport default (a) => a;\n');
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
      'node_modules/memo/index.js':
        'export const memo = (fn) => { fn.later = async () => fn(await 1); return fn; };\n',
    });

    expect(run(moduleOf(file('memo.js'), 'njs'), 1)).toBe(2);
  });

  test('nginx gets one module without imports', () => {
    expect(run(moduleOf(file('typed.ts'), 'njs'), 2)).toBe(6);
    expect(run(moduleOf(file('tsc-twice.js'), 'njs'), 3)).toBe(12);
    expect(run(moduleOf(file('place-in-nginx.mjs'), 'njs'))).toEqual(['/', '/index.js', 'function']);
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
    'exports.cjs': 'exports.handler = (a) => a;\n',
    'exports-object.cjs': 'module.exports = { handler: (a) => a };\n',
    'exports-tsc.js':
      '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.handler = void 0;\n'
        + 'exports.handler = (a) => a;\n',
    'exports-nothing.cjs': 'require("path");\n',
    'reads.cjs': "module.exports = () => require('fs').readFileSync(__dirname + '/a.txt');\n",
    'mixed.mjs': "import 'node:fs';\nexport default () => require('node:os').EOL;\n",
    'module-type/package.json': '{ "type": "module" }',
    'module-type/cjs.js': 'module.exports = (a) => a;\n',
    'native.mjs': "import a from './addon.node';\nexport default () => a;\n",
    'addon.node': '',
    'binary.js': '\x7fELF\x02\x01\0\0',
    'empty.js': '',
    'helper.mjs': 'export default (a) => __awaiter(a);\n',
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
    'lib/hash.ts':
      "import { createHash } from 'node:crypto';\n"
        + "export const hash = (a: string) => createHash('md5').update(a).digest('hex');\n",
  });
  symlinkSync(join(__dirname, '../../node_modules'), join(bad, 'node_modules'));

  test.each<[what: string, path: any, sentence: string]>([
    ['no path', '', "path is '': Code.fromFile takes the path of a file whose default export is a function"],
    ['a path that is no text', 42, "[Code.fromFile] path is 42: it must be a string (its path); write '42'"],
    ['a missing file', 'nowhere/web.js', "code file 'nowhere/web.js' does not exist: a relative path starts at the "
      + `working directory, ${process.cwd()}; `
      + 'give one that starts there, or an absolute path'],
    ['a path that no file can have', 'a\0.js', "code file 'a\0.js' cannot be read ("],
    ['a path that is too long', `${'x'.repeat(5000)}.js`, 'cannot be read (ENAMETOOLONG'],
    ['a directory', bad, `code file '${bad}' is a directory: give the file whose default export is the function`],
    ['a path through a file', `${__filename}/a.js`, 'cannot be read (ENOTDIR: not a directory'],
    ['a device', '/dev/null', "code file '/dev/null' is no regular file"],
    ['another type', 'text.txt', 'is neither JavaScript nor TypeScript: its name must end in one of .js, .mjs, .ts'],
    ['broken syntax', 'broken.js', 'broken.js:2:13: `return a +;`)'],
    ['no export', 'none.js', "has no default export: write 'export default' before the function that is to run"],
    [
      'other exports only',
      'named.js',
      "has no default export, only others: write 'export default' before the function that is to run",
    ],
    [
      'an object',
      'object.js',
      "has a default export that is no function: write 'export default' before the function that is to run",
    ],
    ['a value', 'value.js', 'has a default export that is no function'],
    ['nothing', 'empty.js', "has no default export: write 'export default' before the function that is to run"],
    ['bytes that are no text', 'binary.js', "binary.js' is not a JavaScript module: Unexpected character"],
    ['require in an ES module', 'mixed.mjs', 'require (line 2: '
      + "`export default () => require('node:os').EOL;`) is not defined in the pod, "
      + 'where code is an ES module: use import and export, in a file that ends in .cjs require and module.exports'],
    [
      'a helper that nobody defines',
      'helper.mjs',
      '__awaiter (line 1: `export default (a) => __awaiter(a);`) is not defined in the pod: '
        + 'define or import it in the file',
    ],
    [
      'a missing variable',
      'free.js',
      'rate (line 2: `a * rate;`) is not defined in the pod: define or import it in the file',
    ],
  ])('at once: %s', (_, path, sentence) => {
    expect(refusal(() => Code.fromFile(typeof path === 'string' && /^\w+\.\w+$/.test(path) ? join(bad, path) : path)))
      .toContain(sentence);
  });

  test.each<[what: string, name: string, runtime: 'node' | 'njs', sentence: string]>([
    ['broken syntax', 'broken.ts', 'node', 'cannot be bundled: Unexpected ";" (broken.ts:2:13: `return a +;`)'],
    ['other exports only', 'named.ts', 'node', 'has no default export, only others'],
    ['a class', 'class.ts', 'node', 'has a default export that is no function'],
    [
      'a missing variable',
      'free.ts',
      'node',
      'rate (`var free_default = (a) => a * rate;`) is not defined in the pod: define or import it in the file',
    ],
    [
      'a variable of CommonJS',
      'dirname.ts',
      'node',
      '__dirname (`var dirname_default = () => __dirname;`) is not defined in the pod, where no file is but the code: '
        + 'import what it reads',
    ],
    ['a place of CommonJS', 'reads.cjs', 'node', '__dirname (`module.exports = () => '
      + '__require("fs").readFileSync(__dirname + "/a.txt");`) is not defined in the pod, '
      + 'where no file is but the code: import what it reads'],
    [
      'other exports of CommonJS only',
      'exports.cjs',
      'node',
      'has no default export, only others: set module.exports or exports.default to the function that is to run',
    ],
    [
      'other exports of what tsc writes only',
      'exports-tsc.js',
      'node',
      'has no default export, only others: set module.exports',
    ],
    [
      'an object that CommonJS exports',
      'exports-object.cjs',
      'node',
      'has a default export that is no function: set module.exports or exports.default to the function',
    ],
    ['CommonJS that exports nothing', 'exports-nothing.cjs', 'node', 'has no default export'],
    [
      'CommonJS in a package of ES modules',
      'module-type/cjs.js',
      'node',
      "has no default export: write 'export default'",
    ],
    ['a native module', 'native.mjs', 'node', 'cannot be bundled: No loader is configured for ".node" files'],
    [
      'an import of a missing file',
      'unresolved.ts',
      'node',
      'cannot be bundled: Could not resolve "./nowhere" (unresolved.ts:1:19: `import { a } '
        + 'from \'./nowhere\';`): correct the import, or install the package',
    ],
    ['a package that is not installed', 'package.ts', 'node', 'Could not resolve "not-installed"'],
    [
      'an async function in nginx',
      'async.ts',
      'njs',
      'is asynchronous (`var f = async (a) => a;`): code in nginx must be synchronous',
    ],
    [
      'await outside of functions in nginx',
      'await.js',
      'njs',
      'uses await outside of functions (line 1: `const a = await 1;`)',
    ],
    [
      'a global of Node in nginx',
      'url.ts',
      'njs',
      'URL (`var url_default = (a) => new URL(a).host;`) is not defined in nginx',
    ],
    [
      "one of Node's modules in plain JavaScript in nginx",
      'plain-hash.mjs',
      'njs',
      "imports 'node:crypto', one of Node's modules, but its code runs in nginx",
    ],
    [
      "one of Node's modules in nginx",
      'hash.ts',
      'njs',
      "imports 'node:crypto' (in lib/hash.ts), one of Node's modules, but its code runs in nginx, "
        + 'which has none of them: do without',
    ],
  ])('behind the path of the construct: %s', (_, name, runtime, sentence) => {
    const code = Code.fromFile(join(bad, name));

    const refused = refusal(() => moduleOf(code, runtime));

    expect(refused).toMatch(/^\[shop\] code file '/);
    expect(refused).toContain(sentence);
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
      "[shop] code file 'typed.ts' is TypeScript or imports other files, and esbuild, which bundles it, "
        + 'is not installed: run npm install --save-dev esbuild');
  });
});
