import { ApiObject } from 'cdk8s';
import type { PercentOrAbsolute } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { Claim, renderClaims } from './claims';
import type { GroupLabels, Metadata } from './labels';
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
  /** What its replicas keep, each by itself; without it they are all alike. */
  readonly storage?: StorageSpec;
}

/** Volumes of the replicas of a group. */
export interface StorageSpec {
  readonly labels: GroupLabels;
  /** One or more. */
  readonly claims: readonly Claim[];
  /** The headless Service, below whose name each pod has its own. */
  readonly headless: string;
}

/** What runs the pods of a group: with volumes of their own, replicas must be told apart. */
export type WorkloadKind = 'Deployment' | 'StatefulSet';

/**
 * Never fewer than asked for: a new pod is ready before an old one goes. A quarter at a time: fewer take longer, more
 * need free nodes.
 */
const STRATEGY = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } };

/** Makes the workload of a group, and says of which kind it is. */
export function workload(scope: Construct, metadata: Metadata, spec: WorkloadSpec): WorkloadKind {
  const { replicas, selector, template, options, storage } = spec;
  const kind = storage ? 'StatefulSet' : 'Deployment';
  new ApiObject(scope, kind, {
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: {
      replicas,
      // To go back a few; each kept one is an object.
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      template,
      ...options,
      ...storage && keeping(storage),
    },
  });
  return kind;
}

function keeping({ labels, claims, headless }: StorageSpec): object {
  return {
    serviceName: headless,
    // One after the other, a rollout of pods that never become ready could not be undone
    // (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback). It is about starting
    // and scaling only: a rollout replaces one pod at a time in any case.
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    ...renderClaims(labels, claims),
  };
}

/** How other objects refer to a group's workload. */
export function workloadRef(kind: WorkloadKind, name: string): object {
  return { apiVersion: 'apps/v1', kind, name };
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
