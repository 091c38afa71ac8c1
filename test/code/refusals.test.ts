import { fnOf, moduleOf, refusal } from './help';
import { Code } from '../../src/code/code';
import { nested } from '../../src/code/mistake';

describe('Code.fromFunction refuses at once, naming the function, what is wrong and the way out', () => {
  test.each<[what: string, fn: () => any, sentence: string]>([
    [
      'a number',
      () => 42,
      'fn is 42: Code.fromFunction takes a function; for source text use Code.fromInline, for a file Code.fromFile',
    ],
    [
      'a text',
      () => '(a) => a',
      "fn is '(a) => a': Code.fromFunction takes a function; "
        + 'for source text use Code.fromInline, for a file Code.fromFile',
    ],
    [
      'nothing',
      () => undefined,
      'fn is undefined: Code.fromFunction takes a function; for source text use Code.fromInline, '
        + 'for a file Code.fromFile',
    ],
    [
      'an object',
      () => ({}),
      'fn is {}: Code.fromFunction takes a function; for source text use Code.fromInline, for a file Code.fromFile',
    ],
    [
      'native code',
      () => JSON.parse,
      "function 'parse' is native code, which has no source to take: wrap it, as in (request) => parse(request.path)",
    ],
    ['a proxy', () => new Proxy(() => 1, {}), 'is native code, which has no source to take'],
    ['null', () => null, 'fn is null: Code.fromFunction takes a function'],
    ['a symbol', () => Symbol('a'), 'fn is Symbol(a): Code.fromFunction takes a function'],
    [
      'an object without a prototype',
      () => Object.create(null),
      'fn is [Object: null prototype] {}: Code.fromFunction takes a function',
    ],
    [
      'the end of a comment as HTML has them',
      () => fnOf('(a) => {\n  a\n  --> a\n}'),
      'has a comment as HTML has them (line 3: `--> a`)',
    ],
    [
      'an octal number',
      () => fnOf('() => 010'),
      'is not JavaScript that can stand by itself: Invalid number (line 1, column 7: `() => 010`)',
    ],
    [
      'what is nested too deep',
      () => fnOf(`(a) => a${'.b()'.repeat(20_000)}`),
      'fn is nested too deep to be read: cut its longest expression into several statements',
    ],
    ['a bound function', () => fnOf('function f() {}').bind({}),
      "function 'bound f' is bound, which hides its source and what it is bound to: give a function that is not, "
        + 'with what it needs inside'],
    [
      'a mock',
      () => jest.fn(),
      "function 'mockConstructor' is a mock of Jest, whose source is not the code it runs: give the function itself",
    ],
    [
      'a class',
      () => fnOf('class A {}'),
      "function 'A' is a class: give a function, which may make instances of a class that is defined inside it",
    ],
    [
      'a getter',
      () => Object.getOwnPropertyDescriptor(fnOf('{ get a() { return 1; } }'), 'a')!.get,
      "function 'get a' is the getter of a property: give a function",
    ],
    [
      'a setter',
      () => Object.getOwnPropertyDescriptor(fnOf('{ set a(v) {} }'), 'a')!.set,
      "function 'set a' is the setter of a property: give a function",
    ],
    ['a method with super', () => fnOf('{ m() { return super.m(); } }.m'),
      "function 'm': super (line 2: `return super.m();`) does not exist in the pod: "
        + 'use a plain function that calls no method of a parent class'],
    ['this of the construct around an arrow function', () => fnOf('(request) => {\n  return this.rate;\n}'),
      "function '(request) => {': this (line 2: `return this.rate;`) is undefined in the pod: "
        + 'put what the function needs into constants inside it'],
    ['this in an arrow function inside', () => fnOf('function f() { return () => this; }'), 'is undefined in the pod'],
    [
      'this of a method',
      () => fnOf('{ m() { return this.a; } }.m'),
      "function 'm': this (line 2: `return this.a;`) is undefined in the pod",
    ],
    [
      'a private field of the class around it',
      () => fnOf('class { static #a = 1; static m() { return this.#a; } }').m,
      "function 'm' is not JavaScript that can stand by itself: Private field '#a' must be declared in an enclosing "
        + 'class (line 1, column 28: `function m() { return this.#a; }`); '
        + 'give a function that needs nothing of the class or code around it, '
        + 'or put it into a file and use Code.fromFile',
    ],
    ['syntax that no module may have', () => fnOf('function (a) { with (a) { return b; } }'), "'with' in strict mode"],
    [
      'a proxy that throws',
      () =>
        new Proxy(() => 1, {
          get() {
            throw new Error('no');
          },
        }),
      'is native code, which has no source to take',
    ],
    [
      'a name that throws',
      () =>
        Object.defineProperty(fnOf('() => rate'), 'name', {
          get() {
            throw new Error('no');
          },
        }),
      "function '() => rate': rate (line 1",
    ],
    [
      'a name that is no text',
      () => Object.defineProperty(fnOf('() => rate'), 'name', { value: Symbol('a') }),
      "function '() => rate': rate (line 1",
    ],
    [
      'an object of a class without a name',
      () => new (class {})(),
      'fn is an object of a class without a name: Code.fromFunction takes a function',
    ],
    ['a comment as HTML has them', () => fnOf('function f(a, b) {\n  return a <!--b;\n}'), "function 'f' has a "
      + 'comment as HTML has them (line 2: `return a <!--b;`), '
      + 'which is none in the pod, where code is an ES module: use //'],
  ])('%s', (_, fn, sentence) => {
    expect(refusal(() => Code.fromFunction(fn()))).toContain(sentence);
  });
});

