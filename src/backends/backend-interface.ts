import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { CallerHeaders } from './caller-headers';
import type { HeaderValue } from './header-value';
import type { TlsOptions } from './tls-options';
import type { Protocol } from '../platform/protocol';
import type { Scaling } from '../platform/scaling';

/** What a pattern asks of a backend. */
export interface BackendBindOptions {
  /** The name of the pattern, for labels. */
  readonly pattern: string;
  /** The part the group plays in the pattern: `backend`, `shard` or `leaf`. */
  readonly role: string;
  /** How many identical replicas to run, or the maximum with `scaling`. */
  readonly replicas: number;
  /**
   * How the number of replicas follows the load.
   * @default - a fixed number
   */
  readonly scaling?: Scaling;
  /**
   * Environment variables that tell pods which group they belong to.
   * @default - none
   */
  readonly env?: { readonly [name: string]: string };
}

/** Where a backend takes requests, and how it is spoken to. */
export interface BackendAddress {
  /**
   * The name of a Service in the pattern's own namespace (`users`), a Service's name that ends with `.svc`
   * (`users.shop.svc`), any full host name, or an IPv4 or IPv6 address.
   */
  readonly host: string;
  /** The TCP port. */
  readonly port: number;
  /**
   * A headless Service over the same pods, which resolves to the addresses of all ready pods. Load is then spread over
   * the pods, and a request that one of them refuses goes to another.
   * @default - none: all connections go to `host`
   */
  readonly podsHost?: string;
  /**
   * The TCP port of the pods, if it differs from `port`. No Service translates the port of a connection to a pod's own
   * address.
   * @default - the same as `port`
   */
  readonly podsPort?: number;
  /**
   * The name of the port at `podsHost`. DNS has an SRV record of this name for each pod
   * (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#srv-records). Affinity by a key needs
   * it.
   * @default - none
   */
  readonly podsPortName?: string;
  /**
   * How many pods there may be at most.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Whether pods go down before their successors start, as those of a StatefulSet do. Routers in front then let
   * requests wait: see `router.patience`.
   * @default false
   */
  readonly restartsInPlace?: boolean;
  /**
   * How long an answer may take to begin, if the backend has such a limit. Routers in front wait for as long.
   * @default - no limit is known
   */
  readonly timeout?: Duration;
  /**
   * How long an idle connection to the backend is kept for further requests. With 0, each request has a connection of
   * its own. It must be shorter than the time after which the backend closes an idle connection itself.
   * @default - 4 seconds
   */
  readonly keepAlive?: Duration;
  /**
   * What it speaks.
   * @default Protocol.HTTP
   */
  readonly protocol?: Protocol;
  /**
   * How TLS is spoken to it.
   * @default - no TLS
   */
  readonly tls?: TlsOptions;
  /**
   * The Host header (in gRPC `:authority`), with the port unless it is the default of the scheme.
   * @default - that of the caller's request
   */
  readonly hostHeader?: string;
  /**
   * A prefix for the path of each request: `/v1`. It starts with a slash, does not end with one, and is sent as it is
   * written.
   * @default - no prefix
   */
  readonly basePath?: string;
  /**
   * Headers that requests get on their way there. They replace headers of the caller.
   * @default - none
   */
  readonly headers?: { readonly [name: string]: HeaderValue };
  /**
   * Which headers of the caller's request go there.
   * @default - all; to a host outside of the cluster, `CallerHeaders.anonymous()`
   */
  readonly callerHeaders?: CallerHeaders;
  /**
   * How long it may take to connect, with TLS including the handshake.
   * @default - half a second within the cluster, 5 seconds to a host outside of it
   */
  readonly connectTimeout?: Duration;
}

/**
 * What answers the requests of a pattern: pods of an image, pods that run a function, another pattern, or your own
 * class (docs/own-backends.md).
 */
export interface IBackend {
  /**
   * How many replicas a pattern makes by default, from 1 to 1000.
   * @default 2
   */
  readonly defaultReplicas?: number;

  /**
   * Makes what the backend needs below `scope`, or nothing if it exists already, and returns where it answers.
   *
   * A pattern calls it once for each of its groups, each time with another `id`.
   */
  bind(scope: Construct, id: string, options: BackendBindOptions): BackendAddress;
}
