import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Metadata } from './labels';

/** What keeps the pods of a group running. */
export interface WorkloadSpec {
  /** Without it, whoever scales the workload sets their number. */
  readonly replicas?: number;
  readonly selector: { readonly [label: string]: string };
  /** Metadata and `spec` of the pods. */
  readonly template: object;
}

const KIND = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** Makes the workload of a group. */
export function workload(scope: Construct, metadata: Metadata, { replicas, selector, template }: WorkloadSpec): void {
  new ApiObject(scope, 'Deployment', {
    ...KIND,
    metadata,
    spec: {
      replicas,
      // To go back a few; each kept one is an object.
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      // Never fewer than asked for: a new pod is ready before an old one goes. A quarter at a time: fewer take longer,
      // more need free nodes.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template,
    },
  });
}

/** How other objects refer to a group's workload. */
export function workloadRef(name: string): object {
  return { ...KIND, name };
}
