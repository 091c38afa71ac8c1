import { IConstruct } from 'constructs';
import { ObjectType, parametersOf, Property, Struct, Type, typeOf } from './api';
import { Call, Place, refuse, refuseName } from './sentences';
import { attempt, isOf, kindOf, member, shown } from './shown';
import { Refusal } from '../refusal';

/**
 * The arguments of a public function, each of the type that it is declared with. Objects come back as copies without
 * what is undefined in them: undefined is not given, wherever it stands.
 *
 * What a compiler checks in TypeScript, Java and Go is checked here for JavaScript, by a table that the build makes
 * of these declarations.
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
    if (type.kind === 'struct' && !(optional && value === undefined)) {
      return structOf(type, value === undefined ? {} : value, [parameter, ''], place);
    }
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
    case 'union': {
      if (type.of.some((each) => isOneOf(each, value))) return value;
      const list = type.of.find(({ kind }) => kind === 'array');
      if (list && kindOf(value) === 'array') return valueOf(list, value, path, place, property);
      const struct = type.of.find(({ kind }) => kind === 'struct');
      if (struct && kindOf(value) === 'plain') return valueOf(struct, value, path, place, property);
      break;
    }
    case 'struct':
      if (['plain', 'instance'].includes(kindOf(value))) {
        return structOf(type, value, [path, path], { ...place, subclass: false });
      }
      break;
    case 'array':
      // Not `map`, which passes over holes.
      if (kindOf(value) === 'array') {
        return Array.from(value as unknown[], (each, index) => valueOf(type.of, each, `${path}[${index}]`, place));
      }
      break;
    case 'map':
      if (kindOf(value) === 'plain') {
        const entries = reading(path, place, () => Object.entries(value as object))
          .filter(([, each]) => each !== undefined);
        // Not by assignment, which takes `__proto__` for something else.
        return Object.fromEntries(entries.map(([name, each]) => (
          [name, valueOf(type.of, each, member(path, name), place)]
        )));
      }
      break;
  }
  refuse(type, shown(value), value, path, place, property);
}

/**
 * A struct: an object literal, or an object of any class that has its properties.
 * @param paths what it is called, and what owns its properties in sentences
 */
function structOf(struct: Struct, value: unknown, [path, owner]: [string, string], place: Place): unknown {
  const { properties, open } = struct;
  const kind = kindOf(value);
  const required = [...properties].filter(([, { optional }]) => !optional).map(([name]) => name);
  const has = (name: string) => attempt(() => name in (value as object), false);
  // An object of another class that says nothing to us, such as a Duration where options are meant.
  const strange = kind === 'instance'
    && !(required.length > 0 ? required.every(has) : [...properties.keys()].some(has) && !has('node'));
  if (strange || kind !== 'plain' && kind !== 'instance') refuse(struct, shown(value), value, path, place);

  const copy: Record<string, unknown> = {};
  if (kind === 'plain') {
    for (const name of reading(path, place, () => Object.keys(value as object))) {
      if (properties.has(name)) continue;
      const other = reading(member(owner, name), place, () => (value as Record<string, unknown>)[name]);
      if (other === undefined) continue;
      if (!open && !place.subclass) refuseName(struct, name, other, owner, place);
      copy[name] = other;
    }
  }
  for (const [name, property] of properties) {
    const called = owner ? `${owner}.${name}` : name;
    const given = reading(called, place, () => (value as Record<string, unknown>)[name]);
    const own = propertyOf(property, given, called, place);
    if (own !== undefined) copy[name] = own;
  }
  return copy;
}

/** Whether a value is of a type that is seen at once. */
function isOneOf(type: Type, value: unknown): boolean {
  return type.kind === 'primitive' ? typeof value === type.name : type.kind === 'object' && isObject(type, value);
}

function isObject({ name, own, members }: ObjectType, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (own && !isOf(value, name)) return false;
  return attempt(() => members.every(({ steps: [first, second], method }) => {
    if (method) return typeof (value as any)[first] === 'function';
    return first in value && (second === undefined || second in (value as any)[first]);
  }), false);
}

/** What is read of the user's object, which may run code of theirs: a getter, or a Proxy. */
function reading<T>(path: string, { where }: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = attempt(() => `${(error as Error).message}`, 'its getter throws');
    throw new Refusal(`[${where()}] ${path} cannot be read: ${reason}; give a plain value`);
  }
}
