import { Chart, Duration, Size, Testing, Yaml } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, Code, Gather, Platform, ScatterGather, ScatterGatherProps, Shard, ShardKey, Spread,
} from '../../src';
import { find, nameOf } from '../find';

const image = Backend.fromImage('ghcr.io/acme/search:1.4.2', { port: 3000 });

function chartWith(props: Partial<ScatterGatherProps> = {}, chart = new Chart(Testing.app(), 'shop')): Chart {
  const own = props.backends ? {} : { leaves: 2, backend: image };
  new ScatterGather(chart, 'Search', { gather: Gather.concat(), ...own, ...props });
  return chart;
}

const config = (chart: Chart, name = 'search-root') => JSON.parse(find(chart, 'ConfigMap', name).data['config.json']);

test('the manifests of the root of a ScatterGather with nothing but leaves, a backend and a gather', () => {
  const chart = chartWith();
  const root = [
    find(chart, 'ConfigMap', 'search-root'),
    find(chart, 'Service', 'search'),
    find(chart, 'Deployment', 'search-root'),
  ];
  // The leaves' objects are those of every group, and the program is a file of its own, whose every change is in its
  // hash.
  expect(Yaml.stringify(...root).replace(/(?<=shop-root-program-)[0-9a-f]{10}/, 'HASH')).toMatchSnapshot();
});

test('its objects are a group for each leaf and a root', () => {
  expect(Testing.synth(chartWith()).map((object) => `${object.kind} ${nameOf(object)}`)).toEqual([
    ...['search-0', 'search-1'].flatMap((name) => [
      `Service ${name}`, `Service ${name}-headless`, `ServiceAccount ${name}`, `NetworkPolicy ${name}`,
      `Deployment ${name}`, `PodDisruptionBudget ${name}`,
    ]),
    'ConfigMap shop-root-program', 'ConfigMap search-root', 'Service search', 'Service search-headless',
    'ServiceAccount search-root',
    'NetworkPolicy search-root', 'Deployment search-root', 'PodDisruptionBudget search-root',
  ]);
});

test('two synths give the same bytes', () => {
  const synth = () =>
    Yaml.stringify(
      ...Testing.synth(chartWith({ gather: Gather.fromFunction(Code.fromInline('(answers) => answers')) })),
    );
  expect(synth()).toBe(synth());
});

describe('the leaves', () => {
  test('know which they are, and of how many', () => {
    const { env } = find(chartWith({ leaves: 3 }), 'Deployment', 'search-2').spec.template.spec.containers[0];
    expect(env).toEqual([{ name: 'LEAF', value: '2' }, { name: 'LEAVES', value: '3' }]);
  });

  test('have as many replicas as asked for', () => {
    expect(find(chartWith({ replicas: 5 }), 'Deployment', 'search-1').spec.replicas).toBe(5);
  });

  test('that exist already are asked in their order', () => {
    const chart = new Chart(Testing.app(), 'shop');
    const [b, a] = ['B', 'A'].map((id) => new Spread(chart, id, { backend: image }));
    chartWith({ backends: [b, a] }, chart);
    expect(config(chart).leaves.map(({ name, host }: { name: string; host: string }) => [name, host])).toEqual([
      ['search-0', 'b.${POD_NAMESPACE}.svc.cluster.local.'],
      ['search-1', 'a.${POD_NAMESPACE}.svc.cluster.local.'],
    ]);
  });

  test('can be the shards of a Shard, and then no pods are made for them', () => {
    const chart = new Chart(Testing.app(), 'shop');
    const users = new Shard(chart, 'Users', { shards: 2, key: ShardKey.fromHeader('x-user'), backend: image });
    chartWith({ backends: users.backends }, chart);
    expect(config(chart).leaves).toEqual([0, 1].map((leaf) => ({
      name: `search-${leaf}`,
      host: `users-${leaf}.\${POD_NAMESPACE}.svc.cluster.local.`,
      podsHost: `users-${leaf}-headless.\${POD_NAMESPACE}.svc.cluster.local.`,
      port: 3000,
    })));
    expect(Testing.synth(chart).filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name))
      .toEqual(['users-0', 'users-1', 'users-router', 'search-root']);
  });

  test('are called by full names that end with a dot, and by those of other networks as they are', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'prod' });
    Platform.configure(chart, { clusterDomain: 'k8s.example' });
    const at = (host: string) => ({ bind: () => ({ host, port: 80 }) });
    chartWith(
      {
        backends: [
          new Spread(chart, 'Web', { backend: image }),
          at('users'),
          at('search.example.com'),
          at('10.1.2.3'),
        ],
      },
      chart,
    );
    expect(config(chart).leaves.map(({ host }: { host: string }) => host)).toEqual([
      'web.prod.svc.k8s.example.', 'users.${POD_NAMESPACE}.svc.k8s.example.', 'search.example.com', '10.1.2.3',
    ]);
  });
});

