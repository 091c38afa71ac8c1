import { ApiObject, Chart } from 'cdk8s';
import type { IServiceAccount } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import type { Metadata } from './labels';
import { refuse } from '../checks/errors';

/** A ServiceAccount of a group's own. */
export interface AccountSpec {
  readonly annotations?: { readonly [name: string]: string };
}

/**
 * Makes the ServiceAccount of a group: one of its own for each, so that rights which are given to one are given to no
 * other.
 */
export function account(scope: Construct, metadata: Metadata, { annotations }: AccountSpec): void {
  new ApiObject(scope, 'ServiceAccount', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...metadata, annotations },
    automountServiceAccountToken: false,
  });
}

/**
 * The name of an existing ServiceAccount.
 * @throws where it is none, or in another namespace than the pods
 */
export function accountName(scope: IConstruct, given: IServiceAccount): string {
  const { kind, namespace } = given.toSubjectConfiguration();
  if (kind !== 'ServiceAccount') refuse(scope, `pods.serviceAccount is a ${kind}: give a ServiceAccount`);
  const own = Chart.of(scope).namespace;
  // What the app only refers to is in `default` also where nobody said so.
  if (own && namespace && ![own, 'default'].includes(namespace)) {
    refuse(scope, `pods.serviceAccount is in the namespace '${namespace}', and the pods are in '${own}': a pod can `
      + 'only have one of its own namespace');
  }
  return given.name;
}
