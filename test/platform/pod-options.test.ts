import { Chart, Duration, Testing } from 'cdk8s';
import { ImagePullPolicy } from 'cdk8s-plus-27';
import { Backend, Code, Gather, Platform, PodOptions, ScatterGather, Shard, ShardKey, Spread } from '../../src';
import { find } from '../find';

const hello = Backend.fromFunction(Code.fromInline('() => "hello"'));
const newChart = () => new Chart(Testing.app(), 'shop');
const template = (chart: Chart, name: string) => find(chart, 'Deployment', name).spec.template;

const everything: PodOptions = {
  imagePullSecrets: ['registry'],
  priorityClassName: 'high',
  nodeSelector: { 'kubernetes.io/arch': 'arm64' },
  tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
};

test.each<[string, (chart: Chart) => unknown, string[]]>([
  [
    'a Spread',
    (chart) => new Spread(chart, 'Web', { backend: hello, pods: everything }),
    ['web-backend', 'web-router'],
  ],
  [
    'a Shard',
    (chart) =>
      new Shard(chart, 'Users', { shards: 2, key: ShardKey.fromQuery('user'), backend: hello, pods: everything }),
    ['users-0', 'users-1', 'users-router'],
  ],
  [
    'a ScatterGather',
    (chart) =>
      new ScatterGather(chart, 'Search', { leaves: 2, gather: Gather.all(), backend: hello, pods: everything }),
    ['search-0', 'search-1', 'search-root'],
  ],
])('all pods of %s run where its options say', (_, make, names) => {
  const chart = newChart();
  make(chart);
  for (const name of names) {
    expect(template(chart, name).spec).toMatchObject({ ...everything, imagePullSecrets: [{ name: 'registry' }] });
  }
});

test('labels and annotations are added to those of the pods, and to no selector', () => {
  const chart = newChart();
  new Spread(chart, 'Web', {
    backend: hello,
    pods: { labels: { team: 'shop' }, annotations: { 'sidecar.istio.io/inject': 'false' } },
  });
  expect(template(chart, 'web-router').metadata).toMatchObject({
    labels: { 'team': 'shop', 'app.kubernetes.io/name': 'web' },
    annotations: { 'sidecar.istio.io/inject': 'false' },
  });
  expect(find(chart, 'Deployment', 'web-router').spec.selector.matchLabels).not.toHaveProperty('team');
});

test('what a chart says holds for all of its patterns, until one says otherwise, option by option', () => {
  const chart = newChart();
  Platform.configure(chart, { pods: everything });
  new Spread(chart, 'Web', { backend: hello });
  new Spread(chart, 'Batch', { backend: hello, pods: { priorityClassName: 'low' } });
  expect(template(chart, 'web-backend').spec.priorityClassName).toBe('high');
  expect(template(chart, 'batch-backend').spec)
    .toMatchObject({ priorityClassName: 'low', imagePullSecrets: [{ name: 'registry' }] });
});

test('a chart adds to what its app says, option by option', () => {
  const app = Testing.app();
  Platform.configure(app, { pods: { priorityClassName: 'high' }, nodeImage: 'mirror.example/node:24' });
  const chart = new Chart(app, 'shop');
  Platform.configure(chart, { pods: { nodeSelector: { disk: 'ssd' } } });
  new Spread(chart, 'Web', { backend: hello });
  expect(template(chart, 'web-backend').spec)
    .toMatchObject({
      priorityClassName: 'high',
      nodeSelector: { disk: 'ssd' },
      containers: [{ image: 'mirror.example/node:24' }],
    });
});

test('a longer drain makes the time to end longer, and takes nothing from open requests', () => {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: hello, pods: { drain: Duration.seconds(20) } });
  new Spread(chart, 'Other', { backend: hello });
  const graceOf = (name: string) => template(chart, name).spec.terminationGracePeriodSeconds;
  expect(template(chart, 'web-router').spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 20 } } });
  expect(graceOf('web-router') - graceOf('other-router')).toBe(15);
});

