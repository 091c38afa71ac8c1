import type { Ttl } from './engine';
import { article, nameOf } from '../../shared/shown';
import { isWellFormed } from '../../shared/text';

/** Bytes of a key's UTF-8. */
const LONGEST_KEY = 1024;
/** Seconds: a hundred years. */
const LONGEST_TTL = 100 * 365.25 * 86_400;
const KEY_RULE = `a key is a text of 1 to ${LONGEST_KEY} bytes of UTF-8`;

/** Throws a sentence where it is no key. */
export function checkKey(key: unknown): asserts key is string {
  if (key === '') throw new TypeError(`key is empty: ${KEY_RULE}`);
  checkText('key', key, KEY_RULE);
}

/** What a key starts with, or stands behind: a text that may be empty. */
export function checkPart(name: string, value: unknown): string {
  if (value === undefined) return '';
  checkText(name, value, `it is a text of up to ${LONGEST_KEY} bytes of UTF-8`);
  return value;
}

function checkText(name: string, value: unknown, rule: string): asserts value is string {
  if (typeof value !== 'string') throw new TypeError(`${name} is ${told(value)}: ${rule}`);
  // each character takes a byte at least; the rest is looked at for short texts only
  const bytes = value.length > LONGEST_KEY ? value.length : Buffer.byteLength(value);
  if (bytes > LONGEST_KEY) throw new RangeError(`${name} takes ${bytes} bytes or more: ${rule}`);
  if (!isWellFormed(value)) throw new TypeError(`${name} has half of a surrogate pair, and UTF-8 has none: ${rule}`);
}

/** Throws a sentence where options are no object, or have what no option is called. */
export function checkOptions(options: unknown, known: readonly string[]): void {
  const example = known.includes('ttl') ? '{ ttl: 60 }' : "{ prefix: 'user:' }";
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options are ${told(options)}: give an object, such as ${example}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`options have ${JSON.stringify(name)}: there ${known.length > 1 ? 'are' : 'is'} `
        + known.join(', '));
    }
  }
}

/** The milliseconds of the option `ttl`; without it, what stands for none. */
export function ttlOf(options: { readonly ttl?: unknown }, none: Ttl): Ttl {
  checkOptions(options, ['ttl']);
  const { ttl } = options;
  if (ttl === undefined) return none;
  if (typeof ttl !== 'number' || !(ttl > 0 && ttl <= LONGEST_TTL)) {
    throw new RangeError(`ttl is ${told(ttl)}: it is a number of seconds above 0, up to ${LONGEST_TTL} (100 years); `
      + 'leave it out for an entry that stays');
  }
  return Math.ceil(ttl * 1000);
}

/** Throws a sentence where it is no whole number that JavaScript is sure of. */
export function checkWhole(name: string, value: unknown, least: number, most: number): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    throw new RangeError(`${name} is ${told(value)}: it is a whole number from ${least} to ${most}`);
  }
}

/** Throws a sentence where it is no function. */
export function checkFunction(method: string, value: unknown, example: string): void {
  if (typeof value === 'function') return;
  throw new TypeError(`${method} is given ${told(value)}: give a function, such as ${example}`);
}

function told(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'symbol' || typeof value === 'function' || (typeof value === 'object' && value !== null)) {
    const name = nameOf(value);
    return `${article(name)} ${name}`;
  }
  return String(value);
}
