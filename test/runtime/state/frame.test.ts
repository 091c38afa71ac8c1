import assert from 'node:assert/strict';
import { MemoryEngine } from './memory-engine';
import { PROMISES } from './promises';
import { stateOver } from '../../../runtime/function-server/state/state';

function memory() {
  let time = 1_700_000_000_000;
  const engine = new MemoryEngine(() => time);
  return { engine, state: stateOver(engine), pass: async (millis: number) => { time += millis; } };
}

describe('state over an engine in memory', () => {
  test.each(PROMISES)('%s', (_, trial) => trial({ ...memory(), assert }));
});

const HOLDS = 'state holds what JSON can hold (objects, arrays, texts, finite numbers, true, false, null), and bytes as a '
  + 'Uint8Array';

class Cart {
  public readonly items = [];
}

function circle() {
  const value: any = { list: [] };
  value.list.push(value);
  return value;
}

const deep = Array.from({ length: 101 }).reduce((inner) => [inner], 1 as unknown);

test.each([
  ['undefined', undefined, 'value is undefined: delete(key) takes an entry away'],
  ['undefined in an array', { a: [undefined] },
    `value.a[0] is undefined: ${HOLDS}; null stands for nothing`],
  ['a hole of an array', [, 1], `value[0] is undefined: ${HOLDS}; null stands for nothing`],
  ['NaN', { n: NaN }, `value.n is NaN: ${HOLDS}`],
  ['Infinity', -Infinity, `value is -Infinity: ${HOLDS}`],
  ['a bigint', [1n], 'value[0] is a bigint: store its text, String(value)'],
  ['a function', { f() {} }, `value.f is a function: ${HOLDS}`],
  ['a symbol', Symbol('s'), `value is a symbol: ${HOLDS}`],
  ['a Date', { at: new Date(0) }, 'value.at is a Date: store its text, date.toISOString()'],
  ['a Map', new Map(), 'value is a Map: store Object.fromEntries(map), or its entries, [...map]'],
  ['a Set', new Set(), 'value is a Set: store an array, [...set]'],
  ['a promise', Promise.resolve(1), 'value is a Promise: await it'],
  ['an object of a class', new Cart(), `value is a Cart: ${HOLDS}`],
  ['an error', new Error('no'), `value is an Error: ${HOLDS}`],
  ['an object with toJSON', { toJSON: () => 1 }, `value.toJSON is a function: ${HOLDS}`],
  ['bytes inside of an object', { b: Buffer.from('x') }, `value.b is an Uint8Array: ${HOLDS}`],
  ['other views of memory', new Float64Array(1), `value is a Float64Array: ${HOLDS}`],
  ['an ArrayBuffer', new ArrayBuffer(1), 'value is an ArrayBuffer: store new Uint8Array(buffer)'],
  ['a circle', circle(), 'value.list[0] is what holds it: store data without such a circle'],
  ['101 levels', deep, 'value is nested more than 100 deep: store it flatter'],
  ['a text that is too long', 'é'.repeat(2 ** 19),
    'value takes 1048578 bytes: it may take 1048576; divide it among several keys'],
  ['bytes that are too many', new Uint8Array(2 ** 20 + 1),
    'value takes 1048577 bytes: it may take 1048576; divide it among several keys'],
  ['a text that stands in too many places', Array(100_000).fill('x'.repeat(100_000)),
    'value takes more than 1048576 bytes: it may take 1048576; divide it among several keys'],
])('%s is refused with a sentence by set, update and transactions', async (_, value, message) => {
  const { state } = memory();
  await expect(state.set('key', value)).rejects.toThrow(message);
  await expect(state.transaction((tx) => tx.set('key', value))).rejects.toThrow(message);
  // undefined deletes, and a promise is awaited
  if (value === undefined || value instanceof Promise) return;
  await expect(state.update('key', () => value)).rejects.toThrow(message);
});

const KEY = 'a key is a text of 1 to 1024 bytes of UTF-8';

test.each([
  ['is empty', '', `key is empty: ${KEY}`],
  ['has 10,000 bytes', 'k'.repeat(10_000), `key takes 10000 bytes or more: ${KEY}`],
  ['has 1026 bytes in 513 characters', 'é'.repeat(513), `key takes 1026 bytes or more: ${KEY}`],
  ['is no UTF-8', 'user:\udc00', `key has half of a surrogate pair, and UTF-8 has none: ${KEY}`],
  ['is missing', undefined, `key is undefined: ${KEY}`],
  ['is a number', 7, `key is 7: ${KEY}`],
  ['is a list', ['a'], `key is an Array: ${KEY}`],
])('a key that %s is refused by every method', async (_, key: any, message) => {
  const { state } = memory();
  for (const call of [
    () => state.get(key), () => state.set(key, 1), () => state.delete(key), () => state.increment(key),
    () => state.update(key, () => 1), () => state.transaction((tx) => tx.get(key)),
    () => state.transaction((tx) => tx.set(key, 1)),
  ]) await expect(call()).rejects.toThrow(message);
});