describe('open requests are waited for', () => {
  const graceOf = (chart: Chart, name: string) => template(chart, name).spec.terminationGracePeriodSeconds;
  const configOf = (chart: Chart, name: string) => JSON.parse(find(chart, 'ConfigMap', name).data['config.json']);
  const nginxOf = (chart: Chart, name: string) => find(chart, 'ConfigMap', name).data['nginx.conf.template'];
  const code = Code.fromInline('() => 1');

  test.each([
    [Duration.millis(100), 20_000, 30],
    [undefined, 40_000, 50],
    [Duration.minutes(10), 610_000, 620],
    [Duration.millis(2 ** 31 - 1), 2 ** 31 - 1, 2_147_494],
  ])('for as long as a function may take: %s', (timeout, drain, grace) => {
    const chart = newChart();
    new Spread(chart, 'Web', {
      backend: Backend.fromFunction(code, { timeout }),
      router: { timeout: Duration.seconds(60) },
    });
    expect([configOf(chart, 'web-backend').drain, graceOf(chart, 'web-backend')]).toEqual([drain, grace]);
  });

  test.each([
    [Duration.millis(300), 20_000, 30],
    [undefined, 20_000, 30],
    [Duration.seconds(90), 100_000, 110],
  ])('for as long as the leaves of a root may take: %s', (timeout, drain, grace) => {
    const chart = newChart();
    new ScatterGather(chart, 'Search', { leaves: 1, gather: Gather.all(), backend: hello, timeout });
    expect([configOf(chart, 'search-root').drain, graceOf(chart, 'search-root')]).toEqual([drain, grace]);
  });

  test.each([
    ['a router, by default', {}, undefined, 60, 65, 75],
    [
      'a router in front of a function that takes longer',
      { timeout: Duration.seconds(120) },
      undefined,
      125,
      130,
      140,
    ],
    [
      'a router that is told otherwise',
      { timeout: Duration.seconds(120) },
      { timeout: Duration.seconds(10) },
      10,
      30,
      40,
    ],
  ])('by %s', (_, options, router, silent, stop, grace) => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: Backend.fromFunction(code, options), router });
    expect(nginxOf(chart, 'web-router')).toContain(`proxy_read_timeout ${silent}s;`);
    expect(nginxOf(chart, 'web-router')).toContain(`worker_shutdown_timeout ${stop}s;`);
    expect(graceOf(chart, 'web-router')).toBe(grace);
  });

  test('by a router in front of another pattern', () => {
    const chart = newChart();
    const inner = new ScatterGather(chart, 'Search', {
      leaves: 1,
      gather: Gather.all(),
      backend: hello,
      timeout: Duration.seconds(90),
    });
    new Spread(chart, 'Web', { backend: inner });
    new Spread(chart, 'Outer', { backend: new Spread(chart, 'Middle', { backend: inner }) });
    expect(nginxOf(chart, 'web-router')).toContain('proxy_read_timeout 95s;');
    expect(nginxOf(chart, 'outer-router')).toContain('proxy_read_timeout 100s;');
  });
});

describe('the time that a pod has to end, where an option says it', () => {
  const ends: PodOptions = { drain: Duration.minutes(1), terminationGracePeriod: Duration.hours(2) };
  const configOf = (chart: Chart, name: string) => JSON.parse(find(chart, 'ConfigMap', name).data['config.json']);

  test('is what Kubernetes waits for, drain included, whatever runs in the pod', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: hello, pods: ends });
    new Spread(chart, 'Api', { backend: Backend.fromImage('ghcr.io/acme/api:1', { port: 8080 }), pods: ends });
    new ScatterGather(chart, 'Search', { leaves: 1, gather: Gather.all(), backend: hello, pods: ends });
    for (const name of ['web-router', 'web-backend', 'api-backend', 'search-root']) {
      expect(template(chart, name).spec.terminationGracePeriodSeconds).toBe(7200);
      expect(template(chart, name).spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 60 } } });
    }
  });

  test('less the drain and five seconds is what routers, roots and functions wait for open requests', () => {
    const chart = newChart();
    new ScatterGather(chart, 'Search', { leaves: 1, gather: Gather.all(), backend: hello, pods: ends });
    new Spread(chart, 'Web', { backend: hello, pods: ends });
    expect(find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'])
      .toContain('worker_shutdown_timeout 7135s;');
    expect(configOf(chart, 'search-root').drain).toBe(7_135_000);
    expect(configOf(chart, 'search-0').drain).toBe(7_135_000);
  });

  test('may be next to nothing, and is never endless to nginx then', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: hello, pods: { terminationGracePeriod: Duration.seconds(6) } });
    expect(find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'])
      .toContain('worker_shutdown_timeout 1s;');
    expect(template(chart, 'web-router').spec.terminationGracePeriodSeconds).toBe(6);
  });
});

