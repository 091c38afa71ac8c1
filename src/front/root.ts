import { Duration, Size } from 'cdk8s';
import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { front, Front, Fronting, Target, whereIs } from './front';
import type { FrontOptions } from './front-options';
import { proxiesOf } from './trusted-proxies';
import { Ways } from './ways';
import { fullName } from '../backends/address';
import { checkHeld, heldSize } from '../backends/held-size';
import { NODE_RESOURCES, nodeConfig, nodeEnv, nodePod } from '../backends/node-pod';
import { checkEnv } from '../checks/env';
import { bytes } from '../checks/sizes';
import { LeafConfig, RootConfig } from '../contract';
import { withDefaults } from '../manifests/resources';
import { Protocol } from '../platform/protocol';
import { replicasOf } from '../platform/scaling';

/** The program in front of a ScatterGather's leaves. */
export interface RootOptions extends FrontOptions {
  /**
   * Environment variables, which scatter and gather functions read as `process.env.NAME`: keys of APIs from Secrets,
   * for instance.
   * @default - none but the pattern's own
   */
  readonly env?: { readonly [name: string]: EnvValue };
}

/** How a root makes one answer, as data, and the module of the function it may need. */
export interface BoundGather {
  readonly kind: RootConfig['gather'];
  /** The text of an ES module whose default export is the gather function. */
  readonly module?: string;
}

/** A leaf, as a root asks it. */
export interface LeafTarget extends Target {
  /** How long its answer may take, where that is shorter than for all. */
  readonly timeout?: Duration;
  /** Whether there is no answer without its own. */
  readonly required?: boolean;
  /** What stands in for its answer: a text of JSON. */
  readonly fallback?: string;
  /** Which shard it is, where all leaves are those of one Shard. */
  readonly owns?: LeafConfig['owns'];
}

/** What a root does. */
export interface Rooting extends Fronting {
  readonly leaves: readonly LeafTarget[];
  /** The text of an ES module whose default export says what each leaf is asked. */
  readonly scatter?: string;
  readonly gather: BoundGather;
  readonly timeout: Duration;
  readonly minResponses: number;
  readonly hedgeAfter?: Duration;
  readonly circuitBreaker?: { readonly failures: number; readonly pause: Duration };
  readonly accept: readonly string[];
  readonly maxBodySize: Size;
  readonly maxAnswerSize: Size;
  readonly maxConcurrency: number;
}

/** Makes the root of a pattern: pods of Node. */
export function root(pattern: Construct, rooting: Rooting, options: RootOptions = {}): Front {
  const replicas = replicasOf(pattern, options, 100, 'root.');
  const resources = withDefaults(options.resources, NODE_RESOURCES);
  const {
    leaves, scatter, gather, timeout, minResponses, hedgeAfter, circuitBreaker, accept, maxBodySize, maxAnswerSize,
    maxConcurrency,
  } = rooting;
  // One request and its answers must fit, else it could never be answered.
  const maxHeldSize = heldSize(pattern, 'root.', resources);
  checkHeld(pattern, 'maxBodySize', maxBodySize, 1, maxHeldSize, 'root.');
  checkHeld(pattern, 'maxAnswerSize', maxAnswerSize, leaves.length, maxHeldSize, 'root.');

  const { clients, service } = rooting;
  const spec = {
    id: 'Root', protocol: Protocol.HTTP, targets: leaves, replicas, timeout, options, clients, service,
  } as const;
  return front(pattern, spec, (place) => {
    const { scope, labels, platform } = place;
    const ways = new Ways(place);
    const routes = leaves.map((leaf): LeafConfig => ({
      ...whereIs(leaf, (host) => absolute(host, platform.clusterDomain)),
      timeout: leaf.timeout?.toMilliseconds(),
      required: leaf.required || undefined,
      fallback: leaf.fallback,
      way: ways.to(leaf),
      owns: leaf.owns,
    }));
    const ours = { POD_NAMESPACE: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE), ...ways.env };
    const { env = {} } = options;
    checkEnv(pattern, env, Object.keys({ ...nodeEnv(scope, resources), ...ours }), 'root.');
    const config: RootConfig = {
      ...nodeConfig(scope, timeout),
      leaves: routes,
      scatter: scatter === undefined ? undefined : 'scatter.mjs',
      gather: gather.kind,
      code: gather.module && 'gather.mjs',
      minResponses,
      hedgeAfter: hedgeAfter?.toMilliseconds(),
      circuitBreaker: circuitBreaker && { ...circuitBreaker, pause: circuitBreaker.pause.toMilliseconds() },
      accept,
      maxBodySize: bytes(maxBodySize),
      maxAnswerSize: bytes(maxAnswerSize),
      maxHeldSize,
      maxConcurrency,
      trustedProxies: proxiesOf(pattern, options.trustedProxies, 'root.'),
    };
    return nodePod(scope, labels, {
      program: 'root.mjs',
      // Not `root`: with the chart's id in front, that is the name of a root's own ConfigMap where chart and pattern
      // have one name.
      sharedAs: 'root-program',
      config,
      modules: {
        ...scatter !== undefined && { 'scatter.mjs': scatter },
        ...gather.module !== undefined && { 'gather.mjs': gather.module },
      },
      env: { ...env, ...ours },
      resources,
      files: ways.files,
      given: ways.given,
    });
  });
}

/** The dot at the end of a name in full keeps the pod's resolver from trying it with each search domain first. */
function absolute(host: string, clusterDomain: string): string {
  const name = fullName(host, clusterDomain);
  return name.endsWith(`.svc.${clusterDomain}`) ? `${name}.` : name;
}
