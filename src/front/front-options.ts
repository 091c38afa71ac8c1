import { ContainerResources } from 'cdk8s-plus-27';
import type { Egress } from '../platform/egress';
import type { PodOptions } from '../platform/pod-options';
import type { Scaling } from '../platform/scaling';

/** What the router and the root, which stand in front of groups, can both be told. */
export interface FrontOptions {
  /**
   * How many of its pods, from 1 to 100.
   * @default 2
   */
  readonly replicas?: number;

  /**
   * How the number of its pods follows the load, instead of `replicas`.
   * @default - it does not: one core of nginx passes on some 50,000 requests a second
   */
  readonly scaling?: Scaling;

  /**
   * Where its pods may connect to, besides its backends and DNS: the sidecar of a mesh, for instance, must reach its
   * control plane.
   * @default - nowhere else
   */
  readonly egress?: Egress[];

  /**
   * Addresses and networks (`10.0.0.0/8`) of gateways that may call, such as an Ingress controller. What they say of
   * the client in `x-forwarded-*`, `x-real-ip` and `forwarded` is passed on, and their own address is added to
   * `x-forwarded-for`; of anyone else these headers are replaced by what is seen itself. An empty list believes
   * nobody.
   *
   * The `x-forwarded-proto` that leaves get of a root is `https` or `http`: of a list the first counts, and `wss` and
   * `ws` are the schemes that they are carried by.
   * @default - the private networks of RFC 1918, RFC 6598 and RFC 4193, which is where a cluster's pods and nodes are:
   * change it where clients that you do not trust call from such an address
   */
  readonly trustedProxies?: string[];

  /**
   * What each of its pods asks for and may use. What is not given comes from the default. docs/operating.md says what
   * memory is needed for.
   *
   * A router gets one worker process per whole core of the CPU limit (of the request, where there is no limit). Memory
   * bounds how many requests may be open at once where a script finds their key (`ShardKey.fromFunction` and
   * `fromField`; `fromQuery` and `fromPath` only where query or path have `%` or bytes outside ASCII, or a query `+`),
   * because each takes 0.3 MiB until it is answered, a WebSocket too: 346 with 128 MiB. Where the router reads bodies,
   * 295 with 256 MiB, of which 25 may have a body that is larger than 10 kB or sent in chunks. Further ones are
   * answered with 503.
   *
   * In a root, a quarter of the memory limit (of the request, where there is no limit) is for the bodies of requests
   * and answers in flight, and for what is made of them: the values that a gather function gets take 3 to 20 times the
   * memory of their JSON. A request that finds no room for its body or for these values gets a 503, and a leaf whose
   * answer finds none has failed.
   * @default - cpu 100m to 1, memory 256 MiB (of a router that reads no bodies 128 MiB), twice that in a router in
   * which requests wait (`patience`), ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;

  /**
   * Where its pods run, and what else is written on them, in place of what the pattern's own `pods` say, option by
   * option.
   * @default - as the pattern's `pods` say
   */
  readonly pods?: PodOptions;
}
