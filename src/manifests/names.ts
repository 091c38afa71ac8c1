import { Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { refuse } from '../errors';

/** Service names and label values may not be longer (RFC 1035 labels, https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */
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
    refuse(scope, `id '${ids.join('/')}' makes the name '${name}', which is no DNS label: use letters, digits and dashes, with a letter first`);
  }
  if (name.length + LONGEST_SUFFIX.length > MAX_LENGTH) {
    refuse(scope, `id '${ids.join('/')}' makes the name '${name}${LONGEST_SUFFIX}' of ${name.length + LONGEST_SUFFIX.length} characters: `
      + `Kubernetes allows ${MAX_LENGTH}, use a shorter id`);
  }
  return name;
}

function kebab(id: string): string {
  return id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2').toLowerCase();
}

/** Per app (its root construct): who holds which name of which namespace. */
const claims = new WeakMap<IConstruct, Map<string, IConstruct>>();

/**
 * Takes a name for one construct: objects of two constructs under one name would silently replace each other in the cluster.
 * @throws where another construct of the app holds it in the same namespace
 */
export function claimName(scope: Construct, name: string): void {
  const names = claims.get(scope.node.root) ?? new Map<string, IConstruct>();
  claims.set(scope.node.root, names);
  const key = `${Chart.of(scope).namespace ?? ''}/${name}`;
  const holder = names.get(key);
  if (holder) refuse(scope, `its name '${name}' is taken by [${holder.node.path}]: use another id, or charts with different namespaces`);
  names.set(key, scope);
}
