import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// What other languages know of the library: jsii's assemblies, ours and those of the packages that it is used with.

interface Documented { readonly docs?: { readonly summary?: string } }
interface Member extends Documented { readonly name: string; readonly static?: boolean; readonly type?: unknown }
interface Method extends Member { readonly parameters?: Member[]; readonly returns?: unknown }
interface Type extends Documented {
  readonly fqn: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly datatype?: boolean;
  readonly base?: string;
  readonly interfaces?: string[];
  readonly initializer?: Method;
  readonly methods?: Method[];
  readonly properties?: Member[];
  readonly members?: Member[];
}

const typesIn = (folder: string): Type[] => (
  Object.values(JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8')).types)
);
const ours = typesIn(join(__dirname, '..'));
const others = ['cdk8s', 'cdk8s-plus-27', 'constructs']
  .flatMap((name) => typesIn(dirname(require.resolve(`${name}/package.json`))));
const byName = new Map([...ours, ...others].map((type) => [type.fqn, type]));

/** A type, and what it extends and implements. */
function ancestry(type: Type): Type[] {
  const parents = [type.base ?? [], type.interfaces ?? []].flat().map((fqn) => byName.get(fqn)!);
  return [type, ...parents.flatMap(ancestry)];
}

/** The names of what its objects have. */
function membersOf(type: Type): string[] {
  return ancestry(type)
    .flatMap(({ methods = [], properties = [] }) => [...methods, ...properties])
    .filter((member) => !member.static)
    .map(({ name }) => name);
}

test('each summary is a sentence: jsii ends one at a semicolon too', () => {
  const summaries = ours.flatMap((type) => [
    [type.fqn, type] as const,
    ...[...type.methods ?? [], type.initializer ?? [], ...type.properties ?? [], ...type.members ?? []].flat()
      .flatMap((member: Method) => [member, ...member.parameters ?? []]
        .map((each) => [`${type.fqn}.${member.name}: ${each.name}`, each] as const)),
  ]);
  expect(summaries.length).toBeGreaterThan(500);
  expect(summaries.filter(([, { docs }]) => docs?.summary && !docs.summary.endsWith('.'))
    .map(([name, { docs }]) => `${name}: ${docs!.summary}`)).toEqual([]);
});

test('no property of a struct has a snippet: in Python it is a parameter, and its documentation one line', () => {
  const withSnippets = ours.filter(({ datatype }) => datatype)
    .flatMap(({ fqn, properties = [] }) => properties.map((property) => [`${fqn}.${property.name}`, property] as const))
    .filter(([, property]) => JSON.stringify(property).includes('```'));
  expect(withSnippets.map(([name]) => name)).toEqual([]);
});

test('Go, which knows a class by the members of its objects, takes no object for that of another class', () => {
  // What functions and props take.
  const asked = ours.filter(({ fqn, kind }) => kind === 'class' && ours.some((type) => JSON.stringify([
    type.datatype && type.properties?.map((property) => property.type),
    [...type.methods ?? [], type.initializer ?? []].flat().flatMap((method: Method) => method.parameters ?? [])
      .map((parameter) => parameter.type),
  ]).includes(`"${fqn}"`)));
  expect(asked.map(({ fqn }) => fqn)).toContain('cdk8s-metaparticle.Code');
  const classes = [...byName.values()].filter(({ kind }) => kind === 'class');
  expect(asked.flatMap((type) => classes
    .filter((other) => !ancestry(other).includes(type))
    .filter((other) => membersOf(type).every((name) => membersOf(other).includes(name)))
    .map((other) => `${other.fqn} is a ${type.fqn}`))).toEqual([]);
});

test('a function itself is no code in other languages, where it would not be JavaScript', () => {
  const { methods } = byName.get('cdk8s-metaparticle.Code')!;
  expect(methods!.map(({ name }) => name)).toEqual(['fromFile', 'fromInline']);
});
