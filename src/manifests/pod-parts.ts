import type { AccountSpec } from './account';

/** What the options say, by where it is written. */
export interface PodParts {
  /** Of the pods. */
  readonly metadata: {
    readonly labels: { readonly [label: string]: string };
    readonly annotations?: { readonly [name: string]: string };
  };
  /** In the `spec` of the pods. */
  readonly pod: object;
  /** In each container. */
  readonly containers: object;
  /** In the container that takes requests. */
  readonly container: object;
  /** In the `spec` of what keeps them running. */
  readonly workload: object;
  /** Of a ServiceAccount of their own; without it none is made. */
  readonly account?: AccountSpec;
  /** In the `spec` of their budget; without it none is made. */
  readonly budget?: object;
}

/** What one option says. */
export type Written = { readonly [P in keyof PodParts]?: Partial<PodParts[P]> };
