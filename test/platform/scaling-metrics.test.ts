import { Chart, Duration, Testing } from 'cdk8s';
import {
  Container, Cpu, Ingress, LabelSelector, Metric, MetricTarget, PercentOrAbsolute, Replicas, ScalingRules,
  ScalingStrategy,
} from 'cdk8s-plus-27';
import { Backend, Gather, Scaling, ScatterGather, Shard, ShardKey, Spread, SpreadProps } from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 });
const key = ShardKey.fromHeader('x-user');
const gather = Gather.all();
const half = MetricTarget.averageUtilization(50);
const bytes = MetricTarget.averageValue(64_000_000);
const newChart = () => new Chart(Testing.app(), 'shop');
const containerCalled = (name: string) => new Container({ name, image: 'web' });
const by = (...metrics: Metric[]) => ({ scaling: Scaling.metrics({ max: 5, metrics }) });

function chartWith(props: Partial<SpreadProps>): Chart {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: image, ...props });
  return chart;
}

const scalerOf = (chart: Chart, name = 'web-backend') => find(chart, 'HorizontalPodAutoscaler', name).spec;
const templateOf = (chart: Chart, name: string) => find(chart, 'ConfigMap', name).data['nginx.conf.template'];

test('memory is followed by its use, in percent of the request', () => {
  expect(scalerOf(chartWith({ scaling: Scaling.memory({ max: 9, utilization: 80 }) }))).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-backend' },
    minReplicas: 2,
    maxReplicas: 9,
    metrics: [
      { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
    ],
  });
});

describe('what a metric of cdk8s-plus says is what the autoscaler gets:', () => {
  const labelSelector = LabelSelector.of({ labels: { queue: 'orders' } });
  const ingress = new Ingress(new Chart(Testing.app(), 'edge'), 'Ingress', { metadata: { name: 'edge' } });
  const utilization = { type: 'Utilization', averageUtilization: 50 };

  test.each<[string, Metric, object]>([
    [
      'the use of memory in bytes',
      Metric.resourceMemory(bytes),
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: 64_000_000 } } },
    ],
    [
      'the CPU of one container',
      Metric.containerCpu({ container: containerCalled('backend'), target: half }),
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'backend', target: utilization } },
    ],
    [
      'what pods count',
      Metric.pods({ name: 'open_requests', labelSelector, target: MetricTarget.averageValue(0.5) }),
      {
        type: 'Pods',
        pods: {
          metric: { name: 'open_requests', selector: { matchLabels: { queue: 'orders' } } },
          target: { type: 'AverageValue', averageValue: 0.5 },
        },
      },
    ],
    [
      'what an object counts',
      Metric.object({ object: ingress, name: 'hits', target: MetricTarget.value(1000) }),
      {
        type: 'Object',
        object: {
          describedObject: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'edge' },
          metric: { name: 'hits' },
          target: { type: 'Value', value: 1000 },
        },
      },
    ],
    [
      'what is outside',
      Metric.external({ name: 'queue_length', target: MetricTarget.averageValue(30) }),
      {
        type: 'External',
        external: { metric: { name: 'queue_length' }, target: { type: 'AverageValue', averageValue: 30 } },
      },
    ],
  ])('%s', (_, metric, expected) => {
    expect(scalerOf(chartWith(by(metric, Metric.resourceCpu(half)))).metrics)
      .toEqual([expected, { type: 'Resource', resource: { name: 'cpu', target: utilization } }]);
  });
});

test('rules say how fast it follows, with the defaults of cdk8s-plus for what they leave out', () => {
  const scaleUp: ScalingRules = {
    stabilizationWindow: Duration.seconds(30),
    strategy: ScalingStrategy.MIN_CHANGE,
    policies: [{ replicas: Replicas.percent(50) }, { replicas: Replicas.absolute(3), duration: Duration.minutes(2) }],
  };
  expect(scalerOf(chartWith({ scaling: Scaling.cpu({ max: 9, scaleUp }) })).behavior).toEqual({
    scaleUp: {
      policies: [{ type: 'Percent', value: 50, periodSeconds: 15 }, { type: 'Pods', value: 3, periodSeconds: 120 }],
      selectPolicy: 'Min',
      stabilizationWindowSeconds: 30,
    },
  });
  const scaling = Scaling.memory({ min: 3, max: 9, scaleUp: {}, scaleDown: {} });
  expect(scalerOf(chartWith({ scaling })).behavior).toEqual({
    scaleUp: {
      policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }, { type: 'Percent', value: 200, periodSeconds: 60 }],
      selectPolicy: 'Max',
      stabilizationWindowSeconds: 0,
    },
    scaleDown: {
      policies: [{ type: 'Pods', value: 3, periodSeconds: 300 }],
      selectPolicy: 'Max',
      stabilizationWindowSeconds: 300,
    },
  });
});

