import { EnvValue } from 'cdk8s-plus-27';
import type { BackendTraffic } from './bound-group';
import type { PodOptions } from '../platform/pod-options';

/** What the containers of every backend that makes pods can be told: those of an image, and those that run a function. */
export interface ContainerOptions extends BackendTraffic {
  /**
   * Environment variables; a function reads them as `process.env.NAME`.
   * @default - none but the pattern's own: SHARD and SHARDS in a Shard, LEAF and LEAVES in a ScatterGather
   */
  readonly env?: { readonly [name: string]: EnvValue };

  /**
   * Where the pods of this backend run, and what else is written on them, in place of what the pattern's own `pods` say, option by option.
   * @default - as the pattern's `pods` say
   */
  readonly pods?: PodOptions;
}
