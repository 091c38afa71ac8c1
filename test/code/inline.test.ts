import { moduleOf, refusal, runAll } from './help';
import { Code } from '../../src/code/code';

describe('an expression that is a function becomes a module', () => {
  const cases: [what: string, source: string, module: string][] = [
    ['an arrow function', '(a) => a', 'export default (a) => a;\n'],
    ['a semicolon after it', '(a) => a;', 'export default (a) => a;\n'],
    ['a function', 'function f(a) { return a; }', 'export default function f(a) { return a; }\n'],
    ['an async function', 'async function (a) { return a; }', 'export default async function (a) { return a; }\n'],
    ['an async arrow function', 'async (a) => a', 'export default async (a) => a;\n'],
    ['a function in parentheses', '(function (a) { return a; })', 'export default (function (a) { return a; });\n'],
    [
      'a call that returns a function',
      '(() => { const b = 0; return (a) => a + b; })()',
      'export default (() => { const b = 0; return (a) => a + b; })();\n',
    ],
    [
      'an indented text with comments',
      '\n      // the key\n      (a) =>\n        a; // so\n    ',
      '// the key\nexport default (a) =>\n  a; // so\n',
    ],
    ['a comment in the last line', '(a) => a // so', 'export default (a) => a; // so\n'],
    ['a hashbang line', '#!/usr/bin/env node\n(a) => a', 'export default (a) => a;\n'],
    [
      'a byte order mark and line ends of Windows',
      '\uFEFF(a) => {\r\n  return a;\r\n}\r\n',
      'export default (a) => {\n  return a;\n};\n',
    ],
  ];

  test.each(cases)('%s', (_, source, module) => {
    expect(moduleOf(Code.fromInline(source))).toBe(module);
  });

  test('and they do what the functions do', () => {
    expect(runAll(cases.map(([, , module]) => ({ module, args: [1] })))).toEqual(cases.map(() => 1));
  });
});

describe('text that is no function is refused at once', () => {
  const give = 'give an expression that is a function, such as (request) => request.path';
  test.each<[what: string, source: any, sentence: string]>([
    [
      'a function object',
      () => 1,
      '[Code.fromInline] source is () => 1: it must be a string; for a function use Code.fromFunction',
    ],
    ['an empty text', ' \n', `inline code is empty: ${give}`],
    [
      'only a comment',
      '// later',
      'inline code is not JavaScript that can stand by itself: Unexpected token (line 1, column 9: `// later`)',
    ],
    ['a number', '42', `inline code is a value, not a function: ${give}`],
    ['a text', '`a`', `inline code is a text, not a function: ${give}`],
    ['an object', '{ a: 1 }', `inline code is an object, not a function: ${give}`],
    ['a class', 'class A {}', `inline code is a class, not a function: ${give}`],
    ['a name', 'price', `inline code is a name, not a function: ${give}`],
    ['a sum', '1 + 1', `inline code is an expression, not a function: ${give}`],
    ['broken syntax', '(a) => {\n  return a +;\n}', 'inline code is not JavaScript that can stand by itself: '
      + 'Unexpected token (line 2, column 13: `return a +;`); '
      + 'give one function such as (request) => request.path, '
      + 'and put TypeScript or more statements into a file for Code.fromFile'],
    ['an end too early', '(a) => {', 'Unexpected token (line 1, column 9: `(a) => {`)'],
    [
      'TypeScript',
      '(a: string) => a',
      'inline code is not JavaScript that can stand by itself: Unexpected token (line 1, column 3: '
        + '`(a: string) => a`)',
    ],
    [
      'a module',
      'export default (a) => a',
      'inline code is not JavaScript that can stand by itself: Unexpected token (line 1, column 1: '
        + '`export default (a) => a`)',
    ],
    ['what esbuild made of a function', '(a) => { const b = __name(() => a, "b"); return b; }', '__name (line 1: '
      + '`(a) => { const b = __name(() => a, "b"); return b; };`) is not defined '
      + "in the pod (a compiler's help to keep the names of functions): "
      + 'give the function itself to Code.fromFunction, not its text'],
    [
      'a text of 5 MB that is no code',
      'x '.repeat(2_500_000),
      'inline code is not JavaScript that can stand by itself: more follows after the expression',
    ],
    [
      'what is nested too deep',
      `() => ${'['.repeat(20_000)}`,
      'inline code is not JavaScript that can stand by itself: Not enough stack space',
    ],
    ['a chain that is too long', `(a) => a${'.b()'.repeat(20_000)}`, 'inline code is nested too deep to be read'],
    ['statements', 'const a = 1; (b) => a', 'inline code is not JavaScript that can stand by itself'],
    [
      'more after the function',
      '(a) => a;\nfoo()',
      'inline code is not JavaScript that can stand by itself: '
        + 'more follows after the expression (line 2, column 1: `foo()`)',
    ],
    ['a missing variable', '(a) => a + b', 'inline code: b (line 1: `(a) => a + b;`) is not defined in the pod'],
  ])('%s', (_, source, sentence) => {
    expect(refusal(() => Code.fromInline(source))).toContain(sentence);
  });
});
