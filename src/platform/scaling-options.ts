import { Duration } from 'cdk8s';
import { Metric, Replicas, ScalingStrategy } from 'cdk8s-plus-27';
import { IMetric, IReplicas } from './plus-objects';

/** Bounds of the number of replicas. */
export interface ScalingBounds {
  /**
   * The fewest replicas, from 1 up to `max`. With one, no other replica can answer when it dies.
   * @default 2
   */
  readonly min?: number;

  /**
   * The most replicas, from 1 to 1000. Of a router or root, up to 100. It bounds the cost, and the load on what the
   * backend itself calls. Routers in front reserve room for as many.
   */
  readonly max: number;
}

/** By how much replicas may change, and in which time: a ScalingPolicy of any cdk8s-plus. */
export interface ScalingStep {
  /** By how many, of cdk8s-plus: `Replicas.absolute(4)`, `Replicas.percent(100)`. */
  readonly replicas: Replicas | IReplicas;

  /**
   * In which time, in whole seconds from 1 to 1800.
   * @default Duration.seconds(15)
   */
  readonly duration?: Duration;
}

/** How fast replicas are added or removed. ScalingRules of any cdk8s-plus have these properties. */
export interface ScalingSpeed {
  /**
   * For how long a recommendation must hold before it counts, in whole seconds from 0 to 3600. Of all recommendations
   * in this time, the one that changes least is taken.
   * @default - none when replicas are added, 5 minutes when they are removed
   */
  readonly stabilizationWindow?: Duration;

  /**
   * Which policy counts if there are several.
   * @default ScalingStrategy.MAX_CHANGE
   */
  readonly strategy?: ScalingStrategy;

  /**
   * By how much replicas may change, one or more.
   * @default - as `scaleUp` and `scaleDown` say
   */
  readonly policies?: ScalingStep[];
}

/** How fast the number of replicas follows. */
export interface ScalingBehaviour extends ScalingBounds {
  /**
   * How fast replicas are added. Properties that you leave out have the defaults of cdk8s-plus: at once, 4 pods or
   * three times as many in a minute, whichever is more. A policy without a duration counts for 15 seconds.
   * @default - the defaults of Kubernetes: at once, 4 pods or twice as many in 15 seconds, whichever is more
   */
  readonly scaleUp?: ScalingSpeed;

  /**
   * How fast replicas are removed. Properties that you leave out have the defaults of cdk8s-plus: all replicas that
   * the load of the last 5 minutes did not need, and no more than `min` pods in 5 minutes. A policy without a duration
   * counts for 15 seconds.
   * @default - the defaults of Kubernetes: all replicas that the load of the last 5 minutes did not need
   */
  readonly scaleDown?: ScalingSpeed;
}

/** Scaling by the use of CPU. */
export interface CpuScalingOptions extends ScalingBehaviour {
  /**
   * The target for the average use of CPU, in percent of what the pods request, from 1 to 1000. Values above 100 make
   * sense only if the limit is above the request.
   * @default 70 - the rest carries the load for the half minute or so until more pods have started
   */
  readonly utilization?: number;
}

/** Scaling by the use of memory. */
export interface MemoryScalingOptions extends ScalingBehaviour {
  /**
   * The target for the average use of memory, in percent of what the pods request, from 1 to 1000. A pod that reaches
   * its limit is killed. Values of 100 or more therefore make sense only if the limit is above the request; by default
   * both are equal.
   * @default 70
   */
  readonly utilization?: number;
}

/** Scaling by metrics of any kind. */
export interface MetricScalingOptions extends ScalingBehaviour {
  /**
   * The metrics, one or more. Each asks for a number of replicas, and the largest number counts.
   *
   * A metrics server measures CPU and memory of pods. All other metrics come from an adapter, such as
   * prometheus-adapter. A metric of one container names it. Our containers are called `router`, `backend`, `shard`,
   * `leaf` and `root`, by the role of the group.
   */
  readonly metrics: (Metric | IMetric)[];
}

/** Bounds of a number of replicas that something else decides. */
export interface ExternalScalingOptions {
  /**
   * The fewest replicas, from 0 up to `max`. The library writes it nowhere; pass it on to what scales, as in
   * `minReplicaCount: scaling.min`. With 0, requests are answered with 502, 503 or 504 until a pod is ready, because
   * nothing holds them.
   * @default 2
   */
  readonly min?: number;

  /**
   * The most replicas, from 1 to 1000. Of a router or root, up to 100. Routers in front reserve room for as many. Pass
   * it on to what scales, as in `maxReplicaCount: scaling.max`.
   */
  readonly max: number;
}
