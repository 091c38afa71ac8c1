import assert from 'node:assert/strict';
import { PROMISES } from './promises';
import { ValkeyProcess } from './valkey-process';
import type { StateEngine, Stored, Write } from '../../../runtime/function-server/state/engine';
import { stateOver } from '../../../runtime/function-server/state/state';
import { ValkeyEngine } from '../../../runtime/function-server/state/valkey';
import { ValkeyClient } from '../../../runtime/function-server/state/valkey-client';

const open: { close?(): void; stop?(): Promise<void> }[] = [];
const logged: string[] = [];
const log = (message: string) => { logged.push(message); };
const LOG = { info: log, warn: log, error: log };
const NOTHING = new Map<string, Stored | undefined>();

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await (each.close?.() ?? each.stop?.());
  logged.length = 0;
});

async function serverWith(...options: string[]): Promise<ValkeyProcess> {
  const server = await ValkeyProcess.start(...options);
  open.push({ stop: () => server.stop() });
  return server;
}

function clientOf({ port }: ValkeyProcess, { timeout = 10_000, ...options } = {}): ValkeyClient {
  const client = new ValkeyClient({ host: '127.0.0.1', port, lookup: async (host) => [host], timeout, ...options }, LOG);
  open.push({ close: () => client.close() });
  return client;
}

