import { fieldsOf } from '../../../runtime/root/answer-head';
import { AnswerParser } from '../../../runtime/root/answer-parser';

/** Reads the head of an answer, which has no body. */
function read(lines: readonly string[], status = 'HTTP/1.1 200 OK') {
  const parser = new AnswerParser(0, () => {});
  parser.push(Buffer.from([status, 'content-length: 0', ...lines, '', ''].join('\r\n'), 'latin1'));
  return { ...parser.answer, keepAlive: parser.keepAlive, fields: fieldsOf(parser.answer).slice(2) };
}

test('headers come as they are: names in lower case, values without the blanks around them, '
  + 'repeated ones one by one', () => {
  const { fields } = read([
    'X-One: \t a  b \t', 'x-two:', 'X-TWO:\xa0', 'Content-Type:text/plain', 'content-type: text/html',
  ]);
  expect(fields).toEqual([
    'x-one', 'a  b', 'x-two', '', 'x-two', '\xa0', 'content-type', 'text/plain', 'content-type', 'text/html',
  ]);
});

test.each([
  [
    'whatever the case of their names', ['CONTENT-TYPE: Application/JSON', 'Content-Encoding: gzip'],
    'Application/JSON', 'gzip',
  ],
  ['the first of repeated ones', ['content-type: a/b', 'content-type: c/d'], 'a/b', undefined],
  [
    'not from names that only begin or end like theirs',
    ['x-content-type: a/b', 'content-type-x: c/d', 'x: content-type: e/f'], undefined, undefined,
  ],
])('content type and coding are found, %s', (_, lines, contentType, contentEncoding) => {
  expect(read(lines)).toMatchObject({ contentType, contentEncoding });
});

test.each([
  [['connection: close'], true, false],
  [['Connection: keep-alive, Close'], true, false],
  [['x-connection: close'], true, true],
  [['connection: keep-alive'], false, false],
])('after %j, where HTTP/1.1 is %s, the connection can be used again: %s', (lines, current, keepAlive) => {
  expect(read(lines, `HTTP/1.${current ? 1 : 0} 200`).keepAlive).toBe(keepAlive);
});

test.each([
  ...Array.from({ length: 32 }, (_, code) => code).filter((code) => code !== 9), 0x7f,
])('a header that holds the control character %i is refused', (code) => {
  for (const line of [`x: a${String.fromCharCode(code)}b`, `x: ${String.fromCharCode(code)}`]) {
    expect(() => read([line])).toThrow('the head of its answer holds a control character');
  }
});

test.each([
  ['no colon', 'x'], ['no name', ': x'], ['a blank in its name', 'x y: z'], ['a name beyond ASCII', 'x\xe9: z'],
  ['an empty line of blanks', ' '],
])('a header with %s is refused', (_, line) => {
  expect(() => read([line])).toThrow('its answer has a header without a proper name');
});

test('a tab beside a transfer coding, which for node:http is another coding then, is refused', () => {
  const parser = new AnswerParser(0, () => {});
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\t\r\n\r\n';
  expect(() => parser.push(Buffer.from(head))).toThrow('its answer has transfer-encoding  chunked\t');
});

// what a pattern cannot decide at once it may try in ever so many ways
test.each([
  ['a long value', [`x: ${'a'.repeat(65_000)}`], undefined],
  ['blanks', [`content-type: a${' '.repeat(64_000)}b`], undefined],
  ['short headers', new Array(12_000).fill('x:y'), undefined],
  ['a long name', ['x'.repeat(65_000)], 'its answer has a header without a proper name'],
  [
    'a flaw after many headers', [...new Array(12_000).fill('x:y'), 'z'],
    'its answer has a header without a proper name',
  ],
])('the largest head, of %s, is read in no time', (_, lines, error) => {
  const start = process.cpuUsage().user;
  if (error) expect(() => read(lines)).toThrow(error);
  else expect(read(lines).status).toBe(200);
  expect(process.cpuUsage().user - start).toBeLessThan(200_000);
});
