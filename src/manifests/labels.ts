import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { labelValue } from './names';
import { refuse } from '../checks/errors';

/** What a group of pods is called. */
export interface GroupLabels {
  /** The pattern's name, `web`. */
  readonly pattern: string;
  /** The group's name, `web-backend`. */
  readonly group: string;
  /** Its role in the pattern: `router`, `backend`, `shard`, `leaf`, `root`. */
  readonly role: string;
}

/** What the objects of a group are called and labelled. */
export interface Metadata {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
}

/** The recommended labels (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/). */
export function labelsOf(scope: Construct, labels: GroupLabels): Record<string, string> {
  return { ...selectorOf(labels), ...partLabels(scope, labels.role) };
}

/** Those of them that tell what an object is a part of. */
export function partLabels(scope: Construct, component: string): Record<string, string> {
  return {
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': labelValue(Chart.of(scope).node.id),
    'app.kubernetes.io/managed-by': 'cdk8s',
  };
}

/** The labels that select all pods of a pattern. */
export function patternSelector(pattern: string): Record<string, string> {
  return { 'app.kubernetes.io/name': pattern };
}

/**
 * The labels that select a group's pods: as few as tell it apart, because a Deployment's selector can never change.
 */
export function selectorOf(labels: GroupLabels): Record<string, string> {
  return { ...patternSelector(labels.pattern), 'app.kubernetes.io/instance': labels.group };
}

/**
 * Labels of the user's, besides ours.
 * @param property where they were given: `service.labels`
 * @throws where one of them is ours
 */
export function withLabels(
  scope: Construct,
  property: string,
  ours: { readonly [label: string]: string },
  given: { readonly [label: string]: string } = {},
): Record<string, string> {
  for (const label of Object.keys(given)) {
    if (label in ours) refuse(scope, `${property} sets '${label}', which the pattern sets itself: use another label`);
  }
  return { ...given, ...ours };
}
