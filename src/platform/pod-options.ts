import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { refuse } from '../checks/errors';
import { millisOf } from '../checks/numbers';

/** Where pods run, and what else is written on them. What is not here can be patched: docs/manifests.md. */
export interface PodOptions {
  /**
   * The names of the Secrets with which private registries are read, of type `kubernetes.io/dockerconfigjson`.
   * @default - none: images are public, or the nodes have what it takes
   */
  readonly imagePullSecrets?: string[];

  /**
   * The PriorityClass: whose pods are started first, and whose go first when a node is full.
   * @default - none: the cluster's own default. What matters most is not for a library to say
   */
  readonly priorityClassName?: string;

  /**
   * The labels of the nodes that pods may run on.
   * @default - none: any node
   */
  readonly nodeSelector?: { readonly [label: string]: string };

  /**
   * The taints of nodes that pods may run on nevertheless.
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];

  /**
   * How long a pod that is about to stop goes on taking requests, while others learn that it leaves. Whole seconds, from 1 up.
   * @default Duration.seconds(5) - the patterns' routers and roots need no more; some clouds' load balancers, in front of an Ingress, do
   */
  readonly drain?: Duration;

  /**
   * Labels of pods, besides ours. Not those in `app.kubernetes.io/`, by which Services find their pods.
   * @default - none
   */
  readonly labels?: { readonly [label: string]: string };

  /**
   * Annotations of pods, besides ours: for a service mesh, for instance.
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };
}

/** Refuses labels in place of ours, by which Services, budgets and policies find their pods, and a drain that Kubernetes has no number for. */
export function checkPodOptions(
  scope: IConstruct, { drain, labels = {}, tolerations = [] }: PodOptions, ours: { readonly [label: string]: string },
): void {
  const millis = drain ? millisOf(scope, 'pods.drain', drain) : 1000;
  if (!(millis >= 1000 && millis % 1000 === 0)) refuse(scope, `pods.drain is ${millis} ms: give whole seconds, 1 or more`);
  for (const [index, { tolerationSeconds: seconds = 0 }] of tolerations.entries()) {
    if (!Number.isInteger(seconds)) refuse(scope, `pods.tolerations[${index}].tolerationSeconds is ${seconds}: give a whole number`);
  }
  for (const label of Object.keys(labels)) {
    if (label in ours) refuse(scope, `pods.labels sets '${label}', which the pattern sets itself: use another label`);
  }
}
