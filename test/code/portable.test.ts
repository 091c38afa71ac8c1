import { folder, moduleOf } from './help';
import { UNWRITABLE } from '../../src/checks/yaml-text';
import { Code } from '../../src/code/code';

/** What a module's default export returns. */
const run = (module: string) => new Function(module.replace('export default', 'return'))()();

describe('a character that YAML cannot hold is written as an escape, and the code does the same:', () => {
  test.each<[where: string, source: string, module: string]>([
    [
      'in a string',
      '() => "a\x7f\x85\u2028\ufeff\uffff"',
      'export default () => "a\\u007f\\u0085\\u2028\\ufeff\\uffff";\n',
    ],
    [
      'in a string, after a backslash',
      "() => '\\\x7f\\\\\x7f\\\\\\\u2029'",
      "export default () => '\\u007f\\\\\\u007f\\\\';\n",
    ],
    ['in a template', '() => `a\x9b${"\x9b"}\x9b`', 'export default () => `a\\u009b${"\\u009b"}\\u009b`;\n'],
    [
      'in a regular expression',
      '() => /^[\x80-\x9f\\\x7f\ufeff]+$/.test("\x90\x7f")',
      'export default () => /^[\\u0080-\\u009f\\u007f\\ufeff]+$/.test("\\u0090\\u007f");\n',
    ],
    ['as half of a pair', '() => "\ud83d" + "\ude00"', 'export default () => "\\ud83d" + "\\ude00";\n'],
    ['in a comment', '() => /* a\x1bb */ 1 // c\ufeffd', 'export default () => /* a\\u001bb */ 1; // c\\ufeffd\n'],
    [
      'as the end of a line',
      '() => {\u2028let a = 1 // b\u2029let c = a/*\u2028*/return c\u2028}',
      'export default () => {\nlet a = 1 // b\nlet c = a/*\n*/return c\n};\n',
    ],
    ['as white space', '()\f=>\v[\ufeff1,\f2]', 'export default () => [ 1, 2];\n'],
  ])('%s', (_, source, module) => {
    const text = moduleOf(Code.fromInline(source));

    expect(text).toBe(module);
    expect(text).not.toMatch(UNWRITABLE);
    expect(run(text)).toEqual(new Function(`return ${source}`)()());
  });

  test('in a function, whatever compiled it', () => {
    expect(moduleOf(Code.fromFunction(() => ['\x7f', `\u2028${1}`, /\ufeff/])))
      .toBe('export default () => ["\\u007f", `\\u2028${1}`, /\\ufeff/];\n');
  });

  test('in code for nginx', () => {
    expect(moduleOf(Code.fromInline('(a) => { for (;;) return "\x7f"; }'), 'njs'))
      .toContain('{ step(); return "\\u007f"; }');
  });

  test('in the text of a tagged template it stays, since the tag may ask how it was written', () => {
    expect(moduleOf(Code.fromInline('() => String.raw`\x7f${"\x7f"}`')))
      .toBe('export default () => String.raw`\x7f${"\\u007f"}`;\n');
  });
});

const root = folder({ 'a.mjs': '\n\t \n\texport default () => 1;\n' });
test('a file that begins with a tab or spaces begins with its first letter, in the same line', () => {
  expect(moduleOf(Code.fromFile(`${root}/a.mjs`))).toBe('\n\nexport default () => 1;\n');
});

test.each(['é漢字😀\u00a0\u3000\u200d', '\t', '\\u2028'])('%j stays', (text) => {
  expect(moduleOf(Code.fromInline(`() => "${text}"`))).toBe(`export default () => "${text}";\n`);
});
