import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import type { PodSecurityContext } from './pod-security';

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
   * How long a pod that is about to stop goes on taking requests, while others learn that it leaves. Whole seconds, from 1 up; hours are fine.
   * @default Duration.seconds(5) - the patterns' routers and roots need no more; some clouds' load balancers, in front of an Ingress, do
   */
  readonly drain?: Duration;

  /**
   * How long a pod may take to end, from the moment that it is told to, with `drain` being its first part: what is still open then is cut. Whole
   * seconds, more than `drain`; hours are fine, for WebSockets and streams that must not be cut before their time. A rollout waits for no pod to
   * end, but the draining of a node does. Routers, roots and functions wait for open requests until five seconds before; the program of an image
   * has what is left after `drain` from the stop signal on.
   * @default - `drain`, and then what open requests may take: of an image 25 seconds, of a function or root its time-out and 15 seconds (25 at
   * least), of a router its time-out and 10 seconds (35 at least)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * As which user the containers run, and what they may do.
   * @default - as the restricted Pod Security Standard asks: user 10001, no root, no capabilities, a read-only root file system
   */
  readonly securityContext?: PodSecurityContext;

  /**
   * When the images of all containers are pulled.
   * @default ImagePullPolicy.IF_NOT_PRESENT - a registry that is down must not stop a restart. A tag that moves is then as new as the node's
   * copy: give a digest, or `ALWAYS`
   */
  readonly imagePullPolicy?: kplus.ImagePullPolicy;

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