test.each([
  [{ ttl: 0 }, 'ttl is 0: it is a number of seconds above 0, up to 3155760000 (100 years); leave it out for an entry that '
    + 'stays'],
  [{ ttl: -1 }, 'ttl is -1: '],
  [{ ttl: NaN }, 'ttl is NaN: '],
  [{ ttl: Infinity }, 'ttl is Infinity: '],
  [{ ttl: 3155760001 }, 'ttl is 3155760001: '],
  [{ ttl: '60' }, 'ttl is "60": '],
  [{ ttl: null }, 'ttl is null: '],
  [{ TTL: 60 }, 'options have "TTL": there is ttl'],
  [60, 'options are 60: give an object, such as { ttl: 60 }'],
  [null, 'options are null: give an object, such as { ttl: 60 }'],
])('the options %p are refused by every method that writes', async (options: any, message) => {
  const { state } = memory();
  for (const call of [
    () => state.set('key', 1, options), () => state.increment('key', 1, options),
    () => state.update('key', () => 1, options), () => state.transaction((tx) => tx.set('key', 1, options)),
    () => state.transaction((tx) => tx.increment('key', 1, options)),
  ]) await expect(call()).rejects.toThrow(message);
  expect(await state.list()).toEqual([]);
});

test.each([
  ['limit 0', { limit: 0 }, 'limit is 0: it is a whole number from 1 to 1000'],
  ['limit 1001', { limit: 1001 }, 'limit is 1001: it is a whole number from 1 to 1000'],
  ['limit 2.5', { limit: 2.5 }, 'limit is 2.5: it is a whole number from 1 to 1000'],
  ['a limit that is a text', { limit: '5' }, 'limit is "5": it is a whole number from 1 to 1000'],
  ['a prefix that is a number', { prefix: 5 }, 'prefix is 5: it is a text of up to 1024 bytes of UTF-8'],
  ['a prefix that is no UTF-8', { prefix: '\ud800' }, 'prefix has half of a surrogate pair, and UTF-8 has none: it is a text'],
  ['a text that is no key', { after: 'k'.repeat(1025) }, 'after takes 1025 bytes or more: it is a text of up to 1024 bytes'],
  ['an option that there is not', { start: 'a' }, 'options have "start": there are prefix, after, limit'],
  ['no options', 'user:', 'options are "user:": give an object, such as { prefix: \'user:\' }'],
])('a list with %s is refused', async (_, options: any, message) => {
  await expect(memory().state.list(options)).rejects.toThrow(message);
});

test.each([1.5, NaN, 2 ** 53, '1', null, 1n])('increment by %p is refused', async (by: any) => {
  const message = `by is ${typeof by === 'string' ? `"${by}"` : by}: it is a whole number from -9007199254740991 to 9007199254740991`;
  await expect(memory().state.increment('n', by)).rejects.toThrow(message);
  await expect(memory().state.transaction((tx) => tx.increment('n', by))).rejects.toThrow(message);
});

test('what is no function is refused by update and transaction', async () => {
  const { state } = memory();
  await expect(state.update('key', { a: 1 } as any)).rejects
    .toThrow('update is given an Object: give a function, such as (value) => [...value ?? [], 1]');
  await expect(state.transaction(undefined as any)).rejects
    .toThrow("transaction is given undefined: give a function, such as async (tx) => tx.set('b', await tx.get('a'))");
});

test('a function of update that changes its value and forgets to return it deletes nothing', async () => {
  const { state } = memory();
  await state.set('cart', { items: [] });
  await expect(state.update('cart', (cart) => { cart.items.push(1); })).rejects.toThrow(
    'the function of update has changed the value and returned undefined, which would delete the entry: return the value',
  );
  expect(await state.get('cart')).toEqual({ items: [] });
});

test('a transaction has 100 keys and 16 MiB at most', async () => {
  const { state } = memory();
  const each = (length: number, value: unknown) => state.transaction(async (tx) => {
    for (let i = 0; i < length; i++) await tx.set(`k${i}`, value);
    // what is written twice counts once
    for (let i = 0; i < length; i++) await tx.set(`k${i}`, value);
  });
  await each(100, 1);
  await expect(each(101, 1)).rejects.toThrow('the transaction has more than 100 keys: divide it into smaller ones');
  const mebibyte = new Uint8Array(2 ** 20);
  await each(16, mebibyte);
  await expect(each(17, mebibyte)).rejects
    .toThrow('the transaction has more than 16777216 bytes of values: divide it into smaller ones');
});

test('a method of a transaction that nobody has awaited fails when the transaction has ended', async () => {
  const { state } = memory();
  const sentence = 'the transaction has ended: await its methods inside of its function';
  let late: Promise<unknown>[] = [];
  let kept: any;
  await state.transaction((tx) => {
    late = [tx.increment('n'), tx.delete('n')];
    kept = tx;
  });
  for (const each of [...late, kept.get('n'), kept.set('n', 1)]) await expect(each).rejects.toThrow(sentence);
  expect(await state.get('n')).toBeUndefined();
});

test('an update that meets a change a hundred times gives up with a 503, and writes nothing', async () => {
  const { engine, state } = memory();
  let runs = 0;
  jest.spyOn(Math, 'random').mockReturnValue(0);
  await expect(state.update('key', async () => {
    await engine.increment('key', 1, undefined);
    return -++runs;
  })).rejects.toMatchObject({
    name: 'StateError', status: 503, message: 'the value of "key" changed 100 times while it was being written: try again',
  });
  jest.restoreAllMocks();
  expect([runs, await state.get('key')]).toEqual([100, 100]);
});

test('what looks at all members of state meets no error: sql is not among them', async () => {
  const { state } = memory();
  expect(JSON.stringify({ state })).toBe('{"state":{}}');
  expect({ ...state }).not.toHaveProperty('sql');
  expect(() => state.sql).toThrow('there is no database');
});
