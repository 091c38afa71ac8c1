// A step of `npm run compile`: writes assets/api.json, by which public functions check what plain JavaScript gives
// them (src/checks/arguments/). It says what the jsii assembly says of parameters and props, and how objects of other
// packages are recognised.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const OTHERS = ['cdk8s', 'cdk8s-plus-27', 'constructs'];
const assemblyOf = (folder) => JSON.parse(readFileSync(join(root, folder, '.jsii'), 'utf8'));
const own = assemblyOf('.');
const types = Object.assign(
  {}, ...[own, ...OTHERS.map((name) => assemblyOf(join('node_modules', name)))].map((assembly) => assembly.types),
);

/**
 * What we use of objects that other packages make; a method has parentheses. They are recognised by it, and not by
 * their class: users have other versions of these packages, or two copies of one. A name that begins with an
 * underscore is in a package's typings, and in no assembly.
 */
const USED = {
  'cdk8s.Duration': ['toMilliseconds()', 'toSeconds()'],
  'cdk8s.Size': ['toKibibytes()', 'toMebibytes()'],
  'cdk8s-plus-27.Cpu': ['amount'],
  'cdk8s-plus-27.Deployment': ['containers', 'matchExpressions', 'matchLabels', 'metadata', 'node.path'],
  'cdk8s-plus-27.DeploymentStrategy': ['_toKube()'],
  'cdk8s-plus-27.EnvFrom': ['_toKube()'],
  'cdk8s-plus-27.EnvValue': ['value', 'valueFrom'],
  'cdk8s-plus-27.Handler': ['_toKube()'],
  'cdk8s-plus-27.IServiceAccount': ['name', 'toSubjectConfiguration()'],
  'cdk8s-plus-27.Ingress': ['addRule()'],
  'cdk8s-plus-27.Metric': ['_toKube()', 'type'],
  'cdk8s-plus-27.PercentOrAbsolute': ['value'],
  'cdk8s-plus-27.Probe': ['_toKube()'],
  'cdk8s-plus-27.Replicas': ['_toKube()'],
  'cdk8s-plus-27.Service': ['exposeViaIngress()', 'metadata', 'node.path', 'ports'],
  'cdk8s-plus-27.Volume': ['_toKube()', 'name'],
  'constructs.Construct': ['node.path'],
  'constructs.IConstruct': ['node.path'],
};

/**
 * The same of our own classes, whose objects are recognised by the name of their class as well. What users do not see
 * is no part of the assembly; it tells what a factory made from what `new` did, which plain JavaScript does not
 * forbid.
 */
const OWN = {
  Affinity: ['_spec.by'],
  CaBundle: ['_source.from'],
  CallerHeaders: ['_spec.kind'],
  Code: ['load()'],
  Egress: ['_spec.kind'],
  Gather: ['load()'],
  HeaderValue: ['_spec.text'],
  Pattern: ['node.path'],
  Peer: ['_spec'],
  Scaling: ['max'],
  Scatter: ['code.origin'],
  ShardKey: ['load()'],
  State: ['_spec.kind'],
  Storage: ['_claim.mountPath'],
  Valkey: ['_spec.login'],
};

/** The parameters of functions that are in no assembly (`@jsii ignore`), since no other language can have them. */
const UNASSEMBLED = { 'Code.fromFunction': { fn: 'any' } };

/** Structs that we hand on as they are: a newer version of their package, or of Kubernetes, may know further names. */
const HANDED_ON = /^cdk8s-plus-27\.(k8s\.|ContainerPort$)/;

/** Interfaces of ours for what a class of cdk8s-plus has in common with those of its other versions. */
const isShape = ({ assembly, kind, name }) => assembly === own.name && kind === 'interface'
  && USED[`cdk8s-plus-27.${name.replace(/^I/, '')}`] !== undefined;

/** For the values of enums, and for internal methods: an assembly has neither. */
const packages = { 'cdk8s-plus-27': await import('cdk8s-plus-27'), [own.name]: await import('../lib/index.js') };

/** What the table says of a type, by its kind. */
const DESCRIBED = {
  structs: structOf,
  enums: enumOf,
  classes: ({ name }) => OWN[name] ?? fail(`${name} is new: say in OWN what tells its objects`),
  objects: objectOf,
};

const fqns = new Map();
const table = { functions: UNASSEMBLED, structs: {}, enums: {}, classes: {}, objects: {} };
for (const type of Object.values(own.types)) functionsOf(type);
for (const kind of Object.keys(table)) table[kind] = Object.fromEntries(
  Object.entries(table[kind]).sort(([a], [b]) => a < b ? -1 : 1),
);
// An array in one line: a list of names is one thing.
const text = JSON.stringify(table, undefined, 2).replace(
  /\[\n[^\]]*\]/g, (array) => JSON.stringify(JSON.parse(array)).replaceAll(',', ', '),
);
writeFileSync(join(root, 'assets/api.json'), `${text}\n`);

