import type { LeafConfig } from '../../src/contract';
import { ownerOf } from '../../src/sharding/owner';
import { shown } from '../shared/shown';
import { isWellFormed } from '../shared/text';

/** A leaf as a scatter function sees it. */
export interface ScatterLeaf {
  readonly index: number;
  readonly name: string;
  /** How many leaves there are. */
  readonly count: number;
  /** Whether a key is the leaf's: as the router of the Shard chooses, whose shard it is. */
  readonly owns: (key: unknown) => boolean;
}

/** Keys whose owners are remembered: each leaf is asked for all of them. */
const REMEMBERED = 1_024;

/** The leaves as a scatter function sees them, in their order. */
export function scatterLeaves(leaves: readonly Pick<LeafConfig, 'name' | 'owns'>[]): readonly ScatterLeaf[] {
  const known = new Map<string, number>();
  const ownerOfText = (key: string, shards: number) => {
    let owner = known.get(key);
    if (owner === undefined) {
      owner = ownerOf(key, shards);
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, owner);
    }
    return owner;
  };
  return leaves.map(({ name, owns }, index) => Object.freeze({
    index,
    name,
    count: leaves.length,
    owns: (key: unknown) => {
      if (!owns) {
        throw new TypeError('leaf.owns() needs leaves that are the shards of one Shard: give its backends, '
          + '`backends: users.backends`');
      }
      const { shard, of } = owns;
      if (typeof key === 'number' && Number.isSafeInteger(key) && key >= 0) return key % of === shard;
      if (typeof key !== 'string') {
        throw new TypeError(`leaf.owns() was asked for ${shown(key)}: a key is a text, or a whole number from 0 to `
          + '2^53 - 1');
      }
      // the router answers a request with such a key with 400: no shard has it
      return key !== '' && isWellFormed(key) && ownerOfText(key, of) === shard;
    },
  }));
}
