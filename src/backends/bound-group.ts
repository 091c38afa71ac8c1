import { EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { addressOf, inClearText } from './address';
import type { BackendAddress, BackendBindOptions } from './backend-interface';
import type { ContainerOptions } from './container-options';
import { checkWhole } from '../checks/numbers';
import { group } from '../manifests/group';
import { GroupLabels } from '../manifests/labels';
import { nameOf } from '../manifests/names';
import type { FurtherPort } from '../manifests/network-policy';
import type { Brought, PodSpec } from '../manifests/pod-spec';
import { plainService } from '../manifests/service';
import { platformOf } from '../platform/platform';

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
  const { clients = [], egress = [], pods } = options;
  const construct = new Construct(scope, id);
  const name = nameOf(construct);
  const labels = { pattern: bound.pattern, group: name, role: bound.role };
  // Before the pod, which looks at it.
  const platform = platformOf(construct, pods);
  const spec = pod(construct, labels);
  const who = Object.fromEntries(
    Object.entries(bound.env ?? {}).map(([key, value]) => [key, EnvValue.fromValue(value)]),
  );
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
    pod: { ...spec, env: { ...who, ...spec.env }, brought: options },
  }, plainService);
  return addressOf(made, bound.replicas);
}
