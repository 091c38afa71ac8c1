import { IConstruct } from 'constructs';
import { ObjectType, parametersOf, Property, Struct, Type, typeOf } from './api';
import { nearest } from './nearest';
import { isOf, remedyFor } from './remedies';
import { attempt, cut, kindOf, shown, withArticle } from './shown';

/** How a function is called. */
export interface Call {
  /** The construct whose method it is. */
  readonly of?: IConstruct;
  /** Whether a class of the user's calls it, which may have props of its own among ours. */
  readonly subclass?: boolean;
  /** What to do instead of giving anything else than what is declared. */
  readonly remedy?: string;
}

/** Where a value stands, for sentences. */
interface Place extends Call {
  readonly where: () => string;
}

/**
 * The arguments of a public function, each of the type that it is declared with. Objects come back as copies without what is undefined in them:
 * undefined is not given, wherever it stands.
 *
 * What a compiler checks in TypeScript, Java and Go is checked here for JavaScript, by a table that the build makes of these declarations.
 *
 * @param name `Backend.fromImage`; of a constructor, the class
 * @throws where one is missing, of another type, or an object with a property that nobody reads
 */
export function checked<T extends readonly unknown[]>(name: string, given: readonly [...T], call: Call = {}): [...T] {
  const parameters = parametersOf(name);
  const place = { ...call, where: () => call.of?.node.path || pathIn(given, parameters) || name };
  return parameters.map(([parameter, property], index) => {
    const value = given[index];
    const { type, optional } = property;
    // Users know props and options by their properties: where there are none, it is one of these that is missing.
    if (type.kind === 'struct' && !(optional && value === undefined)) return structOf(type, value === undefined ? {} : value, [parameter, ''], place);
    return propertyOf(property, value, parameter, place);
  }) as [...T];
}

/**
 * What a method of the user's answers, like an argument.
 * @param called how sentences call it: `backend.bind()`
 */
export function checkedAnswer<T>(type: string, answer: T, called: string, scope: IConstruct): T {
  return valueOf(typeOf(type), answer, called, { where: () => scope.node.path }) as T;
}

/** The path that the construct has, or will have. */
function pathIn([scope, id]: readonly unknown[], parameters: readonly (readonly [string, Property])[]): string {
  const parent = attempt(() => (scope as IConstruct).node.path, undefined);
  const ids = parameters[1]?.[0] === 'id' ? [parent, id] : [parent];
  return typeof parent === 'string' ? ids.filter((each) => typeof each === 'string' && each).join('/') : '';
}

function propertyOf(property: Property, value: unknown, path: string, place: Place): unknown {
  if (value !== undefined) return valueOf(property.type, value, path, place, property);
  return property.optional ? undefined : refuse(property.type, 'missing', undefined, path, place, property);
}

/** The value, if it is of the type. */
function valueOf(type: Type, value: unknown, path: string, place: Place, property?: Property): unknown {
  const kind = kindOf(value);
  switch (type.kind) {
    case 'any':
      return value;
    case 'primitive':
      if (typeof value === type.name) return value;
      break;
    case 'enum':
      if (type.values.includes(value)) return value;
      break;
    case 'object':
      if (isObject(type, value)) return value;
      break;
    case 'union':
      if (type.of.some((each) => each.kind === 'primitive' && each.name === typeof value)) return value;
      break;
    case 'struct':
      if (kind === 'plain' || kind === 'instance') return structOf(type, value, [path, `${path}.`], { ...place, subclass: false });
      break;
    case 'array':
      // Not `map`, which passes over holes.
      if (kind === 'array') return Array.from(value as unknown[], (each, index) => valueOf(type.of, each, `${path}[${index}]`, place));
      break;
    case 'map':
      if (kind === 'plain') {
        const entries = reading(path, place, () => Object.entries(value as object));
        // Not by assignment, which takes `__proto__` for something else.
        return Object.fromEntries(entries.filter(([, each]) => each !== undefined).map(([name, each]) => [name, valueOf(type.of, each, `${path}.${name}`, place)]));
      }
      break;
  }
  refuse(type, shown(value), value, path, place, property);
}

