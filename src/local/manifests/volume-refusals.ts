import { remedyFor } from './given-secrets';
import { ContainerSpec, PodSpec, Volume } from './kube';
import { ObjectStore } from './object-store';

/** The kinds of volumes that are made here. */
const VOLUMES = [
  'configMap', 'secret', 'emptyDir', 'projected', 'downwardAPI', 'persistentVolumeClaim', 'csi', 'ephemeral',
];

/** Refuses volumes that cannot be made here, and mounts that would mount nothing. */
export function refuseVolumes(title: string, spec: PodSpec, namespace: string, store: ObjectStore): void {
  const names = new Set<string>();
  for (const volume of spec.volumes ?? []) {
    if (names.has(volume.name)) {
      throw new Error(`${title} has two volumes named ${volume.name}: give one of them another name`);
    }
    names.add(volume.name);
    refuseVolume(title, volume, namespace, store);
  }
  for (const container of [...spec.initContainers ?? [], ...spec.containers]) {
    refuseMounts(`${title}, container ${container.name}`, container, names);
  }
}

function refuseVolume(title: string, volume: Volume, namespace: string, store: ObjectStore): void {
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'nothing';
  if (!VOLUMES.includes(kind)) {
    throw new Error(`${title}: volume ${volume.name} is a ${kind}, which the local cluster has no storage for: for `
      + `local runs use ${VOLUMES.slice(0, -1).join(', ')} or ${VOLUMES.at(-1)}`);
  }
  if (volume.persistentVolumeClaim && !volume.persistentVolumeClaim.claimName) {
    throw new Error(`${title}: volume ${volume.name} names no claim: give claimName`);
  }
  for (const { configMap, secret } of [volume, ...volume.projected?.sources ?? []]) {
    const source = configMap ?? secret;
    const name = configMap?.name
      ?? (secret as { secretName?: string } | undefined)?.secretName
      ?? (secret as { name?: string } | undefined)?.name;
    if (!source || name === undefined || source.optional) continue;
    const of = configMap ? 'ConfigMap' : 'Secret';
    const files = store.files(of, namespace, name);
    if (!files) {
      throw new Error(`${title}: volume ${volume.name} is made of ${of} ${name}, which does not exist: `
        + remedyFor(of, name, source.items?.[0].key));
    }
    const missing = source.items?.find(({ key }) => !files.has(key));
    if (missing) {
      throw new Error(`${title}: volume ${volume.name} names the key ${missing.key}, which ${of} ${name} does not `
        + `have: it has ${[...files.keys()].join(', ')}`);
    }
  }
}

function refuseMounts(title: string, { volumeMounts = [] }: ContainerSpec, volumes: ReadonlySet<string>): void {
  const paths = new Set<string>();
  for (const { name, mountPath, subPath, subPathExpr } of volumeMounts) {
    if (!volumes.has(name)) {
      throw new Error(`${title} mounts volume ${name}, which the pod does not have: add it under volumes`);
    }
    if (!mountPath?.startsWith('/')) {
      throw new Error(`${title} mounts volume ${name} at ${JSON.stringify(mountPath ?? '')}: give a path that starts `
        + 'with /');
    }
    if (paths.has(mountPath)) {
      throw new Error(`${title} mounts two volumes at ${mountPath}: give one of them another mountPath`);
    }
    if (subPath && subPathExpr) {
      throw new Error(`${title} mounts volume ${name} with subPath and subPathExpr: leave one of them out`);
    }
    paths.add(mountPath);
  }
}
