import { ClusterEvent } from './events';
import { Commands } from './images/images';
import { Secrets } from './manifests/given-secrets';
import { TimeSpan } from './pod-handle';

/** Options of a local cluster. */
export interface LocalClusterOptions {
  /**
   * How old DNS answers may be, including "no such name". Clusters of most clouds keep answers for up to 30 s.
   * @default - every answer is fresh
   */
  readonly dnsCache?: TimeSpan;
  /**
   * How long to wait for every pod to become ready. It bounds every other wait too, in which it starts anew with each
   * pod that becomes ready.
   * @default Duration.seconds(60)
   */
  readonly startTimeout?: TimeSpan;
  /**
   * Commands of this machine that run images, by image, with or without its tag. A command replaces the image's
   * entrypoint, and the container's `args` follow it. A text goes through `sh -c`. It runs in the folder of this
   * process. The environment says where to listen: LISTEN_ADDRESS (and POD_IP), and PORT, the first declared port.
   * CLUSTER_DNS is the DNS server.
   * @default - nginx, node, valkey and redis as docs/local-cluster-images.md says; other images by docker or podman,
   * if one works
   */
  readonly commands?: Commands;
  /**
   * Secrets that the manifests do not contain, because somebody else makes them in a real cluster: `{
   * 'db-credentials': { password: 'x' } }`, or, in one namespace only, `{ 'shop/db-credentials': … }`. A Secret of the
   * manifests wins over one given here.
   * @default - only those of the manifests
   */
  readonly secrets?: Secrets;
  /**
   * Addresses of stand-ins for hosts outside of the cluster, by the names of the hosts: `{ 'rates.example.com':
   * '127.0.0.1' }`. A stand-in listens at the port of the real host. A Service that others make is such a host too: `{
   * 'payments.shop.svc': '127.0.0.1' }`.
   * @default - hosts are looked up as on this machine, and Services of others are unknown
   */
  readonly hosts?: Readonly<Record<string, string>>;
  /**
   * Certificates, in PEM, of authorities that routers, roots and functions trust besides those of their images, such
   * as that of a stand-in for a host outside of the cluster.
   * @default - none
   */
  readonly authorities?: string;
  /**
   * A folder that keeps what is in persistent volume claims when the cluster ends: `<namespace>/<claim>` for each
   * claim. It is made if it does not exist, and only one cluster can use it at a time.
   * @default - claims are gone with the cluster
   */
  readonly data?: string;
  /** The nginx to run routers with. @default - `$NGINX`, else the first that is found */
  readonly nginx?: string;
  /**
   * How long to wait before the second restart of a container in a row. It doubles each time, up to 30 s. A kubelet
   * starts with 10 s.
   * @default Duration.seconds(1)
   */
  readonly restartBackOff?: TimeSpan;
  /** Whether `start` resolves only when every pod is ready. @default true */
  readonly waitForReady?: boolean;
  /** Names of Deployments and StatefulSets that are not started until `release`. @default - all are started */
  readonly hold?: readonly string[];
  /**
   * Called for everything that happens, from the first moment on.
   * @default - warnings become warnings of the process
   */
  readonly onEvent?: (event: ClusterEvent) => void;
}
