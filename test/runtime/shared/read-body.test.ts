import { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { Account, Budget, parsedSize } from '../../../runtime/shared/budget';
import { BodyLimits, ClientGone, readBody } from '../../../runtime/shared/read-body';

/** A request whose body a test sends. */
function body(limits: Partial<BodyLimits> = {}, headers = {}) {
  const stream = new PassThrough();
  const req = Object.assign(stream, { headers }) as unknown as IncomingMessage;
  const whole = readBody(req, {} as ServerResponse, { size: 10_000_000, hold: () => {}, ...limits });
  return { stream, whole };
}

test.each([0, 1, 63, 64, 65, 4096, 5000])('a body of %i pieces arrives whole and in order', async (count) => {
  const { stream, whole } = body();
  const pieces = Array.from({ length: count }, (_, i) => Buffer.from(`${i},`));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  expect(Buffer.from(await whole).toString()).toBe(Buffer.concat(pieces).toString());
});

test('a body has memory of its own', async () => {
  const { stream, whole } = body();
  stream.end(Buffer.from('abc'));
  expect((await whole).buffer.byteLength).toBe(3);
});

test('each piece is counted when it arrives, and not what the head announces', async () => {
  const held: number[] = [];
  const { stream, whole } = body({ hold: (bytes) => held.push(bytes) }, { 'content-length': '9000' });
  for (const piece of ['ab', 'cde']) {
    stream.write(piece);
    await new Promise(setImmediate);
  }
  expect(held).toEqual([2, 3]);
  stream.destroy();
  await expect(whole).rejects.toThrow(ClientGone);
});

test('a body for which there is no room is refused with the reason', async () => {
  const { stream, whole } = body({ hold: () => { throw new Error('no room'); } });
  stream.write('a');
  await expect(whole).rejects.toThrow('no room');
  expect(stream.listenerCount('data')).toBe(0);
});

test('a body of which nothing arrives any more is refused with 408; one that comes slowly is not', async () => {
  const { stream, whole } = body({ idle: 100 });
  for (let i = 0; i < 4; i++) {
    stream.write('a');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await expect(whole).rejects.toMatchObject({ status: 408, detail: 'nothing of the body has arrived for 100 ms' });
});

test.each([
  ['too long', 'abcd', { size: 3 }, {}],
  ['announced as too long', '', { size: 3 }, { 'content-length': '4' }],
])('a body that is %s is refused with 413', async (_, text, limits, headers) => {
  const { stream, whole } = body(limits, headers);
  stream.write(text);
  await expect(whole).rejects.toMatchObject({ status: 413, detail: 'the body is larger than 3 bytes' });
});

test.each([
  ['{"a":{},"b":[1,2]}', 36 + 2 * 56 + 48 + 2 * 16 + 2 * 24],
  ['plain', 10],
  ['', 0],
])('what %j takes once it is parsed is estimated by its structure', (text, size) => {
  expect(parsedSize(Buffer.from(text))).toBe(size);
});

test('a budget is shared, and what one request held is free when it is closed', () => {
  const budget = new Budget(10);
  const [first, second] = [new Account(budget), new Account(budget)];
  expect([first.take(6), second.take(6), second.take(4)]).toEqual([true, false, true]);
  first.close();
  first.close();
  expect([second.take(6), second.take(1)]).toEqual([true, false]);
});