/** The constructor and the methods of a class, and what an interface's methods get from us and give to us. */
function functionsOf(type) {
  if (type.datatype || type.kind === 'enum' || isShape(type)) return;
  if (type.initializer) add(type.name, type.initializer);
  for (const method of type.methods ?? []) {
    // What overrides a method of an interface is checked as that one.
    if (!method.overrides) add(`${type.name}.${method.name}`, method);
    if (type.kind === 'interface' && method.returns) typeOf(method.returns.type);
  }
}

function add(name, { parameters = [] }) {
  if (parameters.length === 0) return;
  table.functions[name] = Object.fromEntries(parameters.map(member));
}

/** A parameter or property: of a text, number or flag that must be given, also what it is. */
function member({ name, optional, variadic, type, docs }) {
  const what = type.primitive && type.primitive !== 'any' && !optional && !variadic && docs?.summary;
  return [
    `${name}${optional ? '?' : ''}`,
    `${typeOf(type)}${variadic 
      ? '[]'
      : ''}${what ? `: ${what[0].toLowerCase()}${what.slice(1).replace(/[.;]$/, '')}` : ''}`,
  ];
}

/**
 * A type as text: `string`, `Peer[]`, `{Size}` (a map by name), `number | string`, or the name of a struct, an enum or
 * a class.
 */
function typeOf({ primitive, collection, union, fqn }) {
  if (primitive) return primitive;
  // Beside its shape, a class says nothing more: objects are recognised by what they have.
  if (union) return union.types.filter(({ fqn }) => !fqn || !isShape(types[fqn])).map(typeOf).sort().join(' | ');
  if (collection) {
    return collection.kind === 'array' ? `${typeOf(collection.elementtype)}[]` : `{${typeOf(collection.elementtype)}}`;
  }
  const type = types[fqn];
  // A name of ours may be one of theirs too.
  const foreign = type.assembly !== own.name && own.types[`${own.name}.${type.name}`] ? 'kplus' : type.namespace;
  const name = foreign ? `${foreign}.${type.name}` : type.name;
  const kind = type.datatype 
    ? 'structs'
    : type.kind === 'enum' ? 'enums' : type.kind === 'class' && type.assembly === own.name ? 'classes' : 'objects';
  if (table[kind][name] === undefined) {
    // Before it is described: it may contain itself.
    table[kind][name] = {};
    table[kind][name] = DESCRIBED[kind](type);
    seen(name, fqn);
  }
  return name;
}

function seen(name, fqn) {
  if (fqns.has(name) && fqns.get(name) !== fqn) {
    fail(`${fqn} and ${fqns.get(name)} have one name: tell them apart in assets/api.json`);
  }
  fqns.set(name, fqn);
}

function structOf(type) {
  const properties = membersOf(type).map(member);
  return Object.fromEntries(
    [...properties.sort(([a], [b]) => a < b ? -1 : 1), ...HANDED_ON.test(type.fqn) ? [['...', 'any']] : []],
  );
}

function enumOf({ assembly, name }) {
  return Object.values(packages[assembly]?.[name] ?? fail(`the values of ${assembly}.${name} are unknown`));
}

/** What an object of the type has. */
function objectOf(type) {
  if (type.assembly === own.name) {
    const members = [...type.properties ?? [], ...type.methods ?? []].filter(({ optional }) => !optional);
    return [
      ...members.map(({ name, parameters, returns }) => parameters || returns ? `${name}()` : name),
      ...(type.interfaces ?? []).flatMap((fqn) => objectOf(types[fqn])),
    ];
  }
  const used = USED[type.fqn] ?? fail(`${type.fqn} is new here: say in scripts/api-table.mjs what we use of it`);
  for (const path of used) {
    if (path.startsWith('_')) {
      if (!packages[type.assembly]?.[type.name]?.prototype[path.replace('()', '')]) {
        fail(`${type.fqn} has no ${path} any more`);
      }
      continue;
    }
    path.split('.').reduce((owner, step) => {
      const method = step.endsWith('()');
      const found = membersOf(owner).find(
        (member) => member.name === step.replace('()', '') && method === !member.type,
      );
      if (!found) fail(`${type.fqn} has no ${path} any more`);
      return types[found.type?.fqn];
    }, type);
  }
  return used;
}

/** Own and inherited properties and methods. */
function membersOf(type) {
  const parents = [type.base, ...type.interfaces ?? []].filter((fqn) => fqn).map((fqn) => types[fqn]);
  return [
    ...type.properties ?? [],
    ...(type.methods ?? []).filter((method) => !method.static),
    ...parents.flatMap(membersOf),
  ];
}

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}
