import { Chart, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Backend, Gather, RootOptions, RouterOptions, Scaling, ScatterGather, Spread, SpreadProps } from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 });

function chartWith(props: Partial<SpreadProps>): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend: image, ...props });
  return chart;
}

const kinds = (chart: Chart, name: string) =>
  Testing.synth(chart)
    .filter(({ metadata }) => metadata.name === name)
    .map(({ kind }) => kind);

test('a Spread that scales has an autoscaler, and a Deployment that leaves the number to it', () => {
  const chart = chartWith({ scaling: Scaling.cpu({ min: 3, max: 20, utilization: 60 }) });
  expect(find(chart, 'HorizontalPodAutoscaler', 'web-backend').spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-backend' },
    minReplicas: 3,
    maxReplicas: 20,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
    ],
  });
  expect(find(chart, 'Deployment', 'web-backend').spec).not.toHaveProperty('replicas');
});

test('it has two replicas at least, and aims at 70 % of the requested CPU', () => {
  const { min, max, utilization } = Scaling.cpu({ max: 5 });
  expect([min, max, utilization]).toEqual([2, 5, 70]);
});

test('its router has room, and tries, for as many replicas as there may be', () => {
  const template = (props: Partial<SpreadProps>) =>
    find(chartWith(props), 'ConfigMap', 'web-router').data['nginx.conf.template'];
  expect(template({ scaling: Scaling.cpu({ max: 400 }) })).toBe(template({ replicas: 400 }));
  expect(template({ scaling: Scaling.cpu({ max: 400 }) })).not.toBe(template({ replicas: 2 }));
});

test('a disruption budget is there when there may be two pods', () => {
  const has = (min: number, max: number) =>
    kinds(chartWith({ scaling: Scaling.cpu({ min, max }) }), 'web-backend').includes('PodDisruptionBudget');
  expect([has(2, 5), has(1, 20), has(1, 1)]).toEqual([true, true, false]);
});

test('the pods of routers and roots scale too, where they are told to', () => {
  const scaling = Scaling.cpu({ max: 5 });
  const chart = chartWith({ router: { scaling } });
  new ScatterGather(chart, 'Search', { leaves: 2, backend: image, gather: Gather.all(), root: { scaling } });
  for (const name of ['web-router', 'search-root']) {
    expect(kinds(chart, name)).toContain('HorizontalPodAutoscaler');
    expect(find(chart, 'Deployment', name).spec).not.toHaveProperty('replicas');
  }
});

describe('refused with a sentence:', () => {
  const max = (scaling: Parameters<typeof Scaling.cpu>[0]) => ({ scaling: Scaling.cpu(scaling) });
  test.each<[string, Partial<SpreadProps>, string]>([
    [
      'scaling and replicas',
      { replicas: 3, ...max({ max: 5 }) },
      '[shop/Web] replicas and scaling are both given: leave replicas out, scaling has its own min and max',
    ],
    ['no replicas at most', max({ max: 0 }), '[shop/Web] scaling.max is 0: it must be a whole number from 1 to 1000'],
    [
      'a maximum that is no number',
      max({ max: NaN }),
      '[shop/Web] scaling.max is NaN: it must be a whole number from 1 to 1000',
    ],
    ['too many', max({ max: 1001 }), '[shop/Web] scaling.max is 1001: it must be a whole number from 1 to 1000'],
    [
      'no replicas at least',
      max({ min: 0, max: 5 }),
      '[shop/Web] scaling.min is 0: it must be a whole number from 1 to 5; max is 5',
    ],
    [
      'more at least than at most',
      max({ min: 6, max: 5 }),
      '[shop/Web] scaling.min is 6: it must be a whole number from 1 to 5; max is 5',
    ],
    [
      'fewer at most than the two at least',
      max({ max: 1 }),
      '[shop/Web] scaling.min is 2: it must be a whole number from 1 to 1; max is 1',
    ],
    [
      'a use of nothing',
      max({ max: 5, utilization: 0 }),
      '[shop/Web] scaling.utilization is 0: it must be a whole number from 1 to 1000; '
        + 'it is a percentage of the requested CPU',
    ],
    [
      'a fraction instead of a percentage',
      max({ max: 5, utilization: 0.7 }),
      '[shop/Web] scaling.utilization is 0.7: it must be a whole number from 1 to 1000; '
        + 'it is a percentage of the requested CPU',
    ],
    [
      'a router of both',
      { router: { replicas: 2, ...max({ max: 5 }) } satisfies RouterOptions },
      '[shop/Web] router.replicas and router.scaling are both given: leave router.replicas out, '
        + 'scaling has its own min and max',
    ],
    [
      'more routers than there may be',
      { router: max({ max: 101 }) satisfies RootOptions },
      '[shop/Web] router.scaling.max is 101: it must be a whole number from 1 to 100',
    ],
    [
      'pods that request no CPU',
      {
        ...max({ max: 5 }),
        backend: Backend.fromImage('web', {
          port: 8080,
          resources: { cpu: {}, memory: { limit: Size.mebibytes(64) } },
        }),
      },
      '[shop/Web/Backend] resources.cpu has no request: scaling by CPU aims at a percentage of it; give one',
    ],
  ])('%s', (_, props, sentence) => {
    expect(() => chartWith(props)).toThrow(new Error(sentence));
  });

  test('but not a limit alone, which Kubernetes takes for the request', () => {
    const backend = Backend.fromImage('web', { port: 8080, resources: { cpu: { limit: Cpu.units(1) } } });
    expect(() => chartWith({ backend, scaling: Scaling.cpu({ max: 5 }) })).not.toThrow();
  });
});
