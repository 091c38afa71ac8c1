import { IConstruct } from 'constructs';
import { Property, Struct, Type } from './api';
import { nearest } from './nearest';
import { absenceOf, remedyFor } from './remedies';
import { attempt, isOf, member, shown, withArticle } from './shown';
import { Refusal } from '../refusal';

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
export interface Place extends Call {
  readonly where: () => string;
}

/** Stops with a sentence about a value that is of another type. */
export function refuse(
  type: Type, is: string, value: unknown, path: string, { where, remedy }: Place, property?: Property,
): never {
  // It looks into the value, which may throw.
  const write = attempt(() => remedyFor(type, value), undefined);
  const must = `it must be ${described(type)}${property?.what && !remedy ? ` (${property.what})` : ''}`;
  const rest = [
    remedy ?? (write && `write ${write}`),
    value === null && property?.optional ? 'leave it out where none is meant' : undefined,
  ];
  // Made by `new`, which is for our own methods, or an object of a class that has the same name elsewhere.
  const strange = type.kind === 'object' && isOf(value, type.name) ? ' that its methods did not make' : '';
  throw new Refusal(`[${where()}] ${path} is ${is}${strange}: ${[must, ...rest].filter((each) => each).join('; ')}`);
}

/** Stops with a sentence about a property that nobody reads. */
export function refuseName(
  { name: struct, properties }: Struct, name: string, value: unknown, owner: string, { where }: Place,
): never {
  const meant = nearest(name, properties.keys());
  const named = meant ? `did you mean ${member(owner, meant)}?` : `there are ${listed([...properties.keys()])}`;
  const instead = absenceOf(struct, name) ?? named;
  throw new Refusal(
    `[${where()}] ${member(owner, name)} is ${shown(value)}, but ${struct} has no such property: ${instead}`,
  );
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
  if (type.kind === 'primitive') return `${type.name}s`;
  return type.kind === 'struct' || type.kind === 'object' ? type.name : described(type);
}

/** `a, b and c` */
function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}` : names[0];
}
