import { HttpIngressPathType, Ingress } from 'cdk8s-plus-27';
import { IIngress } from '../platform/plus-objects';

/** How an Ingress leads to a pattern. */
export interface IngressOptions {
  /**
   * Whether the path also stands for all paths below it (`PREFIX`) or for no other path (`EXACT`).
   * @default HttpIngressPathType.PREFIX
   */
  readonly pathType?: HttpIngressPathType;

  /**
   * The Ingress that the path is added to.
   * @default - one of the pattern's own, named like its Service
   */
  readonly ingress?: Ingress | IIngress;
}
