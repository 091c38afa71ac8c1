import { Duration, Size } from 'cdk8s';
import { EnvFieldPaths, EnvValue, Service } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { exposedAs } from './exposed';
import type { FrontOptions } from './front-options';
import { trafficInFront } from './traffic';
import { proxiesOf } from './trusted-proxies';
import { addressOf, fullName } from '../backends/address';
import type { BackendAddress } from '../backends/backend-interface';
import { checkHeld, heldSize } from '../backends/held-size';
import { NODE_RESOURCES, nodeConfig, nodePod } from '../backends/node-pod';
import { bytes } from '../checks/sizes';
import { LeafConfig, RootConfig } from '../contract';
import { group } from '../manifests/group';
import { nameOf } from '../manifests/names';
import { withDefaults } from '../manifests/resources';
import { publicService } from '../manifests/service';
import type { PatternServiceOptions } from '../platform/pattern-service';
import type { Peer } from '../platform/peer';
import { platformOf } from '../platform/platform';
import { replicasOf } from '../platform/scaling';

/** The program in front of a ScatterGather's leaves. */
export interface RootOptions extends FrontOptions {}

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
  /** What callers see. */
  readonly service?: PatternServiceOptions;
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
  const resources = withDefaults(options.resources, NODE_RESOURCES);
  const {
    leaves, gather, timeout, minResponses, hedgeAfter, accept, maxBodySize, maxAnswerSize, maxConcurrency,
  } = rooting;
  // One request and its answers must fit, else it could never be answered.
  const maxHeldSize = heldSize(pattern, 'root.', resources);
  checkHeld(pattern, 'maxBodySize', maxBodySize, 1, maxHeldSize, 'root.');
  checkHeld(pattern, 'maxAnswerSize', maxAnswerSize, leaves.length, maxHeldSize, 'root.');

  const scope = new Construct(pattern, 'Root');
  const labels = { pattern: nameOf(pattern), group: nameOf(scope), role: 'root' };
  const exposed = exposedAs(pattern, labels.pattern, rooting.service);
  const platform = platformOf(scope, options.pods);
  const made = group(scope, {
    labels,
    platform,
    ...exposed,
    replicas,
    scaling: options.scaling,
    ...trafficInFront(leaves, rooting.clients, options.egress),
    pod: nodePod(scope, labels, {
      program: 'root.mjs',
      // Not `root`: with the chart's id in front, that is the name of a root's own ConfigMap where chart and pattern
      // have one name.
      sharedAs: 'root-program',
      config: {
        ...nodeConfig(scope, timeout),
        leaves: leaves.map((leaf) => leafConfig(leaf, platform.clusterDomain)),
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
    podsPort: address.podsPort,
    keepAlive: address.keepAlive?.toMilliseconds(),
  };
}

/** The dot at the end of a name in full keeps the pod's resolver from trying it with each search domain first. */
function absolute(host: string, clusterDomain: string): string {
  const name = fullName(host, clusterDomain);
  return name.endsWith(`.svc.${clusterDomain}`) ? `${name}.` : name;
}
