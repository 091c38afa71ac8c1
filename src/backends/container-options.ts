import { Duration } from 'cdk8s';
import { EnvFrom, EnvValue } from 'cdk8s-plus-27';
import type { BackendTraffic } from './backend-traffic';
import type { Storage } from './storage';
import type { AdditionalContainer } from '../platform/additional-container';
import type { Mount } from '../platform/mount';
import type { IEnvFrom } from '../platform/plus-objects';
import type { PodOptions } from '../platform/pod-options';

/** Options of backends that make pods: `Backend.fromImage` and `Backend.fromFunction`. */
export interface ContainerOptions extends BackendTraffic {
  /**
   * Environment variables. A function reads them as `process.env.NAME`.
   * @default - none but the pattern's own: SHARD and SHARDS in a Shard, LEAF and LEAVES in a ScatterGather, with
   * `storage` also REPLICA, the replica's number from 0
   */
  readonly env?: { readonly [name: string]: EnvValue };

  /**
   * All variables of ConfigMaps and Secrets: `[Env.fromSecret(database)]`, with Env of cdk8s-plus. If two sources have
   * a variable of the same name, the later source wins. A variable of `env` wins over all of them.
   * @default - none
   */
  readonly envFrom?: (EnvFrom | IEnvFrom)[];

  /**
   * Volumes, and where they are mounted: a Secret or a ConfigMap as files, a claim, an `emptyDir` in memory, a CSI
   * driver's. All replicas mount the same; a claim that only one node may mount keeps them all on that node. Volumes
   * for each replica are `storage`. A function may read what is mounted, and write there unless the mount is
   * `readOnly`.
   * @default - none
   */
  readonly volumeMounts?: Mount[];

  /**
   * Volumes that outlive their pods, one of each for each replica: see `Storage.volume`. The group is then a
   * StatefulSet. It has 1 replica by default, and each of its pods goes down before its successor starts. Replicas are
   * not copies of each other: docs/storage.md.
   * @default - none: what a pod writes is gone with it
   */
  readonly storage?: Storage | Storage[];

  /**
   * Containers that run before the one that takes requests, one after the other. Each must end with exit code 0. By
   * default they run as the user of the pod, so that they can share a volume, with a read-only root file system and
   * without capabilities, with 50m to 500m of CPU and 128 MiB of memory.
   * @default - none
   */
  readonly initContainers?: AdditionalContainer[];

  /**
   * Containers that run beside the one that takes requests, for as long as it does: they are started before it and
   * before the `initContainers`, each waits for the startup probe of the one before, and they are stopped after it
   * (Kubernetes' native sidecars). Their defaults are those of `initContainers`. Other pods cannot reach their ports.
   * @default - none
   */
  readonly sidecars?: AdditionalContainer[];

  /**
   * Resources of nodes other than CPU, memory and disk, by name, in whole numbers from 1 up: `{ 'nvidia.com/gpu': 1
   * }`. The number is both the request and the limit.
   * @default - none
   */
  readonly extendedResources?: { readonly [name: string]: number };

  /**
   * How long a pod may take to start, in whole seconds. The startup probe runs every second. A container that has not
   * started by then is started again. For every second above one minute, a rollout waits a second longer before it
   * counts as stuck (`pods.progressDeadline`).
   * @default Duration.minutes(1)
   */
  readonly startupTime?: Duration;

  /**
   * Where the pods of this backend run, and other options of pods. Each option replaces that of the pattern's own
   * `pods`.
   * @default - the pattern's `pods`
   */
  readonly pods?: PodOptions;
}
