import { Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu, EnvFieldPaths, EnvValue, Service } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { trafficInFront } from './traffic';
import { proxiesOf } from './trusted-proxies';
import { addressOf, fullName } from '../backends/address';
import type { BackendAddress } from '../backends/backend-interface';
import { checkHeld, heldSize } from '../backends/held-size';
import { nodeConfig, nodePod } from '../backends/node-pod';
import { bytes } from '../checks/sizes';
import { LeafConfig, RootConfig } from '../contract';
import { group } from '../manifests/group';
import { nameOf } from '../manifests/names';
import { withDefaults } from '../manifests/resources';
import { publicService } from '../manifests/service';
import type { Peer } from '../platform/peer';
import { Platform } from '../platform/platform';
import { replicasOf, Scaling } from '../platform/scaling';

/** The program in front of a ScatterGather's leaves. */
export interface RootOptions {
  /**
   * How many root pods, from 1 to 100.
   * @default 2
   */
  readonly replicas?: number;

  /**
   * How the number of root pods follows the load, instead of `replicas`.
   * @default - it does not
   */
  readonly scaling?: Scaling;

  /**
   * Addresses and networks (`10.0.0.0/8`) of gateways that may call the root, such as an Ingress controller. What
   * they say of the client in `x-forwarded-*`, `x-real-ip` and `forwarded` is passed on to the leaves, and their own
   * address is added to `x-forwarded-for`; of anyone else these headers are replaced by what the root sees itself.
   * The leaves' `x-forwarded-proto` is `https` or `http`: of a list the first counts, and `wss` and `ws` are the
   * schemes that they are carried by. An empty list believes nobody.
   * @default - the private networks of RFC 1918, RFC 6598 and RFC 4193, which is where a cluster's pods and nodes are: change it
   * where clients that you do not trust reach the root from such an address
   */
  readonly trustedProxies?: string[];

  /**
   * What each root pod asks for and may use; what is not given comes from the default. A quarter of the memory limit
   * (of the request, where there is no limit) is for the bodies of requests and answers in flight, and for what is
   * made of them: the values that a gather function gets take 3 to 20 times the memory of their JSON. A request that
   * finds no room for its body or for these values gets a 503, and a leaf whose answer finds none has failed.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;
}

/** As for functions: it is Node as well. */
const RESOURCES = {
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: Size.mebibytes(256), limit: Size.mebibytes(256) },
  ephemeralStorage: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
};

/** A leaf as a root sends to it. */
export interface RootLeaf {
  /** What the leaf is called in logs, metrics and failures. */
  readonly name: string;
  readonly address: BackendAddress;
}

/** How a root makes one answer, as data, and the module of the function it may need. */
export interface BoundGather {
  readonly kind: RootConfig['gather'];
  /** The text of an ES module whose default export is the gather function. */
  readonly module?: string;
}

/** What a root does. */
export interface Rooting {
  /** Who may call. */
  readonly clients?: readonly Peer[];
  readonly leaves: readonly RootLeaf[];
  readonly gather: BoundGather;
  readonly timeout: Duration;
  readonly minResponses: number;
  readonly hedgeAfter?: Duration;
  readonly accept: readonly string[];
  readonly maxBodySize: Size;
  readonly maxAnswerSize: Size;
  readonly maxConcurrency: number;
}

/** A root as its pattern hands it out. */
export interface Root {
  readonly service: Service;
  readonly address: BackendAddress;
}

/** Makes the root of a pattern: a group of Node pods whose Service carries the pattern's own name. */
export function root(pattern: Construct, rooting: Rooting, options: RootOptions = {}): Root {
  const replicas = replicasOf(pattern, options, 100, 'root.');
  const resources = withDefaults(options.resources, RESOURCES);
  const { leaves, gather, timeout, minResponses, hedgeAfter, accept, maxBodySize, maxAnswerSize, maxConcurrency } = rooting;
  // One request and its answers must fit, else it could never be answered.
  const maxHeldSize = heldSize(pattern, 'root.', resources);
  checkHeld(pattern, 'maxBodySize', maxBodySize, 1, maxHeldSize, 'root.');
  checkHeld(pattern, 'maxAnswerSize', maxAnswerSize, leaves.length, maxHeldSize, 'root.');

  const scope = new Construct(pattern, 'Root');
  const labels = { pattern: nameOf(pattern), group: nameOf(scope), role: 'root' };
  const { clusterDomain } = Platform.of(scope);
  const made = group(scope, {
    labels,
    service: labels.pattern,
    replicas,
    scaling: options.scaling,
    ...trafficInFront(leaves, rooting.clients),
    pod: nodePod(scope, labels, {
      program: 'root.mjs',
      // Not `root`: with the chart's id in front, that is the name of a root's own ConfigMap where chart and pattern have one name.
      sharedAs: 'root-program',
      config: {
        ...nodeConfig(timeout),
        leaves: leaves.map((leaf) => leafConfig(leaf, clusterDomain)),
        gather: gather.kind,
        code: gather.module && 'gather.mjs',
        minResponses,
        hedgeAfter: hedgeAfter?.toMilliseconds(),
        accept,
        maxBodySize: bytes(maxBodySize),
        maxAnswerSize: bytes(maxAnswerSize),
        maxHeldSize,
        maxConcurrency,
        trustedProxies: proxiesOf(pattern, options.trustedProxies, 'root.'),
      },
      modules: gather.module === undefined ? {} : { 'gather.mjs': gather.module },
      env: { POD_NAMESPACE: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE) },
      resources,
    }),
  }, publicService);
  return { service: made.service, address: { ...addressOf(made, replicas), timeout } };
}

function leafConfig({ name, address }: RootLeaf, clusterDomain: string): LeafConfig {
  return {
    name,
    host: absolute(address.host, clusterDomain),
    podsHost: address.podsHost && absolute(address.podsHost, clusterDomain),
    port: address.port,
  };
}

/** The dot at the end of a name in full keeps the pod's resolver from trying it with each search domain first. */
function absolute(host: string, clusterDomain: string): string {
  const name = fullName(host, clusterDomain);
  return name.endsWith(`.svc.${clusterDomain}`) ? `${name}.` : name;
}