describe('a Valkey', () => {
  let shared: ValkeyProcess;
  let engine: StateEngine;
  let client: ValkeyClient;

  beforeAll(async () => { shared = await ValkeyProcess.start(); });
  afterAll(() => shared.stop());
  beforeEach(async () => {
    client = clientOf(shared);
    engine = new ValkeyEngine(client, 'state');
    await client.call('write', ['FLUSHALL']);
  });

  const pass = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

  test.each(PROMISES)('state over it: %s', (_, trial) => trial({ state: stateOver(engine), assert, pass }));

  const set = (key: string, value: Stored, ttl?: Write['ttl']) => engine.commit(NOTHING, [{ key, value, ttl }]);
  const keysOf = async (prefix: string, after?: string, limit = 100) => (
    (await engine.list({ prefix, after, limit, size: 1e6 })).map(({ key }) => key)
  );
  const index = async () => (await client.call('read', ['ZRANGE', 'state:', '0', '-1']) as Buffer[]).map(String);

  test('values are what others read: JSON under the key behind the prefix', async () => {
    await set('carts/ada', '{"count":2}');
    expect(`${await client.call('read', ['GET', 'state:carts/ada'])}`).toBe('{"count":2}');
    expect(await engine.get('carts/ada')).toBe('{"count":2}');
  });

  test('bytes come back as they were, and as no part of what was received', async () => {
    await set('bytes', Uint8Array.of(0, 255, 13, 10));
    const found = await engine.get('bytes') as Uint8Array;
    expect([...found]).toEqual([0, 255, 13, 10]);
    expect(found.buffer.byteLength).toBe(4);
  });

  test('the server lets entries expire; one that is written anew without ttl stays', async () => {
    await set('a', '1', 60_000);
    const left = async () => await client.call('read', ['PTTL', 'state:a']) as number;
    expect(await left()).toBeGreaterThan(50_000);
    await set('a', '2', 'keep');
    expect(await left()).toBeGreaterThan(50_000);
    await engine.increment('a', 1, 'keep');
    expect(await left()).toBeGreaterThan(50_000);
    await engine.increment('a', 1, 90_000);
    expect(await left()).toBeGreaterThan(80_000);
    await set('a', '3');
    expect(await left()).toBe(-1);
  });

  test('keys come in the order of their bytes, page by page, with any prefix', async () => {
    const keys = ['a', 'a\u0000', 'a/', 'a/1', 'a/2', 'a/\uffff', 'a/😀', 'a0', 'b', 'é'];
    for (const key of [...keys].reverse()) await set(key, '1');
    expect(await keysOf('')).toEqual(keys);
    expect(await keysOf('a/')).toEqual(['a/', 'a/1', 'a/2', 'a/\uffff', 'a/😀']);
    expect(await keysOf('a/', undefined, 2)).toEqual(['a/', 'a/1']);
    expect(await keysOf('a/', 'a/1', 2)).toEqual(['a/2', 'a/\uffff']);
    expect(await keysOf('a/', 'a')).toEqual(['a/', 'a/1', 'a/2', 'a/\uffff', 'a/😀']);
    expect(await keysOf('a/', 'b')).toEqual([]);
    expect(await keysOf('a/😀')).toEqual(['a/😀']);
    expect(await keysOf('c')).toEqual([]);
  });

  test('a list has its values, and ends behind the entry with which they are too many bytes', async () => {
    for (const key of ['a', 'b', 'c']) await set(key, `"${key.repeat(98)}"`);
    const list = async (size: number) => (await engine.list({ prefix: '', limit: 10, size })).length;
    expect(await list(300)).toBe(3);
    expect(await list(199)).toBe(2);
    expect((await engine.list({ prefix: '', limit: 1, size: 1 }))[0]).toEqual({ key: 'a', value: `"${'a'.repeat(98)}"` });
  });

  test('entries that are gone are in no list, however many, and their names are forgotten', async () => {
    const writes = Array.from({ length: 3_000 }, (_, at) => ({ key: `gone/${at}`, value: '1' }));
    await Promise.all(writes.map((write) => engine.commit(NOTHING, [write])));
    // without a word to the index, as they expire
    await client.call('write', ['DEL', ...writes.map(({ key }) => `state:${key}`)]);
    await set('gone/zzz', '2');
    expect(await engine.list({ prefix: 'gone/', limit: 1, size: 100 })).toEqual([{ key: 'gone/zzz', value: '2' }]);
    expect(await index()).toEqual(['gone/zzz']);
  });

  test('whoever adds entries that expire forgets some that have', async () => {
    const add = (name: string) => Promise.all(Array.from({ length: 500 }, (_, at) => set(`${name}/${at}`, '1', 60_000)));
    await add('old');
    await client.call('write', ['DEL', ...Array.from({ length: 500 }, (_, at) => `state:old/${at}`)]);
    await add('new');
    const names = await index();
    expect(names.filter((name) => name.startsWith('new/'))).toHaveLength(500);
    expect(names.length).toBeLessThan(750);
  });

  test('delete says whether there was an entry', async () => {
    await set('a', '1');
    expect(await engine.delete('a')).toBe(true);
    expect(await engine.delete('a')).toBe(false);
    expect(await index()).toEqual([]);
  });

  test('a commit happens where everything is as it was seen, else nothing of it', async () => {
    await set('a', '1');
    await set('bytes', Uint8Array.of(1));
    const writes = [{ key: 'a', value: '2' }, { key: 'bytes' }, { key: 'c', value: '3' }];
    const seen = (a: Stored | undefined, bytes: Stored | undefined, c?: Stored) => (
      new Map([['a', a], ['bytes', bytes], ['c', c]])
    );
    for (const other of [
      seen('2', Uint8Array.of(1)), seen('1', Uint8Array.of(2)), seen('1', '1'), seen('1', undefined),
      seen('1', Uint8Array.of(1), '3'), seen(undefined, Uint8Array.of(1)),
    ]) expect(await engine.commit(other, writes)).toBe(false);
    expect(await keysOf('')).toEqual(['a', 'bytes']);
    expect(await engine.commit(seen('1', Uint8Array.of(1)), writes)).toBe(true);
    expect(await engine.list({ prefix: '', limit: 10, size: 100 })).toEqual([
      { key: 'a', value: '2' }, { key: 'c', value: '3' },
    ]);
    expect(await engine.commit(new Map([['a', '2']]), [])).toBe(true);
    expect(await engine.commit(new Map([['a', '3']]), [])).toBe(false);
  });

  test('of many commits that have seen the same, one happens', async () => {
    await set('a', '0');
    const seen = new Map([['a', '0']]);
    const done = await Promise.all(Array.from({ length: 100 }, (_, at) => engine.commit(
      seen, [{ key: 'a', value: `${at + 1}` }],
    )));
    expect(done.filter((each) => each)).toHaveLength(1);
    expect(await engine.get('a')).toBe(`${done.indexOf(true) + 1}`);
  });

  test('numbers are counted exactly up to 2^53 - 1, and no further', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(await engine.increment('a', most, 'keep')).toBe(most);
    await expect(engine.increment('a', 1, 'keep')).rejects.toThrow(
      new RangeError(`"a" incremented by 1 is beyond ±${most}, where numbers of JavaScript are no longer exact`),
    );
    expect(await engine.increment('a', -1, 'keep')).toBe(most - 1);
    expect(await engine.increment('a', -most, 'keep')).toBe(-1);
    expect(await engine.increment('a', 1 - most, 'keep')).toBe(-most);
    await expect(engine.increment('a', -1, 'keep')).rejects.toThrow(RangeError);
    expect(await engine.get('a')).toBe(`${-most}`);
    expect(await engine.increment('a', most, 'keep')).toBe(0);
    expect(await engine.get('a')).toBe('0');
  });

  test.each([
    ['"5"', '"5"'], ['1.5', '1.5'], ['1e+21', '1e+21'], ['true', 'true'], ['null', 'null'],
    ['9007199254740993', '9007199254740993'], [Uint8Array.of(49), 'bytes'],
  ])('what is no whole number is not counted: %s', async (value, shown) => {
    await set('a', value);
    await expect(engine.increment('a', 1, 'keep')).rejects.toThrow(new TypeError(
      `the value of "a" is ${shown}: increment counts whole numbers within ±9007199254740991; use update for others`,
    ));
    expect(await engine.get('a')).toEqual(value);
  });

  test('something of others under a key is told, and nothing is written', async () => {
    await client.call('write', ['HSET', 'state:a', 'field', '1']);
    const foreign = 'the server of the state has something else under a key of the state: give the state a prefix of '
      + 'its own';
    await expect(engine.get('a')).rejects.toThrow(foreign);
    await expect(engine.increment('a', 1, 'keep')).rejects.toThrow(foreign);
    await client.call('write', ['SET', 'state:', 'no index']);
    await expect(set('b', '1')).rejects.toThrow(foreign);
    expect(await client.call('read', ['EXISTS', 'state:b'])).toBe(0);
  });

  test('a server that has forgotten the scripts is told them again', async () => {
    await set('a', '1');
    await client.call('write', ['SCRIPT', 'FLUSH', 'SYNC']);
    expect(await engine.increment('a', 1, 'keep')).toBe(2);
    expect(await set('a', '3')).toBe(true);
  });

  test('prefixes keep the states of a server apart', async () => {
    const other = new ValkeyEngine(client, 'other');
    await set('a', '1');
    await other.commit(NOTHING, [{ key: 'b', value: '2' }]);
    expect(await other.get('a')).toBeUndefined();
    expect(await other.list({ prefix: '', limit: 10, size: 100 })).toEqual([{ key: 'b', value: '2' }]);
  });

  test('the database itself is not to be had', () => {
    expect(() => engine.sql).toThrow('context.state.sql is the database of State.local; this is State.shared');
  });
});

