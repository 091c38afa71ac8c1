import { Size } from 'cdk8s';
import type { k8s, PersistentVolumeAccessMode } from 'cdk8s-plus-27';
import { checked } from '../checks/arguments/checked';
import type { Claim } from '../manifests/claims';
import { volumeName } from '../manifests/names';
import type { IVolume } from '../platform/plus-objects';

/** What becomes of a volume and its data when nothing uses it any more. */
export enum ClaimRetention {
  /** They stay, until somebody deletes the claim. */
  RETAIN = 'Retain',
  /** The claim is deleted, and its data with it where the StorageClass says so, as most do. */
  DELETE = 'Delete',
}

/** How large a volume is, what it is made of, and how long it is kept. */
export interface ClaimOptions {
  /**
   * How much it holds, from 1 byte to 8 PiB. Providers round up, some to whole GiB. It can be enlarged later, where
   * the StorageClass allows it, but in place only: docs/storage-operations.md says how.
   */
  readonly size: Size;

  /**
   * The name of the StorageClass that makes it.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;

  /**
   * What becomes of it when the backend is deleted: of each claim of the group, so all volumes of a backend say the
   * same.
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * What becomes of it when its replica is taken away, because there shall be fewer: of each claim of the group, so
   * all volumes of a backend say the same. What is retained is found again by the replica of that number.
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** A volume for each replica, and where it is mounted. */
export interface VolumeOptions extends ClaimOptions {
  /**
   * The folder of the container, without a colon, as in `/data`. It is empty at first, but for a `lost+found` that
   * some file systems have.
   */
  readonly mountPath: string;

  /**
   * By how many nodes or pods it can be mounted, as the StorageClass knows. Not `READ_ONLY_MANY`: nothing could ever
   * be written to it.
   * @default PersistentVolumeAccessMode.READ_WRITE_ONCE - by one node at a time
   */
  readonly accessMode?: PersistentVolumeAccessMode;
}

/**
 * Where the pods of a backend keep what they must not lose. It is a volume too, which further containers of these pods
 * may mount: `sidecars: [{ image: 'backup:1', volumeMounts: [{ path: '/data', volume: data, readOnly: true }] }]`.
 */
export class Storage implements IVolume {
  /**
   * A volume for each replica, which outlives its pod: the replica finds it again wherever it starts next. The group
   * is a StatefulSet then, whose pods have stable names (`users-0-0`) and know their number from REPLICA; each goes
   * down before its successor starts.
   *
   * Replicas are not copies of each other: what one writes, the others do not have, unless the program replicates it.
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
    throw new Error(`[Storage.volume] the storage for '${this._claim.mountPath}' is mounted in a pod of something `
      + 'else than a backend: give it to one, as in Backend.fromImage(…, { port: 8080, storage })');
  }
}

/** What the replicas of a backend keep, by its option. */
export function claimsOf({ storage = [] }: { readonly storage?: Storage | readonly Storage[] }): readonly Claim[] {
  return [storage].flat().map(({ _claim }) => _claim);
}
