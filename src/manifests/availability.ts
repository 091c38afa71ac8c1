import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import type { Metadata } from './labels';
import { amountOf } from '../checks/amounts';
import { refuse } from '../checks/errors';
import type { DisruptionBudget } from '../platform/disruption-budget';

/** How many pods a group has. */
export interface Replicas {
  readonly least: number;
  readonly most: number;
}

/**
 * How many pods of a group the draining of nodes leaves: it takes one at a time, where no option says; of a group of
 * one, a budget could save nothing.
 * @throws where it would block the draining of a node for ever
 */
export function budgetOf(scope: IConstruct, { least, most }: Replicas, given?: DisruptionBudget): object | undefined {
  if (!given) return most > 1 ? { maxUnavailable: 1 } : undefined;
  const called = 'pods.disruptionBudget';
  const [property, ...others] = (['minAvailable', 'maxUnavailable'] as const).filter((name) => given[name]);
  if (!property || others.length > 0) {
    const has = property ? 'both minAvailable and maxUnavailable' : 'neither minAvailable nor maxUnavailable';
    refuse(scope, `${called} has ${has}: give one of them`);
  }
  const amount = amountOf(scope, `${called}.${property}`, given[property]!, true);
  // Kubernetes rounds both up.
  const pods = typeof amount === 'number' ? amount : Math.ceil(least * parseInt(amount) / 100);
  const stays = property === 'minAvailable' ? pods >= least : pods === 0;
  if (stays) {
    const replicas = `${least} ${least === 1 ? 'replica' : 'replicas'}${most > least ? ' at least' : ''}`;
    refuse(scope, `${called}.${property} is ${amount}, with ${replicas}: no pod could go, and no node that has one be `
      + 'drained; give maxUnavailable: PercentOrAbsolute.absolute(1), or more replicas');
  }
  return { [property]: amount };
}

/** Makes the budget of a group. */
export function disruptionBudget(
  scope: Construct, metadata: Metadata, selector: { readonly [label: string]: string }, budget: object,
): void {
  new ApiObject(scope, 'DisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: {
      ...budget,
      // A pod that is not ready holds up no drain either.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selector },
    },
  });
}