test('what was confirmed survives SIGKILL, what was not is there once or not at all', async () => {
  const server = await serverWith('--appendonly', 'yes', '--appendfsync', 'always');
  const engine = new ValkeyEngine(clientOf(server), 'state');
  const sums: number[] = [];
  let failed = 0;
  let done = false;
  const one = async () => {
    while (!done) {
      await engine.increment('a', 1, 'keep').then((sum) => sums.push(sum), () => { failed++; });
    }
  };
  const lanes = Array.from({ length: 20 }, one);
  for (let kills = 0; kills < 2; kills++) {
    const before = sums.length;
    while (sums.length < before + 500) await new Promise((resolve) => setImmediate(resolve));
    await server.kill();
    await server.start();
  }
  done = true;
  await Promise.all(lanes);
  const sum = Number(await engine.get('a'));
  expect(new Set(sums).size).toBe(sums.length);
  expect(sum).toBeGreaterThanOrEqual(sums.length);
  expect(sum).toBeLessThanOrEqual(sums.length + failed);
  // of 20 in flight at each kill
  expect(failed).toBeLessThanOrEqual(40);
  expect((await engine.list({ prefix: '', limit: 1, size: 100 }))).toEqual([{ key: 'a', value: `${sum}` }]);
});

test('a frozen server is a 503 in time, and goes on when it thaws', async () => {
  const server = await serverWith();
  const engine = new ValkeyEngine(clientOf(server, { timeout: 200 }), 'state');
  const before = await eventually(() => engine.increment('a', 1, 'keep'));
  server.signal('SIGSTOP');
  const start = performance.now();
  const fates = await Promise.all([
    engine.get('a').then(String, ({ status }) => status),
    engine.increment('a', 1, 'keep').then(String, ({ status }) => status),
  ]);
  // a new connection is made to a server that is frozen, too
  const again = await engine.get('a').then(String, ({ status, message }) => `${status} ${message}`);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(fates).toEqual([503, 503]);
  expect(again).toMatch(/^503 the state cannot be reached: its server (has not answered|gave no answer) within 200 ms$/);
  server.signal('SIGCONT');
  const sum = await eventually(() => engine.increment('a', 1, 'keep'));
  expect([before + 1, before + 2]).toContain(sum);
});

