import type { IMetric } from './plus-objects';
import type { ScalingSpeed } from './scaling-options';

/** What a HorizontalPodAutoscaler is told. */
export interface AutoscalerSpec {
  readonly metrics: readonly MetricSpec[];
  readonly scaleUp?: ScalingSpeed;
  readonly scaleDown?: ScalingSpeed;
}

/** A metric, and what it is to be. */
export interface MetricSpec {
  /** Its kind, as Kubernetes calls it: `Resource`. */
  readonly type: string;
  readonly source: MetricSource;
}

/** What is measured. */
export interface MetricSource {
  /** Of which resource. */
  readonly name?: string;
  /** Of which container of each pod, where it is one. */
  readonly container?: string;
  readonly target: MetricTargetSpec;
  /** What else says which metric of which objects is meant. */
  readonly [field: string]: unknown;
}

export interface MetricTargetSpec {
  /** Which of the others is there, as Kubernetes calls it. */
  readonly type: string;
  /** Percent of what is requested. */
  readonly averageUtilization?: number;
  readonly averageValue?: number | string;
  readonly value?: number | string;
}

/** The field of a metric that has what is measured: `containerResource` for the type `ContainerResource`. */
export function sourceField(type: string): string {
  return `${type[0].toLowerCase()}${type.slice(1)}`;
}

/** A metric of cdk8s-plus, as far as it is ours to read. */
export function metricSpec(metric: IMetric): MetricSpec {
  const kube: Record<string, any> = metric._toKube();
  const { target, ...source } = kube[sourceField(kube.type)];
  return {
    type: kube.type,
    source: {
      ...source,
      // Quantities are objects of a class there, which an ApiObject cannot render.
      target: { ...target, averageValue: target.averageValue?.value, value: target.value?.value },
    },
  };
}
