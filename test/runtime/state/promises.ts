import type assert from 'node:assert/strict';
import type { StateShape } from '../../../src/contract';

/**
 * What a promise is tried with. The function runs elsewhere, in a process that has the engine: it may use what stands
 * in here, and nothing else of this file.
 */
export interface Trial {
  /** State that nobody else has, with nothing in it. */
  readonly state: StateShape;
  /** Without what it tells the compiler, which asks for an annotation of each name then. */
  readonly assert: Pick<typeof assert, 'rejects'> & {
    readonly deepEqual: (actual: unknown, expected: unknown) => void;
    readonly equal: (actual: unknown, expected: unknown) => void;
    readonly ok: (value: unknown) => void;
  };
  /** Lets time pass for the engine. */
  readonly pass: (millis: number) => Promise<void>;
}

/** What all engines promise. */
export const PROMISES: readonly (readonly [name: string, trial: (trial: Trial) => Promise<void>])[] = [
  ['a value comes back as it was; what nobody has set is undefined', async ({ state, assert }) => {
    for (const value of [
      null, true, false, 0, 1.5, -3, 2 ** 53 - 1, Number.MAX_VALUE, 5e-324, '', 'text', 'é😀\u0000"\\', '\ud800', [], {},
      [1, [2]], { a: { b: [null] } }, JSON.parse('{"__proto__":{"x":1}}'), '123',
    ]) {
      await state.set('key', value);
      assert.deepEqual(await state.get('key'), value);
    }
    assert.equal(await state.get('none'), undefined);
  }],

  ['members that are undefined are left out, and -0 is 0', async ({ state, assert }) => {
    await state.set('key', { a: undefined, b: -0 });
    assert.deepEqual(Object.entries(await state.get('key')), [['b', 0]]);
  }],

  ['bytes come back as bytes, also those that look like JSON, and of a Buffer', async ({ state, assert }) => {
    for (const value of [new Uint8Array(0), Uint8Array.of(0, 255, 10), Buffer.from('{"a":1}'), new Uint8Array(70_000)]) {
      await state.set('key', value);
      const found = await state.get('key');
      assert.equal(Object.prototype.toString.call(found), '[object Uint8Array]');
      assert.deepEqual([...found], [...value]);
    }
  }],

  ['what is changed after it was handed over is not written', async ({ state, assert }) => {
    const bytes = Uint8Array.of(1);
    const list = [1];
    const written = Promise.all([state.set('bytes', bytes), state.set('list', list)]);
    bytes[0] = 2;
    list.push(2);
    await written;
    assert.deepEqual([...await state.get('bytes')], [1]);
    assert.deepEqual(await state.get('list'), [1]);
  }],

  ['who changes what it has read changes it for nobody else', async ({ state, assert }) => {
    await state.set('bytes', Uint8Array.of(1));
    await state.set('list', [1]);
    (await state.get('bytes'))[0] = 2;
    (await state.get('list')).push(2);
    assert.deepEqual([...await state.get('bytes')], [1]);
    assert.deepEqual(await state.get('list'), [1]);
  }],

  ['of many entries, each is found, as it was written last', async ({ state, assert }) => {
    const keys = Array.from({ length: 300 }, (_, index) => `k${index}`);
    for (const round of [1, 2]) {
      await Promise.all(keys.map((key) => state.set(key, `${key} ${round} ${'x'.repeat(20_000)}`)));
      await Promise.all(keys.map(async (key) => assert.ok((await state.get(key)).startsWith(`${key} ${round} `))));
      assert.equal(await state.delete(keys[0]), true);
      assert.equal(await state.get(keys[0]), undefined);
    }
  }],

  ['a value of 1 MiB fits', async ({ state, assert }) => {
    await state.set('text', 'x'.repeat(2 ** 20 - 2));
    await state.set('bytes', new Uint8Array(2 ** 20));
    assert.equal((await state.get('text')).length, 2 ** 20 - 2);
    assert.equal((await state.get('bytes')).length, 2 ** 20);
  }],

  ['any text of 1 to 1024 bytes is a key of its own', async ({ state, assert }) => {
    const keys = [
      'a', 'A', 'a ', ' a', 'a\u0000', 'a\u0000b', '\u0000', 'a\nb', 'a:b', '*', 'a*', '[a]', '?', '__proto__',
      'constructor', 'é', 'e\u0301', '😀', '\uffff', '\u{10ffff}', 'k'.repeat(1024), 'é'.repeat(512),
    ];
    await Promise.all(keys.map((key, index) => state.set(key, index)));
    assert.deepEqual(await Promise.all(keys.map((key) => state.get(key))), keys.map((_, index) => index));
    for (const [index, key] of keys.entries()) {
      assert.deepEqual((await state.list({ prefix: key })).find((each) => each.key === key)?.value, index);
    }
  }],

  ['delete says whether there was an entry', async ({ state, assert }) => {
    await state.set('key', 1);
    assert.equal(await state.delete('key'), true);
    assert.equal(await state.delete('key'), false);
    assert.equal(await state.get('key'), undefined);
  }],

  ['an entry is gone when its ttl is over, for every method', async ({ state, assert, pass }) => {
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => state.set(key, 7, { ttl: 0.2 })));
    assert.equal(await state.get('a'), 7);
    assert.equal((await state.list()).length, 5);
    await pass(250);
    assert.equal(await state.get('a'), undefined);
    assert.deepEqual(await state.list(), []);
    assert.equal(await state.delete('b'), false);
    assert.equal(await state.increment('c'), 1);
    assert.equal(await state.update('d', (value) => value ?? 'none'), 'none');
    assert.equal(await state.transaction((tx) => tx.get('e')), undefined);
    // what came in their place has no end
    await pass(250);
    assert.deepEqual(await state.list(), [{ key: 'c', value: 1 }, { key: 'd', value: 'none' }]);
  }],

  ['set forgets an old ttl; increment and update keep it, or set another', async ({ state, assert, pass }) => {
    for (const key of ['set', 'increment', 'update', 'longer', 'tx']) await state.set(key, 1, { ttl: 0.3 });
    await state.set('set', 2);
    await state.increment('increment');
    await state.update('update', (value) => value + 1);
    await state.update('longer', (value) => value + 1, { ttl: 60 });
    await state.transaction(async (tx) => {
      await tx.increment('tx');
      await tx.set('tx other', 1, { ttl: 0.3 });
      await tx.increment('tx other');
    });
    assert.equal((await state.list()).length, 6);
    await pass(350);
    assert.deepEqual((await state.list()).map(({ key }) => key), ['longer', 'set']);
  }],

  ['a ttl may be a fraction of a millisecond, or a hundred years', async ({ state, assert, pass }) => {
    await state.set('short', 1, { ttl: 1e-9 });
    await state.set('long', 1, { ttl: 100 * 365.25 * 86_400 });
    await pass(50);
    assert.deepEqual(await state.list(), [{ key: 'long', value: 1 }]);
  }],

  ['increment starts at 0, takes any whole step, and returns the sum', async ({ state, assert }) => {
    assert.equal(await state.increment('n'), 1);
    assert.equal(await state.increment('n', 41), 42);
    assert.equal(await state.increment('n', -50), -8);
    assert.equal(await state.increment('n', 0), -8);
    assert.equal(await state.get('n'), -8);
    await state.set('m', 5);
    assert.equal(await state.increment('m'), 6);
  }],

  ['increment counts to ±(2^53 - 1), and what is beyond changes nothing', async ({ state, assert }) => {
    const most = Number.MAX_SAFE_INTEGER;
    for (const sign of [1, -1]) {
      await state.set('n', sign * (most - 1));
      assert.equal(await state.increment('n', sign), sign * most);
      await assert.rejects(state.increment('n', sign), {
        name: 'RangeError',
        message: `"n" incremented by ${sign} is beyond ±9007199254740991, where numbers of JavaScript are no longer exact`,
      });
      await assert.rejects(state.increment('n', sign * most), RangeError);
      assert.equal(await state.increment('n', -sign * most), 0);
    }
    await state.set('n', 2 ** 53);
    await assert.rejects(state.increment('n', -1), {
      message: 'the value of "n" is 9007199254740992: increment counts whole numbers within ±9007199254740991; use '
        + 'update for others',
    });
  }],

  ['what is no whole number is not incremented, and stays', async ({ state, assert }) => {
    for (const [value, shown] of [
      ['5', '"5"'], [1.5, '1.5'], [null, 'null'], [true, 'true'], [[5], '[5]'], [{}, '{}'],
      [1e21, '1e+21'], ['x'.repeat(90), `"${'x'.repeat(39)}…`], [Uint8Array.of(53), 'bytes'],
    ] as const) {
      await state.set('n', value);
      const message = `the value of "n" is ${shown}: increment counts whole numbers within ±9007199254740991; use update for others`;
      await assert.rejects(state.increment('n'), { name: 'TypeError', message });
      assert.deepEqual(await state.get('n'), value);
    }
  }],

  ['increments at a time are all counted, each has a sum of its own', async ({ state, assert }) => {
    const sums = await Promise.all(Array.from({ length: 500 }, () => state.increment('n')));
    assert.deepEqual(sums.sort((a, b) => a - b), Array.from({ length: 500 }, (_, index) => index + 1));
    assert.equal(await state.get('n'), 500);
  }],

  ['updates at a time all happen, also where the function takes its time', async ({ state, assert }) => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => state.update('list', async (list = []) => {
      await new Promise((resolve) => setTimeout(resolve, index % 3));
      return [...list, index];
    })));
    const list = await state.get('list');
    assert.deepEqual(list.sort((a: number, b: number) => a - b), Array.from({ length: 30 }, (_, index) => index));
  }],

  ['update returns what its function returned; undefined deletes; an error changes nothing', async ({ state, assert }) => {
    assert.deepEqual(await state.update('key', (value) => ({ was: value ?? 'nothing' })), { was: 'nothing' });
    await assert.rejects(state.update('key', () => { throw new Error('no'); }), { message: 'no' });
    assert.deepEqual(await state.get('key'), { was: 'nothing' });
    assert.equal(await state.update('key', () => undefined), undefined);
    assert.equal(await state.get('key'), undefined);
    assert.equal(await state.update('key', () => undefined), undefined);
  }],

  ['update of bytes sees bytes', async ({ state, assert }) => {
    await state.set('key', Uint8Array.of(1, 2));
    await state.update('key', (bytes) => Uint8Array.of(...bytes, 3));
    assert.deepEqual([...await state.get('key')], [1, 2, 3]);
  }],

  ['a transaction moves from one entry to another, and nobody sees it half done', async ({ state, assert }) => {
    await state.set('a', 1000);
    await state.set('b', 0);
    const move = () => state.transaction(async (tx) => {
      const [a, b] = [await tx.get('a'), await tx.get('b')];
      await tx.set('a', a - 1);
      await tx.set('b', b + 1);
      return a + b;
    });
    assert.deepEqual(await Promise.all(Array.from({ length: 20 }, move)), Array(20).fill(1000));
    assert.deepEqual([await state.get('a'), await state.get('b')], [980, 20]);
  }],

  ['a transaction reads what it has written', async ({ state, assert }) => {
    await state.set('a', 1);
    const result = await state.transaction(async (tx) => {
      await tx.set('a', 2);
      const steps: unknown[] = [await tx.get('a'), await tx.increment('a', 5), await tx.delete('a'), await tx.get('a')];
      return [...steps, await tx.delete('a'), await tx.increment('a'), await tx.increment('none', 3)];
    });
    assert.deepEqual(result, [2, 7, true, undefined, false, 1, 3]);
    assert.deepEqual(await state.list(), [{ key: 'a', value: 1 }, { key: 'none', value: 3 }]);
  }],

  ['increments of one key within a transaction are all counted, also at a time', async ({ state, assert }) => {
    await state.transaction(async (tx) => {
      await Promise.all(Array.from({ length: 10 }, () => tx.increment('n')));
    });
    assert.equal(await state.get('n'), 10);
  }],

  ['a transaction whose function throws writes nothing', async ({ state, assert }) => {
    await assert.rejects(state.transaction(async (tx) => {
      await tx.set('a', 1);
      throw new Error('no');
    }), { message: 'no' });
    assert.equal(await state.get('a'), undefined);
  }],

  ['a transaction runs again when what it has read was changed', async ({ state, assert }) => {
    await state.set('a', 1);
    let runs = 0;
    const result = await state.transaction(async (tx) => {
      const a = await tx.get('a');
      if (++runs === 1) await state.set('a', 2);
      await tx.set('b', a);
      return a;
    });
    assert.deepEqual([runs, result, await state.get('b')], [2, 2, 2]);
  }],

  ['a transaction runs again when there is an entry where it has found none', async ({ state, assert }) => {
    let runs = 0;
    await state.transaction(async (tx) => {
      const a = await tx.get('a');
      if (++runs === 1) await state.set('a', 1);
      await tx.set('a', (a ?? 0) + 1);
    });
    assert.deepEqual([runs, await state.get('a')], [2, 2]);
  }],

  ['a transaction that throws over what contradicts itself runs again', async ({ state, assert }) => {
    await Promise.all([state.set('a', 5), state.set('b', 5)]);
    let runs = 0;
    await state.transaction(async (tx) => {
      const a = await tx.get('a');
      if (++runs === 1) await Promise.all([state.set('a', 6), state.set('b', 6)]);
      if (await tx.get('b') !== a) throw new Error('a and b are always the same');
    });
    assert.equal(runs, 2);
  }],

  ['lists are in the order of the bytes of UTF-8, page by page, without gap or repetition', async ({ state, assert }) => {
    const keys = [
      'a', 'a\u0000', 'a!', 'aa', 'b', 'z', '\u007f', 'é', 'ü', '中', '\ue000', '\uffff', '😀', '\u{10ffff}',
    ];
    await Promise.all([...keys].reverse().map((key) => state.set(key, { key })));
    for (const limit of [1, 3, keys.length, 1000]) {
      const found: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await state.list({ after, limit });
        for (const { key, value } of page) {
          assert.deepEqual(value, { key });
          found.push(key);
        }
        if (page.length === 0) break;
        assert.ok(page.length <= limit);
        after = page.at(-1)!.key;
      }
      assert.deepEqual(found, keys);
    }
  }],

  ['a list has the keys with the prefix only, whatever the prefix is', async ({ state, assert }) => {
    const keys = ['user', 'user:', 'user:1', 'user:2', 'user:é', 'user;', 'user\uffff', 'us*r', '_ser', '%', 'USER:1'];
    await Promise.all(keys.map((key) => state.set(key, 1)));
    const listed = async (options: object) => (await state.list(options)).map(({ key }) => key);
    assert.deepEqual(await listed({ prefix: 'user:' }), ['user:', 'user:1', 'user:2', 'user:é']);
    assert.deepEqual(await listed({ prefix: 'user:', after: 'user:1' }), ['user:2', 'user:é']);
    assert.deepEqual(await listed({ prefix: 'user:', after: 'user:1', limit: 1 }), ['user:2']);
    assert.deepEqual(await listed({ prefix: 'user:', after: 'a' }), ['user:', 'user:1', 'user:2', 'user:é']);
    assert.deepEqual(await listed({ prefix: 'user:', after: 'user;' }), []);
    assert.deepEqual(await listed({ prefix: 'us*' }), ['us*r']);
    assert.deepEqual(await listed({ prefix: '%' }), ['%']);
    assert.deepEqual(await listed({ prefix: '_' }), ['_ser']);
    assert.deepEqual(await listed({ prefix: 'user\uffff' }), ['user\uffff']);
    assert.deepEqual(await listed({ prefix: 'nobody' }), []);
  }],

  ['a list has 100 entries where nobody says otherwise', async ({ state, assert }) => {
    await Promise.all(Array.from({ length: 101 }, (_, index) => state.set(`k${index}`, index)));
    assert.equal((await state.list()).length, 100);
    assert.equal((await state.list({ limit: 1000 })).length, 101);
  }],

  ['a list of more than 16 MiB is refused with the limit that always fits', async ({ state, assert }) => {
    const value = new Uint8Array(2 ** 20);
    for (let i = 0; i < 17; i++) await state.set(`k${i}`, value);
    await assert.rejects(state.list({ limit: 17 }), {
      name: 'RangeError',
      message: 'limit is 17, and so many values take more than 16777216 bytes: make it smaller; 16 always fit',
    });
    assert.equal((await state.list({ limit: 16 })).length, 16);
  }],

  ['methods can be taken apart', async ({ state, assert }) => {
    const { get, set, increment, update, list, transaction, delete: remove } = state;
    await set('a', 1);
    await increment('a');
    await update('a', (value) => value + 1);
    await transaction(async ({ increment: add }) => { await add('a'); });
    assert.deepEqual([await get('a'), await list(), await remove('a')], [4, [{ key: 'a', value: 4 }], true]);
  }],
];
