import { isUtf8 } from 'node:buffer';

/*
 * JSON as bytes. Gathered answers are put together from parts of the leaves' texts: JSON.parse would make another
 * number of 12345678901234567890 or 1e400, and its values take several times the memory of their text. What is read
 * here is checked without a value being made of it. Nothing recurses, so depth costs no stack.
 */

/** A value in a text, without the white space around it. */
export interface Piece {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Of an object, by name; an empty object in it is a piece. A name is as it would be written in JSON, in quotes and
 * escaped no more than it must be, its UTF-8 bytes as Latin-1.
 */
export type Members = Map<string, Piece | Members>;

/** Where memory is asked for, in bytes. */
export interface Memory {
  /** Throws where there is none. */
  hold(bytes: number): void;
  give(bytes: number): void;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const WORDS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

/** What a member of an object takes, besides its name, and what an object does: the entries of a Map, and the Map. */
const MEMBER = 128;
const OBJECT = 192;

/** Bytes that do not simply belong to their string: control characters, the quote and the backslash. */
const SPECIAL = new Uint8Array(256).fill(1, 0, 0x20).fill(1, QUOTE, QUOTE + 1).fill(1, BACKSLASH, BACKSLASH + 1);
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));

/** The value of a text, as strictly as RFC 8259 and JSON.parse; undefined where it is no JSON. */
export function readJson(bytes: Buffer): Piece | undefined {
  // without this a word of Latin-1 would be sent on in a text that says it is UTF-8
  if (!isUtf8(bytes)) return undefined;
  // of all UTF-8 only the byte order mark begins with these
  const start = afterBlanks(bytes, bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  const around: boolean[] = [];
  let inObject = false;
  let at = start;
  for (;;) {
    const first = bytes[at];
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
      around.push(inObject);
      inObject = first === OPEN_OBJECT;
      at = afterBlanks(bytes, at + 1);
      if (bytes[at] !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (inObject && (at = afterName(bytes, at)) < 0) return undefined;
        continue;
      }
    } else if ((at = afterScalar(bytes, at)) < 0) {
      return undefined;
    }
    // what follows a value: the ends of what it is in, and then another one
    for (;;) {
      const end = at;
      at = afterBlanks(bytes, end);
      if (around.length === 0) return at === bytes.length ? { bytes, start, end } : undefined;
      if (bytes[at] === COMMA) {
        at = afterBlanks(bytes, at + 1);
        if (inObject && (at = afterName(bytes, at)) < 0) return undefined;
        break;
      }
      // the end of an empty one is here too
      if (bytes[at] !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return undefined;
      at++;
      inObject = around.pop()!;
    }
  }
}

export function isArray({ bytes, start }: Piece): boolean {
  return bytes[start] === OPEN_ARRAY;
}

export function isObject({ bytes, start }: Piece): boolean {
  return bytes[start] === OPEN_OBJECT;
}

/** What stands between the brackets of an array: nothing, where it is empty. */
export function elementsOf({ bytes, start, end }: Piece): Buffer {
  const elements = bytes.subarray(start + 1, end - 1);
  return afterBlanks(elements, 0) === elements.length ? elements.subarray(0, 0) : elements;
}

/**
 * The members of an object, and of the objects right in it. Of members with one name the last one counts, as for
 * JSON.parse.
 */
export function membersOf({ bytes, start }: Piece, memory: Pick<Memory, 'hold'>): Members {
  const all: Members = new Map();
  const around: Members[] = [];
  let object = all;
  let at = start + 1;
  for (;;) {
    at = afterBlanks(bytes, at);
    if (bytes[at] === CLOSE_OBJECT) {
      at++;
      const outer = around.pop();
      if (!outer) return all;
      object = outer;
      continue;
    }
    if (bytes[at] === COMMA) at = afterBlanks(bytes, at + 1);
    const nameEnd = afterString(bytes, at);
    const name = nameOf(bytes, at, nameEnd);
    memory.hold(MEMBER + name.length);
    at = afterBlanks(bytes, afterBlanks(bytes, nameEnd) + 1);
    const inside = bytes[at] === OPEN_OBJECT ? afterBlanks(bytes, at + 1) : at;
    if (inside > at && bytes[inside] !== CLOSE_OBJECT) {
      memory.hold(OBJECT);
      const inner: Members = new Map();
      object.set(name, inner);
      around.push(object);
      object = inner;
      at = inside;
    } else {
      const end = inside > at ? inside + 1 : afterValue(bytes, at);
      object.set(name, { bytes, start: at, end });
      at = end;
    }
  }
}

/** In its shortest form, so that names that mean the same are the same. */
function nameOf(bytes: Buffer, start: number, end: number): string {
  const sent = bytes.toString('latin1', start, end);
  if (!sent.includes('\\')) return sent;
  return Buffer.from(JSON.stringify(JSON.parse(bytes.toString('utf8', start, end)))).toString('latin1');
}

function afterBlanks(bytes: Uint8Array, at: number): number {
  // in most texts there are none: this much is inlined
  return bytes[at] > 0x20 ? at : afterSome(bytes, at);
}

function afterSome(bytes: Uint8Array, at: number): number {
  let byte = bytes[at];
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
  return at;
}

/** Behind the name of a member and its colon; -1 where there are none. */
function afterName(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const end = afterString(bytes, at);
  if (end < 0) return -1;
  const colon = afterBlanks(bytes, end);
  return bytes[colon] === 0x3a ? afterBlanks(bytes, colon + 1) : -1;
}

/** Behind an array or a scalar of a text that is known to be JSON. */
function afterValue(bytes: Buffer, at: number): number {
  if (bytes[at] !== OPEN_ARRAY) return afterScalar(bytes, at);
  let depth = 0;
  do {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = afterString(bytes, at);
      continue;
    }
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    at++;
  } while (depth > 0);
  return at;
}

function afterScalar(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return afterString(bytes, at);
  return first > 0x39 ? afterWord(bytes, at) : afterNumber(bytes, at);
}

function afterWord(bytes: Buffer, at: number): number {
  const word = WORDS.get(bytes[at]);
  if (!word) return -1;
  for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
  return at + word.length;
}

/** @param at where its first quote is */
function afterString(bytes: Buffer, at: number): number {
  for (;;) {
    let byte = bytes[++at];
    while (SPECIAL[byte] === 0) byte = bytes[++at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH || (at = endOfEscape(bytes, at + 1)) < 0) return -1;
  }
}

/** Its last byte. */
function endOfEscape(bytes: Buffer, at: number): number {
  if (bytes[at] !== 0x75) return ESCAPED.has(bytes[at]) ? at : -1;
  for (let digit = 1; digit <= 4; digit++) if (!isHexadecimal(bytes[at + digit])) return -1;
  return at + 4;
}

function afterNumber(bytes: Buffer, at: number): number {
  if (bytes[at] === 0x2d) at++;
  const integer = bytes[at] === 0x30 ? at + 1 : afterDigits(bytes, at);
  if (integer < 0) return -1;
  const fraction = bytes[integer] === 0x2e ? afterDigits(bytes, integer + 1) : integer;
  if (fraction < 0 || (bytes[fraction] !== 0x65 && bytes[fraction] !== 0x45)) return fraction;
  const sign = bytes[fraction + 1];
  return afterDigits(bytes, sign === 0x2b || sign === 0x2d ? fraction + 2 : fraction + 1);
}

/** -1 where there is not one. */
function afterDigits(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at > start ? at : -1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHexadecimal(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}
