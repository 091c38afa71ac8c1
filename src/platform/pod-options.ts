import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import type { DisruptionBudget } from './disruption-budget';
import type { IDeploymentStrategy } from './plus-objects';
import type { PodSecurityContext } from './pod-security';

/** Where pods run, how they start and end, and as whom. docs/manifests.md says how to patch what has no option. */
export interface PodOptions {
  /**
   * The names of the Secrets with the credentials of private registries, of type `kubernetes.io/dockerconfigjson`.
   * @default - none: images are public, or the nodes have the credentials
   */
  readonly imagePullSecrets?: string[];

  /**
   * The PriorityClass. It decides which pods are scheduled first, and which pods are evicted first when a node is
   * full.
   * @default - none: the default of the cluster
   */
  readonly priorityClassName?: string;

  /**
   * Labels that a node must have to run pods.
   * @default - none: any node
   */
  readonly nodeSelector?: { readonly [label: string]: string };

  /**
   * Taints of nodes that pods tolerate.
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];

  /**
   * Rules on the nodes that pods must or should run on. Replicas prefer different nodes in any case.
   * @default - none: any node
   */
  readonly nodeAffinity?: k8s.NodeAffinity;

  /**
   * How evenly the replicas of a group are spread over nodes, zones, or the values of another label of nodes. An empty
   * list leaves it to the cluster. A constraint without a `labelSelector` counts the pods of the group.
   * @default - as evenly as possible over zones (`topology.kubernetes.io/zone`, `ScheduleAnyway`)
   */
  readonly topologySpread?: k8s.TopologySpreadConstraint[];

  /**
   * The RuntimeClass, with which containers run in a sandbox (gVisor, Kata) or with the drivers of a device.
   * @default - none: the default of the cluster
   */
  readonly runtimeClassName?: string;

  /**
   * The ServiceAccount that pods run as. It must be in their namespace. No other one is made then.
   * @default - one for each group, without rights
   */
  readonly serviceAccount?: kplus.IServiceAccount;

  /**
   * Annotations of the ServiceAccount that is made for each group. Clouds give its pods an identity by them:
   * `eks.amazonaws.com/role-arn`, `iam.gke.io/gcp-service-account`, `azure.workload.identity/client-id`. The endpoints
   * of the cloud must be in the `egress`. It cannot be given together with `serviceAccount`.
   * @default - none
   */
  readonly serviceAccountAnnotations?: { readonly [name: string]: string };

  /**
   * Whether containers get a token of their ServiceAccount for the API server, in
   * `/var/run/secrets/kubernetes.io/serviceaccount`. The API server must be in the `egress`. Tokens that clouds mount
   * because of the account's annotations do not need this.
   * @default false - nothing of ours calls the API server
   */
  readonly automountToken?: boolean;

  /**
   * Names that are added to the `/etc/hosts` of pods. They have no effect on the backends of routers, because nginx
   * asks DNS for those.
   * @default - none
   */
  readonly hostAliases?: kplus.HostAlias[];

  /**
   * Name servers, search domains and options of the resolver, in addition to those of the `dnsPolicy`.
   * @default - none
   */
  readonly dnsConfig?: k8s.PodDnsConfig;

  /**
   * Which name servers pods ask. The DNS of the cluster must be among them, because routers and roots find their
   * backends by it.
   * @default DnsPolicy.CLUSTER_FIRST
   */
  readonly dnsPolicy?: kplus.DnsPolicy;

  /**
   * How long a pod that must end still takes requests, while others learn that it leaves. Whole seconds, 1 or more;
   * hours are allowed.
   * @default Duration.seconds(5) - enough for routers and roots. Load balancers of some clouds, in front of an
   * Ingress, need more
   */
  readonly drain?: Duration;

  /**
   * How long a pod may take to end, `drain` included. Connections that are still open after that are cut. Whole
   * seconds, more than `drain`; hours are allowed, for WebSockets and streams that must not be cut. A rollout does not
   * wait for pods to end, but the draining of a node does. Routers, roots and functions let open requests continue
   * until five seconds before the end. The program of an image has the time after `drain`, from the stop signal on.
   * @default - `drain` and the time that open requests may take: 25 seconds for an image, the timeout and 15 seconds
   * (at least 25) for a function or root, the timeout and 10 seconds (at least 35) for a router
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * As which user the containers run, and what they may do.
   * @default - as the restricted Pod Security Standard demands: user 10001, not root, no capabilities, a read-only
   * root file system
   */
  readonly securityContext?: PodSecurityContext;

  /**
   * When the images of all containers are pulled.
   * @default ImagePullPolicy.IF_NOT_PRESENT - a registry that is down must not stop a restart. A tag that moves is
   * then as new as the copy of the node. Give a digest or `ALWAYS` where that is not enough
   */
  readonly imagePullPolicy?: kplus.ImagePullPolicy;

  /**
   * How old pods are replaced by new ones. Give it in the `pods` of a backend if its routers must keep the default.
   *
   * By default a new pod is ready before an old one ends, so that no request fails. For some seconds there are two
   * pods, even in a Shard with one replica. Both own its keys, and both get requests, until the old one has drained.
   * If each pod has state in memory, use `DeploymentStrategy.recreate()`. It ends the old pods first, and requests get
   * 502 or 503 until a new one is ready. The option has no effect on backends with `storage`, whose replicas go down
   * one at a time, each before its successor starts. In the `pods` of such a backend it is refused.
   * @default - a rolling update with never fewer pods than asked for (`maxUnavailable: 0`) and a quarter more at a
   * time (`maxSurge: 25%`)
   */
  readonly strategy?: kplus.DeploymentStrategy | IDeploymentStrategy;

  /**
   * After how long without progress a rollout counts as failed. `kubectl rollout status` then ends with an error, and
   * nothing is undone. Whole seconds, more than pods need to start. It has no effect on backends with `storage`,
   * because Kubernetes has no such time for StatefulSets. In the `pods` of such a backend it is refused.
   * @default - 10 minutes, the default of Kubernetes, plus the time by which `startupTime` exceeds one minute
   */
  readonly progressDeadline?: Duration;

  /**
   * How many pods of each group must stay while nodes are drained.
   * @default - one pod at a time may go. A group of one pod has no budget
   */
  readonly disruptionBudget?: DisruptionBudget;

  /**
   * Labels of pods, in addition to ours. Labels in `app.kubernetes.io/` that Services select by are refused.
   * @default - none
   */
  readonly labels?: { readonly [label: string]: string };

  /**
   * Annotations of pods, in addition to ours: for a service mesh, for example.
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };
}
