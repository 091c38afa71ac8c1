import { Size } from 'cdk8s';
import { ContainerResources, EnvValue } from 'cdk8s-plus-27';
import type { ClaimRetention } from './storage';
import type { TlsOptions } from './tls-options';
import type { Peer } from '../platform/peer';
import type { PodOptions } from '../platform/pod-options';

/** Options of a Valkey that is made. */
export interface ValkeyOptions {
  /**
   * The size of its volume. It must be at least four times the memory for data, which is half of the memory limit. The
   * append-only file grows to twice the data before a new one is written beside it, and a full volume would end the
   * server.
   */
  readonly size: Size;

  /**
   * The password, from a Secret: `EnvValue.fromSecretValue({ secret, key: 'password' })`. The Secret must be in each
   * namespace that has pods which use the Valkey. The password may not begin with two dashes.
   */
  readonly password: EnvValue;

  /**
   * The name of the StorageClass that makes its volume.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;

  /**
   * What happens to its volume when the Valkey is deleted.
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * An image of Valkey, by tag or digest, from any registry.
   * @default - `valkeyImage` of the Platform: 'valkey/valkey:9-alpine'
   */
  readonly image?: string;

  /**
   * Requests and limits of its pod. What you leave out has its default. Half of the memory limit, or of the request if
   * there is no limit, is for data and connections. When it is full, writes fail with status 507. The other half is
   * for the copy that the server makes of itself while it rewrites the append-only file.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;

  /**
   * Further directives of its configuration (https://valkey.io/topics/valkey.conf/): `{ 'io-threads': '4' }`. With `{
   * appendfsync: 'everysec' }`, a write takes less than a tenth of the time, but is confirmed before it is on the
   * disk: if the node dies, the last second of what was confirmed is lost. Directives that this library sets itself
   * are refused.
   * @default - none: each write is on the disk before it is confirmed (`appendfsync always`)
   */
  readonly config?: { readonly [directive: string]: string };

  /**
   * Who may connect to it, besides the functions whose state it keeps and pods with an `Egress` to it.
   * @default - nobody
   */
  readonly clients?: Peer[];

  /**
   * Where its pod runs, and other options of pods.
   * @default - `pods` of the Platform
   */
  readonly pods?: PodOptions;
}

/** A Valkey, or a Redis 6.2 or newer, that exists already. */
export interface ExistingValkeyOptions {
  /**
   * Its host, as in a URL: the name of a Service (`cache`, `cache.data.svc`), any full name, or an IP address. It must
   * be a single primary that has all keys, neither a Sentinel nor a node of a cluster.
   */
  readonly host: string;

  /**
   * The TCP port.
   * @default 6379
   */
  readonly port?: number;

  /**
   * How TLS is spoken to it. `{}` takes every default.
   * @default - no TLS
   */
  readonly tls?: TlsOptions;

  /**
   * The name of a Secret with its password and, as `username`, the user if it is not `default`. Secrets of the type
   * `kubernetes.io/basic-auth` have these keys. It must be in each namespace that has pods which use the server, and
   * is read when a pod starts.
   * @default - none, for a server without a password
   */
  readonly secret?: string;

  /**
   * The key of the password in that Secret.
   * @default 'password'
   */
  readonly passwordKey?: string;

  /**
   * The prefix of the keys of the state, which a colon follows, so that others may use the server too: 1 to 64
   * letters, digits, dashes, underscores, dots, slashes and colons. States with the same prefix are one state.
   * @default 'state'
   */
  readonly prefix?: string;
}
