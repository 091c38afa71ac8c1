import { IConstruct } from 'constructs';
import { checkAutoscaler } from './scaling-checks';
import {
  CpuScalingOptions, ExternalScalingOptions, MemoryScalingOptions, MetricScalingOptions,
} from './scaling-options';
import { AutoscalerSpec, metricSpec } from './scaling-spec';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { checkWhole } from '../checks/numbers';

/**
 * How the number of replicas follows the load: by a HorizontalPodAutoscaler, or by something that you bring.
 *
 * The Deployment, or with `storage` the StatefulSet, then has no `replicas`, because each `kubectl apply` would reset
 * the number. If there was a number before, Kubernetes falls to one pod for a moment when it is removed.
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ says how to avoid that.
 */
export class Scaling {
  /**
   * Follows the use of CPU, which a metrics server in the cluster measures.
   *
   * ```ts
   * new Spread(chart, 'Web', { backend, scaling: Scaling.cpu({ min: 2, max: 20 }) });
   * ```
   */
  public static cpu(options: CpuScalingOptions): Scaling {
    return Scaling.byUseOf('cpu', ...checked('Scaling.cpu', [options]));
  }

  /**
   * Follows the use of memory, which a metrics server in the cluster measures. Use it for programs that need more
   * memory under load and give it back. If a program never gives memory back, its replicas only increase.
   */
  public static memory(options: MemoryScalingOptions): Scaling {
    return Scaling.byUseOf('memory', ...checked('Scaling.memory', [options]));
  }

  /**
   * Follows metrics of any kind, as cdk8s-plus describes them.
   *
   * ```ts
   * const metrics = [
   *   Metric.resourceCpu(MetricTarget.averageUtilization(70)),
   *   Metric.pods({ name: 'open_requests', target: MetricTarget.averageValue(50) }),
   * ];
   * Scaling.metrics({ max: 20, metrics });
   * ```
   */
  public static metrics(options: MetricScalingOptions): Scaling {
    [options] = checked('Scaling.metrics', [options]);
    const { min = 2, max, metrics, ...behaviour } = options;
    return new Scaling(min, max, undefined, { metrics: metrics.map(metricSpec), ...behaviour });
  }

  /**
   * Leaves the number to something that you bring, such as a ScaledObject of KEDA. It refers to the Deployment, or
   * with `storage` to the StatefulSet, by the name of its group (`web-backend`, `web-router`, `users-0`,
   * `search-root`). Until it acts, there is one replica.
   */
  public static external(options: ExternalScalingOptions): Scaling {
    [options] = checked('Scaling.external', [options]);
    const { min = 2, max } = options;
    return new Scaling(min, max);
  }

  private static byUseOf(name: 'cpu' | 'memory', options: CpuScalingOptions | MemoryScalingOptions): Scaling {
    const { min = 2, max, utilization = 70, ...behaviour } = options;
    const source = { name, target: { type: 'Utilization', averageUtilization: utilization } };
    return new Scaling(min, max, utilization, { metrics: [{ type: 'Resource', source }], ...behaviour });
  }

  /** @internal */
  public readonly _autoscaler?: AutoscalerSpec;

  private constructor(
    /** The fewest replicas. */
    public readonly min: number,
    /** The most replicas. */
    public readonly max: number,
    /** The target for the average use of CPU or memory, in percent of the request. Other metrics have none. */
    public readonly utilization?: number,
    autoscaler?: AutoscalerSpec,
  ) {
    this._autoscaler = autoscaler;
  }
}

/**
 * How many replicas there are at most.
 *
 * @param owner what has the properties, with a dot at its end: `router.`
 * @param byDefault where neither is given
 * @throws where a number is out of its range, two contradict each other, or Kubernetes would refuse the autoscaler
 */
export function replicasOf(
  scope: IConstruct, { replicas, scaling }: { readonly replicas?: number; readonly scaling?: Scaling }, most: number,
  owner = '', byDefault = 2,
): number {
  if (!scaling) {
    checkWhole(scope, `${owner}replicas`, replicas ?? byDefault, 1, most);
    return replicas ?? byDefault;
  }
  if (replicas !== undefined) {
    refuse(scope, `${owner}replicas and ${owner}scaling are both given: leave ${owner}replicas out, `
      + 'scaling has its own min and max');
  }
  const { min, max, utilization, _autoscaler: autoscaler } = scaling;
  checkWhole(scope, `${owner}scaling.max`, max, 1, most);
  checkWhole(scope, `${owner}scaling.min`, min, autoscaler ? 1 : 0, max, `max is ${max}`);
  if (utilization !== undefined) {
    const resource = autoscaler?.metrics[0].source.name === 'memory' ? 'memory' : 'CPU';
    const why = `it is a percentage of the requested ${resource}`;
    checkWhole(scope, `${owner}scaling.utilization`, utilization, 1, 1000, why);
  }
  if (autoscaler) checkAutoscaler(scope, `${owner}scaling`, autoscaler);
  return max;
}
