import { posix } from 'path';
import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { volumeName } from './names';
import { refuse } from '../checks/errors';
import { isLabel } from '../checks/hosts';
import type { Mount } from '../platform/mount';

/** Refuses where Kubernetes cannot mount, and what would hide the whole image. */
export function checkMountPath(scope: IConstruct, called: string, path: string): void {
  const clean = posix.join('/', path).replace(/(?<=.)\/$/, '');
  if (clean === '/') {
    refuse(scope, `${called} '${path}', which would hide the files of the image: `
      + "name the folders that the program uses, as in '/tmp'");
  }
  if (path !== clean) {
    refuse(scope, `${called} '${path}': a path starts with a slash and has no detours, as in '${clean}'`);
  }
  if (path.includes(':')) {
    refuse(scope, `${called} '${path}', and Kubernetes mounts no path with a colon: use another folder`);
  }
}

/**
 * The `volumeMounts` of a container for what users mount.
 * @param property where they are given
 * @param taken paths where something is mounted already
 * @throws where one cannot be mounted, or two are mounted at one path
 */
export function renderMounts(
  scope: IConstruct, property: string, mounts: readonly Mount[], taken: readonly string[],
): object[] {
  const paths = new Set(taken);
  return mounts.map(({ path, volume, readOnly, subPath, subPathExpr, propagation }) => {
    checkMountPath(scope, `${property} names`, path);
    if (paths.has(path)) {
      refuse(scope, `${property} names '${path}', where something else is mounted: use another path, `
        + 'or leave one of them out');
    }
    if (subPath !== undefined && subPathExpr !== undefined) {
      refuse(scope, `${property} has subPath and subPathExpr for '${path}': give one of them`);
    }
    paths.add(path);
    return { name: volume.name, mountPath: path, readOnly, subPath, subPathExpr, mountPropagation: propagation };
  });
}

/**
 * The `volumeMounts` of a container for volumes that its replica keeps.
 * @param taken paths where something is mounted already
 * @throws where two are mounted at one path
 */
export function renderKept(scope: IConstruct, mountPaths: readonly string[], taken: readonly string[]): object[] {
  return mountPaths.map((mountPath, index) => {
    if ([...taken, ...mountPaths.slice(0, index)].includes(mountPath)) {
      refuse(scope, `storage names '${mountPath}', where something else is mounted: use another mountPath, `
        + 'or leave one of them out');
    }
    return { name: volumeName(mountPath), mountPath };
  });
}

/**
 * The `volumes` of all that is mounted, each once.
 * @throws where two that differ have one name
 */
export function renderVolumes(scope: IConstruct, own: readonly Volume[], mounts: readonly Mount[]): object[] {
  const all = new Map(own.map((volume) => [volume.name, volume]));
  for (const { volume } of mounts) {
    const rendered = k8s.toJson_Volume(volume._toKube()) as Volume;
    if (!isLabel(rendered.name)) {
      refuse(scope, `volumeMounts has a volume of the name '${rendered.name}', which is no DNS label: give it a name `
        + 'of lower-case letters, digits and dashes');
    }
    const known = all.get(rendered.name);
    if (known && JSON.stringify(known) !== JSON.stringify(rendered)) {
      refuse(scope, `volumeMounts has two volumes of the name '${rendered.name}': give one of them another name`);
    }
    all.set(rendered.name, rendered);
  }
  return [...all.values()];
}

/** How much the folders among them may hold that are on the node's disk and gone with the pod: each counts once. */
export function roomOf(mounts: readonly Mount[]): Size {
  const limits = new Map(mounts.map(({ volume }) => {
    const { name, emptyDir } = k8s.toJson_Volume(volume._toKube()) as Volume;
    // As cdk8s-plus writes it, always in this unit.
    return [name, emptyDir?.medium === 'Memory' ? 0 : Number(/^(\d+)Mi$/.exec(emptyDir?.sizeLimit ?? '')?.[1] ?? 0)];
  }));
  return Size.mebibytes([...limits.values()].reduce((sum, limit) => sum + limit, 0));
}

interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
}
