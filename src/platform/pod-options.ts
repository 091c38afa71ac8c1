import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import type { DisruptionBudget } from './disruption-budget';
import type { IDeploymentStrategy } from './plus-objects';
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
   * What else nodes must or should have to run pods. Replicas prefer different nodes in any case.
   * @default - none: any node
   */
  readonly nodeAffinity?: k8s.NodeAffinity;

  /**
   * How evenly the replicas of a group are on nodes, zones, or whatever a label tells apart. An empty list leaves it
   * to the cluster. One without a `labelSelector` counts the pods of the group.
   * @default - as evenly as may be over the zones (`topology.kubernetes.io/zone`, `ScheduleAnyway`)
   */
  readonly topologySpread?: k8s.TopologySpreadConstraint[];

  /**
   * The RuntimeClass, by which containers run in a sandbox (gVisor, Kata) or with the drivers of a device.
   * @default - none: the cluster's own default
   */
  readonly runtimeClassName?: string;

  /**
   * The ServiceAccount that pods run as, of their own namespace. None is made then.
   * @default - one for each group, which has no rights
   */
  readonly serviceAccount?: kplus.IServiceAccount;

  /**
   * Annotations of the ServiceAccount that is made for each group, by which clouds give its pods an identity:
   * `eks.amazonaws.com/role-arn`, `iam.gke.io/gcp-service-account`, `azure.workload.identity/client-id`. Their
   * endpoints must be in the `egress`. Not beside `serviceAccount`.
   * @default - none
   */
  readonly serviceAccountAnnotations?: { readonly [name: string]: string };

  /**
   * Whether containers find a token of their ServiceAccount for the API server, in
   * `/var/run/secrets/kubernetes.io/serviceaccount`. The API server must be in the `egress`. What clouds mount by the
   * account's annotations needs no such token.
   * @default false - nothing of ours talks to the API server
   */
  readonly automountToken?: boolean;

  /**
   * Names that pods find in their `/etc/hosts`. Routers do not: nginx asks the DNS for the backends that it leads to.
   * @default - none
   */
  readonly hostAliases?: kplus.HostAlias[];

  /**
   * Name servers, search domains and options of the resolver, besides those that the `dnsPolicy` says.
   * @default - none
   */
  readonly dnsConfig?: k8s.PodDnsConfig;

  /**
   * Which name servers pods ask. Routers and roots find their backends by the DNS of the cluster, which must be among
   * them.
   * @default DnsPolicy.CLUSTER_FIRST
   */
  readonly dnsPolicy?: kplus.DnsPolicy;

  /**
   * How long a pod that is about to stop goes on taking requests, while others learn that it leaves. Whole seconds,
   * from 1 up; hours are fine.
   * @default Duration.seconds(5) - the patterns' routers and roots need no more; some clouds' load balancers, in front
   * of an Ingress, do
   */
  readonly drain?: Duration;

  /**
   * How long a pod may take to end, from the moment that it is told to, with `drain` being its first part: what is
   * still open then is cut. Whole seconds, more than `drain`; hours are fine, for WebSockets and streams that must not
   * be cut before their time. A rollout waits for no pod to end, but the draining of a node does. Routers, roots and
   * functions wait for open requests until five seconds before; the program of an image has what is left after `drain`
   * from the stop signal on.
   * @default - `drain`, and then what open requests may take: of an image 25 seconds, of a function or root its
   * time-out and 15 seconds (25 at least), of a router its time-out and 10 seconds (35 at least)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * As which user the containers run, and what they may do.
   * @default - as the restricted Pod Security Standard asks: user 10001, no root, no capabilities, a read-only root
   * file system
   */
  readonly securityContext?: PodSecurityContext;

  /**
   * When the images of all containers are pulled.
   * @default ImagePullPolicy.IF_NOT_PRESENT - a registry that is down must not stop a restart. A tag that moves is
   * then as new as the node's copy: give a digest, or `ALWAYS`
   */
  readonly imagePullPolicy?: kplus.ImagePullPolicy;

  /**
   * How old pods are replaced by new ones. Say it in the `pods` of a backend where its routers shall go on being
   * replaced one by one.
   *
   * By default a new pod is ready before an old one goes, so that no request fails. For some seconds there are two
   * then, also of a Shard with one replica: both own its keys, and both get their requests, until the old one has
   * drained. Where that must not be, because each would have a state of its own in memory,
   * `DeploymentStrategy.recreate()` ends the old pods first: until a new one is ready, requests get 502 or 503. It has
   * no effect on backends with `storage`, whose replicas go down one at a time, each before its successor starts; at
   * such a backend itself it is refused.
   * @default - a rolling update with no pod less than asked for (`maxUnavailable: 0`) and a quarter more at a time
   * (`maxSurge: 25%`)
   */
  readonly strategy?: kplus.DeploymentStrategy | IDeploymentStrategy;

  /**
   * After how long without any progress a rollout counts as failed (`kubectl rollout status` ends with an error).
   * Nothing is undone. Whole seconds, more than pods need to start. It has no effect on backends with `storage`:
   * Kubernetes knows no such time for StatefulSets. At such a backend itself it is refused.
   * @default - 10 minutes, as Kubernetes says, and as much more as `startupTime` is longer than a minute
   */
  readonly progressDeadline?: Duration;

  /**
   * How many pods of each group must stay while nodes are drained.
   * @default - one at a time may go; a group of one has no budget
   */
  readonly disruptionBudget?: DisruptionBudget;

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