test('a full server is a 507 for what adds; reads and deletes go on', async () => {
  const server = await serverWith('--maxmemory', '4mb', '--maxmemory-policy', 'noeviction');
  const engine = new ValkeyEngine(clientOf(server), 'state');
  const value = `"${'v'.repeat(100_000)}"`;
  let count = 0;
  const full = await (async () => {
    for (; count < 100; count++) await engine.commit(NOTHING, [{ key: `a${count}`, value }]);
    return undefined;
  })().catch((error) => error);
  expect(full).toMatchObject({ status: 507, message: 'the server of the state is full (maxmemory)' });
  expect(count).toBeGreaterThan(5);
  expect(await engine.get('a0')).toBe(value);
  await expect(engine.commit(NOTHING, [{ key: 'b', value }, { key: 'c', value }])).rejects.toMatchObject({ status: 507 });
  // nor what would free some in the same go: it might add more
  const swap = [{ key: 'a0' }, { key: 'b', value }];
  await expect(engine.commit(new Map([['a0', value]]), swap)).rejects.toMatchObject({ status: 507 });
  expect(await engine.get('a0')).toBe(value);
  expect(await engine.list({ prefix: 'b', limit: 10, size: 1e7 })).toEqual([]);
  expect(await engine.delete('a0')).toBe(true);
  expect(await engine.delete('a1')).toBe(true);
  expect(await engine.commit(NOTHING, [{ key: 'a0', value: '1' }])).toBe(true);
});

test('a password is asked for and given; a wrong one is told at once', async () => {
  const server = await serverWith('--requirepass', 'correct horse');
  const answer = (password?: string) => new ValkeyEngine(clientOf(server, { password } as object), 'state').get('a')
    .then((value) => value ?? 'nothing', ({ message }) => message);
  expect(await answer('correct horse')).toBe('nothing');
  expect(await answer('battery staple')).toContain('the state cannot be reached: its server refuses the password');
  expect(await answer('correct horse\n')).toContain('refuses the password, which ends with a line break');
  expect(await answer()).toContain('the state cannot be reached: its server asks for a password, and none is given');
});

test('a user with no more rights than the state needs has them', async () => {
  const server = await serverWith('--user', 'default', 'off', '--user', 'shop', 'on', '>secret', '~state:*',
    '+get', '+set', '+del', '+exists', '+zadd', '+zrem', '+zrangebylex', '+zrandmember', '+evalsha', '+eval');
  const shop = { user: 'shop', password: 'secret' } as object;
  const engine = new ValkeyEngine(clientOf(server, shop), 'state');
  expect(await engine.commit(NOTHING, [{ key: 'a', value: '1', ttl: 60_000 }])).toBe(true);
  expect(await engine.increment('a', 1, 'keep')).toBe(2);
  expect(await engine.list({ prefix: '', limit: 10, size: 100 })).toEqual([{ key: 'a', value: '2' }]);
  expect(await engine.delete('a')).toBe(true);
  const other = new ValkeyEngine(clientOf(server, shop), 'other');
  await expect(other.get('a')).rejects.toThrow('the server of the state does not let its user do that');
});

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    const result = await attempt().catch(() => undefined);
    if (result !== undefined) return result;
  }
}
