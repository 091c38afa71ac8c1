import { Unsendable, unsendable } from './unsendable';

/** What something that user code returned is sent as. */
export type Kind = 'nothing' | 'text' | 'json' | 'bytes' | 'body' | 'stream' | 'response';

/**
 * Decides what a result is sent as. Classes of the platform are known by their tags: naming them would load all of
 * fetch, 45 ms and 17 MB at the start of a pod. Throws an Unsendable.
 */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'undefined': return 'nothing';
    case 'string': return 'text';
    case 'number':
    case 'boolean': return 'json';
    case 'object': return value === null ? 'nothing' : kindOfObject(value);
    default: throw unsendable('the result', value);
  }
}

/** Whether this is sent piece by piece. */
export function isStream(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && kindOfObject(value) === 'stream';
}

/** Whether this is a web-standard Response. */
export function isResponse(value: unknown): value is Response {
  return tagOf(value) === 'Response';
}

function kindOfObject(value: object): Kind {
  if (Array.isArray(value)) return 'json';
  switch (tagOf(value)) {
    case 'Response': return 'response';
    case 'Blob':
    case 'File':
    case 'FormData':
    case 'URLSearchParams': return 'body';
    case 'ArrayBuffer':
    case 'SharedArrayBuffer': return 'bytes';
    // collections, not streams, though they can be iterated: what they hold is no text or bytes
    case 'Map':
    case 'Set':
    case 'Headers': return 'json';
  }
  if (ArrayBuffer.isView(value)) return 'bytes';
  if (value instanceof Error) throw unsendable('the result', value);
  if (typeof (value as any).toJSON === 'function') return 'json';
  return isIterable(value) ? 'stream' : 'json';
}

function tagOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as any)[Symbol.toStringTag] : undefined;
}

function isIterable(value: object): boolean {
  return typeof (value as any)[Symbol.asyncIterator] === 'function'
    || typeof (value as any)[Symbol.iterator] === 'function';
}

/** How JSON.stringify writes what it cannot see into, and bytes. */
const SUSPICIOUS = /\{\}|\{"0":/;

/**
 * A value as JSON. Throws an Unsendable where JSON cannot hold it: JSON.stringify writes a Map, a Promise or a stream
 * as `{}` without a word.
 *
 * @param what what it is called
 */
export function toJson(value: unknown, what = 'the result'): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    checkParts(value, what, []);
    // what a toJSON of the user's has thrown
    throw error;
  }
  if (json === undefined) throw new Unsendable(`${what} has a toJSON() that returns nothing: let it return data`);
  // to look at each value takes as long as to write it
  if (SUSPICIOUS.test(json)) checkParts(value, what, []);
  return json;
}

/** @param around what the value is a part of */
function checkParts(value: unknown, what: string, around: readonly object[]): void {
  if (typeof value === 'bigint') throw unsendable(what, value);
  if (typeof value !== 'object' || value === null) return;
  if (around.includes(value)) throw new Unsendable(`${what} is what holds it: return data without such a circle`);
  if (typeof (value as any).toJSON === 'function') return;
  const inside = [...around, value];
  if (Array.isArray(value)) return value.forEach((each, index) => checkParts(each, `${what}[${index}]`, inside));
  if (!isData(value)) throw unsendable(what, value);
  for (const name of Object.keys(value)) checkParts((value as any)[name], `${what}.${name}`, inside);
}

/** Whether JSON holds all that there is to an object. A class whose fields are private has nothing to show. */
function isData(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (value instanceof Error || ArrayBuffer.isView(value) || isIterable(value)) return false;
  return prototype === null || prototype === Object.prototype || Object.keys(value).length > 0
    || JSON.stringify(value) !== '{}';
}
