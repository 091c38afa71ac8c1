import type { PercentOrAbsolute } from 'cdk8s-plus-27';

/**
 * How many pods of a group must stay while nodes are drained. Give exactly one of the two. Percentages are of the
 * current replicas, and are rounded up. A budget that lets no pod go is refused, because no node that runs one could
 * be drained.
 *
 * ```ts
 * new Spread(chart, 'Web', {
 *   replicas: 10,
 *   backend,
 *   pods: { disruptionBudget: { maxUnavailable: PercentOrAbsolute.percent(20) } },
 * });
 * ```
 */
export interface DisruptionBudget {
  /**
   * The fewest pods that must be available. It must be less than the replicas, or than the `min` of a `scaling`.
   * @default - `maxUnavailable` decides
   */
  readonly minAvailable?: PercentOrAbsolute;

  /**
   * The most pods that may be unavailable, more than 0.
   * @default - `minAvailable` decides
   */
  readonly maxUnavailable?: PercentOrAbsolute;
}
