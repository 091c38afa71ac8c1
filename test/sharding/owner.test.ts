import { murmurHash2 } from '../../src/sharding/murmur-hash';
import { ownerOfHash } from '../../src/sharding/owner';
import { rangesOf } from '../../src/sharding/ranges';

/** Sizes of the shards, in units of 0.01 %. */
function sizesOf(shards: number): number[] {
  const sizes = new Array<number>(shards).fill(0);
  for (const { units, shard } of rangesOf(shards).flat()) sizes[shard] += units;
  return sizes;
}

const hashesOfKeys = Array.from({ length: 100_000 }, (_, index) => murmurHash2(Buffer.from(`user-${index}`)));

// From the reference implementation, MurmurHash2.cpp of https://github.com/aappleby/smhasher, seed 0.
test.each([['', 0], ['a', 0x92685f5e], ['hello', 0xe56129cb]])('MurmurHash2 of %j is as published', (text, hash) => {
  expect(murmurHash2(Buffer.from(text))).toBe(hash);
});

test('two shards own half of the hash space each', () => {
  expect(sizesOf(2)).toEqual([5000, 5000]);
});

test('the sizes of shards differ by at most one unit of 0.01 %, for every number of shards', () => {
  for (let shards = 1; shards <= 128; shards++) {
    const sizes = sizesOf(shards);
    expect(sizes.reduce((a, b) => a + b)).toBe(10_000);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
});

test('every window is full, so that no key is without a shard', () => {
  for (const window of rangesOf(128)) expect(window.reduce((sum, { units }) => sum + units, 0)).toBe(100);
});

describe('over 100,000 keys, from 1 shard to 64,', () => {
  let before = hashesOfKeys.map(() => 0);
  const moves = Array.from({ length: 63 }, (_, at) => {
    const shards = at + 2;
    const after = hashesOfKeys.map((hash) => ownerOfHash(hash, shards));
    const counts = new Array<number>(shards).fill(0);
    for (const shard of after) counts[shard]++;
    const moved = after.filter((shard, key) => shard !== before[key]);
    before = after;
    const toNew = moved.filter((shard) => shard === shards - 1).length;
    return { shards, toNew, toOld: moved.length - toNew, fullest: Math.max(...counts) };
  });

  test('a further shard takes its share of the keys, within one percent', () => {
    for (const { shards, toNew } of moves) expect(toNew).toBeLessThanOrEqual(100_000 * (1 / shards + 0.01));
  });

  test('no key moves between old shards', () => {
    expect(moves.filter(({ toOld }) => toOld > 0)).toEqual([]);
  });

  test('the fullest shard holds at most 1.1 times the mean', () => {
    for (const { shards, fullest } of moves) expect(fullest).toBeLessThanOrEqual(1.1 * 100_000 / shards);
  });
});
