import { createHash } from 'crypto';
import { Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { duplicates } from './duplicates';
import { refuse } from '../checks/errors';

/**
 * Service names and label values may not be longer (RFC 1035 labels,
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
 */
const MAX_LENGTH = 63;
/** The longest of what we append to a name that was claimed. */
const LONGEST_SUFFIX = '-headless';

/**
 * The name of a construct's objects: its path below the chart in kebab case, `Web/Backend` → `web-backend`.
 *
 * No hash and no chart id: the name is what other services call, and stays the same over synths.
 * @throws where the path makes no DNS label, or one that is too long
 */
export function nameOf(scope: Construct): string {
  const chart = Chart.of(scope);
  const ids = scope.node.path.slice(chart.node.path.length).split('/').filter((id) => id);
  const name = ids.map(kebab).join('-');
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    refuse(scope, `id '${ids.join('/')}' makes the name '${name}', which is no DNS label: use letters, `
      + 'digits and dashes, with a letter first');
  }
  if (name.length + LONGEST_SUFFIX.length > MAX_LENGTH) {
    refuse(scope, `id '${ids.join('/')}' makes the name '${name}${LONGEST_SUFFIX}' of `
      + `${name.length + LONGEST_SUFFIX.length} characters: Kubernetes allows ${MAX_LENGTH}, use a shorter id`);
  }
  return name;
}

function kebab(id: string): string {
  return id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2').toLowerCase();
}

/**
 * Any text and a suffix as a name (RFC 1123 label), `My chart.v2` and `program` → `my-chart-v2-program`: where it is
 * too long, the text gives way. Several texts may make one name.
 */
export function suffixed(text: string, suffix: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  const label = words.slice(0, MAX_LENGTH - suffix.length - 1).replace(/^-+|-+$/g, '');
  return label ? `${label}-${suffix}` : suffix;
}

/**
 * Refuses what cannot be the name of a group's Service.
 * @param property where it was given: `service.name`
 */
export function checkServiceName(scope: IConstruct, property: string, name: string): void {
  const most = MAX_LENGTH - LONGEST_SUFFIX.length;
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= most) return;
  refuse(scope, `${property} is '${name}': the name of a Service is a DNS label, of small letters, digits and dashes `
    + `with a letter first, and of at most ${most} characters, because '${LONGEST_SUFFIX}' is appended; `
    + "write it as in 'users'");
}

/** Any text as the value of a label: itself where it is one, else something like it that no other text makes. */
export function labelValue(text: string): string {
  if (text.length <= MAX_LENGTH && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text)) return text;
  return suffixed(text, shortHash(text));
}

/**
 * The name of the volume at a path, `/opt/metaparticle/code` → `opt-metaparticle-code`. Where another path would make
 * the same name, as `/A` and `/a` would, it ends in a hash.
 */
export function volumeName(path: string): string {
  const plain = path.slice(1).replace(/\//g, '-');
  return plain.length <= MAX_LENGTH && /^(\/[a-z0-9]+)+$/.test(path) ? plain : suffixed(path, shortHash(path));
}

/** Ten digits that tell texts apart, the same on every machine. */
export function shortHash(...texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex').slice(0, 10);
}

/** Per app (its root construct): who holds which name of which namespace. */
const claims = new WeakMap<IConstruct, Map<string, IConstruct>>();

/** The names of an app, which it starts without. */
function namesOf(root: IConstruct): Map<string, IConstruct> {
  const known = claims.get(root);
  if (known) return known;
  const names = new Map<string, IConstruct>();
  claims.set(root, names);
  // What is not made here can be seen once the app is complete only.
  root.node.addValidation({ validate: () => duplicates(root, new Set(names.values())) });
  return names;
}

/**
 * Takes a name for one construct: objects of two constructs under one name would silently replace each other in the
 * cluster.
 * @param from what the name comes from: `id`
 * @param namespace that of its objects; by default the chart's
 * @throws where another construct of the app holds it in the same namespace
 */
export function claimName(
  scope: Construct, name: string, from = 'id', namespace = Chart.of(scope).namespace ?? '',
): void {
  const holder = taken(scope, `${namespace}/${name}`);
  if (!holder) return;
  refuse(scope, `its name '${name}' is taken by [${holder.node.path}]: use another ${from}, or charts with `
    + 'different namespaces');
}

/**
 * Takes what the names of a group's claims begin with: those of `/data/a` for the group `b` would be those of `/data`
 * for the group `a-b`, and two replicas would write to one volume.
 * @throws where another group of the app has it in the same namespace
 */
export function takeClaims(scope: Construct, group: string, mountPath: string): void {
  const name = `${volumeName(mountPath)}-${group}`;
  const holder = taken(scope, `${Chart.of(scope).namespace ?? ''}/claims/${name}`);
  if (!holder) return;
  refuse(scope, `storage names '${mountPath}', whose claim would be called '${name}-0', as one of `
    + `[${holder.node.path}] is: use another mountPath or id`);
}

/** Takes a name for a construct, if no other one has it; else says which one does. */
function taken(scope: Construct, key: string): IConstruct | undefined {
  const names = namesOf(scope.node.root);
  const holder = names.get(key);
  if (!holder) names.set(key, scope);
  return holder;
}
