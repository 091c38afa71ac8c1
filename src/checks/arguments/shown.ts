import { inspect } from 'util';

/** No more of a value is shown: a sentence is read in a terminal. */
const LONGEST = 60;

/** A value as a sentence shows it: whatever it is, in one short line, and without running code of its own. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return inspect(cut(value));
  const text = attempt(
    () => typeof value === 'function' ? head(value) : inspected(value), 'a value that cannot be shown',
  );
  return cut(text.replace(/\s*\n\s*/g, ' '));
}

function inspected(value: unknown): string {
  if (kindOf(value) === 'instance') return instance(Object.getPrototypeOf(value).constructor.name);
  // Node may have put marks of its own on it.
  if (Object.prototype.toString.call(value) === '[object Promise]') return 'a Promise';
  // Of a large object even the names would take seconds.
  if (kindOf(value) === 'plain' && Object.keys(value as object).length > 20) {
    return `an object of ${Object.keys(value as object).length} names`;
  }
  return inspect(value, {
    depth: 1, breakLength: Infinity, maxArrayLength: 3, maxStringLength: LONGEST, customInspect: false,
  });
}

function instance(className: string): string {
  return className ? withArticle(className) : 'an object of a class without a name';
}

/** `() => 1`, `function f(request) {…}`, `class Users` */
function head(fn: Function): string {
  return isClass(fn) ? `class ${fn.name}` : Function.prototype.toString.call(fn).replace(/\{[^]*$/, '{…}');
}

export function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** `a Duration`, `an EnvValue` */
export function withArticle(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The name of a property behind its owner's: `env.MODE`, `env['a b']`. */
export function member(owner: string, name: string): string {
  if (!/^[\w$/.-]{1,60}$/.test(name)) return `${owner}[${shown(name)}]`;
  return owner ? `${owner}.${name}` : name;
}

/** What sort of value it is; `other` are Map, Date, Promise … whose content is not in properties. */
export function kindOf(
  value: unknown,
): 'nothing' | 'primitive' | 'function' | 'array' | 'plain' | 'instance' | 'other' {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object') return 'primitive';
  // A revoked Proxy throws.
  return attempt(() => {
    if (Array.isArray(value)) return 'array';
    if (Object.prototype.toString.call(value) !== '[object Object]') return 'other';
    const prototype = Object.getPrototypeOf(value);
    // Also that of another realm, as in Jest.
    return prototype === null || Object.getPrototypeOf(prototype) === null ? 'plain' : 'instance';
  }, 'other');
}

/** What a function answers, or else what is given: for values that may throw whatever is done to them. */
export function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

/** Whether a value is an object of a class, by the class's name: the package may be there twice. */
export function isOf(value: unknown, type: string): boolean {
  if (typeof value !== 'object') return false;
  return attempt(() => {
    for (let each = Object.getPrototypeOf(value); each; each = Object.getPrototypeOf(each)) {
      if (Object.hasOwn(each, 'constructor') && each.constructor.name === type) return true;
    }
    return false;
  }, false);
}
