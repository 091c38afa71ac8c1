import { ApiObject } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Metadata } from './labels';
import { workloadRef } from './workload';
import { refuse } from '../checks/errors';

/** How many pods a load calls for. */
export interface ScalingSpec {
  readonly min: number;
  readonly max: number;
  /** Percent of the requested CPU. */
  readonly utilization: number;
}

/** Lets the draining of nodes take one pod of a group at a time; of a group of one, it could save nothing. */
export function disruptionBudget(scope: Construct, metadata: Metadata, selector: { readonly [label: string]: string }): void {
  new ApiObject(scope, 'DisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: {
      // Never 0: that would block the draining of a node for ever.
      maxUnavailable: 1,
      // A pod that is not ready holds up no drain either.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selector },
    },
  });
}

/**
 * Makes the number of a Deployment's pods follow their use of CPU. How fast is left to Kubernetes: up at once, down after five minutes.
 * @throws where nothing is requested that the use could be a percentage of
 */
export function autoscaler(scope: Construct, metadata: Metadata, { min, max, utilization }: ScalingSpec, { cpu }: ContainerResources): void {
  if (!cpu?.request && !cpu?.limit) refuse(scope, 'resources.cpu has no request: scaling by CPU aims at a percentage of it; give one');
  new ApiObject(scope, 'Autoscaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: workloadRef(metadata.name),
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: utilization } } }],
    },
  });
}