test('what something else scales has neither replicas nor an autoscaler, and its router has room for the most', () => {
  const chart = chartWith({ scaling: Scaling.external({ min: 0, max: 400 }) });
  expect(find(chart, 'Deployment', 'web-backend').spec).not.toHaveProperty('replicas');
  expect(Testing.synth(chart).map(({ kind }) => kind)).not.toContain('HorizontalPodAutoscaler');
  expect(templateOf(chart, 'web-router')).toBe(templateOf(chartWith({ replicas: 400 }), 'web-router'));
});

test('what may be scaled to nothing may have a budget in percent', () => {
  const pods = { disruptionBudget: { maxUnavailable: PercentOrAbsolute.percent(25) } };
  const chart = chartWith({ pods, scaling: Scaling.external({ min: 0, max: 8 }) });
  expect(find(chart, 'PodDisruptionBudget', 'web-backend').spec.maxUnavailable).toBe('25%');
});

test('the replicas of each shard and of each leaf scale by themselves, and routers have room for the most', () => {
  const sharded = (props: { replicas?: number; scaling?: Scaling }) => {
    const chart = newChart();
    const users = new Shard(chart, 'Users', { shards: 2, key, backend: image, ...props });
    const search = new ScatterGather(chart, 'Search', { leaves: 2, gather, backend: image, ...props });
    return { chart, replicas: [users.replicas, search.replicas] };
  };
  const { chart, replicas } = sharded({ scaling: Scaling.cpu({ max: 40 }) });
  expect(replicas).toEqual([40, 40]);
  for (const name of ['users-0', 'users-1', 'search-0', 'search-1']) {
    expect(scalerOf(chart, name)).toMatchObject({ scaleTargetRef: { name }, minReplicas: 2, maxReplicas: 40 });
    expect(find(chart, 'Deployment', name).spec).not.toHaveProperty('replicas');
  }
  expect(templateOf(chart, 'users-router')).toBe(templateOf(sharded({ replicas: 40 }).chart, 'users-router'));
});

test.each([
  ['users-0', 'shard'], ['search-0', 'leaf'], ['users-router', 'router'], ['search-root', 'root'],
])('the container of %s is called %s by metrics', (name, role) => {
  const chart = newChart();
  const followed = by(Metric.containerMemory({ container: containerCalled(role), target: half }));
  const of = (its: string) => its === role ? followed : {};
  if (name.startsWith('users')) {
    new Shard(chart, 'Users', { shards: 1, key, backend: image, router: of('router'), ...of('shard') });
  } else {
    new ScatterGather(chart, 'Search', { leaves: 1, gather, backend: image, root: of('root'), ...of('leaf') });
  }
  expect(scalerOf(chart, name).metrics[0].containerResource.container).toBe(role);
});

test('the CPU of a sidecar is followed too', () => {
  const backend = Backend.fromImage('web', { port: 8080, sidecars: [{ name: 'proxy', image: 'proxy' }] });
  const metric = Metric.containerCpu({ container: containerCalled('proxy'), target: half });
  const chart = chartWith({ backend, ...by(metric) });
  expect(scalerOf(chart).metrics[0].containerResource.container).toBe('proxy');
});

