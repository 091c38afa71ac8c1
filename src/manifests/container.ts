import { IConstruct } from 'constructs';
import { renderClaimMounts } from './claims';
import { renderMounts } from './mounts';
import { volumeName } from './names';
import type { PodParts } from './pod-parts';
import type { PodSpec } from './pod-spec';
import { renderProbes } from './probes';
import { renderResources } from './resources';

/** The container that takes requests. */
export function renderContainer(scope: IConstruct, name: string, pod: PodSpec, parts: PodParts): object {
  const { brought: { envFrom = [], volumeMounts = [], extendedResources, ...own } = {} } = pod;
  const { writable, scripts = {}, claims = [] } = pod;
  const readable = Object.keys({ ...pod.files, ...pod.given });
  const taken = [...readable, ...Object.keys(writable)];
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
      ...readable.map((mountPath) => ({ name: volumeName(mountPath), mountPath, readOnly: true })),
      ...Object.entries(scripts).map(([mountPath, { folder, file }]) => (
        { name: volumeName(folder), mountPath, subPath: file, readOnly: true }
      )),
      ...Object.keys(writable).map((mountPath) => ({ name: volumeName(mountPath), mountPath })),
      ...renderClaimMounts(scope, claims, taken),
      ...renderMounts(scope, 'volumeMounts', volumeMounts, [...taken, ...claims.map(({ mountPath }) => mountPath)]),
    ],
    ...parts.containers,
    ...parts.container,
  };
}
