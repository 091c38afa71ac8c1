import { ApiObject, Duration } from 'cdk8s';
import { Replicas, ScalingStrategy } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Metadata } from './labels';
import { WorkloadKind, workloadRef } from './workload';
import { refuse } from '../checks/errors';
import type { Scaling } from '../platform/scaling';
import type { ScalingSpeed } from '../platform/scaling-options';
import { MetricSpec, sourceField } from '../platform/scaling-spec';

/** Of a pod's `spec`, what an autoscaler depends on. */
interface ScaledPod {
  readonly containers?: readonly ScaledContainer[];
  readonly initContainers?: readonly ScaledContainer[];
}

interface ScaledContainer {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: { readonly [side in 'requests' | 'limits']?: { readonly [resource: string]: unknown } };
}

/**
 * Makes the number of a workload's pods follow a load, where nothing that the user brings does. How fast is left to
 * Kubernetes where no rules say.
 * @throws where nothing is requested that a use could be a percentage of, or a container is not there
 */
export function autoscaler(
  scope: Construct, kind: WorkloadKind, metadata: Metadata, { min, max, _autoscaler: spec }: Scaling, pod: ScaledPod,
): void {
  if (!spec) return;
  const sidecars = (pod.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const containers = [...pod.containers ?? [], ...sidecars];
  spec.metrics.forEach((metric, index) => checkMeasured(scope, `scaling.metrics[${index}]`, metric, containers));
  new ApiObject(scope, 'Autoscaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: workloadRef(kind, metadata.name),
      minReplicas: min,
      maxReplicas: max,
      metrics: spec.metrics.map(({ type, source }) => ({ type, [sourceField(type)]: source })),
      behavior: spec.scaleUp || spec.scaleDown ? {
        scaleUp: spec.scaleUp && rendered({ ...UP, ...spec.scaleUp }),
        scaleDown: spec.scaleDown && rendered({ ...down(min), ...spec.scaleDown }),
      } : undefined,
    },
  });
}

/** An autoscaler that finds a container without the request does nothing, and says so in its events only. */
function checkMeasured(
  scope: Construct, property: string, { type, source: { name, container, target } }: MetricSpec,
  containers: readonly ScaledContainer[],
): void {
  if (!type.endsWith('Resource')) return;
  const measured = containers.filter((each) => container === undefined || each.name === container);
  if (measured.length === 0) {
    refuse(scope, `${property} is of the container ${container}, which these pods do not have: `
      + `name ${containers.map((each) => each.name).join(' or ')}`);
  }
  if (target.type !== 'Utilization') return;
  const [own] = containers;
  for (const each of measured) {
    // A limit alone is taken for the request.
    if (each.resources?.requests?.[name!] ?? each.resources?.limits?.[name!]) continue;
    const [where, what] = [each === own ? '' : `the container ${each.name}: `, name === 'cpu' ? 'CPU' : name];
    refuse(scope, `${where}resources.${name} has no request: scaling by ${what} aims at a percentage of it; give one`);
  }
}

/** What cdk8s-plus documents for rules that are left out, and no more is there to be read of it. */
const UP: ScalingSpeed = {
  strategy: ScalingStrategy.MAX_CHANGE,
  stabilizationWindow: Duration.seconds(0),
  policies: [
    { replicas: Replicas.absolute(4), duration: Duration.minutes(1) },
    { replicas: Replicas.percent(200), duration: Duration.minutes(1) },
  ],
};
const down = (min: number): ScalingSpeed => ({
  strategy: ScalingStrategy.MAX_CHANGE,
  stabilizationWindow: Duration.minutes(5),
  policies: [{ replicas: Replicas.absolute(min), duration: Duration.minutes(5) }],
});

function rendered({ policies, strategy, stabilizationWindow }: ScalingSpeed): object {
  return {
    policies: policies?.map(({ replicas, duration = Duration.seconds(15) }) => (
      { ...replicas._toKube(), periodSeconds: duration.toSeconds() }
    )),
    selectPolicy: strategy,
    stabilizationWindowSeconds: stabilizationWindow?.toSeconds(),
  };
}
