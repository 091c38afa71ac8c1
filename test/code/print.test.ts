import { printed } from '../../src/code/print';

test('a function that a compiler squeezed onto one line is laid out again', () => {
  expect(printed('(request,context)=>{const '
    + 'name=request.query.name??"world";return{greeting:`hello ${name}`,from:context.pod}}')).toBe([
    '(request, context) => {',
    '  const name = request.query.name ?? "world";',
    '  return { greeting: `hello ${name}`, from: context.pod };',
    '}',
  ].join('\n'));
});

test('an object that is too long for a line, or holds statements, has a line for each of its properties', () => {
  expect(printed('answers=>({total:answers.reduce((sum,answer)=>(sum??0)+answer.body.total,0),'
    + 'of:(answers.length||1)**2,size(){return 1},inner:{a:{b:1}}})')).toBe([
    '(answers) => ({',
    '  total: answers.reduce((sum, answer) => (sum ?? 0) + answer.body.total, 0),',
    '  of: (answers.length || 1) ** 2,',
    '  size() {',
    '    return 1;',
    '  },',
    '  inner: { a: { b: 1 } }',
    '})',
  ].join('\n'));
});

describe('what can be written in several ways is written in one:', () => {
  test.each<[what: string, printed: string, sources: readonly string[]]>([
    ['parameters', '(a) => a', ['a => a', '(a)=>(a)', '( a, ) => ((a))']],
    [
      'quotes and escapes',
      '() => "it\'s é \\\\ </script>"',
      ["() => 'it\\'s \\xe9 \\\\ <\\/script>'", "() => `it's é \\\\ </script>`"],
    ],
    ['characters that no file shows', '() => "\u007f\u2028"', ["() => '\\x7f\\u2028'", '() => `\u007f\u2028`']],
    [
      'texts in parts',
      '(a) => `hello ${a} and all`',
      ["(a) => 'hel' + `lo ${a}` + ' and' + \" all\"", '(a) => `hello ${a} ` + `and all`'],
    ],
    ['texts after a sum', '(a) => a + "bc"', ["(a) => a + 'b' + 'c'"]],
    ['texts of several lines', '() => `a\nb\\tc\n`', ['() => "a\\nb\\tc\\n"', '() => `a\nb\tc\n`']],
    ['a line break at the end of a text', '(a) => `${a}\\n`', ['(a) => `${a}\n`']],
    ['numbers', '[() => 255, 1000, 1000, 0.5, 255n]', ['[() => 0xff, 1e3, 1_000, .5, 0xFFn]']],
    ['undefined', '() => undefined', ['() => void 0']],
    ['infinity', '() => Infinity', ['() => 1e999']],
    ['names of properties', '(a) => ({ a, "x-y": 1, if: 2 })', ["(a) => ({ 'a': a, 'x-y': 1, \"if\": 2 })"]],
    ['names in patterns', '({ a, b = 1, c: d }) => a + b + d', ['({ a: a, b: b = 1, c: d }) => a + b + d']],
    [
      'regular expressions',
      '() => /\\p{L}\\/[\\/]/u',
      ['() => new RegExp("\\\\p{L}/[/]", "u")', '() => /\\p{L}\\/[/]/u'],
    ],
    [
      'statements in statements',
      '(a) => {\n  if (a) {\n    for (; ; ) break;\n  } else if (a.b) return 1;\n}',
      ['(a) => { if (a) for (;;) break; else if (a.b) return 1;; }'],
    ],
    ['strict mode', '() => {}', ['() => { "use strict"; }']],
    ['names that esbuild keeps', '() => {\n  const a = () => 1;\n  class B {}\n  function c() {}\n'
      + '  return [a, B, c];\n}', [
      '() => {const a=__name(()=>1,"a");class B{static{__name(this,"B")}}function c(){}__name(c,"c");return[a,B,c]}',
    ]],
    ['the name of an anonymous function', '[function () {}]', ['[function () {}]']],
    [
      'variables that esbuild numbers',
      '(a) => a.map(({ b, ...a }) => b + a.length)',
      ['(a2) => a2.map(({ b: b2, ...a3 }) => b2 + a3.length)'],
    ],
    [
      'variables that need their numbers',
      '(a, a2) => a.map((b) => a + a2 + b)',
      ['(a1, a2) => a1.map((b3) => a1 + a2 + b3)'],
    ],
    [
      'a number that hides a global or a word of the language',
      '(URL2, new2) => [URL, URL2, new2]',
      ['(URL2, new1) => [URL, URL2, new1]'],
    ],
    [
      'a class that names itself',
      '() => {\n  class A {\n    static b = A.c;\n  }\n  return A;\n}',
      ['() => { class A2 { static b = A2.c; } return A2; }'],
    ],
  ])('%s', (_, text, sources) => {
    expect(sources.map((source) => printed(source))).toEqual(sources.map(() => text));
    expect(printed(text)).toBe(text);
  });

  test.each<[compiler: string, source: string]>([
    ['TypeScript', 'function default_1(a) { return a; }'],
    ['esbuild', 'function app_default(a) { return a; }'],
  ])('the name that %s gives to a function without one', (_, source) => {
    expect(printed(source)).toBe('function (a) {\n  return a;\n}');
  });
});

describe('what looks alike but is not stays apart:', () => {
  test.each([
    '(a) => (a?.b).c + a?.b.c',
    '(a) => new (a?.b)(new (a())())',
    '(a, b) => ({ a: a.c } = b)',
    '(a, b) => !("c" in a) && "d" in b',
    '(a) => {\n  for (let b = ("c" in a); b; ) return b;\n}',
    '(a, tag) => tag`\\u00e9é\\n` + `\\`\\${a}$${a}`',
    '(a) => String.raw`b${a}`',
    '(__proto__) => [{ __proto__: __proto__ }, { __proto__ }]',
    '() => import("./a.json", { with: { type: "json" } })',
    '(undefined) => void 0',
    '() => ["a".length, /b/.test("b"), (1).toFixed(2), `c${1}`.length]',
    '(a) => a + (1 + "b") + ("c" - "d") + 1 + "e"',
    '(a) => [(-a) ** 2, - -a, (a, 1), (a ?? 1) || 2]',
    '(RegExp) => new RegExp("a")',
    '() => new RegExp("(")',
    'async (a) => {\n  for await (const b of a) await (b ? 1 : 2);\n}',
    'class {\n  static #a = 1;\n  static {\n    this.b = #a in this;\n  }\n}',
  ])('%s', (source) => {
    expect(printed(source)).toBe(source);
  });
});

test('source that does not parse stays, for whoever says why', () => {
  expect(printed('(a) => a +')).toBe('(a) => a +');
});
