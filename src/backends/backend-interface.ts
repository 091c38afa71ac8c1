import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { Scaling } from '../platform/scaling';

/** What a pattern asks of a backend. */
export interface BackendBindOptions {
  /** The name of the pattern, for labels. */
  readonly pattern: string;
  /** The part the group plays in the pattern: `backend`, `shard` or `leaf`. */
  readonly role: string;
  /** How many identical replicas to run; with `scaling`, at most. */
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

/** Where a backend answers HTTP. */
export interface BackendAddress {
  /**
   * The name of a Service in the pattern's own namespace (`users`), a Service's name that ends with `.svc`
   * (`users.shop.svc`), or any full host name.
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
   * How many pods there may be.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * How long an answer may take to begin, where the backend has such a limit of its own. Routers in front wait for as
   * long.
   * @default - not known
   */
  readonly timeout?: Duration;
  /**
   * How long an idle connection to the backend is kept for further requests; nothing means that each request has a
   * connection of its own. It must be shorter than the time after which the backend closes one itself.
   * @default - 4 seconds
   */
  readonly keepAlive?: Duration;
}

/** Whatever answers HTTP: pods of an image, pods that run a function, another pattern, or something of your own. */
export interface IBackend {
  /**
   * Makes what the backend needs below `scope` (or nothing, where it exists already) and says where it answers.
   *
   * A pattern calls it once for each of its groups, each time with another `id`.
   */
  bind(scope: Construct, id: string, options: BackendBindOptions): BackendAddress;
}
