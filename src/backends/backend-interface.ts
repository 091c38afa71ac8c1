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
  /** How many identical replicas to run, or with `scaling` the most of them. */
  readonly replicas: number;
  /**
   * How their number follows the load.
   * @default - it does not
   */
  readonly scaling?: Scaling;
  /**
   * Environment variables that tell the pods who they are.
   * @default - none
   */
  readonly env?: { readonly [name: string]: string };
}

/** Where a backend answers HTTP, and how it is spoken to. */
export interface BackendAddress {
  /**
   * The name of a Service in the pattern's own namespace (`users`), a Service's name that ends with `.svc`
   * (`users.shop.svc`), any full host name, or an address of IPv4 or IPv6.
   */
  readonly host: string;
  /** The TCP port. */
  readonly port: number;
  /**
   * Like `host`, but resolves to the addresses of all pods that are ready (a headless Service): load is then spread
   * over the pods, and a request that one of them refuses is given to another.
   * @default - none: all connections go to `host`
   */
  readonly podsHost?: string;
  /**
   * The TCP port at `podsHost`, where it is another one: what connects to pods by their own addresses passes by the
   * Service that translates ports.
   * @default - the same as `port`
   */
  readonly podsPort?: number;
  /**
   * The name of the port at `podsHost`, by which DNS tells of each pod with an SRV record
   * (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#srv-records). Affinity by a key needs it.
   * @default - it has none
   */
  readonly podsPortName?: string;
  /**
   * How many pods there may be.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Whether its pods go down before their successors start, as those of a StatefulSet do. Routers in front wait for
   * them: see `router.patience`.
   * @default false
   */
  readonly restartsInPlace?: boolean;
  /**
   * How long an answer may take to begin, where the backend has such a limit of its own. Routers in front wait for as
   * long.
   * @default - not known
   */
  readonly timeout?: Duration;
  /**
   * How long an idle connection to the backend is kept for further requests. Nothing means that each request has a
   * connection of its own. It must be shorter than the time after which the backend closes one itself.
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
   * @default - it is not
   */
  readonly tls?: TlsOptions;
  /**
   * What the Host header says (in gRPC `:authority`), with the port where it is not that of the scheme.
   * @default - what it says in the caller's request
   */
  readonly hostHeader?: string;
  /**
   * What stands in front of the path of each request: `/v1`. It starts with a slash, ends with none, and goes there as
   * it is written.
   * @default - nothing
   */
  readonly basePath?: string;
  /**
   * Headers that requests get on their way there, in the place of what the caller's say.
   * @default - none
   */
  readonly headers?: { readonly [name: string]: HeaderValue };
  /**
   * Which headers of the caller's request go there.
   * @default - all; to a host outside of the cluster, `CallerHeaders.anonymous()`
   */
  readonly callerHeaders?: CallerHeaders;
  /**
   * How long a connection may take to stand, with TLS its handshake too.
   * @default - half a second within the cluster, 5 seconds to a host outside of it
   */
  readonly connectTimeout?: Duration;
}

/** Whatever answers HTTP: pods of an image, pods that run a function, another pattern, or something of your own. */
export interface IBackend {
  /**
   * How many replicas a pattern makes where nobody says, from 1 to 1000.
   * @default 2
   */
  readonly defaultReplicas?: number;

  /**
   * Makes what the backend needs below `scope` (or nothing, where it exists already) and says where it answers.
   *
   * A pattern calls it once for each of its groups, each time with another `id`.
   */
  bind(scope: Construct, id: string, options: BackendBindOptions): BackendAddress;
}
