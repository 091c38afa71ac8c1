import type { Stored } from './engine';
import { article, nameOf } from '../../shared/shown';

/** Bytes of a value as it is stored. */
export const LARGEST_VALUE = 1024 * 1024;

/** Deeper, JSON.stringify may have no stack for it. */
const DEEPEST = 100;

const HOLDS = 'state holds what JSON can hold (objects, arrays, texts, finite numbers, true, false, null), and bytes '
  + 'as a Uint8Array';

/** What to store instead, by what something is. */
const REMEDIES: Readonly<Record<string, string>> = {
  bigint: 'store its text, String(value)',
  Date: 'store its text, date.toISOString()',
  Map: 'store Object.fromEntries(map), or its entries, [...map]',
  Set: 'store an array, [...set]',
  Promise: 'await it',
  ArrayBuffer: 'store new Uint8Array(buffer)',
};

/** What a value is stored as. Throws a sentence where it would come back as another one. */
export function encode(value: unknown): Stored {
  if (value instanceof Uint8Array) {
    checkSize(value.length);
    // a copy: it may be written later, and the caller's may have changed by then
    return new Uint8Array(value);
  }
  if (value === undefined) throw new TypeError('value is undefined: delete(key) takes an entry away');
  new Check().value('value', value, []);
  const text = JSON.stringify(value);
  checkSize(Buffer.byteLength(text));
  return text;
}

/** The value that was stored. */
export function decode(stored: Stored | undefined): any {
  return typeof stored === 'string' ? JSON.parse(stored) : stored;
}

/** Whether two are the same value: of objects, with their members in the same order. */
export function isSame(one: Stored | undefined, other: Stored | undefined): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return one === other;
}

/** Bytes of what is stored. */
export function sizeOf(stored: Stored | undefined): number {
  if (stored === undefined) return 0;
  return typeof stored === 'string' ? Buffer.byteLength(stored) : stored.length;
}

function checkSize(bytes: number): void {
  if (bytes > LARGEST_VALUE) throw tooLarge(`${bytes} bytes`);
}

function tooLarge(size: string): RangeError {
  return new RangeError(`value takes ${size}: it may take ${LARGEST_VALUE}; divide it among several keys`);
}

class Check {
  /** Bytes that its text has at least: a part that stands in many places may be far more than fits into memory. */
  private size = 0;

  public value(path: string, value: unknown, around: readonly unknown[]): void {
    this.size += typeof value === 'string' ? value.length + 2 : 1;
    if (this.size > LARGEST_VALUE) throw tooLarge(`more than ${LARGEST_VALUE} bytes`);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
    if (typeof value === 'number') {
      if (Number.isFinite(value)) return;
      throw new TypeError(`${path} is ${value}: ${HOLDS}`);
    }
    if (!Array.isArray(value) && !isPlain(value)) throw refused(path, value);
    if (around.includes(value)) throw new TypeError(`${path} is what holds it: store data without such a circle`);
    if (around.length === DEEPEST) throw new RangeError(`value is nested more than ${DEEPEST} deep: store it flatter`);
    const inside = [...around, value];
    if (Array.isArray(value)) {
      // not forEach, which passes over holes: JSON makes null of them
      for (let i = 0; i < value.length; i++) this.value(`${path}[${i}]`, value[i], inside);
      return;
    }
    for (const name of Object.keys(value)) {
      this.size += name.length;
      const each = (value as any)[name];
      // what is undefined in an object is as what is not there
      if (each !== undefined) this.value(`${path}.${name}`, each, inside);
    }
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function refused(path: string, value: unknown): TypeError {
  if (value === undefined) return new TypeError(`${path} is undefined: ${HOLDS}; null stands for nothing`);
  const name = nameOf(value);
  const remedy = Object.hasOwn(REMEDIES, name) ? REMEDIES[name] : HOLDS;
  return new TypeError(`${path} is ${article(name)} ${name}: ${remedy}`);
}
