import { readFileSync } from 'fs';
import { join } from 'path';

/** What a parameter or property must be. */
export type Type =
  | { readonly kind: 'any' }
  | { readonly kind: 'primitive'; readonly name: string }
  | { readonly kind: 'array'; readonly of: Type }
  /** An object of values by name. */
  | { readonly kind: 'map'; readonly of: Type }
  | { readonly kind: 'union'; readonly of: readonly Type[] }
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly unknown[] }
  | Struct
  | ObjectType;

/** An object of known properties: props and options. */
export interface Struct {
  readonly kind: 'struct';
  readonly name: string;
  readonly properties: ReadonlyMap<string, Property>;
  /** Whether it may have others: those of a package of which users may have a newer version. */
  readonly open: boolean;
}

/** An object of a class. */
export interface ObjectType {
  readonly kind: 'object';
  readonly name: string;
  /** Whether it is of a class of ours, and so recognised by the name of its class as well. */
  readonly own: boolean;
  /** What it is recognised by: the steps to a property or method. */
  readonly members: readonly { readonly steps: readonly string[]; readonly method: boolean }[];
}

export interface Property {
  /** What it is, where users may have to be told. */
  readonly what?: string;
  readonly optional: boolean;
  readonly type: Type;
}

/** `assets/api.json`, as scripts/api-table.mjs writes it. */
interface Table {
  readonly functions: { readonly [name: string]: Members };
  readonly structs: { readonly [name: string]: Members };
  readonly enums: { readonly [name: string]: readonly unknown[] };
  readonly classes: { readonly [name: string]: readonly string[] };
  readonly objects: { readonly [name: string]: readonly string[] };
}

/**
 * Types by name, some with what it is: `string: its reference`. An optional one's name ends with a question mark;
 * `...` stands for further ones.
 */
type Members = { readonly [name: string]: string };

let table: Table | undefined;
const functions = new Map<string, readonly (readonly [string, Property])[]>();
const types = new Map<string, Type>();
let names: Set<string> | undefined;

/** The parameters of a public function. */
export function parametersOf(name: string): readonly (readonly [string, Property])[] {
  const known = functions.get(name) ?? [...propertiesOf(read().functions[name] ?? unknown(name))];
  functions.set(name, known);
  return known;
}

/** The type that a text names: `string`, `Peer[]`, `{Size}`, `number | string`, `SpreadProps`. */
export function typeOf(text: string): Type {
  const known = types.get(text) ?? parse(text);
  types.set(text, known);
  return known;
}

/** Whether a function, a parameter or a property is called so. */
export function isNameOfApi(name: string): boolean {
  names ??= new Set([
    ...Object.keys(read().functions).map((each) => each.replace(/^\w+\./, '')),
    ...[read().functions, read().structs].flatMap((owners) => Object.values(owners).flatMap(Object.keys))
      .map((each) => each.replace('?', '')),
  ]);
  return names.has(name);
}

function parse(text: string): Type {
  if (text.includes(' | ')) return { kind: 'union', of: text.split(' | ').map(typeOf) };
  if (text.endsWith('[]')) return { kind: 'array', of: typeOf(text.slice(0, -2)) };
  if (text.startsWith('{')) return { kind: 'map', of: typeOf(text.slice(1, -1)) };
  const { structs, enums, classes, objects } = read();
  if (structs[text]) {
    return { kind: 'struct', name: text, properties: propertiesOf(structs[text]), open: '...' in structs[text] };
  }
  if (enums[text]) return { kind: 'enum', name: text, values: enums[text] };
  const members = classes[text] ?? objects[text];
  if (members) {
    const parts = members.map((path) => ({ steps: path.replace('()', '').split('.'), method: path.endsWith('()') }));
    return { kind: 'object', name: text, own: text in classes, members: parts };
  }
  return text === 'any' ? { kind: 'any' } : { kind: 'primitive', name: text };
}

function propertiesOf(members: Members): Map<string, Property> {
  return new Map(Object.entries(members).filter(([name]) => name !== '...')
    .map(([name, text]) => {
      const [, type, what] = /^(.*?)(?:: (.*))?$/.exec(text)!;
      return [name.replace('?', ''), { optional: name.endsWith('?'), type: typeOf(type), what }];
    }));
}

function read(): Table {
  table ??= JSON.parse(readFileSync(join(__dirname, '../../../assets/api.json'), 'utf8')) as Table;
  return table;
}

function unknown(name: string): never {
  throw new Error(`assets/api.json knows no ${name}: npx projen compile writes it`);
}
