import { elementsOf, isArray, isObject, Members, membersOf, Memory, Piece } from './json';

/** What came of merging: arrays that were appended to each other are lists of their texts. */
type Merged = Map<string, Piece | Merged | Piece[]>;

const COMMA = Buffer.from(',');

/**
 * The text of one JSON object that holds what several hold: objects of one name are merged, arrays of one name are
 * appended, and of all else the first stays.
 */
export function mergedText(objects: readonly Piece[], memory: Memory): Buffer {
  if (objects.length === 0) return Buffer.from('{}');
  let held = 0;
  const hold = (bytes: number) => {
    memory.hold(bytes);
    held += bytes;
  };
  const [merged, ...others] = objects.map((object) => membersOf(object, { hold }));
  for (const other of others) mergeInto(merged, other);
  memory.give(held);
  // nothing is written longer than it was: not even a name, which loses escapes that it does not need
  const room = objects.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return written(merged, Buffer.allocUnsafe(room));
}

function mergeInto(target: Merged, source: Members): void {
  // in turn, not one inside the other: an object may be nested deeper than the stack of calls
  const pairs: [Merged, Members][] = [[target, source]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [into, from] = pair;
    for (const [name, value] of from) {
      const known = into.get(name);
      if (known === undefined) {
        into.set(name, value);
      } else if (value instanceof Map) {
        if (known instanceof Map) pairs.push([known, value]);
        // one with nothing in it
        else if (!Array.isArray(known) && isObject(known)) into.set(name, value);
      } else if (isArray(value)) {
        if (Array.isArray(known)) known.push(value);
        else if (!(known instanceof Map) && isArray(known)) into.set(name, [known, value]);
      }
    }
  }
}

function written(merged: Merged, room: Buffer): Buffer {
  let at = 0;
  const write = (text: string) => { at += room.write(text, at, 'latin1'); };
  const copy = ({ bytes, start, end }: Piece) => { at += bytes.copy(room, at, start, end); };
  const open = [merged.entries()];
  let separator = '';
  write('{');
  for (let object = open.at(-1); object; object = open.at(-1)) {
    const { done, value: member } = object.next();
    if (done) {
      open.pop();
      write('}');
      separator = ',';
      continue;
    }
    const [name, value] = member;
    write(`${separator}${name}:`);
    separator = ',';
    if (value instanceof Map) {
      write('{');
      open.push(value.entries());
      separator = '';
    } else if (Array.isArray(value)) {
      at += appended(value).copy(room, at);
    } else {
      copy(value);
    }
  }
  return room.subarray(0, at);
}

/** The text of one array that holds the elements of several. */
export function appended(arrays: readonly Piece[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from('[')];
  for (const elements of arrays.map(elementsOf)) {
    if (elements.length === 0) continue;
    if (parts.length > 1) parts.push(COMMA);
    parts.push(elements);
  }
  return Buffer.concat([...parts, Buffer.from(']')]);
}