describe('the root', () => {
  test('is told the defaults', () => {
    expect(find(chartWith(), 'ConfigMap', 'search-root').data['config.json']).toBe(`{
  "port": 8080,
  "adminPort": 9090,
  "timeout": 10000,
  "drain": 20000,
  "leaves": [
    {
      "name": "search-0",
      "host": "search-0.\${POD_NAMESPACE}.svc.cluster.local.",
      "podsHost": "search-0-headless.\${POD_NAMESPACE}.svc.cluster.local.",
      "port": 3000
    },
    {
      "name": "search-1",
      "host": "search-1.\${POD_NAMESPACE}.svc.cluster.local.",
      "podsHost": "search-1-headless.\${POD_NAMESPACE}.svc.cluster.local.",
      "port": 3000
    }
  ],
  "gather": "concat",
  "minResponses": 2,
  "accept": [
    "2xx"
  ],
  "maxBodySize": 1048576,
  "maxAnswerSize": 1048576,
  "maxHeldSize": 67108864,
  "maxConcurrency": 100,
  "trustedProxies": [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7"
  ]
}
`);
  });

  test('is told what the props say', () => {
    expect(config(chartWith({
      timeout: Duration.millis(300),
      minResponses: 1,
      hedgeAfter: Duration.millis(50),
      circuitBreaker: { failures: 5, pause: Duration.seconds(10) },
      accept: ['200', '3xx', '404'],
      maxBodySize: Size.kibibytes(64),
      maxAnswerSize: Size.mebibytes(4),
      maxConcurrency: 500,
      root: { resources: { memory: { request: Size.mebibytes(64), limit: Size.gibibytes(1) } } },
    }))).toMatchObject({
      timeout: 300,
      minResponses: 1,
      hedgeAfter: 50,
      circuitBreaker: { failures: 5, pause: 10_000 },
      accept: ['200', '3xx', '404'],
      maxBodySize: 65_536,
      maxAnswerSize: 4_194_304,
      maxHeldSize: 268_435_456,
      maxConcurrency: 500,
    });
  });

  test('comes in as many replicas as asked for, with the resources asked for', () => {
    const { replicas, template } = find(
      chartWith({ root: { replicas: 4, resources: { cpu: { limit: kplus.Cpu.units(2) } } } }),
      'Deployment',
      'search-root',
    ).spec;
    expect(replicas).toBe(4);
    expect(template.spec.containers[0].resources).toMatchObject({ limits: { cpu: '2', memory: '256Mi' } });
  });

  test('runs the image that the platform has', () => {
    const chart = new Chart(Testing.app(), 'shop');
    Platform.configure(chart, { nodeImage: 'mirror.example/node:26' });
    expect(find(chartWith({}, chart), 'Deployment', 'search-root').spec.template.spec.containers[0].image)
      .toBe('mirror.example/node:26');
  });

  test('shares its program with the other roots of the chart, whatever the patterns and the chart are called', () => {
    const chart = new Chart(Testing.app(), 'search');
    chartWith({}, chart);
    new ScatterGather(chart, 'root', { leaves: 1, backend: image, gather: Gather.all() });
    const maps = Testing.synth(chart).filter(({ kind }) => kind === 'ConfigMap').map(nameOf);
    expect(maps.sort()).toEqual(['root-root', 'search-root', 'search-root-program']);
  });
});