test('what a router or root is told of its pods holds for them alone, in place of what the pattern says', () => {
  const chart = newChart();
  const pods: PodOptions = { nodeSelector: { gpu: 'true' }, priorityClassName: 'high' };
  const own = { pods: { nodeSelector: { disk: 'ssd' } } };
  new Spread(chart, 'Web', { backend: hello, pods, router: own });
  new ScatterGather(chart, 'Search', { leaves: 1, gather: Gather.all(), backend: hello, pods, root: own });
  const selected = (name: string) => [
    template(chart, name).spec.nodeSelector,
    template(chart, name).spec.priorityClassName,
  ];
  for (const name of ['web-router', 'search-root']) expect(selected(name)).toEqual([{ disk: 'ssd' }, 'high']);
  for (const name of ['web-backend', 'search-0']) expect(selected(name)).toEqual([{ gpu: 'true' }, 'high']);
});

describe('pods that cannot be are refused:', () => {
  test.each<[string, PodOptions, string]>([
    [
      'no time to end',
      { terminationGracePeriod: Duration.seconds(0) },
      'pods.terminationGracePeriod is 0 ms: give whole seconds, 1 or more',
    ],
    [
      'a time to end that Kubernetes has no number for',
      { terminationGracePeriod: Duration.millis(10_500) },
      'pods.terminationGracePeriod is 10500 ms: give whole seconds, 1 or more',
    ],
    [
      'a time to end that the drain takes',
      { terminationGracePeriod: Duration.seconds(5) },
      'pods.terminationGracePeriod is 5 s, of which drain takes 5: give more, or lower pods.drain',
    ],
    [
      'a time to end that no timer can wait for',
      { terminationGracePeriod: Duration.days(25) },
      'pods.terminationGracePeriod is 2160000000 ms: it may be 2147483647 ms at most, which is 24 days',
    ],
  ])('%s', (_, pods, message) => {
    const backend = Backend.fromImage('ghcr.io/acme/api:1', { port: 8080 });
    expect(() => new Spread(newChart(), 'Web', { backend, pods })).toThrow(new Error(`[shop/Web/Backend] ${message}`));
  });
});

test('images are pulled when an option says, those of routers too', () => {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: hello, pods: { imagePullPolicy: ImagePullPolicy.ALWAYS } });
  for (const name of ['web-router', 'web-backend']) {
    expect(template(chart, name).spec.containers[0].imagePullPolicy).toBe('Always');
  }
});

test.each([0, 500, 1500])('a drain of %d ms is refused, because Kubernetes counts seconds', (millis) => {
  expect(() => new Spread(newChart(), 'Web', { backend: hello, pods: { drain: Duration.millis(millis) } }))
    .toThrow(new Error(`[shop/Web/Backend] pods.drain is ${millis} ms: give whole seconds, 1 or more`));
});

test('a label in place of ours is refused, because Services find their pods by it', () => {
  const pods = { labels: { 'app.kubernetes.io/name': 'shop' } };
  expect(() => new Spread(newChart(), 'Web', { backend: hello, pods })).toThrow(new Error(
    "[shop/Web/Backend] pods.labels sets 'app.kubernetes.io/name', which the pattern sets itself: use another label",
  ));
});

test('pods with metrics say so in annotations when the chart wants it; images of the user’s say nothing', () => {
  const chart = newChart();
  Platform.configure(chart, { scrapeAnnotations: true });
  new Spread(chart, 'Web', { backend: hello });
  new Spread(chart, 'Api', { backend: Backend.fromImage('ghcr.io/acme/api:1', { port: 8080 }) });
  const scrape = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090', 'prometheus.io/path': '/metrics' };
  for (const name of ['web-router', 'web-backend', 'api-router']) {
    expect(template(chart, name).metadata.annotations).toMatchObject(scrape);
  }
  expect(template(chart, 'api-backend').metadata).not.toHaveProperty('annotations');
});
