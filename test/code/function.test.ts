import { fnOf, moduleOf, run, runAll } from './help';
import { Code } from '../../src/code';

const method = (source: string, name = 'm') => fnOf(`{ ${source} }.${name}`);

describe('every way to write a function makes a module that runs', () => {
  const cases: [way: string, fn: any, module: string, result: unknown][] = [
    ['an arrow function', fnOf('(a) => a + 1'), 'export default (a) => a + 1;\n', 2],
    ['an arrow function with one bare parameter', fnOf('a => ({ a })'), 'export default (a) => ({ a });\n', { a: 1 }],
    ['an async arrow function', fnOf('async (a) => a'), 'export default async (a) => a;\n', 1],
    ['a function', fnOf('function (a) { return a; }'), 'export default function (a) {\n  return a;\n}\n', 1],
    ['a function that calls itself', fnOf('function f(a) { return a ? f(a - 1) : 7; }'), 'export default function f(a) {\n  return a ? f(a - 1) : 7;\n}\n', 7],
    ['an async function', fnOf('async function f(a) { return a; }'), 'export default async function f(a) {\n  return a;\n}\n', 1],
    ['a generator', fnOf('function* (a) { yield a; }'), 'export default function* (a) {\n  yield a;\n}\n', [1]],
    ['a method', method('m(a) { return a; }'), 'export default function m(a) {\n  return a;\n}\n', 1],
    ['an async method', method('async m(a) { return a; }'), 'export default async function m(a) {\n  return a;\n}\n', 1],
    ['a generator method', method('*m(a) { yield a; }'), 'export default function* m(a) {\n  yield a;\n}\n', [1]],
    ['an async generator method', method('async *m(a) { yield a; }'), 'export default async function* m(a) {\n  yield a;\n}\n', [1]],
    ['a computed method', method('["m"](a) { return a; }'), 'export default function (a) {\n  return a;\n}\n', 1],
    ['a method with a quoted name', fnOf('{ "a b"(a) { return a; } }["a b"]'), 'export default function (a) {\n  return a;\n}\n', 1],
    ['a method called like a keyword', method('delete(a) { return a; }', 'delete'), 'export default function (a) {\n  return a;\n}\n', 1],
    ['a method called get', method('get(a) { return a; }', 'get'), 'export default function get(a) {\n  return a;\n}\n', 1],
    ['a method called async', method('async(a) { return a; }', 'async'), 'export default function async(a) {\n  return a;\n}\n', 1],
    ['a static method', fnOf('class { static m(a) { return a; } }').m, 'export default function m(a) {\n  return a;\n}\n', 1],
    ['a private method', fnOf('class { static #p(a) { return a; } static get m() { return this.#p; } }').m, 'export default function p(a) {\n  return a;\n}\n', 1],
  ];

  test.each(cases)('%s', (_, fn, module) => {
    expect(moduleOf(Code.fromFunction(fn))).toBe(module);
  });

  test('and they do what the functions do', () => {
    expect(runAll(cases.map(([, , module]) => ({ module, args: [1] })))).toEqual(cases.map(([, , , result]) => result));
  });

  test('a method does not begin to call itself where it calls a global of its name', () => {
    const code = moduleOf(Code.fromFunction(method('atob(a) { return atob(a); }', 'atob')));

    expect(run(code, 'aGk=')).toBe('hi');
  });
});

describe('what a function brings along or finds in the pod is its own', () => {
  test.each([
    ['its parameters, also taken apart', '({ a, ...rest }, [b = a] = []) => a + b + rest.c'],
    ['its variables, functions and classes', 'function f() { var a = 1; let b = a; class C { #x = b; get x() { return this.#x; } } return g(); function g() { return new C().x; } }'],
    ['arguments of a function', 'function () { return arguments.length; }'],
    ['this of a function or class inside', '() => { class A { b = this; } function f() { return this; } return { m() { return this; } }; }'],
    ['super of a class or object inside', '() => { class A extends Map { constructor() { super(); } } return { m() { return super.toString(); } }; }'],
    ['the error of a catch', '() => { try { JSON.parse(""); } catch (error) { return error.name; } }'],
    ['labels and property names', '(a) => { loop: for (const b of a) { if (b.name) continue loop; } return { name: 1 }.name; }'],
    ['globals of Node', '() => [Buffer, URL, fetch, Response, AbortSignal, structuredClone, setTimeout, process, console, crypto, performance]'],
    ['globals of the language', '() => [undefined, NaN, globalThis, Intl, BigInt, WeakRef, Iterator, Math]'],
    ['a variable it asks after', '() => typeof window === "undefined" ? 1 : window.x'],
    ['a module that it imports itself', "async () => (await import('node:os')).EOL"],
  ])('%s', (_, source) => {
    expect(moduleOf(Code.fromFunction(fnOf(source)))).toContain('export default ');
  });
});

describe('the text is written anew, so that it reads alike whatever compiled the program', () => {
  test('indentation, blank lines and comments of the source are gone', () => {
    const code = Code.fromFunction(fnOf('(request) => {\n        // why\n        if (request.a) {\n\t\t\treturn 1; /* so */\n        }\n\n        return 2;\n      }'));

    expect(moduleOf(code)).toBe('export default (request) => {\n  if (request.a) {\n    return 1;\n  }\n  return 2;\n};\n');
  });

  test('texts over several lines keep every byte', () => {
    const fn = fnOf('() => {\n    const a = `\n      one\n    ${ [\n      2,\n    ] }\n  three`;\n    return a + "x\\\n    y";\n  }');

    expect(run(moduleOf(Code.fromFunction(fn)))).toBe(fn());
  });

  test('line ends of Windows become those of Unix', () => {
    expect(moduleOf(Code.fromFunction(fnOf('() => {\r\n  return `a\r\nb`;\r\n}')))).toBe('export default () => {\n  return `a\nb`;\n};\n');
  });

  test('the bytes are the same every time', () => {
    const make = () => moduleOf(Code.fromFunction((request: any) => `hello ${request.query.name}`));

    expect(make()).toBe(make());
  });
});
