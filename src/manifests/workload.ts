import { ApiObject } from 'cdk8s';
import type { PercentOrAbsolute } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import type { Metadata } from './labels';
import { amountOf } from '../checks/amounts';
import type { IDeploymentStrategy } from '../platform/plus-objects';

/** What keeps the pods of a group running. */
export interface WorkloadSpec {
  /** Without it, whoever scales the workload sets their number. */
  readonly replicas?: number;
  readonly selector: { readonly [label: string]: string };
  /** Metadata and `spec` of the pods. */
  readonly template: object;
  /** What else the options of its pods say. */
  readonly options: object;
}

/**
 * Never fewer than asked for: a new pod is ready before an old one goes. A quarter at a time: fewer take longer, more
 * need free nodes.
 */
const STRATEGY = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } };

const KIND = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** Makes the workload of a group. */
export function workload(scope: Construct, metadata: Metadata, spec: WorkloadSpec): void {
  const { replicas, selector, template, options } = spec;
  new ApiObject(scope, 'Deployment', {
    ...KIND,
    metadata,
    spec: {
      replicas,
      // To go back a few; each kept one is an object.
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      template,
      ...options,
    },
  });
}

/** How other objects refer to a group's workload. */
export function workloadRef(name: string): object {
  return { ...KIND, name };
}

/**
 * How the pods of a workload are replaced.
 * @throws where a number of pods is none
 */
export function strategyOf(scope: IConstruct, given?: IDeploymentStrategy): object {
  if (!given) return STRATEGY;
  const { type, rollingUpdate } = given._toKube();
  if (!rollingUpdate) return { type };
  const amount = (name: 'maxSurge' | 'maxUnavailable', whole: boolean) => {
    const value = rollingUpdate[name];
    return value && amountOf(scope, `pods.strategy.${name}`, value as PercentOrAbsolute, whole);
  };
  const [maxSurge, maxUnavailable] = [amount('maxSurge', false), amount('maxUnavailable', true)];
  return { type, rollingUpdate: { maxSurge, maxUnavailable } };
}
