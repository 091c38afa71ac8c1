import { Size } from 'cdk8s';
import { IConstruct } from 'constructs';
import { checkMountPath, roomOf } from './mounts';
import { quantity } from './resources';
import { refuse } from '../checks/errors';
import { checkSize } from '../checks/numbers';
import { kibibytes } from '../checks/sizes';
import type { Mount } from '../platform/mount';

/** Writable folders: their size limits by mount path. */
export interface Writable {
  readonly [mountPath: string]: Size;
}

/** Refuses what Kubernetes cannot mount, and what would hide the whole image. */
export function checkWritable(scope: IConstruct, writable: Writable): void {
  for (const [path, size] of Object.entries(writable)) {
    checkMountPath(scope, 'writable names', path);
    checkSize(scope, `writable '${path}'`, size);
  }
}

/** How much they may hold together, and with the folders among what is mounted besides. */
export function totalOf(writable: Writable, mounts: readonly Mount[]): Size {
  const all = [...Object.values(writable), roomOf(mounts)];
  return Size.kibibytes(all.reduce((sum, size) => sum + kibibytes(size), 0));
}

/**
 * Refuses folders that could not be filled: the kubelet evicts a pod whose folders, logs and container hold more than
 * the limit together.
 */
export function checkRoom(scope: IConstruct, total: Size, limit: Size | undefined): void {
  if (!limit || kibibytes(total) < kibibytes(limit)) return;
  refuse(scope, `resources.ephemeralStorage.limit is ${quantity(limit)}, `
    + `and the writable folders may hold ${quantity(total)}: `
    + 'the pod would be evicted before they are full; raise the limit above that, or make the folders smaller');
}