describe('what callers talk to', () => {
  test('is a Service named like the pattern', () => {
    const search = new ScatterGather(new Chart(Testing.app(), 'shop'), 'Search', {
      leaves: 3,
      backend: image,
      gather: Gather.concat(),
    });
    expect([search.service.name, search.host, search.port]).toEqual(['search', 'search', 8080]);
    expect(search.address).toMatchObject({ host: 'search', podsHost: 'search-headless', port: 8080, replicas: 2 });
    expect(search.address.timeout!.toSeconds()).toBe(10);
  });

  test('says what its defaults are', () => {
    const search = new ScatterGather(new Chart(Testing.app(), 'shop'), 'Search', {
      leaves: 3,
      backend: image,
      gather: Gather.concat(),
    });
    expect([search.leaves, search.replicas, search.minResponses, search.timeout.toSeconds(), search.backends.length])
      .toEqual([3, 2, 3, 10, 3]);
    const any = new ScatterGather(new Chart(Testing.app(), 'shop'), 'Any', {
      leaves: 3,
      backend: image,
      gather: Gather.first(),
    });
    expect(any.minResponses).toBe(1);
  });

  test('can be a backend of other patterns, and patterns can be its leaves', () => {
    const chart = new Chart(Testing.app(), 'shop');
    const inner = ['Books', 'Films'].map(
      (id) => new ScatterGather(chart, id, { leaves: 2, backend: image, gather: Gather.concat() }),
    );
    const outer = new ScatterGather(chart, 'Search', { backends: inner, gather: Gather.concat() });
    new Spread(chart, 'Edge', { backend: outer });
    expect(config(chart).leaves.map(({ podsHost }: { podsHost: string }) => podsHost)).toEqual([
      'books-headless.${POD_NAMESPACE}.svc.cluster.local.', 'films-headless.${POD_NAMESPACE}.svc.cluster.local.',
    ]);
    expect(find(chart, 'ConfigMap', 'edge-router').data['nginx.conf.template'])
      .toContain('server search-headless.${POD_NAMESPACE}.svc.cluster.local:8080 resolve');
  });
});

