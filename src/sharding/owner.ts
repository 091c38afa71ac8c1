import { murmurHash2 } from './murmur-hash';
import { hashes, rangesOf, WINDOW_UNITS, WINDOWS } from './ranges';

/** The shard that owns a key: what the router's `split_clients` answer for it. */
export function ownerOf(key: string | Uint8Array, shards: number): number {
  return ownerOfHash(murmurHash2(typeof key === 'string' ? Buffer.from(key, 'utf8') : key), shards);
}

/** The shard that owns the keys with a hash. */
export function ownerOfHash(hash: number, shards: number): number {
  // What rounding leaves at the top belongs to the last window, and in a window to its last range.
  const at = Math.min(Math.floor(hash / WINDOW_HASHES), WINDOWS - 1);
  const window = rangesOf(shards)[at];
  let end = 0;
  for (let index = 0; index < window.length - 1; index++) {
    end += hashes(index === 0 ? at * WINDOW_UNITS + window[0].units : window[index].units);
    if (hash < end) return window[index].shard;
  }
  return window[window.length - 1].shard;
}

const WINDOW_HASHES = hashes(WINDOW_UNITS);
