import type { EnvFrom, VolumeMount } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { ExtraContainers } from './extra-containers';
import { renderMounts } from './mounts';
import { volumeName } from './names';
import type { PodSpec } from './pod';
import type { PodParts } from './pod-options';
import { OwnProbes, renderProbes } from './probes';
import { ExtendedResources, renderResources } from './resources';

/** What users bring to a pod, in words of cdk8s-plus. */
export interface Brought extends OwnProbes, ExtraContainers {
  readonly envFrom?: readonly EnvFrom[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly extendedResources?: ExtendedResources;
}

/** The container that takes requests. */
export function renderContainer(scope: IConstruct, name: string, pod: PodSpec, parts: PodParts): object {
  const { brought: { envFrom = [], volumeMounts = [], extendedResources, ...own } = {} } = pod;
  const { files, writable } = pod;
  return {
    name,
    image: pod.image,
    command: pod.command,
    args: pod.args,
    env: Object.entries(pod.env).map(([key, { value, valueFrom }]) => ({ name: key, value, valueFrom })),
    envFrom: envFrom.length > 0 ? envFrom.map((each) => each._toKube()) : undefined,
    ports: Object.entries(pod.ports).map(([port, containerPort]) => ({ name: port, containerPort, protocol: 'TCP' })),
    resources: renderResources(pod.resources, extendedResources),
    ...renderProbes(scope, { ...pod, own }),
    volumeMounts: [
      ...Object.keys(files).map((mountPath) => ({ name: volumeName(mountPath), mountPath, readOnly: true })),
      ...Object.keys(writable).map((mountPath) => ({ name: volumeName(mountPath), mountPath })),
      ...renderMounts(scope, 'volumeMounts', volumeMounts, [...Object.keys(files), ...Object.keys(writable)]),
    ],
    ...parts.containers,
    ...parts.container,
  };
}
