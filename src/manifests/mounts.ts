import { posix } from 'path';
import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import type { Claim } from './claims';
import { volumeName } from './names';
import { refuse } from '../checks/errors';
import { isLabel } from '../checks/hosts';
import type { Mount } from '../platform/mount';
import type { IVolume } from '../platform/plus-objects';

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
 * The `volumes` of all that is mounted, each once, but for those of claims, which Kubernetes adds to each pod.
 * @throws where two that differ have one name, or one is of a claim that the replica does not have
 */
export function renderVolumes(
  scope: IConstruct, own: readonly Volume[], mounts: readonly Mount[], claims: readonly Claim[],
): object[] {
  const all = new Map(own.map((volume) => [volume.name, volume]));
  for (const { volume } of mounts) {
    const claim = claimOf(volume);
    if (claim) {
      if (claims.includes(claim)) continue;
      refuse(scope, `volumeMounts has the storage for '${claim.mountPath}', which the backend does not have: give it `
        + 'in storage too');
    }
    const rendered = k8s.toJson_Volume(volume._toKube()) as Volume;
    if (!isLabel(rendered.name)) {
      refuse(scope, `volumeMounts has a volume of the name '${rendered.name}', which is no DNS label: give it a name `
        + 'of lower-case letters, digits and dashes');
    }
    const known = all.get(rendered.name);
    if (known && JSON.stringify(known) !== JSON.stringify(rendered)) {
      refuse(scope, `volumeMounts has two volumes of the name '${rendered.name}': give one of them another name`);
    }
    const same = claims.find(({ mountPath }) => volumeName(mountPath) === rendered.name);
    if (same) {
      // Kubernetes would mount the claim in its place.
      refuse(scope, `volumeMounts has a volume of the name '${rendered.name}', as the storage for '${same.mountPath}' `
        + 'is called: give it another name');
    }
    all.set(rendered.name, rendered);
  }
  return [...all.values()];
}

/** How much the folders among them may hold that are on the node's disk and gone with the pod: each counts once. */
export function roomOf(mounts: readonly Mount[]): Size {
  const limits = new Map(mounts.filter(({ volume }) => !claimOf(volume)).map(({ volume }) => {
    const { name, emptyDir } = k8s.toJson_Volume(volume._toKube()) as Volume;
    // As cdk8s-plus writes it, always in this unit.
    return [name, emptyDir?.medium === 'Memory' ? 0 : Number(/^(\d+)Mi$/.exec(emptyDir?.sizeLimit ?? '')?.[1] ?? 0)];
  }));
  return Size.mebibytes([...limits.values()].reduce((sum, limit) => sum + limit, 0));
}

/** What a volume is of, where a container mounts what its replica keeps. */
function claimOf(volume: IVolume): Claim | undefined {
  return (volume as { readonly _claim?: Claim })._claim;
}

interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
}
