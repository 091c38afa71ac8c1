import { ServiceType } from 'cdk8s-plus-27';

/** The Service that the callers of a pattern know. */
export interface PatternServiceOptions {
  /**
   * Its name, a DNS label of at most 54 characters. `<name>-headless` is taken with it. Where a pattern takes the
   * place of something that callers know, it has that one's name.
   * @default - the name of the pattern, made of its id
   */
  readonly name?: string;

  /**
   * The TCP port that callers use, from 1 to 65535. The pods listen on 8080 whatever it is. With 80, the URL is
   * `http://users`.
   * @default 8080
   */
  readonly port?: number;

  /**
   * Where it is reachable from: also at a port of each node, or at a load balancer of the cloud. `clients` and
   * `router.trustedProxies` are about these callers too. An ExternalName has no pods and is refused.
   * @default ServiceType.CLUSTER_IP
   */
  readonly type?: ServiceType;

  /**
   * Its annotations, by which clouds are told what load balancer to make.
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Its labels, besides ours.
   * @default - none
   */
  readonly labels?: { readonly [label: string]: string };
}
