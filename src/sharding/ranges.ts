/** A run of the hash space that one shard owns. */
export interface Range {
  /** Its length in units of 0.01 %, the finest that nginx's `split_clients` takes. */
  readonly units: number;
  readonly shard: number;
}

/** One hundredth of the hash space, from the lowest hash value up. */
export type Window = readonly Range[];

/** Windows never move: a range that is cut can only touch those of its own window. */
export const WINDOWS = 100;
/** The length of a window. */
export const WINDOW_UNITS = 100;

const ladder: Window[][] = [Array.from({ length: WINDOWS }, () => [{ units: WINDOW_UNITS, shard: 0 }])];

/**
 * Which shard owns which part of the hash space, window by window.
 *
 * One shard owns all; each further one takes an equal share from every existing one. So going from N to N+1 shards
 * moves 1/(N+1) of the keys, all of them to the new shard, and the sizes of shards differ by at most one unit.
 */
export function rangesOf(shards: number): readonly Window[] {
  for (let n = ladder.length; n < shards; n++) ladder.push(withOneMore(ladder[n - 1], n));
  return ladder[shards - 1];
}

/** A range while the ladder grows, and where it stands. */
interface Place {
  range: { units: number; shard: number };
  readonly window: Range[];
  /** The number of its window. */
  readonly at: number;
}

function withOneMore(before: readonly Window[], newcomer: number): Window[] {
  const windows: Range[][] = before.map(() => []);
  const owned: Place[][] = Array.from({ length: newcomer }, () => []);
  before.forEach((ranges, at) => ranges.forEach((old) => {
    const range = { ...old };
    windows[at].push(range);
    owned[range.shard].push({ range, window: windows[at], at });
  }));
  const total = WINDOWS * WINDOW_UNITS;
  const least = Math.floor(total / (newcomer + 1));
  // That many keep one unit more than the others: the first of those that have one.
  let spare = total % (newcomer + 1);
  for (const places of owned) {
    const size = places.reduce((sum, { range }) => sum + range.units, 0);
    const keep = spare > 0 && size > least ? least + 1 : least;
    if (keep > least) spare--;
    giveAway(places, size - keep, newcomer);
  }
  return windows;
}

/** Hands units of one shard to another: the largest ranges that fit, and then a piece of one. */
function giveAway(places: readonly Place[], units: number, to: number): void {
  const kept = [...places].sort((a, b) => b.range.units - a.range.units).filter(({ range }) => {
    if (range.units > units) return true;
    units -= range.units;
    range.shard = to;
    return false;
  });
  if (units === 0) return;
  const { range, window } = kept.find((place) => cutsClean(place, units)) ?? kept[0];
  range.units -= units;
  window.splice(window.indexOf(range) + 1, 0, { units, shard: to });
}

/**
 * Whether a cut leaves the ranges behind it where they are. nginx rounds the length of every range down to whole hash
 * values, so the pieces of a range can be one shorter than it was, and each later range would begin one early: a key
 * could then change between old shards. Where there is no such cut, it is one hash value in four billion for each
 * later range of the window.
 */
function cutsClean({ range, window, at }: Place, units: number): boolean {
  if (range.units <= units) return false;
  const index = window.indexOf(range);
  // The last range of a window takes what is left of it, whatever the rounding before.
  if (index === window.length - 1) return true;
  const whole = (index === 0 ? at * WINDOW_UNITS : 0) + range.units;
  return hashes(whole - units) + hashes(units) === hashes(whole);
}

/** How many of the 2^32 - 1 hash values a range holds: as nginx computes it, in whole numbers, rounded down. */
export function hashes(units: number): number {
  return Math.floor(units * 0xffffffff / (WINDOWS * WINDOW_UNITS));
}
