import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { account } from './account';
import { autoscaler } from './autoscaler';
import { disruptionBudget } from './availability';
import { checkClaims } from './claims';
import { mountsOf } from './extra-containers';
import { GroupLabels, labelsOf, selectorOf, withLabels } from './labels';
import { claimName } from './names';
import { FurtherPort, networkPolicy } from './network-policy';
import { podParts } from './option-rows';
import { renderPod } from './pod';
import { podMonitor } from './pod-monitor';
import type { PodSpec } from './pod-spec';
import { checkExtended, checkResources } from './resources';
import { appProtocolOf, plainService, ServiceMaker } from './service';
import { workload } from './workload';
import { checkRoom, totalOf } from './writable';
import type { PatternServiceOptions } from '../platform/pattern-service';
import { Anywhere, EgressSpec, PeerSpec } from '../platform/peer-spec';
import type { Platform } from '../platform/platform';
import type { Protocol } from '../platform/protocol';
import type { Scaling } from '../platform/scaling';

/** Identical replicas behind one Service name. */
export interface GroupSpec extends GroupTraffic {
  readonly labels: GroupLabels;
  /** What the group runs on. */
  readonly platform: Platform;
  /**
   * What callers speak.
   * @default Protocol.HTTP
   */
  readonly protocol?: Protocol;
  /** The name of the ordinary Service; the headless one is called `<service>-headless`. */
  readonly service: string;
  /** What else its callers see of the ordinary Service. */
  readonly exposed?: Omit<PatternServiceOptions, 'name'>;
  /** How many pods; with `scaling`, at most. */
  readonly replicas: number;
  readonly scaling?: Scaling;
  readonly pod: PodSpec;
}

/** Who connects to whom. */
export interface GroupTraffic {
  /** Who may connect to the port that takes requests, besides the groups of the app that are known to. */
  readonly clients: readonly (PeerSpec | Anywhere)[];
  /** Where the pods may connect to. */
  readonly egress: readonly EgressSpec[];
  /** Who may connect to further ports. */
  readonly further?: readonly FurtherPort[];
}

/** What a group is reached by. */
export interface Group<S extends kplus.Service | ApiObject> {
  /** The ordinary Service: one address, kept for ever, forwarded to a ready pod. */
  readonly service: S;
  /** The headless Service: its name resolves to the addresses of the ready pods. */
  readonly headless: ApiObject;
  /** The port of the ordinary Service. */
  readonly port: number;
  /** The port of the pods, and of the headless Service: nothing translates it. */
  readonly podsPort: number;
  /** The name of the port of both Services. */
  readonly podsPortName: string;
}

/** The objects of a group: Services first, because a name that does not exist yet is cached as absent. */
export function group<S extends kplus.Service | ApiObject>(
  scope: Construct, spec: GroupSpec, ordinary: ServiceMaker<S>,
): Group<S> {
  const { labels, platform, replicas, scaling, pod } = spec;
  const name = labels.group;
  const headlessName = `${spec.service}-headless`;
  const services = [spec.service, headlessName];
  for (const claimed of new Set([name, ...services])) {
    claimName(scope, claimed, spec.exposed && claimed !== name ? 'id or service.name' : 'id');
  }
  const { claims = [] } = pod;
  checkClaims(scope, name, claims);
  const { pods: options, podMonitors, scrapeAnnotations } = platform;
  const metadata = { name, labels: labelsOf(scope, labels) };
  checkResources(scope, pod.resources);
  checkExtended(scope, pod.brought?.extendedResources ?? {});
  checkRoom(scope, totalOf(pod.writable, mountsOf(pod.brought)), pod.resources.ephemeralStorage?.limit);
  const annotations = scrapeAnnotations && pod.metrics ? scraping(pod.ports[pod.metrics.port], pod.metrics.path) : {};
  // Of none, which something of the user's own may scale it to, there is nothing to drain.
  const least = Math.max(1, scaling?.min ?? replicas);
  const parts = podParts({
    scope, labels, metadata, annotations, pod, replicas: { least, most: replicas }, options,
  });
  const template = { metadata: parts.metadata, spec: renderPod(scope, labels, pod, parts) };

  const selector = selectorOf(labels);
  const [[portName, port]] = Object.entries(pod.ports);
  const serviceSpec = {
    labels: metadata.labels,
    selector,
    port: { name: portName, number: port },
    targetPort: port,
    appProtocol: appProtocolOf(spec.protocol),
  };
  const { port: exposedPort = port, type, annotations: ofService, labels: further } = spec.exposed ?? {};
  const service = ordinary(scope, 'Service', {
    ...serviceSpec,
    name: spec.service,
    labels: withLabels(scope, 'service.labels', metadata.labels, further),
    annotations: ofService,
    port: { name: portName, number: exposedPort },
    type,
  });
  const headless = plainService(scope, 'Headless', { ...serviceSpec, name: headlessName, clusterIP: 'None' });
  if (parts.account) account(scope, metadata, parts.account);
  // Before the pods, so that none starts without its rules.
  networkPolicy({
    scope,
    labels,
    platform,
    podLabels: template.metadata.labels,
    services,
    port,
    metricsPort: pod.metrics && pod.ports[pod.metrics.port],
    clients: spec.clients,
    egress: spec.egress,
    further: spec.further,
  });
  const kind = workload(scope, metadata, {
    replicas: scaling ? undefined : replicas,
    selector,
    template,
    options: parts.workload,
    storage: claims.length > 0 ? { labels, claims, headless: headlessName } : undefined,
  });
  if (scaling) autoscaler(scope, kind, metadata, scaling, template.spec);
  if (parts.budget) disruptionBudget(scope, metadata, selector, parts.budget);
  if (podMonitors && pod.metrics) podMonitor(scope, metadata, selector, pod.metrics, podMonitors);
  return { service, headless, port: exposedPort, podsPort: port, podsPortName: portName };
}

/** What many a Prometheus looks for. */
function scraping(port: number, path: string): Record<string, string> {
  return { 'prometheus.io/scrape': 'true', 'prometheus.io/port': `${port}`, 'prometheus.io/path': path };
}
