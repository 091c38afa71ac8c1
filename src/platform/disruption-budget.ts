import type { PercentOrAbsolute } from 'cdk8s-plus-27';

/**
 * How many pods of a group must stay while nodes are drained: exactly one of the two. Percentages are of the replicas
 * there are, and are rounded up. What would let no pod go is refused, because no node that runs one could be drained.
 *
 * ```ts
 * const disruptionBudget = { maxUnavailable: PercentOrAbsolute.percent(20) };
 * new Spread(chart, 'Web', { replicas: 10, backend, pods: { disruptionBudget } });
 * ```
 */
export interface DisruptionBudget {
  /**
   * The fewest pods that are available: fewer than there are replicas, or than the `min` of a `scaling`.
   * @default - `maxUnavailable` says
   */
  readonly minAvailable?: PercentOrAbsolute;

  /**
   * The most pods that are not available, more than 0.
   * @default - `minAvailable` says
   */
  readonly maxUnavailable?: PercentOrAbsolute;
}
