import { Size } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { GroupLabels, selectorOf } from './labels';
import { checkMountPath } from './mounts';
import { takeClaims, volumeName } from './names';
import { largeQuantity } from './resources';
import { refuse } from '../checks/errors';
import { isObjectName } from '../checks/hosts';
import { checkSize } from '../checks/numbers';
import { bytes } from '../checks/sizes';

/** A volume that each replica has for itself. */
export interface Claim {
  /**
   * The option that it comes from.
   * @default storage
   */
  readonly from?: 'state';
  readonly mountPath: string;
  readonly size: Size;
  /** The cluster's default class, if none is given. */
  readonly storageClass?: string;
  /** As Kubernetes calls it: `ReadWriteOnce`. */
  readonly accessMode: string;
  /** `Retain` or `Delete`. */
  readonly whenDeleted: string;
  readonly whenScaled: string;
}

/** The whole bytes that numbers of JavaScript count one by one. */
const LARGEST_SIZE = 2 ** 53;

/**
 * Pods of a StatefulSet have a label with its name, a dash and a hash of up to ten digits, and without that label they
 * are not made (https://github.com/kubernetes/kubernetes/issues/64023).
 */
const LONGEST_NAME = 52;

/**
 * Refuses volumes that Kubernetes would refuse, or that nothing could be kept in.
 * @param group its name
 */
export function checkClaims(scope: Construct, group: string, claims: readonly Claim[]): void {
  if (claims.length > 0 && group.length > LONGEST_NAME) {
    refuse(scope, `its name '${group}' has ${group.length} characters, and with storage it may have ${LONGEST_NAME}, `
      + 'because Kubernetes appends a hash: use a shorter id');
  }
  const several = claims.filter(({ from }) => !from).length > 1;
  const names = claims.map(({ from }, index) => from ?? (several ? `storage[${index}]` : 'storage'));
  for (const [index, { mountPath, size, storageClass, accessMode }] of claims.entries()) {
    const called = names[index];
    checkMountPath(scope, `${called} names`, mountPath);
    const other = claims.findIndex((claim, at) => at !== index && claim.mountPath === mountPath);
    if (other !== -1) {
      refuse(scope, `${called} names '${mountPath}', as ${names[other]} does: give it a mountPath of its own`);
    }
    checkSize(scope, `${called}.size`, size);
    if (bytes(size) > LARGEST_SIZE) refuse(scope, `${called}.size is more than 8 PiB: give less`);
    if (storageClass !== undefined && !isObjectName(storageClass)) {
      refuse(scope, `${called}.storageClass is '${storageClass}', which is no name of an object: write it as in `
        + "'fast', or leave it out for the cluster's default class");
    }
    if (accessMode === 'ReadOnlyMany') {
      refuse(scope, `${called}.accessMode is '${accessMode}', and nothing could ever be written to an empty volume: `
        + 'leave it out, or mount a volume that has its content by volumeMounts');
    }
    takeClaims(scope, group, mountPath);
  }
  for (const property of ['whenDeleted', 'whenScaled'] as const) {
    const [first, other] = new Set(claims.map((claim) => claim[property]));
    if (other === undefined) continue;
    refuse(scope, `storage has ${property} '${first}' for one volume and '${other}' for another: Kubernetes knows one `
      + 'for all volumes of a backend; give each the same');
  }
}

/**
 * The `volumeMounts` of the container that takes requests.
 * @param taken paths where something is mounted already
 */
export function renderClaimMounts(scope: IConstruct, claims: readonly Claim[], taken: readonly string[]): object[] {
  return claims.map(({ mountPath }) => {
    if (taken.includes(mountPath)) {
      refuse(scope, `storage names '${mountPath}', where something else is mounted: use another mountPath, `
        + 'or leave one of them out');
    }
    return { name: volumeName(mountPath), mountPath };
  });
}

/** The `spec` of a StatefulSet, as far as it is about its volumes. */
export function renderClaims(labels: GroupLabels, claims: readonly Claim[]): object {
  const [{ whenDeleted, whenScaled }] = claims;
  return {
    persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
    volumeClaimTemplates: claims.map(({ mountPath, size, storageClass, accessMode }) => ({
      // The API server adds these and the volumeMode: what compares manifests with it finds no difference.
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      // No more labels than can never change: the API server refuses each change of a template.
      metadata: { name: volumeName(mountPath), labels: selectorOf(labels) },
      spec: {
        accessModes: [accessMode],
        volumeMode: 'Filesystem',
        storageClassName: storageClass,
        resources: { requests: { storage: largeQuantity(size) } },
      },
    })),
  };
}
