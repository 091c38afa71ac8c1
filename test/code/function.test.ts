import { runInNewContext } from 'node:vm';
import { fnOf, moduleOf, run, runAll } from './help';
import { Code } from '../../src/code/code';

const method = (source: string, name = 'm') => fnOf(`{ ${source} }.${name}`);

describe('every way to write a function makes a module that runs', () => {
  const cases: [way: string, fn: any, module: string, result: unknown][] = [
    ['an arrow function', fnOf('(a) => a + 1'), 'export default (a) => a + 1;\n', 2],
    ['an arrow function with one bare parameter', fnOf('a => ({ a })'), 'export default (a) => ({ a });\n', { a: 1 }],
    ['an async arrow function', fnOf('async (a) => a'), 'export default async (a) => a;\n', 1],
    ['a function', fnOf('function (a) { return a; }'), 'export default function (a) {\n  return a;\n}\n', 1],
    [
      'a function that calls itself',
      fnOf('function f(a) { return a ? f(a - 1) : 7; }'),
      'export default function f(a) {\n  return a ? f(a - 1) : 7;\n}\n',
      7,
    ],
    [
      'an async function',
      fnOf('async function f(a) { return a; }'),
      'export default async function f(a) {\n  return a;\n}\n',
      1,
    ],
    ['a generator', fnOf('function* (a) { yield a; }'), 'export default function* (a) {\n  yield a;\n}\n', [1]],
    ['a method', method('m(a) { return a; }'), 'export default function m(a) {\n  return a;\n}\n', 1],
    [
      'an async method',
      method('async m(a) { return a; }'),
      'export default async function m(a) {\n  return a;\n}\n',
      1,
    ],
    ['a generator method', method('*m(a) { yield a; }'), 'export default function* m(a) {\n  yield a;\n}\n', [1]],
    [
      'an async generator method',
      method('async *m(a) { yield a; }'),
      'export default async function* m(a) {\n  yield a;\n}\n',
      [1],
    ],
    ['a computed method', method('["m"](a) { return a; }'), 'export default function (a) {\n  return a;\n}\n', 1],
    [
      'a method with a quoted name',
      fnOf('{ "a b"(a) { return a; } }["a b"]'),
      'export default function (a) {\n  return a;\n}\n',
      1,
    ],
    [
      'a method called like a keyword',
      method('delete(a) { return a; }', 'delete'),
      'export default function (a) {\n  return a;\n}\n',
      1,
    ],
    [
      'a method called get',
      method('get(a) { return a; }', 'get'),
      'export default function get(a) {\n  return a;\n}\n',
      1,
    ],
    [
      'a method called async',
      method('async(a) { return a; }', 'async'),
      'export default function async(a) {\n  return a;\n}\n',
      1,
    ],
    [
      'a static method',
      fnOf('class { static m(a) { return a; } }').m,
      'export default function m(a) {\n  return a;\n}\n',
      1,
    ],
    [
      'a private method',
      fnOf('class { static #p(a) { return a; } static get m() { return this.#p; } }').m,
      'export default function p(a) {\n  return a;\n}\n',
      1,
    ],
  ];

  test.each(cases)('%s', (_, fn, module) => {
    expect(moduleOf(Code.fromFunction(fn))).toBe(module);
  });

  test('and they do what the functions do', () => {
    expect(runAll(cases.map(([, , module]) => ({ module, args: [1] }))))
      .toEqual(cases.map(([, , , result]) => result));
  });

  test('a method does not begin to call itself where it calls a global of its name', () => {
    const code = moduleOf(Code.fromFunction(method('atob(a) { return atob(a); }', 'atob')));

    expect(run(code, 'aGk=')).toBe('hi');
  });
});

describe('all of the language goes to the pod', () => {
  const cases: [source: string, argument: unknown, result: unknown][] = [
    ['async function* (a) { yield a; yield* [2]; }', 1, [1, 2]],
    [
      '(a) => { class A { static b; static { A.b = a; } static get c() { return A.b; } static #p = 1; static has(x) { '
        + 'return #p in x; } } return [A.c, A.has(A)]; }',
      1,
      [1, true],
    ],
    [
      '(a) => { class A { #b = a; set b(b) { this.#b = b; } get b() { return this.#b; } } const c = new A(); '
        + 'c.b += 1; return c.b; }',
      1,
      2,
    ],
    ["function (a) { 'use strict'; return a; }", 1, 1],
    ['(a) => String.raw`\\u00${a}\\n`', 1, '\\u001\\n'],
    ['(a) => ((text) => text.raw.length + text[0])`\\u{61}`', 1, '1a'],
    ['(a) => /[\\p{L}--[a-z]]/v.test(a)', 'A', true],
    ['(a) => 1_000 + 0b11 + 0o17 + a', 1, 1019],
    ['(a) => `${9007199254740993n}`', 1, '9007199254740993'],
    ['(é, 变量 = é, $ = 变量, \\u0061 = $) => a', 1, 1],
    ['(a) => "</script><!---->" + "\\u2028".length', 1, '</script><!---->1'],
    [
      '(a) => { outer: for (const b of [1, 2]) { for (const c of [1]) { if (b === 1) continue outer; break outer; } } '
        + 'return a; }',
      1,
      1,
    ],
    ['({ a: { b: [c = 3, ...d] } = { b: [undefined, 4] } } = {}) => [c, d]', {}, [3, [4]]],
    ['(a) => { try { throw a; } catch { return 2; } finally { a = 0; } }', 1, 2],
    ['(a) => { let b = a; b ??= 1; b ||= 2; b &&= 3; return b ** 2; }', null, 9],
    ['(a) => a?.b?.[0]?.(1) ?? "none"', null, 'none'],
    ['async (a) => { const { sep } = await import("node:path"); return sep + a; }', 1, '/1'],
    ['(a) => { var b = 1; { let b = 2; a += b; } return a + b; }', 1, 4],
    ['(a) => { const f = function g(n) { return n ? n + g(n - 1) : 0; }; return f(a); }', 3, 6],
    ['(a) => { switch (a) { case 0: return 0; case 1: { a = 7; break; } default: } return a; }', 1, 7],
    ['(a) => eval("a") + new Function("return 1")()', 1, 2],
    ['(a) => { return { __proto__: { b: a }, "c d": 1, [`e`]: 2, f() { return this.b; } }.f(); }', 1, 1],
    ['(a) => [, a, , ].length + (a, 1) + -(-a) + (- -a) + +!a', 1, 6],
  ];
  test.each(cases)('%s', (source) => {
    expect(moduleOf(Code.fromFunction(fnOf(source)))).toMatch(/^export default /);
  });

  test('and they do what the functions do', () => {
    const calls = cases.map(([source, argument]) => ({
      module: moduleOf(Code.fromFunction(fnOf(source))),
      args: [argument],
    }));

    expect(runAll(calls)).toEqual(cases.map(([, , result]) => result));
  });
});

