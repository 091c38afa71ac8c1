import { Size } from 'cdk8s';
import type { k8s, PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { checked } from '../checks/arguments/checked';
import { Refusal } from '../checks/refusal';
import type { Claim } from '../manifests/claims';
import { volumeName } from '../manifests/names';
import type { IVolume } from '../platform/plus-objects';

/** What happens to a volume and its data when nothing uses it any more. */
export enum ClaimRetention {
  /** They stay until somebody deletes the claim. */
  RETAIN = 'Retain',
  /** The claim is deleted, and with most StorageClasses its data too. */
  DELETE = 'Delete',
}

/** The size of a volume, its StorageClass, and how long it is kept. */
export interface ClaimOptions {
  /**
   * How much it holds, from 1 byte to 8 PiB. Providers round up, some to whole GiB. If the StorageClass allows it, the
   * volume can be enlarged later (docs/storage-operations.md). It can never become smaller.
   */
  readonly size: Size;

  /**
   * The name of the StorageClass that makes it.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;

  /**
   * What happens to the volume when the backend is deleted. All volumes of a backend must agree.
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * What happens to the volume when its replica is removed because there should be fewer. All volumes of a backend
   * must agree. A retained volume is used again by the next replica of the same number.
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** A volume for each replica, and where it is mounted. */
export interface VolumeOptions extends ClaimOptions {
  /**
   * The folder of the container, without a colon, as in `/data`. It is empty at first, except for a `lost+found` on
   * some file systems.
   */
  readonly mountPath: string;

  /**
   * How many nodes or pods may mount the volume. The StorageClass must support it. `READ_ONLY_MANY` is refused,
   * because nothing could ever be written.
   * @default PersistentVolumeAccessMode.READ_WRITE_ONCE - by one node at a time
   */
  readonly accessMode?: PersistentVolumeAccessMode;
}

/**
 * Where the pods of a backend keep what they must not lose. Sidecars and init containers of these pods may mount it
 * too: `sidecars: [{ image: 'backup:1', volumeMounts: [{ path: '/data', volume: data, readOnly: true }] }]`.
 */
export class Storage implements IVolume {
  /**
   * A volume for each replica. It outlives the pod, and the replica finds it again wherever it starts next. The group
   * is then a StatefulSet. Its pods have stable names (`users-0-0`) and their number in the variable REPLICA, and each
   * goes down before its successor starts.
   *
   * Replicas are not copies of each other. What one writes, the others do not have, unless the program replicates it.
   *
   * ```ts
   * Backend.fromImage('ghcr.io/acme/users:1.4.2', {
   *   port: 8080,
   *   storage: Storage.volume({ mountPath: '/data', size: Size.gibibytes(20) }),
   * })
   * ```
   */
  public static volume(options: VolumeOptions): Storage {
    [options] = checked('Storage.volume', [options]);
    return new Storage({
      accessMode: 'ReadWriteOnce', whenDeleted: ClaimRetention.RETAIN, whenScaled: ClaimRetention.RETAIN, ...options,
    });
  }

  /** @internal */
  public static _ofState(options: VolumeOptions): Storage {
    return new Storage({ ...Storage.volume(options)._claim, from: 'state' });
  }

  /** The folder of the container that it is mounted at. */
  public readonly mountPath: string;

  private constructor(
    /** @internal */
    public readonly _claim: Claim,
  ) {
    this.mountPath = _claim.mountPath;
  }

  /** Its name in the pod, made of the path: `data`. With that of the pod behind it, it is the name of the claim. */
  public get name(): string {
    return volumeName(this.mountPath);
  }

  /** @internal */
  public _toKube(): k8s.Volume {
    throw new Refusal(`[Storage.volume] the storage for '${this._claim.mountPath}' is mounted in a pod of something `
      + 'else than a backend: give it to one, as in Backend.fromImage(…, { port: 8080, storage })');
  }
}

/** What the replicas of a backend keep, by its option. */
export function claimsOf({ storage = [] }: { readonly storage?: Storage | readonly Storage[] }): readonly Claim[] {
  return [storage].flat().map(({ _claim }) => _claim);
}
