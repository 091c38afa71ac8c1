import { HttpIngressPathType, Ingress } from 'cdk8s-plus-27';
import { IIngress } from '../platform/plus-objects';

/** How a path of an Ingress leads to a pattern. */
export interface IngressOptions {
  /**
   * Which paths are meant: those below it too, or no other one.
   * @default HttpIngressPathType.PREFIX
   */
  readonly pathType?: HttpIngressPathType;

  /**
   * The Ingress that the path is added to.
   * @default - one of the pattern's own, named like its Service
   */
  readonly ingress?: Ingress | IIngress;
}