describe('refused with a sentence:', () => {
  const up = (scaleUp: ScalingRules) => ({ scaling: Scaling.cpu({ max: 5, scaleUp }) });
  const noMemory = Backend.fromImage('web', { port: 8080, resources: { cpu: { limit: Cpu.units(1) }, memory: {} } });
  const idleSidecar = Backend.fromImage('web', {
    port: 8080, sidecars: [{ name: 'proxy', image: 'proxy', resources: { cpu: {} } }],
  });
  const anHour = { replicas: Replicas.percent(5), duration: Duration.hours(1) };

  test.each<[string, Partial<SpreadProps>, string]>([
    [
      'pods that request no memory',
      { scaling: Scaling.memory({ max: 5 }), backend: noMemory },
      '[shop/Web/Backend] resources.memory has no request: scaling by memory aims at a percentage of it; give one',
    ],
    [
      'a sidecar that requests no CPU, without which the pods have no percentage',
      { scaling: Scaling.cpu({ max: 5 }), backend: idleSidecar },
      '[shop/Web/Backend] the container proxy: resources.cpu has no request: '
        + 'scaling by CPU aims at a percentage of it; give one',
    ],
    [
      'a use of no memory',
      { scaling: Scaling.memory({ max: 5, utilization: 0 }) },
      '[shop/Web] scaling.utilization is 0: it must be a whole number from 1 to 1000; '
        + 'it is a percentage of the requested memory',
    ],
    [
      'no metrics',
      by(),
      '[shop/Web] scaling.metrics is empty: give one or more, or use Scaling.external where something else scales',
    ],
    [
      'a container that is not there',
      by(Metric.containerCpu({ container: containerCalled('web'), target: half })),
      '[shop/Web/Backend] scaling.metrics[0] is of the container web, which these pods do not have: name backend',
    ],
    [
      'what no metrics server measures',
      by(Metric.resourceEphemeralStorage(half)),
      '[shop/Web] scaling.metrics[0] is of ephemeral-storage: metrics servers measure cpu and memory only; '
        + 'follow one of these, or a metric of your own',
    ],
    [
      'what no metrics server measures of a router',
      { router: by(Metric.resourceStorage(half)) },
      '[shop/Web] router.scaling.metrics[0] is of storage: metrics servers measure cpu and memory only; '
        + 'follow one of these, or a metric of your own',
    ],
    [
      'a percentage of what nobody requests',
      by(Metric.pods({ name: 'open', target: half })),
      '[shop/Web] scaling.metrics[0].target is a MetricTarget.averageUtilization: '
        + 'a metric of the type Pods takes MetricTarget.averageValue',
    ],
    [
      'a sum of CPU',
      by(Metric.resourceCpu(half), Metric.resourceCpu(MetricTarget.value(4))),
      '[shop/Web] scaling.metrics[1].target is a MetricTarget.value: '
        + 'a metric of the type Resource takes MetricTarget.averageUtilization or MetricTarget.averageValue',
    ],
    [
      'a fraction as the target of a metric',
      by(Metric.resourceCpu(MetricTarget.averageUtilization(0.7))),
      '[shop/Web] scaling.metrics[0].target is 0.7: it must be a whole number from 1 to 1000; '
        + 'it is a percentage of what is requested',
    ],
    [
      'a target of nothing',
      by(Metric.external({ name: 'queue', target: MetricTarget.value(0) })),
      '[shop/Web] scaling.metrics[0].target is 0: it must be more than nothing',
    ],
    [
      'a window that is too long',
      up({ stabilizationWindow: Duration.minutes(61) }),
      '[shop/Web] scaling.scaleUp.stabilizationWindow is 3660000 ms: it must be whole seconds, from 0 to 3600',
    ],
    [
      'a window of half a second',
      up({ stabilizationWindow: Duration.millis(500) }),
      '[shop/Web] scaling.scaleUp.stabilizationWindow is 500 ms: it must be whole seconds, from 0 to 3600',
    ],
    [
      'no policies',
      up({ policies: [] }),
      '[shop/Web] scaling.scaleUp.policies is empty: give one or more, or leave it out',
    ],
    [
      'a policy that changes nothing',
      up({ policies: [{ replicas: Replicas.absolute(0) }] }),
      '[shop/Web] scaling.scaleUp.policies[0].replicas is 0: it must be a whole number from 1 to 2147483647',
    ],
    [
      'a policy of an hour',
      { scaling: Scaling.memory({ max: 5, scaleDown: { policies: [anHour] } }) },
      '[shop/Web] scaling.scaleDown.policies[0].duration is 3600000 ms: it must be whole seconds, from 1 to 1800',
    ],
    [
      'fewer than none by something else',
      { scaling: Scaling.external({ min: -1, max: 5 }) },
      '[shop/Web] scaling.min is -1: it must be a whole number from 0 to 5; max is 5',
    ],
    [
      'a most of nothing by something else',
      { scaling: Scaling.external({ min: 0, max: 0 }) },
      '[shop/Web] scaling.max is 0: it must be a whole number from 1 to 1000',
    ],
  ])('%s', (_, props, sentence) => {
    expect(() => chartWith(props)).toThrow(new Error(sentence));
  });

  test('scaling and replicas of shards', () => {
    const props = { shards: 2, key, backend: image, replicas: 2, scaling: Scaling.cpu({ max: 4 }) };
    expect(() => new Shard(newChart(), 'Users', props))
      .toThrow('[shop/Users] replicas and scaling are both given: leave replicas out');
  });

  test('scaling of leaves that exist already', () => {
    const chart = newChart();
    const web = new Spread(chart, 'Web', { backend: image });
    const scaling = Scaling.external({ max: 4 });
    expect(() => new ScatterGather(chart, 'Search', { backends: [web], gather, scaling }))
      .toThrow('[shop/Search] scaling is from 2 to 4, but no pods are made here');
  });

  test('but not bytes of memory that nobody requests, which are no percentage', () => {
    expect(() => chartWith({ backend: noMemory, ...by(Metric.resourceMemory(bytes)) })).not.toThrow();
  });
});
