import type { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import type { ScalingSpeed } from './scaling-options';
import { AutoscalerSpec, MetricSpec } from './scaling-spec';
import { refuse } from '../checks/errors';
import { checkWhole, LARGEST, millisOf } from '../checks/numbers';

/** Targets by the kind of metric: the API server refuses the others. */
const TARGETS: { readonly [type: string]: readonly string[] } = {
  Resource: ['Utilization', 'AverageValue'],
  ContainerResource: ['Utilization', 'AverageValue'],
  Pods: ['AverageValue'],
  Object: ['Value', 'AverageValue'],
  External: ['Value', 'AverageValue'],
};

/** How cdk8s-plus makes each kind of target. */
const MADE_BY: { readonly [type: string]: string } = {
  Utilization: 'MetricTarget.averageUtilization',
  AverageValue: 'MetricTarget.averageValue',
  Value: 'MetricTarget.value',
};

/**
 * Refuses what the API server would refuse of an autoscaler, and metrics that nothing measures.
 * @param property what the scaling is called: `router.scaling`
 */
export function checkAutoscaler(
  scope: IConstruct, property: string, { metrics, scaleUp, scaleDown }: AutoscalerSpec,
): void {
  if (metrics.length === 0) {
    refuse(scope, `${property}.metrics is empty: give one or more, `
      + 'or use Scaling.external where something else scales');
  }
  metrics.forEach((metric, index) => checkMetric(scope, `${property}.metrics[${index}]`, metric));
  if (scaleUp) checkRules(scope, `${property}.scaleUp`, scaleUp);
  if (scaleDown) checkRules(scope, `${property}.scaleDown`, scaleDown);
}

function checkMetric(scope: IConstruct, property: string, { type, source }: MetricSpec): void {
  const { name, target } = source;
  if (type.endsWith('Resource') && name !== 'cpu' && name !== 'memory') {
    refuse(scope, `${property} is of ${name}: metrics servers measure cpu and memory only; `
      + 'follow one of these, or a metric of your own');
  }
  const allowed = TARGETS[type];
  if (!allowed) refuse(scope, `${property} is of the type ${type}: give one of ${Object.keys(TARGETS).join(', ')}`);
  if (!allowed.includes(target.type)) {
    refuse(scope, `${property}.target is a ${MADE_BY[target.type] ?? target.type}: a metric of the type ${type} takes `
      + allowed.map((each) => MADE_BY[each]).join(' or '));
  }
  if (target.type === 'Utilization') {
    const why = 'it is a percentage of what is requested';
    checkWhole(scope, `${property}.target`, target.averageUtilization ?? NaN, 1, 1000, why);
  } else if (!(Number(target.averageValue ?? target.value) > 0)) {
    refuse(scope, `${property}.target is ${target.averageValue ?? target.value}: it must be more than nothing`);
  }
}

function checkRules(scope: IConstruct, property: string, { policies, stabilizationWindow }: ScalingSpeed): void {
  if (stabilizationWindow) checkSeconds(scope, `${property}.stabilizationWindow`, stabilizationWindow, 0, 3600);
  if (policies?.length === 0) refuse(scope, `${property}.policies is empty: give one or more, or leave it out`);
  policies?.forEach(({ replicas, duration }, index) => {
    const policy = `${property}.policies[${index}]`;
    checkWhole(scope, `${policy}.replicas`, replicas._toKube().value, 1, LARGEST);
    if (duration) checkSeconds(scope, `${policy}.duration`, duration, 1, 1800);
  });
}

function checkSeconds(scope: IConstruct, property: string, duration: Duration, least: number, most: number): void {
  const millis = millisOf(scope, property, duration);
  if (millis % 1000 === 0 && millis >= least * 1000 && millis <= most * 1000) return;
  refuse(scope, `${property} is ${millis} ms: it must be whole seconds, from ${least} to ${most}`);
}
