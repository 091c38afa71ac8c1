import { ClusterEvent } from './events';
import { Commands } from './images/images';
import { Secrets } from './manifests/given-secrets';
import { TimeSpan } from './pod-handle';

/** How a local cluster behaves. */
export interface LocalClusterOptions {
  /**
   * How old DNS answers may be, "no such name" included. Most clouds' clusters keep them for up to 30 s.
   * @default - every answer is fresh
   */
  readonly dnsCache?: TimeSpan;
  /**
   * How long to wait for every pod to become ready; also the bound of every other wait, where it starts anew with each
   * pod that becomes ready.
   * @default Duration.seconds(60)
   */
  readonly startTimeout?: TimeSpan;
  /**
   * How to run images other than nginx, node, valkey and redis: the image, with or without its tag, and a command of
   * this machine in the place of the image's entrypoint; the container's `args` follow it, text goes through `sh -c`.
   * It runs in this process' folder and learns where to listen from the environment: LISTEN_ADDRESS (and POD_IP), PORT
   * (the first declared port); CLUSTER_DNS is the DNS server.
   * @default - docker or podman, if one works
   */
  readonly commands?: Commands;
  /**
   * What Secrets hold that the manifests do not contain, because somebody else makes them in a real cluster:
   * `{ 'db-credentials': { password: 'x' } }`, or, in one namespace only, `{ 'shop/db-credentials': … }`. A Secret
   * of the manifests comes first.
   * @default - there are those of the manifests
   */
  readonly secrets?: Secrets;
  /**
   * Addresses of hosts outside of the cluster, by their names: `{ 'rates.example.com': '127.0.0.1' }`, where a
   * stand-in listens at the port that the real one has. A Service that others make is such a host too:
   * `{ 'payments.shop.svc': '127.0.0.1' }`.
   * @default - they are asked of this machine, and Services of others are unknown
   */
  readonly hosts?: Readonly<Record<string, string>>;
  /**
   * Certificates, in PEM, of authorities that routers, roots and functions trust besides those that their images
   * bring: of a stand-in for a host outside of the cluster.
   * @default - none
   */
  readonly authorities?: string;
  /**
   * A folder for what is in persistent volume claims, which then outlives the cluster: that of a claim is
   * `<namespace>/<claim>` in it. It is made if need be, and holds the data of one cluster at a time.
   * @default - claims go with the cluster
   */
  readonly data?: string;
  /** The nginx to run routers with. @default - `$NGINX`, else the first that is found */
  readonly nginx?: string;
  /**
   * How long to wait before the second restart of a container in a row; doubles each time, up to 30 s. A kubelet
   * starts with 10 s.
   * @default Duration.seconds(1)
   */
  readonly restartBackOff?: TimeSpan;
  /** Whether `start` resolves only when every pod is ready. @default true */
  readonly waitForReady?: boolean;
  /** Names of Deployments and StatefulSets to leave unstarted until `release`. @default - all are started */
  readonly hold?: readonly string[];
  /**
   * Told everything that happens from the first moment on.
   * @default - only warnings are told, by the process' `warning`
   */
  readonly onEvent?: (event: ClusterEvent) => void;
}
