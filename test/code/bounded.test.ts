import { folder, moduleOf, run } from './help';
import { Code } from '../../src/code/code';

const IMPORT = "\nimport { step } from 'budget.js'; // ends what would never end\n";
const bounded = (source: string) => moduleOf(Code.fromInline(source), 'njs');

const root = folder({
  'key.ts': "import { sum } from './sum';\nexport default (a: number[]) => sum(a);\n",
  'sum.ts': 'export function sum(a: number[]) { let s = 0; for (const b of a) s += b; return s; }\n',
});

describe('in nginx each round of a loop and each call of a function takes a step:', () => {
  test.each<[what: string, source: string, module: string]>([
    ['a while loop', '() => { while (true) {} }', 'export default () => { while (true) { step(); } };\n'],
    [
      'a loop without a body',
      '() => { if (1) while (true); else for (;;); }',
      'export default () => { if (1) while (true) { step(); } else for (;;) { step(); } };\n',
    ],
    [
      'a loop whose body is a statement',
      '(n) => { while (n) n--; return n; }',
      'export default (n) => { while (n) { step(); n--; } return n; };\n',
    ],
    [
      'a do-while loop',
      '(n) => { do n--; while (n); }',
      'export default (n) => { do { step(); n--; } while (n); };\n',
    ],
    ['loops over values and names', '(o) => { for (const a of o) for (const b in a) delete a[b]; }',
      'export default (o) => { for (const a of o) { step(); for (const b in a) { step(); delete a[b]; } } };\n'],
    [
      'a labelled loop',
      '() => { a: for (;;) { continue a; } }',
      'export default () => { a: for (;;) { step(); continue a; } };\n',
    ],
    ['an arrow function', '(a) => a.map((b) => b + 1)', 'export default (a) => a.map((b) => (step(), b + 1));\n'],
    [
      'an arrow function that returns an object',
      '(a) => a.map((b) => ({ b }))',
      'export default (a) => a.map((b) => (step(), ({ b })));\n',
    ],
    [
      'arrow functions in one another',
      '(a) => a.map((b) => (c) => b)',
      'export default (a) => a.map((b) => (step(), (c) => (step(), b)));\n',
    ],
    ['an arrow function that ends with the loop around it', '(n, f) => { while (n--) f = () => n }',
      'export default (n, f) => { while (n--) { step(); f = () => (step(), n) } };\n'],
    [
      'a generator',
      '() => { function* g() { yield 1; } return [...g()]; }',
      'export default () => { function* g() { step(); yield 1; } return [...g()]; };\n',
    ],
    [
      'methods, accessors and constructors',
      '() => { class A { constructor() {} get b() { return 1; } } return { c() {}, A }; }',
      'export default () => { class A { constructor() { step(); } get b() { step(); return 1; } } return { c() { '
        + 'step(); }, A }; };\n',
    ],
    [
      'a function that can call itself',
      'function f(n) { return n ? f(n - 1) : 0; }',
      'export default function f(n) { step(); return n ? f(n - 1) : 0; }\n',
    ],
    [
      'a call that returns the function',
      '(() => { const t = []; return () => t; })()',
      'export default (() => { step(); const t = []; return () => (step(), t); })();\n',
    ],
  ])('%s', (_, source, module) => {
    expect(bounded(source)).toBe(module + IMPORT);
  });

  test('a function that does neither stays as it is', () => {
    expect(bounded("(request) => request.path.split('/')[2]"))
      .toBe("export default (request) => request.path.split('/')[2];\n");
  });

  test('lines stay where they are, and so do the comments', () => {
    const source = '(a) => {\n  // all\n  for (const b of a) { // each\n    b();\n  }\n}';
    expect(bounded(source)).toBe(`export default ${source.replace('{ // each', '{ step(); // each')};\n${IMPORT}`);
  });

  test('a name of the code is not taken', () => {
    expect(bounded('(step) => { while (step) step--; }')).toBe(
      'export default (step) => { while (step) { step_(); step--; } };\n\n'
        + "import { step as step_ } from 'budget.js'; // ends what would never end\n");
  });

  test('a bundled file, too, and what it imports', () => {
    const module = moduleOf(Code.fromFile(`${root}/key.ts`), 'njs');
    expect(module).toContain('step(); s += b;');
    expect(run(module, [1, 2, 3])).toBe(6);
  });

  test('but not in Node, where a call has a time limit', () => {
    expect(moduleOf(Code.fromInline('() => { while (true); }'))).toBe('export default () => { while (true); };\n');
  });
});

test.each([
  ['(n) => { let s = 0; for (let i = 0; i < n; i++) { if (i % 2) continue; s += i; } return s; }', 90],
  ['(n) => { const f = (k) => k < 2 ? k : f(k - 1) + f(k - 2); return f(n); }', 6765],
  ['(n) => { function* g() { for (let i = 0; ; i++) yield i; } for (const i of g()) if (i === n) return i; }', 20],
  [
    '(n) => { class A { #n = n; get twice() { return 2 * this.#n; } } class B extends A { constructor() { super(); } '
      + '} return new B().twice; }',
    40,
  ],
  ['(n) => { outer: for (let i = 0; ; i++) { do { if (i < n) continue outer; return i; } while (true); } }', 20],
])('bounded code does what it did: %s', (source, result) => {
  const module = bounded(source);
  expect(module).toContain('step()');
  expect(run(module, 20)).toBe(result);
});
