import type { k8s } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { GroupLabels, selectorOf } from './labels';
import { refuse } from '../checks/errors';
import { checkWhole, LARGEST } from '../checks/numbers';

/** Which of a label's values each operator takes: some, one, or none. */
const OPERATORS: { readonly [operator: string]: 'some' | 'one' | 'none' } = {
  In: 'some', NotIn: 'some', Exists: 'none', DoesNotExist: 'none', Gt: 'one', Lt: 'one',
};

const OVER_ZONES: k8s.TopologySpreadConstraint = {
  maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway',
};

/**
 * Which nodes pods must or should be on: replicas on different ones, preferred only, because two on one node are
 * better than one that waits for a node; and what an option says of the nodes.
 * @throws where the affinity is one that Kubernetes refuses
 */
export function affinityOf(scope: IConstruct, labels: GroupLabels, nodeAffinity?: k8s.NodeAffinity): object {
  if (nodeAffinity) checkNodeAffinity(scope, nodeAffinity);
  return {
    nodeAffinity,
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{
        weight: 100,
        podAffinityTerm: { labelSelector: { matchLabels: selectorOf(labels) }, topologyKey: 'kubernetes.io/hostname' },
      }],
    },
  };
}

/**
 * How evenly replicas are on nodes, zones …: over zones, preferred only, where no option says.
 * @throws where a constraint is one that Kubernetes refuses
 */
export function spreadOf(
  scope: IConstruct, labels: GroupLabels, constraints: readonly k8s.TopologySpreadConstraint[] = [OVER_ZONES],
): object[] {
  const labelSelector = { matchLabels: selectorOf(labels) };
  for (const [index, { maxSkew, topologyKey, whenUnsatisfiable, minDomains }] of constraints.entries()) {
    const called = `pods.topologySpread[${index}]`;
    checkWhole(scope, `${called}.maxSkew`, maxSkew, 1, LARGEST);
    if (!topologyKey) {
      refuse(scope, `${called}.topologyKey is '': give the label of nodes that tells them apart, as in `
        + "'kubernetes.io/hostname'");
    }
    if (!['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable)) {
      refuse(scope, `${called}.whenUnsatisfiable is '${whenUnsatisfiable}': it must be 'DoNotSchedule' or `
        + "'ScheduleAnyway'");
    }
    if (minDomains !== undefined) {
      checkWhole(scope, `${called}.minDomains`, minDomains, 1, LARGEST);
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        refuse(scope, `${called}.minDomains is ${minDomains}: it counts with whenUnsatisfiable: 'DoNotSchedule' only`);
      }
    }
    const isSame = (each: k8s.TopologySpreadConstraint) => (
      each.topologyKey === topologyKey && each.whenUnsatisfiable === whenUnsatisfiable
    );
    const same = constraints.findIndex(isSame);
    if (same < index) {
      refuse(scope, `${called} is about the same as pods.topologySpread[${same}], '${topologyKey}' and `
        + `'${whenUnsatisfiable}': give one`);
    }
  }
  return constraints.map((each) => ({ labelSelector, ...each }));
}

/** Refuses tolerations for a time that Kubernetes has no number for. */
export function checkTolerations(scope: IConstruct, tolerations: readonly k8s.Toleration[]): void {
  for (const [index, { tolerationSeconds: seconds = 0 }] of tolerations.entries()) {
    if (!Number.isInteger(seconds)) {
      refuse(scope, `pods.tolerations[${index}].tolerationSeconds is ${seconds}: give a whole number`);
    }
  }
}

function checkNodeAffinity(scope: IConstruct, affinity: k8s.NodeAffinity): void {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const needed = 'pods.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (required?.nodeSelectorTerms.length === 0) {
    refuse(scope, `${needed} is empty: give a term, or leave it out where pods may be on any node`);
  }
  for (const [index, term] of (required?.nodeSelectorTerms ?? []).entries()) {
    checkTerm(scope, `${needed}[${index}]`, term);
  }
  for (const [index, { weight, preference }] of preferred.entries()) {
    const called = `pods.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    checkWhole(scope, `${called}.weight`, weight, 1, 100);
    checkTerm(scope, `${called}.preference`, preference);
  }
}

/** One that says nothing matches no node. */
function checkTerm(scope: IConstruct, called: string, term: k8s.NodeSelectorTerm): void {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) {
    refuse(scope, `${called} matches no node: give matchExpressions`);
  }
  for (const [index, { operator, values = [] }] of matchExpressions.entries()) {
    const expression = `${called}.matchExpressions[${index}]`;
    const takes = OPERATORS[operator];
    if (!takes) {
      refuse(scope, `${expression}.operator is '${operator}': it must be one of ${Object.keys(OPERATORS).join(', ')}`);
    }
    const fits = { some: values.length > 0, one: values.length === 1, none: values.length === 0 }[takes];
    if (!fits) {
      refuse(scope, `${expression} has ${values.length} values: ${operator} takes `
        + `${takes === 'some' ? 'one or more' : takes}`);
    }
  }
}