describe('variables that will not exist in the pod are refused, with the way out for their kind', () => {
  const own =
    'only the function itself gets there, so define it inside, or put both into a file and use Code.fromFile';
  test.each<[what: string, source: string, sentence: string]>([
    [
      'a variable of the module',
      'function price(a) {\n  return a * rate;\n}',
      `function 'price': rate (line 2: \`return a * rate;\`) is not defined in the pod: ${own}`,
    ],
    [
      'several',
      '(a) => a + b + c + b',
      `b and c (line 1: \`(a) => a + b + c + b;\`) are not defined in the pod: ${own}`,
    ],
    [
      'a variable that is only written',
      '() => { count = 1; }',
      'count (line 2: `count = 1;`) is not defined in the pod',
    ],
    ['a variable in a default of a parameter', '(a = rate) => a', 'rate (line 1'],
    ['a variable in a method', '{ m() { return m; } }.m', 'm (line 2: `return m;`) is not defined in the pod'],
    ['arguments of the function around an arrow function', '() => arguments', 'arguments (line 1'],
    ['a variable of a browser', '() => window.x', 'window (line 1'],
    ['a name of Node that needs a flag', '() => localStorage.x', 'localStorage (line 1'],
    ['an import, as TypeScript writes it', '(a) => (0, price_1.total)(a)', 'price_1.total (line 1: `(a) => (0, '
      + 'price_1.total)(a);`) is not defined in the pod '
      + '(imported, by the look of it): put the function into a file that imports what it needs, '
      + 'and use Code.fromFile'],
    ['an import of one of Node\'s modules', '(a) => node_crypto_1.createHash(a)', 'node_crypto_1 (line 1: '
      + '`(a) => node_crypto_1.createHash(a);`) is not defined in the pod '
      + '(imported, by the look of it): put the function into a file that imports what it needs, '
      + 'and use Code.fromFile; '
      + "unless it is a sharding function, process.getBuiltinModule('node:crypto') inside works too"],
    [
      'an import, as esbuild writes it',
      '(a) => (0, import_node_fs.readFileSync)(a)',
      "process.getBuiltinModule('node:fs') inside works too",
    ],
    [
      'an import, as Babel and SWC write it',
      '(a) => (0, _price.total)(a)',
      '_price.total (line 1: `(a) => (0, _price.total)(a);`) is not defined in the pod (imported, by the look of it)',
    ],
    ['an import, as Vite writes it', '(a) => __vi_import_0__.total(a)', '(imported, by the look of it)'],
    ['an import in a tag', '() => (0, css_1.css)`a`', 'css_1.css (line 1'],
    ['require', "() => require('fs')", 'require (line 1: `() => require("fs");`) is not defined in the pod, '
      + 'where code is an ES module '
      + '(a compiler to CommonJS also makes it from import()): put the function into a file with imports, '
      + 'and use Code.fromFile; '
      + "unless it is a sharding function, process.getBuiltinModule('node:…') inside works too"],
    [
      'import() that TypeScript made require()',
      "() => Promise.resolve().then(() => __importStar(require('fs')))",
      '__importStar and require (line 1',
    ],
    ['__dirname', '() => __dirname', '__dirname (line 1: `() => __dirname;`) is not defined in the pod, '
      + 'where no file is but the code: '
      + 'put the function into a file that imports what it reads, and use Code.fromFile'],
    [
      'a helper of TypeScript that is given this',
      'function () { return __awaiter(this, void 0, void 0, function* () {}); }',
      '__awaiter (line 2',
    ],
    ['another helper of TypeScript', '(a) => __spreadArray([], a, true)', '__spreadArray (line 1: '
      + '`(a) => __spreadArray([], a, true);`) is not defined in the pod '
      + "(a compiler's help for newer syntax): set the compiler's target to ES2022 or later, or use Code.fromFile"],
    ['tslib', '(a) => tslib_1.__rest(a, [])', 'tslib_1 (line 1'],
    ['a helper of esbuild', '(a) => __spreadValues({}, a)', "(a compiler's help for newer syntax)"],
    ['a helper of SWC', '() => _async_to_generator(function* () {})', "(a compiler's help for newer syntax)"],
    ['a counter of a coverage run', '() => { cov_1a2b3c().f[0]++; return total; }', 'cov_1a2b3c (line 2: '
      + '`cov_1a2b3c().f[0]++;`) is not defined in the pod '
      + "(put into the source by a coverage run): set coverageProvider: 'v8' in Jest's configuration, "
      + 'or write /* istanbul ignore next */ before the function, or use Code.fromFile'],
    [
      'a global of Jest',
      '() => expect(1).toBe(1)',
      'expect (line 1: `() => expect(1).toBe(1);`) is not defined in the pod (part of Jest): '
        + 'have the code answer what the test is to look at',
    ],
    [
      'import.meta',
      '() => import.meta.url',
      'import.meta (line 1: `() => import.meta.url;`) is another in the pod: '
        + 'put the function into a file and use Code.fromFile',
    ],
  ])('%s', (_, source, sentence) => {
    const fn = source.includes('import.meta') ? () => Code.fromInline(source) : () => Code.fromFunction(fnOf(source));
    expect(refusal(fn)).toContain(sentence);
  });

  test('an anonymous function is called by how it begins, cut where that is long', () => {
    expect(refusal(() => Code.fromFunction(fnOf(`(a) => '${'x'.repeat(100)}' + b`)))).toContain(
      `function '(a) => '${'x'.repeat(52)}…': b (line 1: \`…${'x'.repeat(74)}" + b;\`) is not defined`);
  });
});

