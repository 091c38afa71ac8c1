import { article, nameOf } from './shown';

/** What user code returned, and no answer can be made of: the message says what it is, and what to return. */
export class Unsendable extends Error {}

/** What to return instead, by what something is. */
const REMEDIES: Readonly<Record<string, string>> = {
  bigint: 'return its text, String(value)',
  symbol: 'return its description',
  function: 'return what it returns',
  Map: 'return Object.fromEntries(map)',
  Set: 'return an array, [...set]',
  Headers: 'return Object.fromEntries(headers)',
  Promise: 'await it',
  Error: 'throw it, or return what the client may know of it',
  Response: 'return it alone',
};

const ELSE =
  'return text, bytes, a stream, a Response, or data that JSON can hold; toJSON() can make that of an object';

/**
 * The refusal of a value.
 *
 * @param what where it stands: `the result`, or a part of it
 * @param remedy what to do, where that does not depend on what it is
 */
export function unsendable(what: string, value: unknown, remedy?: string): Unsendable {
  const name = nameOf(value);
  const kind = value instanceof Error ? 'Error' : name;
  const instead = remedy ?? (Object.hasOwn(REMEDIES, kind) ? REMEDIES[kind] : ELSE);
  return new Unsendable(`${what} is ${article(name)} ${name}: ${instead}`);
}