describe('a function is what its source says, wherever it comes from', () => {
  test.each<[what: string, fn: any]>([
    ['its own toString', Object.assign(fnOf('(a) => a'), { toString: () => 'evil()' })],
    ['another realm', runInNewContext('(a) => a')],
    ['a name that is no text', Object.defineProperty(fnOf('(a) => a'), 'name', { value: Symbol('a') })],
    ['a field of an instance', new (fnOf('class { a = (a) => a; }'))().a],
  ])('%s', (_, fn) => {
    expect(moduleOf(Code.fromFunction(fn))).toBe('export default (a) => a;\n');
  });

  test('the constructor of functions', () => {
    expect(moduleOf(Code.fromFunction(new Function('a /*', '*/, b', 'return a // b'))))
      .toBe('export default function anonymous(a, b) {\n  return a;\n}\n');
  });
});

describe('what a function brings along or finds in the pod is its own', () => {
  test.each([
    ['its parameters, also taken apart', '({ a, ...rest }, [b = a] = []) => a + b + rest.c'],
    [
      'its variables, functions and classes',
      'function f() { var a = 1; let b = a; class C { #x = b; get x() { return this.#x; } } return g(); '
        + 'function g() { return new C().x; } }',
    ],
    ['arguments of a function', 'function () { return arguments.length; }'],
    [
      'this of a function or class inside',
      '() => { class A { b = this; } function f() { return this; } return { m() { return this; } }; }',
    ],
    [
      'super of a class or object inside',
      '() => { class A extends Map { constructor() { super(); } } return { m() { return super.toString(); } }; }',
    ],
    ['the error of a catch', '() => { try { JSON.parse(""); } catch (error) { return error.name; } }'],
    [
      'labels and property names',
      '(a) => { loop: for (const b of a) { if (b.name) continue loop; } return { name: 1 }.name; }',
    ],
    [
      'globals of Node',
      '() => [Buffer, URL, fetch, Response, AbortSignal, structuredClone, setTimeout, process, console, '
        + 'crypto, performance]',
    ],
    ['globals of the language', '() => [undefined, NaN, globalThis, Intl, BigInt, WeakRef, Iterator, Math]'],
    ['a variable it asks after', '() => typeof window === "undefined" ? 1 : window.x'],
    ['a module that it imports itself', "async () => (await import('node:os')).EOL"],
  ])('%s', (_, source) => {
    expect(moduleOf(Code.fromFunction(fnOf(source)))).toContain('export default ');
  });
});

describe('the text is written anew, so that it reads alike whatever compiled the program', () => {
  test('indentation, blank lines and comments of the source are gone', () => {
    const code = Code.fromFunction(fnOf(
      '(request) => {\n        // why\n        if (request.a) {\n\t\t\treturn 1; /* so */\n        }\n\n'
        + '        return 2;\n      }',
    ));

    expect(moduleOf(code))
      .toBe('export default (request) => {\n  if (request.a) {\n    return 1;\n  }\n  return 2;\n};\n');
  });

  test('texts over several lines keep every byte', () => {
    const fn = fnOf(
      '() => {\n    const a = `\n      one\n    ${ [\n      2,\n    ] }\n  three`;\n    return a + "x\\\n    y";\n  }',
    );

    expect(run(moduleOf(Code.fromFunction(fn)))).toBe(fn());
  });

  test('line ends of Windows become those of Unix', () => {
    expect(moduleOf(Code.fromFunction(fnOf('() => {\r\n  return `a\r\nb`;\r\n}'))))
      .toBe('export default () => {\n  return `a\nb`;\n};\n');
  });

  test('the bytes are the same every time', () => {
    const make = () => moduleOf(Code.fromFunction((request: any) => `hello ${request.query.name}`));

    expect(make()).toBe(make());
  });
});
