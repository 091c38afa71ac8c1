import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { GroupLabels, Metadata } from './labels';
import type { PodSpec } from './pod';
import { containerSecurity, podSecurity } from './pod-security';
import { drainOf, graceOf } from './pod-times';
import { refuse } from '../checks/errors';
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
  readonly options: PodOptions;
}

/** What the options say, by where it is written. */
export interface PodParts {
  /** Of the pods. */
  readonly metadata: { readonly labels: { readonly [label: string]: string }; readonly annotations?: { readonly [name: string]: string } };
  /** In the `spec` of the pods. */
  readonly pod: object;
  /** In each container. */
  readonly containers: object;
  /** In the container that takes requests. */
  readonly container: object;
}

type Row<T> = (value: T | undefined, group: OptionedGroup) => { readonly [P in keyof PodParts]?: Partial<PodParts[P]> };

/** What each option writes, and what is written where it is not given; refuses what no pod can be. An option without a row does not compile. */
const ROWS: { readonly [K in keyof PodOptions]-?: Row<PodOptions[K]> } = {
  imagePullSecrets: (names) => ({ pod: { imagePullSecrets: names?.map((name) => ({ name })) } }),

  priorityClassName: (priorityClassName) => ({ pod: { priorityClassName } }),

  nodeSelector: (nodeSelector) => ({ pod: { nodeSelector } }),

  tolerations: (tolerations, { scope }) => {
    for (const [index, { tolerationSeconds: seconds = 0 }] of (tolerations ?? []).entries()) {
      if (!Number.isInteger(seconds)) refuse(scope, `pods.tolerations[${index}].tolerationSeconds is ${seconds}: give a whole number`);
    }
    return { pod: { tolerations } };
  },

  // The kubelet's own sleep (Kubernetes ≥ 1.30) needs no shell in the image.
  drain: (_, { scope, options }) => ({ container: { lifecycle: { preStop: { sleep: { seconds: drainOf(scope, options) } } } } }),

  // Counted from the start of the preStop hook.
  terminationGracePeriod: (_, { scope, options, pod }) => ({ pod: { terminationGracePeriodSeconds: graceOf(scope, options, pod.stop) } }),

  securityContext: (given, { scope, labels }) => (
    { pod: { securityContext: podSecurity(scope, labels.role, given) }, containers: { securityContext: containerSecurity(scope, given) } }
  ),

  imagePullPolicy: (imagePullPolicy = kplus.ImagePullPolicy.IF_NOT_PRESENT) => ({ containers: { imagePullPolicy } }),

  labels: (labels = {}, { scope, metadata }) => {
    for (const label of Object.keys(labels)) {
      if (label in metadata.labels) refuse(scope, `pods.labels sets '${label}', which the pattern sets itself: use another label`);
    }
    return { metadata: { labels: { ...labels, ...metadata.labels } } };
  },

  annotations: (given, group) => {
    const annotations = { ...given, ...group.annotations };
    return Object.keys(annotations).length > 0 ? { metadata: { annotations } } : {};
  },
};

/** What all options together write. */
export function podParts(group: OptionedGroup): PodParts {
  const parts = { metadata: {}, pod: {}, containers: {}, container: {} };
  for (const [option, row] of Object.entries(ROWS)) {
    const written = (row as Row<unknown>)(group.options[option as keyof PodOptions], group);
    for (const [part, fields] of Object.entries(written)) Object.assign(parts[part as keyof PodParts], fields);
  }
  return parts as PodParts;
}