/**
 * A struct: an object literal, or an object of any class that has its properties.
 * @param paths what it is called, and what stands in front of its properties' names
 */
function structOf(struct: Struct, value: unknown, [path, prefix]: [string, string], place: Place): unknown {
  const { properties, open } = struct;
  const kind = kindOf(value);
  const required = [...properties].filter(([, { optional }]) => !optional).map(([name]) => name);
  const has = (name: string) => attempt(() => name in (value as object), false);
  // An object of another class that says nothing to us, such as a Duration where options are meant.
  const strange = kind === 'instance' && !(required.length > 0 ? required.every(has) : [...properties.keys()].some(has) && !has('node'));
  if (strange || kind !== 'plain' && kind !== 'instance') refuse(struct, shown(value), value, path, place);

  const copy: Record<string, unknown> = {};
  if (kind === 'plain') {
    for (const name of reading(path, place, () => Object.keys(value as object))) {
      if (properties.has(name)) continue;
      const other = reading(`${prefix}${name}`, place, () => (value as Record<string, unknown>)[name]);
      if (other === undefined) continue;
      if (!open && !place.subclass) refuseName(struct, name, other, prefix, place);
      copy[name] = other;
    }
  }
  for (const [name, property] of properties) {
    const given = reading(`${prefix}${name}`, place, () => (value as Record<string, unknown>)[name]);
    const own = propertyOf(property, given, `${prefix}${name}`, place);
    if (own !== undefined) copy[name] = own;
  }
  return copy;
}

function isObject({ name, members }: ObjectType, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!members) return isOf(value, name);
  return attempt(() => members.every((path) => {
    if (path.endsWith('()')) return typeof (value as any)[path.slice(0, -2)] === 'function';
    const [first, second] = path.split('.');
    return first in value && (second === undefined || second in (value as any)[first]);
  }), false);
}

/** What is read of the user's object, which may run code of theirs: a getter, or a Proxy. */
function reading<T>(path: string, { where }: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`[${where()}] ${path} cannot be read: ${attempt(() => `${(error as Error).message}`, 'its getter throws')}; give a plain value`);
  }
}

function refuse(type: Type, is: string, value: unknown, path: string, { where, remedy }: Place, property?: Property): never {
  // It looks into the value, which may throw.
  const write = attempt(() => remedyFor(type, value), undefined);
  const must = `it must be ${described(type)}${property?.what && !remedy ? ` (${property.what})` : ''}`;
  const rest = [remedy ?? (write && `write ${write}`), value === null && property?.optional ? 'leave it out where none is meant' : undefined];
  throw new Error(`[${where()}] ${path} is ${is}: ${[must, ...rest].filter((each) => each).join('; ')}`);
}

function refuseName({ name: struct, properties }: Struct, name: string, value: unknown, prefix: string, { where }: Place): never {
  const meant = nearest(name, properties.keys());
  const instead = meant ? `did you mean ${prefix}${meant}?` : `there are ${listed([...properties.keys()])}`;
  throw new Error(`[${where()}] ${prefix}${cut(name)} is ${shown(value)}, but ${struct} has no such property: ${instead}`);
}

/** A type as a sentence says it. */
function described(type: Type): string {
  switch (type.kind) {
    case 'any':
      return 'something';
    case 'primitive':
      return type.name === 'boolean' ? 'true or false' : `a ${type.name}`;
    case 'enum':
    case 'object':
      return withArticle(type.name);
    case 'union':
      return type.of.map(described).join(' or ');
    case 'struct':
      return `an object with ${listed([...type.properties.keys()])}`;
    case 'array':
      return `an array of ${items(type.of)}`;
    case 'map':
      return `an object that has ${items(type.of)} by name`;
  }
}

function items(type: Type): string {
  return type.kind === 'primitive' ? `${type.name}s` : type.kind === 'struct' || type.kind === 'object' ? type.name : described(type);
}

/** `a, b and c` */
function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}` : names[0];
}
