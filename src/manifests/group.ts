import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { Platform } from '../platform';
import { ScalingSpec, autoscaler, disruptionBudget } from './availability';
import { GroupLabels, labelsOf, selectorOf } from './labels';
import { claimName } from './names';
import { networkPolicy } from './network-policy';
import { Anywhere, EgressSpec, PeerSpec } from './peer';
import { PodSpec, renderPod } from './pod';
import { checkPodOptions } from './pod-options';
import { checkRoom } from './writable';

/** Identical replicas behind one Service name. */
export interface GroupSpec extends GroupTraffic {
  readonly labels: GroupLabels;
  /** The name of the ordinary Service; the headless one is called `<service>-headless`. */
  readonly service: string;
  /** How many pods; with `scaling`, at most. */
  readonly replicas: number;
  readonly scaling?: ScalingSpec;
  readonly pod: PodSpec;
}

/** Who connects to whom. */
export interface GroupTraffic {
  /** Who may connect to the port that takes requests, besides the groups of the app that are known to. */
  readonly clients: readonly (PeerSpec | Anywhere)[];
  /** Where the pods may connect to. */
  readonly egress: readonly EgressSpec[];
}

/** What a group is reached by. */
export interface Group {
  /** The ordinary Service: one address, kept for ever, forwarded to a ready pod. */
  readonly service: kplus.Service;
  /** The headless Service: its name resolves to the addresses of the ready pods. */
  readonly headless: kplus.Service;
}

/** The objects of a group: Services first, because a name that does not exist yet is cached as absent. */
export function group(scope: Construct, spec: GroupSpec): Group {
  const { labels, replicas, scaling, pod } = spec;
  const name = labels.group;
  const services = [spec.service, `${spec.service}-headless`];
  for (const claimed of new Set([name, ...services])) claimName(scope, claimed);
  const { pods: options, scrapeAnnotations } = Platform.of(scope);
  checkPodOptions(scope, options, labelsOf(scope, labels));
  checkRoom(scope, pod.writable, pod.resources.ephemeralStorage?.limit);
  const metadata = { name, labels: labelsOf(scope, labels) };
  const annotations = { ...options.annotations, ...scrapeAnnotations && pod.ports.admin && scraping(pod.ports.admin) };
  const template = {
    metadata: {
      labels: { ...options.labels, ...metadata.labels },
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    },
    spec: renderPod(name, labels, pod, options),
  };

  const service = serviceOf(scope, 'Service', spec, { name: spec.service });
  const headless = serviceOf(scope, 'Headless', spec, { name: `${spec.service}-headless`, clusterIP: 'None' });
  new ApiObject(scope, 'ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false });
  const [port] = Object.values(pod.ports);
  // Before the pods, so that none starts without its rules.
  networkPolicy({
    scope, labels, podLabels: template.metadata.labels, services, port, adminPort: pod.ports.admin, clients: spec.clients, egress: spec.egress,
  });
  new ApiObject(scope, 'Deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: scaling ? undefined : replicas,
      // To go back a few; each kept one is an object.
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorOf(labels) },
      // Never fewer than asked for: a new pod is ready before an old one goes. A quarter at a time: fewer take longer, more need free nodes.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template,
    },
  });
  if (scaling) autoscaler(scope, metadata, scaling, pod.resources);
  if (replicas > 1) disruptionBudget(scope, metadata, selectorOf(labels));
  return { service, headless };
}

/** What many a Prometheus looks for. */
function scraping(port: number): Record<string, string> {
  return { 'prometheus.io/scrape': 'true', 'prometheus.io/port': `${port}`, 'prometheus.io/path': '/metrics' };
}

function serviceOf(scope: Construct, id: string, spec: GroupSpec, how: { name: string; clusterIP?: string }): kplus.Service {
  const [port, number] = Object.entries(spec.pod.ports)[0];
  const service = new kplus.Service(scope, id, {
    metadata: { name: how.name, labels: labelsOf(scope, spec.labels) },
    clusterIP: how.clusterIP,
    ports: [{ name: port, port: number, targetPort: number }],
  });
  for (const [key, value] of Object.entries(selectorOf(spec.labels))) service.selectLabel(key, value);
  return service;
}
