import { Duration } from 'cdk8s';
import { Metric, Replicas, ScalingStrategy } from 'cdk8s-plus-27';
import { IMetric, IReplicas } from './plus-objects';

/** Between which numbers of replicas the load decides. */
export interface ScalingBounds {
  /**
   * The fewest replicas, from 1 up to `max`. With one, there is nothing to turn to when it dies.
   * @default 2
   */
  readonly min?: number;

  /**
   * The most replicas, from 1 to 1000, of a router or root to 100: what the load may cost, and what the backend's own
   * backends can bear. Routers in front have room for as many.
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

/** How fast replicas are added or taken away: ScalingRules of any cdk8s-plus, or what they have. */
export interface ScalingSpeed {
  /**
   * The time whose steadiest load counts, in whole seconds from 0 to 3600.
   * @default - when replicas are added, none; when they are taken away, 5 minutes
   */
  readonly stabilizationWindow?: Duration;

  /**
   * Which of several policies counts.
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
   * How fast replicas are added. What it leaves out is as cdk8s-plus says: at once, 4 pods or three times as many in a
   * minute, whichever is more; a policy without a duration is meant for 15 seconds.
   * @default - as Kubernetes does it: at once, 4 pods or twice as many in 15 seconds, whichever is more
   */
  readonly scaleUp?: ScalingSpeed;

  /**
   * How fast replicas are taken away. What it leaves out is as cdk8s-plus says: as many as the load of the last 5
   * minutes leaves over, and no more than `min` pods in 5 minutes; a policy without a duration is meant for 15
   * seconds.
   * @default - as Kubernetes does it: as many as the load of the last 5 minutes leaves over, without a bound
   */
  readonly scaleDown?: ScalingSpeed;
}

/** How many replicas a load calls for, by the use of CPU. */
export interface CpuScalingOptions extends ScalingBehaviour {
  /**
   * The average use of CPU that is aimed at, in percent of what the pods request, from 1 to 1000. Above 100 only where
   * their limit is above their request.
   * @default 70 - the rest carries the load while, for about half a minute, more is noticed and pods start
   */
  readonly utilization?: number;
}

/** How many replicas a load calls for, by the use of memory. */
export interface MemoryScalingOptions extends ScalingBehaviour {
  /**
   * The average use of memory that is aimed at, in percent of what the pods request, from 1 to 1000. A pod that
   * reaches its limit is killed, so 100 or more only where the limit is above the request, as it is not by default.
   * @default 70
   */
  readonly utilization?: number;
}

/** How many replicas a load calls for, by metrics of any kind. */
export interface MetricScalingOptions extends ScalingBehaviour {
  /**
   * What is followed, one or more: each calls for a number of replicas, and the largest counts.
   *
   * Metrics of the pods' CPU and memory come from a metrics server, and all others from an adapter, such as
   * prometheus-adapter. A metric of one container names it: ours are called `router`, `backend`, `shard`, `leaf` and
   * `root`, by the part that the group plays.
   */
  readonly metrics: (Metric | IMetric)[];
}

/** Between which numbers of replicas something else decides. */
export interface ExternalScalingOptions {
  /**
   * The fewest replicas, from 0 up to `max`. No object of ours says it: hand it on to what scales, as in
   * `minReplicaCount: scaling.min`. With 0, requests are answered with 502, 503 or 504 until a pod is up: nothing
   * holds them back.
   * @default 2
   */
  readonly min?: number;

  /**
   * The most replicas, from 1 to 1000, of a router or root to 100. Routers in front have room for as many; hand it
   * on to what scales, as in `maxReplicaCount: scaling.max`.
   */
  readonly max: number;
}
