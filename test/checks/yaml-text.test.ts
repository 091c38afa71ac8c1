import { App, Chart, Testing, Yaml } from 'cdk8s';
import { parse } from 'yaml';
import { files } from '../../src/manifests/files';
import { random } from '../random';

/** The ConfigMap with a file, read from YAML. */
function configMapOf(text: string): { data: Record<string, string>; binaryData?: Record<string, string> } {
  const chart = new Chart(new App(), 'shop');
  files(chart, 'Files', { pattern: 'files', group: 'files', role: 'backend' }, { 'a.js': text, 'b.js': 'b\n' });
  return parse(Yaml.stringify(...Testing.synth(chart)), { version: '1.1' });
}

// Which of these the reader of kubectl (sigs.k8s.io/yaml 1.6) gives back byte for byte was tried with that reader.
describe('YAML holds a file as text', () => {
  test.each<[what: string, text: string]>([
    ['a program', 'export default (a) => a;\n'],
    ['no line break at the end', 'a\nb'],
    ['several line breaks at the end', 'a\n\n\n'],
    ['an indented first line', '  a\nb\n'],
    ['an indented line after empty ones', '\n\n  a\nb\n'],
    ['spaces and tabs at the ends of lines', 'a \nb\t\n \n\t\nc\n'],
    ['tabs after the first letter', 'a\n\tb\n'],
    ['the marks of documents and directives', 'a\n---\n...\n%YAML 1.1\n--- b\n'],
    ['the signs of YAML', '# a: b\n- c\n? d\n&e *f !g |h >i @j `k {l} [m] "n" \'o\'\n'],
    ['a value of another type', 'yes'],
    ['a very long line', `a\n${'b '.repeat(50_000)}\nc\n`],
    ['letters, signs and spaces of any language', 'é漢字😀\u00a0\u3000\u200b\u200d\ufffd\u{10ffff}\n'],
  ])('%s', (_, text) => {
    expect(configMapOf(text)).toMatchObject({ data: { 'a.js': text, 'b.js': 'b\n' } });
    expect(configMapOf(text)).not.toHaveProperty('binaryData');
  });
});

describe('YAML holds a file as Base64, so that the pod gets the same bytes, because of', () => {
  test.each<[what: string, text: string]>([
    ['a null character', 'a\0b\n'],
    ['a control character', 'a\x1bb\n'],
    ['a form feed', 'a\n\f\nb\n'],
    ['a carriage return', 'a\r\nb\n'],
    ['DEL', 'a\x7fb\n'],
    ['a control character of Latin-1', 'a\x9bb\n'],
    ['a next line (U+0085)', 'a\x85b\n'],
    ['a line separator (U+2028)', 'a\u2028b\n'],
    ['a paragraph separator (U+2029)', 'a\u2029b\n'],
    ['a byte order mark', 'a\ufeffb\n'],
    ['what is no character (U+FFFE)', 'a\ufffeb\n'],
    ['what is no character (U+FFFF)', 'a\uffffb\n'],
    ['a tab at the start', '\ta\n'],
    ['a tab at the start of the first line that is not empty', '\n \n\tb\n'],
    ['a last line of spaces', `a\n \n${'b'.repeat(80)}\n `],
    ['nothing but spaces', '  \n'],
    ['nothing at all', ''],
  ])('%s', (_, text) => {
    expect(configMapOf(text))
      .toMatchObject({ data: { 'b.js': 'b\n' }, binaryData: { 'a.js': Buffer.from(text).toString('base64') } });
  });
});

test('any text is the same when it is read', () => {
  const next = random(7);
  const pieces = [...'\n\n\n \t\r\f\0#-?:|>&*!%@`"\'\\{}[],~=é漢😀a'].concat(
    '\x7f', '\x85', '\u2028', '\ufeff', '\uffff', '---', '...', ': ', ' #', '\n ', '\n\t',
  );
  for (let i = 0; i < 1000; i++) {
    const text = Array.from({ length: 1 + next() * 8 }, () => pieces[Math.floor(next() * pieces.length)]).join('');
    const { data, binaryData } = configMapOf(text);
    expect(data['a.js'] ?? Buffer.from(binaryData!['a.js'], 'base64').toString()).toBe(text);
  }
});

test.each([
  [
    'a\nb\ud800c',
    "[shop] file 'a.js' has \\ud800 (line 2, column 2), half of a character, which no file can hold: "
      + 'write it as an escape',
  ],
  ['\udc00\ud800', "[shop] file 'a.js' has \\udc00 (line 1, column 1)"],
])('half of a surrogate pair is refused, naming its place: %j', (text, sentence) => {
  expect(() => configMapOf(text)).toThrow(sentence);
});