describe('what nginx cannot run is refused when the runtime is known, behind the path of the construct', () => {
  test.each<[what: string, source: string, sentence: string]>([
    [
      'an async function',
      'async (a) => a',
      '[shop] inline code is asynchronous (line 1: `async (a) => a;`): code in nginx must be synchronous, '
        + 'so return the result itself',
    ],
    [
      'a generator',
      'function* () { yield 1; }',
      '[shop] inline code is a generator (line 1: `function* () { yield 1; '
        + '}`): code in nginx must be synchronous, so return the result itself',
    ],
    [
      'an async function inside',
      '(a) => {\n  return (async () => a)();\n}',
      '[shop] inline code has an asynchronous function (line 2: `return (async () => a)();`)',
    ],
    ['import()', "(a) => import('node:fs')", '[shop] inline code uses import() (line 1'],
    ['a promise', '(a) => Promise.all(a)', '[shop] inline code: Promise (line 1: '
      + '`(a) => Promise.all(a);`) is asynchronous, '
      + 'but code in nginx must return its result at once: compute it from the request alone'],
    ['a timer', '(a) => setTimeout(a, 1)', 'setTimeout (line 1: `(a) => setTimeout(a, 1);`) is asynchronous'],
    ['a global of Node', '(a) => new URL(a.path).host', '[shop] inline code: URL (line 1: '
      + '`(a) => new URL(a.path).host;`) is not defined in nginx, '
      + 'whose JavaScript has the language up to ES2023 and little of Node: do without'],
    ['what njs leaves out of the language', '(a) => Intl.x', 'Intl (line 1'],
    [
      'syntax after ES2023',
      '(a) => /[a--b]/v.test(a)',
      '[shop] inline code: Invalid regular expression flag (line 1: `(a) => /[a--b]/v.test(a);`): '
        + 'code in nginx may use the language up to ES2023',
    ],
  ])('%s', (_, source, sentence) => {
    const code = Code.fromInline(source);

    expect(refusal(() => moduleOf(code, 'njs'))).toContain(sentence);
    expect(moduleOf(code, 'node')).toContain('export default');
  });

  test.each([
    ['what njs adds', '() => [Buffer.from("a"), console, ngx, njs, new TextEncoder(), atob("aGk=")].length'],
    ['ES2023', '(a) => a?.b ?? [3, 1].toSorted().findLast((c) => c > 0) ** 2'],
    ['a generator inside', '() => [...(function* () { yield 1; })()]'],
  ])('%s is fine', (_, source) => {
    expect(moduleOf(Code.fromInline(source), 'njs')).toContain('export default');
  });

  test('what njs has and Node has not is refused for Node only', () => {
    const code = Code.fromInline('() => ngx.worker_id');

    expect(refusal(() => moduleOf(code, 'node')))
      .toContain('[shop] inline code: ngx (line 1: `() => ngx.worker_id;`) is not defined in the pod');
  });
});

test('code that is nested too deep for the stack is refused with a sentence', () => {
  const deep = (): unknown => [deep()];

  expect(() => nested('fn', deep))
    .toThrow('fn is nested too deep to be read: cut its longest expression into several statements');
});
