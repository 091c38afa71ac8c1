import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { checksum } from './files';
import { GroupLabels, labelsOf, selectorOf } from './labels';
import { claimName } from './names';
import { PodSpec, renderPod } from './pod';

/** Identical replicas behind one Service name. */
export interface GroupSpec {
  readonly labels: GroupLabels;
  /** The name of the ordinary Service; the headless one is called `<service>-headless`. */
  readonly service: string;
  readonly replicas: number;
  readonly pod: PodSpec;
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
  const { labels, replicas, pod } = spec;
  const name = labels.group;
  for (const claimed of new Set([name, spec.service, `${spec.service}-headless`])) claimName(scope, claimed);
  const metadata = { name, labels: labelsOf(scope, labels) };
  const template = {
    metadata: { labels: metadata.labels, annotations: { 'checksum/config': checksum(Object.values(pod.files)) } },
    spec: renderPod(name, labels, pod),
  };

  const service = serviceOf(scope, 'Service', spec, { name: spec.service });
  const headless = serviceOf(scope, 'Headless', spec, { name: `${spec.service}-headless`, clusterIP: 'None' });
  new ApiObject(scope, 'ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false });
  new ApiObject(scope, 'Deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorOf(labels) },
      // Never fewer than asked for: a new pod is ready before an old one goes.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template,
    },
  });
  if (replicas > 1) {
    new ApiObject(scope, 'DisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: {
        // Never 0: that would block the draining of a node for ever.
        maxUnavailable: 1,
        // A pod that is not ready holds up no drain either.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selectorOf(labels) },
      },
    });
  }
  return { service, headless };
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
