import { EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { addressOf } from './address';
import type { BackendAddress, BackendBindOptions } from './backend';
import { group } from './manifests/group';
import { nameOf } from './manifests/names';
import { PodSpec } from './manifests/pod';

/** Makes the group of a bound backend, named by its place in the tree, and says where it answers. */
export function bindGroup(
  scope: Construct, id: string, bound: BackendBindOptions, pod: (group: Construct, name: string) => PodSpec,
): BackendAddress {
  const construct = new Construct(scope, id);
  const name = nameOf(construct);
  const spec = pod(construct, name);
  const who = Object.fromEntries(Object.entries(bound.env ?? {}).map(([key, value]) => [key, EnvValue.fromValue(value)]));
  const made = group(construct, {
    labels: { pattern: bound.pattern, group: name, role: bound.role },
    service: name,
    replicas: bound.replicas,
    pod: { ...spec, env: { ...who, ...spec.env } },
  });
  return addressOf(made, bound.replicas);
}
