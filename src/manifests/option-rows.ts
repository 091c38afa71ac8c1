import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { accountName } from './account';
import { budgetOf, Replicas } from './availability';
import { listenedOn } from './extra-containers';
import { GroupLabels, Metadata, withLabels } from './labels';
import { checkDns, checkHostAliases } from './pod-names';
import type { PodParts, Written } from './pod-parts';
import type { PodSpec } from './pod-spec';
import { drainOf, graceOf, progressDeadline } from './pod-times';
import { startSeconds } from './probes';
import { affinityOf, checkTolerations, spreadOf } from './scheduling';
import { containerSecurity, podSecurity } from './security-context';
import { strategyOf } from './workload';
import { refuse } from '../checks/errors';
import { isObjectName } from '../checks/hosts';
import type { PodOptions } from '../platform/pod-options';

/** The group whose pods are meant. */
export interface OptionedGroup {
  readonly scope: Construct;
  readonly labels: GroupLabels;
  /** What its objects are called and labelled. */
  readonly metadata: Metadata;
  /** Annotations of its pods that no option says. */
  readonly annotations: { readonly [name: string]: string };
  readonly pod: PodSpec;
  readonly replicas: Replicas;
  readonly options: PodOptions;
}

type Row<T> = (value: T | undefined, group: OptionedGroup) => Written;

/**
 * What each option writes, and what is written where it is not given; refuses what no pod can be. An option without a
 * row does not compile.
 */
const ROWS: { readonly [K in keyof PodOptions]-?: Row<PodOptions[K]> } = {
  imagePullSecrets: (names) => ({ pod: { imagePullSecrets: names?.map((name) => ({ name })) } }),

  priorityClassName: (priorityClassName) => ({ pod: { priorityClassName } }),

  nodeSelector: (nodeSelector) => ({ pod: { nodeSelector } }),

  tolerations: (tolerations, { scope }) => {
    checkTolerations(scope, tolerations ?? []);
    return { pod: { tolerations } };
  },

  nodeAffinity: (given, { scope, labels }) => ({ pod: { affinity: affinityOf(scope, labels, given) } }),

  topologySpread: (given, { scope, labels }) => (
    { pod: { topologySpreadConstraints: spreadOf(scope, labels, given) } }
  ),

  runtimeClassName: (runtimeClassName, { scope }) => {
    if (runtimeClassName !== undefined && !isObjectName(runtimeClassName)) {
      refuse(scope, `pods.runtimeClassName is '${runtimeClassName}', which is no name of an object: write it as in `
        + "'gvisor'");
    }
    return { pod: { runtimeClassName } };
  },

  serviceAccount: (given, { scope, labels }) => {
    if (given) return { pod: { serviceAccountName: accountName(scope, given) } };
    return { pod: { serviceAccountName: labels.group }, account: {} };
  },

  serviceAccountAnnotations: (annotations, { scope, options }) => {
    if (annotations && options.serviceAccount) {
      refuse(scope, 'pods.serviceAccountAnnotations and pods.serviceAccount are both given: annotate the account '
        + 'where it is made');
    }
    return annotations ? { account: { annotations } } : {};
  },

  // On the account alone it is not enough: a pod may ask again.
  automountToken: (automountServiceAccountToken = false) => ({ pod: { automountServiceAccountToken } }),

  hostAliases: (hostAliases, { scope }) => {
    checkHostAliases(scope, hostAliases ?? []);
    return { pod: { hostAliases } };
  },

  dnsConfig: (dnsConfig, { scope, options }) => {
    checkDns(scope, dnsConfig ?? {}, options.dnsPolicy);
    return { pod: { dnsConfig } };
  },

  dnsPolicy: (dnsPolicy) => ({ pod: { dnsPolicy } }),

  // The kubelet's own sleep (Kubernetes ≥ 1.30) needs no shell in the image.
  drain: (_, { scope, options }) => (
    { container: { lifecycle: { preStop: { sleep: { seconds: drainOf(scope, options) } } } } }
  ),

  // Counted from the start of the preStop hook.
  terminationGracePeriod: (_, { scope, options, pod }) => (
    { pod: { terminationGracePeriodSeconds: graceOf(scope, options, pod.stop) } }
  ),

  securityContext: (given, { scope, labels, pod }) => ({
    pod: { securityContext: podSecurity(scope, labels.role, given, listenedOn(pod), pod.claims) },
    containers: { securityContext: containerSecurity(scope, given) },
  }),

  imagePullPolicy: (imagePullPolicy = kplus.ImagePullPolicy.IF_NOT_PRESENT) => ({ containers: { imagePullPolicy } }),

  // A StatefulSet has neither, and its updates are another thing.
  strategy: (given, { scope, pod }) => pod.claims?.length ? {} : { workload: { strategy: strategyOf(scope, given) } },

  progressDeadline: (given, { scope, pod }) => {
    const start = startSeconds(scope, pod.brought ?? {});
    if (pod.claims?.length) return {};
    return { workload: { progressDeadlineSeconds: progressDeadline(scope, given, start) } };
  },

  disruptionBudget: (given, { scope, replicas }) => {
    const budget = budgetOf(scope, replicas, given);
    return budget ? { budget } : {};
  },

  labels: (labels, { scope, metadata }) => (
    { metadata: { labels: withLabels(scope, 'pods.labels', metadata.labels, labels) } }
  ),

  annotations: (given, group) => {
    const annotations = { ...given, ...group.annotations };
    return Object.keys(annotations).length > 0 ? { metadata: { annotations } } : {};
  },
};

/** What all options together write. */
export function podParts(group: OptionedGroup): PodParts {
  const parts: Partial<Record<keyof PodParts, object>> = {
    metadata: {}, pod: {}, containers: {}, container: {}, workload: {},
  };
  for (const [option, row] of Object.entries(ROWS)) {
    const written = (row as Row<unknown>)(group.options[option as keyof PodOptions], group);
    for (const [part, fields] of Object.entries(written)) {
      parts[part as keyof PodParts] = { ...parts[part as keyof PodParts], ...fields };
    }
  }
  return parts as PodParts;
}
