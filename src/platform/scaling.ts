import { IConstruct } from 'constructs';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { checkWhole } from '../checks/numbers';

/** How many replicas a load calls for. */
export interface CpuScalingOptions {
  /**
   * The fewest replicas, from 1 up to `max`. With one, there is nothing to turn to when it dies.
   * @default 2
   */
  readonly min?: number;

  /** The most replicas, from 1 to 1000: what the load may cost, and what the backend's own backends can bear. */
  readonly max: number;

  /**
   * The average use of CPU that is aimed at, in percent of what the pods request, from 1 to 1000. Above 100 only where their limit is above
   * their request.
   * @default 70 - the rest carries the load while, for about half a minute, more is noticed and pods start
   */
  readonly utilization?: number;
}

/**
 * How the number of replicas follows the load, by a HorizontalPodAutoscaler. The cluster needs a metrics server for it.
 *
 * The Deployment has no `replicas` then: every `kubectl apply` would set the number back. Where there was one before, Kubernetes falls to one pod
 * for a moment when it is taken out; https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ says how to avoid that.
 */
export class Scaling {
  /**
   * By the use of CPU.
   *
   * ```ts
   * new Spread(chart, 'Web', { backend, scaling: Scaling.cpu({ min: 2, max: 20 }) });
   * ```
   */
  public static cpu(options: CpuScalingOptions): Scaling {
    [options] = checked('Scaling.cpu', [options]);
    const { min = 2, max, utilization = 70 } = options;
    return new Scaling(min, max, utilization);
  }

  private constructor(
    /** The fewest replicas. */
    public readonly min: number,
    /** The most replicas. */
    public readonly max: number,
    /** The average use of CPU that is aimed at, in percent of the request. */
    public readonly utilization: number,
  ) {}
}

/**
 * How many replicas there are at most.
 *
 * @param owner what has the properties, with a dot at its end: `router.`
 * @throws where a number is out of its range, or two contradict each other
 */
export function replicasOf(
  scope: IConstruct, { replicas, scaling }: { readonly replicas?: number; readonly scaling?: Scaling }, most: number, owner = '',
): number {
  if (!scaling) {
    checkWhole(scope, `${owner}replicas`, replicas ?? 2, 1, most);
    return replicas ?? 2;
  }
  if (replicas !== undefined) refuse(scope, `${owner}replicas and ${owner}scaling are both given: leave ${owner}replicas out, scaling has its own min and max`);
  const { min, max, utilization } = scaling;
  checkWhole(scope, `${owner}scaling.max`, max, 1, most);
  checkWhole(scope, `${owner}scaling.min`, min, 1, max, `max is ${max}`);
  checkWhole(scope, `${owner}scaling.utilization`, utilization, 1, 1000, 'it is a percentage of the requested CPU');
  return max;
}
