import { ServiceType } from 'cdk8s-plus-27';

/** The Service by which callers reach a pattern. */
export interface PatternServiceOptions {
  /**
   * The name, a DNS label of at most 54 characters. A second Service has the name `<name>-headless`. Set it if the
   * pattern replaces something that callers know by another name.
   * @default - the name of the pattern, which is made of its id
   */
  readonly name?: string;

  /**
   * The TCP port that callers use, from 1 to 65535. The pods listen on 8080 in any case. With 80, the URL is
   * `http://users`.
   * @default 8080
   */
  readonly port?: number;

  /**
   * Whether it is also reachable at a port of each node, or at a load balancer of the cloud. `clients` and
   * `router.trustedProxies` apply to these callers too. ExternalName is refused, because it has no pods.
   * @default ServiceType.CLUSTER_IP
   */
  readonly type?: ServiceType;

  /**
   * Annotations, which tell a cloud what load balancer to make, for example.
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Labels in addition to ours.
   * @default - none
   */
  readonly labels?: { readonly [label: string]: string };
}
