import { Size } from 'cdk8s';
import { ContainerResources, EnvValue } from 'cdk8s-plus-27';
import type { ClaimRetention } from './storage';
import type { TlsOptions } from './tls-options';
import type { Peer } from '../platform/peer';
import type { PodOptions } from '../platform/pod-options';

/** A Valkey that is made beside those who use it. */
export interface ValkeyOptions {
  /**
   * How much its volume holds. It must be four times what the server may hold in memory (half of its memory limit): it
   * keeps an append-only file, which grows to twice the data before it is written anew beside the old one, and a full
   * volume would end the server.
   */
  readonly size: Size;

  /**
   * The password that those who use it log in with, from a Secret of each namespace that has pods of theirs:
   * `EnvValue.fromSecretValue({ secret, key: 'password' })`. It may not begin with two dashes.
   */
  readonly password: EnvValue;

  /**
   * The name of the StorageClass that makes its volume.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;

  /**
   * What becomes of its volume when the Valkey is deleted.
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * An image of Valkey, by tag or digest, from any registry.
   * @default - as the Platform says: 'valkey/valkey:9-alpine'
   */
  readonly image?: string;

  /**
   * What its pod asks for and may use. What is not given comes from the default. Half of the memory limit (of the
   * request, where there is no limit) is for data and connections; then writes are refused, with 507 for the client.
   * The other half is for the copy that comes about while the append-only file is written anew.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;

  /**
   * Further directives of its configuration (https://valkey.io/topics/valkey.conf/): `{ 'io-threads': '4' }`. With
   * `{ appendfsync: 'everysec' }`, a write takes less than a tenth of the time and is confirmed before it is on the
   * disk: when the node dies, the last second of what was confirmed is lost. Not those that are set here.
   * @default - none: each write is on the disk before it is confirmed (`appendfsync always`)
   */
  readonly config?: { readonly [directive: string]: string };

  /**
   * Who may connect to it besides the functions of the app whose state it keeps, and besides pods with an `Egress` to
   * it.
   * @default - nobody
   */
  readonly clients?: Peer[];

  /**
   * Where its pod runs, and what else is written on it.
   * @default - as the Platform says
   */
  readonly pods?: PodOptions;
}

/** A Valkey, or a Redis of 6.2 or newer, that is there already. */
export interface ExistingValkeyOptions {
  /**
   * Where it is, as in a URL: the name of a Service (`cache`, `cache.data.svc`), any full name, or an address. It must
   * be the primary, by itself: neither a Sentinel nor a node of a cluster.
   */
  readonly host: string;

  /**
   * The TCP port.
   * @default 6379
   */
  readonly port?: number;

  /**
   * How TLS is spoken to it. `{}` takes every default.
   * @default - it is not
   */
  readonly tls?: TlsOptions;

  /**
   * The name of a Secret with its password, and, under `username`, the user, where that is another than `default`:
   * what Secrets of the type `kubernetes.io/basic-auth` have. It is in each namespace that has pods of those who use
   * it, and is read when a pod starts.
   * @default - none: it asks for no password
   */
  readonly secret?: string;

  /**
   * The key of the password in that Secret.
   * @default 'password'
   */
  readonly passwordKey?: string;

  /**
   * What stands before the keys of the state, with a colon behind it, so that others may use the server too: 1 to 64
   * letters, digits, dashes, underscores, dots, slashes and colons. States with one prefix are one.
   * @default 'state'
   */
  readonly prefix?: string;
}