describe('refused with a sentence, and no YAML:', () => {
  const either = 'give one backend for all leaves, or one for each of them';
  const refused: [string, Partial<ScatterGatherProps>, string][] = [
    ['no leaves', { leaves: 0 }, 'leaves is 0: it must be a whole number from 1 to 128'],
    ['129 leaves', { leaves: 129 }, 'leaves is 129: it must be a whole number from 1 to 128'],
    ['half a leaf', { leaves: 1.5 }, 'leaves is 1.5: it must be a whole number from 1 to 128'],
    ['no number of leaves', { leaves: undefined }, 'leaves is missing: say how many leaves the backend is made for'],
    ['an empty list of backends', { backends: [] }, 'leaves is 0: it must be a whole number from 1 to 128'],
    [
      'another number of backends',
      { leaves: 3, backends: [image] },
      'leaves is 3 and there are 1 backends: leave leaves out, or give as many backends',
    ],
    ['no backend', { backend: undefined }, `neither backend nor backends is given: ${either}`],
    ['backend and backends', { backend: image, backends: [image] }, `backend and backends are both given: ${either}`],
    ['no replicas', { replicas: 0 }, 'replicas is 0: it must be a whole number from 1 to 1000'],
    [
      'no responses',
      { minResponses: 0 },
      'minResponses is 0: it must be a whole number from 1 to 2; there are 2 leaves',
    ],
    [
      'more responses than leaves',
      { minResponses: 3 },
      'minResponses is 3: it must be a whole number from 1 to 2; there are 2 leaves',
    ],
    [
      'half a response',
      { minResponses: 1.5 },
      'minResponses is 1.5: it must be a whole number from 1 to 2; there are 2 leaves',
    ],
    [
      'the first two answers',
      { minResponses: 2, gather: Gather.first() },
      "minResponses is 2: Gather.first() answers with one leaf's answer; leave minResponses out",
    ],
    ['no time', { timeout: Duration.millis(0) }, 'timeout is 0 ms: it must be longer than nothing'],
    [
      'more time than a timer has',
      { timeout: Duration.days(25) },
      'timeout is 2160000000 ms: it may be 2147483647 ms at most, which is 24 days',
    ],
    ['a hedge at once', { hedgeAfter: Duration.millis(0) }, 'hedgeAfter is 0 ms: it must be longer than nothing'],
    ['a hedge when the time is up', { hedgeAfter: Duration.seconds(10) },
      'hedgeAfter is 10000 ms and timeout is 10000 ms: a second request needs time to be answered; '
        + 'make hedgeAfter shorter than timeout'],
    ...[0, 1001, 1.5, NaN].map((failures): [string, Partial<ScatterGatherProps>, string] => [
      `a circuit that opens after ${failures} failures`,
      { circuitBreaker: { failures, pause: Duration.seconds(1) } },
      `circuitBreaker.failures is ${failures}: it must be a whole number from 1 to 1000`,
    ]),
    [
      'a circuit that closes at once',
      { circuitBreaker: { failures: 1, pause: Duration.millis(0) } },
      'circuitBreaker.pause is 0 ms: it must be longer than nothing',
    ],
    [
      'nothing to accept',
      { accept: [] },
      "accept is empty: no answer would count; name statuses as in '200', or classes as in '2xx'",
    ],
    ...['1xx', '6xx', '199', '600', '20x', '200 ', 'OK'].map((
      status,
    ): [string, Partial<ScatterGatherProps>, string] => [
      `status '${status}'`,
      { accept: ['2xx', status] },
      `accept names '${status}': name a status from 200 to 599, or a class as in '2xx'`,
    ]),
    ['no room for bodies', { maxBodySize: Size.kibibytes(0) }, 'maxBodySize is 0: it must be larger than nothing'],
    [
      'no room for answers',
      { maxAnswerSize: Size.kibibytes(0) },
      'maxAnswerSize is 0: it must be larger than nothing',
    ],
    [
      'a size that is no number',
      { maxAnswerSize: Size.kibibytes(NaN) },
      'maxAnswerSize is NaN: it must be larger than nothing',
    ],
    ['bodies larger than the memory for them', { maxBodySize: Size.mebibytes(65) },
      'maxBodySize is 66560 KiB: a pod holds 65536 KiB of bodies, a quarter of its memory; '
        + 'raise root.resources.memory, or lower maxBodySize'],
    ['answers larger than the memory for them', { leaves: 65 },
      'maxAnswerSize is 1024 KiB, from 65 leaves 66560 KiB: a pod holds 65536 KiB of bodies, a quarter of its memory; '
        + 'raise root.resources.memory, or lower maxAnswerSize'],
    [
      'a root without bounds on memory',
      { root: { resources: { memory: {} } } },
      'root.resources.memory has no limit: bodies in memory are bounded by it; set one',
    ],
    [
      'a root that may do nothing',
      { maxConcurrency: 0 },
      'maxConcurrency is 0: it must be a whole number from 1 to 10000',
    ],
    [
      'a root that may do too much',
      { maxConcurrency: 10_001 },
      'maxConcurrency is 10001: it must be a whole number from 1 to 10000',
    ],
    ['a root without pods', { root: { replicas: 0 } }, 'root.replicas is 0: it must be a whole number from 1 to 100'],
  ];
  test.each(refused)('%s', (_, props, message) => {
    expect(() => chartWith(props)).toThrow(new Error(`[shop/Search] ${message}`));
  });

  test.each([
    ['less than no time', () => Duration.millis(-1), 'Duration amounts cannot be negative. Received: -1'],
    ['less than no room', () => Size.mebibytes(-1), 'Storage amounts cannot be negative. Received: -1'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('and just inside of the limits nothing is refused', () => {
    expect(() => chartWith({
      leaves: 64,
      replicas: 1,
      minResponses: 64,
      hedgeAfter: Duration.millis(9_999),
      accept: ['200', '599', '5xx'],
      maxBodySize: Size.mebibytes(64),
      maxConcurrency: 10_000,
    })).not.toThrow();
  });
});
