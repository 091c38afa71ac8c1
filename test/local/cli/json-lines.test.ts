import { PassThrough, Writable } from 'node:stream';
import { JsonLines, jsonLine } from '../../../src/local/cli/json-lines';

test('a value is one line of ASCII, whatever texts it holds', () => {
  expect(jsonLine({ text: 'é\u2028\ud83d\n"\x7f', time: new Date(NaN), seconds: NaN })).toBe(
    '{"text":"\\u00e9\\u2028\\ud83d\\n\\"\\u007f","time":null,"seconds":null}\n',
  );
});

test('a text of any length is cut, so that a line has an end', () => {
  const { text } = JSON.parse(jsonLine({ text: 'x'.repeat(10_000_000) }));
  expect(text).toHaveLength(16_385);
  expect(text.endsWith('x…')).toBe(true);
});

test('while nobody reads, lines are left out, and then it is said how many', async () => {
  const out = new PassThrough({ highWaterMark: 1 });
  const lines = new JsonLines(out);
  const text = 'x'.repeat(1000);
  for (let i = 0; i < 20_000; i++) lines.write({ i, text });
  expect(out.writableLength).toBeLessThan(9 * 1024 * 1024);

  const read: any[] = [];
  out.setEncoding('utf8').on('data', (line) => read.push(JSON.parse(line)));
  while ((out as Writable).writableLength > 1000) await new Promise((resolve) => setImmediate(resolve));
  lines.write({ i: 20_000 });
  await new Promise((resolve) => out.end(resolve));
  const [dropped, last] = read.slice(-2);
  expect(read.slice(0, -2).map(({ i }) => i)).toEqual(read.slice(0, -2).map((_, i) => i));
  expect(dropped).toEqual({ event: 'dropped', count: 20_000 - (read.length - 2) });
  expect(last).toEqual({ i: 20_000 });
});
