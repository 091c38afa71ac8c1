import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { addressOf, inClearText } from './address';
import type { BackendAddress, BackendBindOptions } from './backend-interface';
import type { ContainerOptions } from './container-options';
import { claimsOf } from './storage';
import { refuse } from '../checks/errors';
import { checkWhole } from '../checks/numbers';
import { group } from '../manifests/group';
import { GroupLabels } from '../manifests/labels';
import { nameOf } from '../manifests/names';
import type { FurtherPort } from '../manifests/network-policy';
import type { Brought, PodSpec } from '../manifests/pod-spec';
import { plainService } from '../manifests/service';
import { platformOf } from '../platform/platform';

/** The variable by which a replica with storage knows its number. */
const REPLICA = 'REPLICA';
/** Its number, as Kubernetes 1.28 and newer label the pods of a StatefulSet. */
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** Makes the group of a bound backend, named by its place in the tree, and says where it answers. */
export function bindGroup(
  scope: Construct,
  id: string,
  bound: BackendBindOptions,
  options: ContainerOptions & Brought & Pick<BackendAddress, 'protocol' | 'tls'>,
  pod: (group: Construct, labels: GroupLabels) => PodSpec,
  further: readonly FurtherPort[] = [],
): BackendAddress {
  // Not only our patterns bind backends.
  checkWhole(scope, 'replicas', bound.replicas, 1, 1000);
  checkStorage(scope, options);
  const { clients = [], egress = [], pods } = options;
  const construct = new Construct(scope, id);
  const name = nameOf(construct);
  const labels = { pattern: bound.pattern, group: name, role: bound.role };
  // Before the pod, which looks at it.
  const platform = platformOf(construct, pods);
  const spec = pod(construct, labels);
  const claims = claimsOf(options);
  const who = {
    ...Object.fromEntries(Object.entries(bound.env ?? {}).map(([key, value]) => [key, EnvValue.fromValue(value)])),
    ...claims.length > 0 && { [REPLICA]: EnvValue.fromFieldRef(EnvFieldPaths.POD_LABEL, { key: INDEX_LABEL }) },
  };
  const made = group(construct, {
    labels,
    platform,
    protocol: inClearText(options),
    service: name,
    replicas: bound.replicas,
    scaling: bound.scaling,
    clients: clients.map(({ _spec }) => _spec),
    egress: egress.map(({ _spec }) => _spec),
    further,
    pod: { ...spec, env: { ...who, ...spec.env }, claims, brought: options },
  }, plainService);
  return { ...addressOf(made, bound.replicas), ...claims.length > 0 && { restartsInPlace: true } };
}

function checkStorage(scope: Construct, { storage, pods = {} }: ContainerOptions): void {
  if (!storage) return;
  const claims = claimsOf({ storage });
  if (claims.length === 0) {
    refuse(scope, "storage is empty: give a volume, as in Storage.volume({ mountPath: '/data', "
      + 'size: Size.gibibytes(10) }), or leave it out');
  }
  for (const property of ['strategy', 'progressDeadline'] as const) {
    if (pods[property] === undefined) continue;
    const given = claims.every(({ from }) => from === 'state') ? 'state' : 'storage';
    refuse(scope, `pods.${property} and ${given} are both given, and a StatefulSet has no such thing: its replicas `
      + 'are replaced one at a time, each goes down before its successor starts; leave it out');
  }
}

/** The names of the variables that the pods of a bound backend get, and no user may set. */
export function ownVariables({ env = {} }: BackendBindOptions, options: ContainerOptions): string[] {
  return [...Object.keys(env), ...claimsOf(options).length > 0 ? [REPLICA] : []];
}

/** How many replicas there are where nobody says: of those that keep something, none is a copy of another. */
export function defaultReplicasOf(options: ContainerOptions): number | undefined {
  return claimsOf(options).length > 0 ? 1 : undefined;
}
