import { mkdir, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { writeVolume } from './volumes';
import { Mount } from '../images/container-context';
import { expand, PodFacts } from '../manifests/environment';
import { ContainerSpec, Volume, VolumeMount } from '../manifests/kube';
import { ObjectStore } from '../manifests/object-store';
import { Claims } from '../storage/claims';

/** What the folder of a volume lies in. */
export interface VolumeFolders {
  /** The pod's own, which goes with it. */
  readonly pod: string;
  /** Those of claims, which outlive the pod: all pods that name a claim share its folder. */
  readonly claims: Claims;
}

/** The volumes of a pod, as folders of this machine. */
export class PodVolumes {
  public constructor(
    private readonly pod: PodFacts, private readonly folders: VolumeFolders, private readonly store: ObjectStore,
  ) {}

  /**
   * Makes them, and brings the files of those that are there up to date. Throws when an object that one is made of is
   * not there.
   */
  public async write(): Promise<void> {
    await mkdir(this.folders.pod, { recursive: true });
    await this.folders.claims.settled();
    await Promise.all(this.volumes.map((volume) => writeVolume(volume, this.folderOf(volume), this.pod, this.store)));
  }

  /**
   * Where the mounts of a container are. What a subPath names is made, as a kubelet makes it.
   * @param env what the manifest declares for the container.
   */
  public async mounts({ volumeMounts = [] }: ContainerSpec, env: Record<string, string>): Promise<Mount[]> {
    return Promise.all(volumeMounts.map(async (mount) => {
      return [mount.mountPath, await this.source(mount, env), this.isReadOnly(mount)] as const;
    }));
  }

  private get volumes(): readonly Volume[] { return this.pod.spec.volumes ?? []; }

  private async source({ name, subPath, subPathExpr }: VolumeMount, env: Record<string, string>): Promise<string> {
    const volume = this.volumes.find((each) => each.name === name)!;
    const inner = subPathExpr ? expand(subPathExpr, env) : subPath;
    // Behind a slash no `..` of a variable leads out of the volume.
    const source = join(this.folderOf(volume), normalize(`/${inner ?? ''}`));
    if (inner && !await stat(source).catch(() => undefined)) await mkdir(source, { recursive: true });
    return source.replace(/\/$/, '');
  }

  private folderOf({ name, persistentVolumeClaim }: Volume): string {
    return persistentVolumeClaim
      ? this.folders.claims.folder(this.pod.namespace, persistentVolumeClaim.claimName)
      : join(this.folders.pod, name);
  }

  /** What is made of objects always is. */
  private isReadOnly({ name, readOnly = false }: VolumeMount): boolean {
    const { configMap, secret, projected, downwardAPI } = this.volumes.find((each) => each.name === name)!;
    return readOnly || [configMap, secret, projected, downwardAPI].some((each) => each !== undefined);
  }
}
