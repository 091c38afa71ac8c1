import { ContainerResources } from 'cdk8s-plus-27';
import type { Egress } from '../platform/egress';
import type { PodOptions } from '../platform/pod-options';
import type { Scaling } from '../platform/scaling';

/** Options that routers and roots, which stand in front of groups, have in common. */
export interface FrontOptions {
  /**
   * How many pods there are, from 1 to 100.
   * @default 2
   */
  readonly replicas?: number;

  /**
   * How the number of pods follows the load, instead of `replicas`.
   * @default - it does not: one core of nginx passes on some 50,000 requests a second
   */
  readonly scaling?: Scaling;

  /**
   * Where the pods may connect to, in addition to their backends and DNS. The sidecar of a mesh, for example, must
   * reach its control plane.
   * @default - nowhere else
   */
  readonly egress?: Egress[];

  /**
   * Addresses and networks (`10.0.0.0/8`) of trusted gateways, such as an Ingress controller. What they say of the
   * client in `x-forwarded-*`, `x-real-ip` and `forwarded` is passed on, and their own address is added to
   * `x-forwarded-for`. From anybody else, these headers are replaced by what the router or root sees itself. With an
   * empty list, nobody is trusted.
   *
   * The `x-forwarded-proto` that a root sends to leaves is `https` or `http`. Of a list the first counts, and `wss`
   * and `ws` count as the schemes that carry them.
   * @default - the private networks of RFC 1918, RFC 6598 and RFC 4193, where the pods and nodes of a cluster are.
   * Change it if clients that you do not trust call from such an address
   */
  readonly trustedProxies?: string[];

  /**
   * Requests and limits of each pod. Each one that is left out has its default. docs/operating.md says what memory is
   * needed for.
   *
   * A router gets one worker process per whole core of the CPU limit (of the request, if there is no limit). If a
   * script finds the key of a request, memory bounds how many such requests may be open at once. Each takes 0.3 MiB
   * until it is answered, a WebSocket too, so that 346 fit into 128 MiB. A script finds the key with
   * `ShardKey.fromFunction` and `fromField`; with `fromQuery` and `fromPath` only if query or path have `%` or bytes
   * outside ASCII, or a query `+`. If the router reads bodies, 295 requests fit into 256 MiB, of which 25 may have a
   * body that is larger than 10 kB or sent in chunks. Further requests are answered with 503.
   *
   * In a root, a quarter of the memory limit (of the request, if there is no limit) is for bodies of requests and
   * answers, and for what is made of them. The values that a gather function gets take 3 to 20 times the memory of
   * their JSON. A request without room for its body or for these values gets a 503. A leaf without room for its answer
   * has failed.
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
