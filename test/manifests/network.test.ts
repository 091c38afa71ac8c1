import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, Code, Egress, Gather, IBackend, Peer, Platform, ScatterGather, Shard, ShardKey, Spread,
} from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 3000 });
const hello = Backend.fromFunction(Code.fromInline('() => "hello"'));
const newChart = () => new Chart(Testing.app(), 'shop');

const rules = (chart: Chart, group: string) => find(chart, 'NetworkPolicy', group).spec;
const pods = (name: string, instance: string) => ({
  podSelector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': instance } },
});
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
const tcp = (port: number) => [{ port, protocol: 'TCP' }];
// 5353 is where OpenShift's name servers listen.
const DNS = { ports: [53, 5353].flatMap((port) => [{ port, protocol: 'UDP' }, { port, protocol: 'TCP' }]) };

test('a router or root in front of a short name of a Service of the app is refused: '
  + 'they ask DNS for full names', () => {
  const app = new App();
  const users = new Spread(new Chart(app, 'users', { namespace: 'shop' }), 'Users', { backend: image });
  const web = new Chart(app, 'web', { namespace: 'web' });
  const backend = Backend.fromUrl(`http://users.shop:${users.port}`);
  new Spread(web, 'Web', { backend });
  new ScatterGather(web, 'All', { backends: [backend, Backend.fromUrl('http://example.com')], gather: Gather.all() });
  for (const path of ['web/Web', 'web/All']) {
    expect(() => web.toJson()).toThrow(`[${path}] a backend or a Valkey is at 'users.shop': `
      + 'DNS is asked for that name as it is, '
      + "and no Service has it; write 'users.shop.svc'");
  }
});

describe('a backend', () => {
  test('is reached by its router only, and connects to DNS only', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: image });
    expect(rules(chart, 'web-backend')).toEqual({
      ...pods('web', 'web-backend'),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [pods('web', 'web-router')], ports: tcp(3000) }],
      egress: [DNS],
    });
  });

  test('of a Shard is also reached by a later pattern that uses it', () => {
    const chart = newChart();
    const users = new Shard(chart, 'Users', { shards: 2, key: ShardKey.fromQuery('user'), backend: image });
    new ScatterGather(chart, 'Search', { backends: users.backends, gather: Gather.all() });
    expect(rules(chart, 'users-1').ingress)
      .toEqual([{ from: [pods('users', 'users-router'), pods('search', 'search-root')], ports: tcp(3000) }]);
    expect(rules(chart, 'search-root').egress)
      .toEqual([DNS, { to: [pods('users', 'users-0'), pods('users', 'users-1')], ports: tcp(3000) }]);
  });

  test('is reached by a pattern of another chart in another namespace', () => {
    const app = new App();
    const data = new Chart(app, 'data', { namespace: 'data' });
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    const users = new Spread(data, 'Users', { backend: image });
    new Spread(shop, 'Web', { backend: users.backends[0] });
    expect(rules(data, 'users-backend').ingress).toEqual([
      {
        from: [pods('users', 'users-router'), { ...pods('web', 'web-router'), ...namespace('shop') }],
        ports: tcp(3000),
      },
    ]);
    expect(rules(shop, 'web-router').egress)
      .toEqual([DNS, { to: [{ ...pods('users', 'users-backend'), ...namespace('data') }], ports: tcp(3000) }]);
  });

  test('is reached from whichever namespace a chart without one is applied to', () => {
    const app = new App();
    const data = new Chart(app, 'data', { namespace: 'data' });
    new Spread(new Chart(app, 'shop'), 'Web', { backend: new Spread(data, 'Users', { backend: image }).backends[0] });
    expect(rules(data, 'users-backend').ingress[0].from[1])
      .toEqual({ ...pods('web', 'web-router'), namespaceSelector: {} });
  });

  test('of a chart without a namespace is reached from one that names the namespace which both are applied to', () => {
    const app = new App();
    const data = new Chart(app, 'data');
    const users = new Spread(data, 'Users', { backend: image });
    new Spread(new Chart(app, 'shop', { namespace: 'shop' }), 'Web', { backend: users.backends[0] });
    expect(rules(data, 'users-backend').ingress[0].from[1])
      .toEqual({ ...pods('web', 'web-router'), ...namespace('shop') });
  });

  test('is reached by the clients that it admits', () => {
    const chart = newChart();
    const clients = [
      Peer.pods({ app: 'debug' }),
      Peer.pods({ app: 'job' }, 'batch'),
      Peer.namespace('tools'),
      Peer.namespace(),
      Peer.ipRange('10.1.0.0/16'),
    ];
    new Spread(chart, 'Web', { backend: Backend.fromFunction(Code.fromInline('() => 1'), { clients }) });
    expect(rules(chart, 'web-backend').ingress).toEqual([{
      from: [
        pods('web', 'web-router'),
        { podSelector: { matchLabels: { app: 'debug' } } },
        { podSelector: { matchLabels: { app: 'job' } }, ...namespace('batch') },
        namespace('tools'),
        { podSelector: {} },
        { ipBlock: { cidr: '10.1.0.0/16' } },
      ],
      ports: tcp(8080),
    }]);
  });
});

describe('a backend connects', () => {
  function egressOf(...egress: Egress[]): object[] {
    const chart = newChart();
    const database = new kplus.Service(chart, 'Database', {
      metadata: { name: 'database' },
      ports: [{ port: 5432, targetPort: 15432 }],
    });
    database.selectLabel('app', 'postgres');
    new Spread(chart, 'Web', { backend: Backend.fromImage('web', { port: 3000, egress }) });
    return rules(chart, 'web-backend').egress.slice(1);
  }

  test.each<[string, Egress, object]>([
    [
      'to the pods, and the port of the pods, of a Service in the same app',
      Egress.toHost('database', 5432),
      { to: [{ podSelector: { matchLabels: { app: 'postgres' } } }], ports: tcp(15432) },
    ],
    [
      'to the namespace of a Service that is not synthesized here, whose pods and their port nobody knows',
      Egress.toHost('orders.sales.svc', 80),
      { to: [namespace('sales')] },
    ],
    [
      'to a pod of it by a name of its own',
      Egress.toHost('orders-0.orders.sales.svc', 80),
      { to: [namespace('sales')] },
    ],
    [
      'to it by its name in full, too',
      Egress.toHost('orders.sales.svc.cluster.local', 80),
      { to: [namespace('sales')] },
    ],
    [
      'to its own namespace for a short name that is not synthesized here',
      Egress.toHost('orders', 80),
      { to: [{ podSelector: {} }] },
    ],
    [
      'to a port of anywhere for a name of two labels that is no Service of the app',
      Egress.toHost('orders.sales', 443),
      { ports: tcp(443) },
    ],
    [
      'to a port of anywhere for a name outside of the cluster',
      Egress.toHost('api.example.com', 443),
      { ports: tcp(443) },
    ],
    ['to an address', Egress.toHost('10.1.2.3', 443), { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: tcp(443) }],
    [
      'to an IPv6 address',
      Egress.toHost('fd00::1', 443),
      { to: [{ ipBlock: { cidr: 'fd00::1/128' } }], ports: tcp(443) },
    ],
    [
      'to ports of a peer',
      Egress.toPeer(Peer.pods({ app: 'redis' }), 6379, 6380),
      { to: [{ podSelector: { matchLabels: { app: 'redis' } } }], ports: [...tcp(6379), ...tcp(6380)] },
    ],
    ['to every port of a peer', Egress.toPeer(Peer.namespace('data')), { to: [namespace('data')] }],
    ['anywhere, where it is said', Egress.toPeer(Peer.anywhere()), {}],
  ])('%s', (_, egress, rule) => {
    expect(egressOf(egress)).toEqual([rule]);
  });

  test('to the Service and port that `name.namespace` means where the app makes it, and is let in there', () => {
    const app = new App();
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    new Spread(shop, 'Users', { backend: image, clients: [] });
    const web = new Chart(app, 'web', { namespace: 'web' });
    new Spread(web, 'Web', {
      backend: Backend.fromImage('web', { port: 3000, egress: [Egress.toHost('users.shop', 8080)] }),
    });
    expect(rules(web, 'web-backend').egress[1])
      .toEqual({ to: [{ ...pods('users', 'users-router'), ...namespace('shop') }], ports: tcp(8080) });
    expect(rules(shop, 'users-router').ingress)
      .toEqual([{ from: [{ ...pods('web', 'web-backend'), ...namespace('web') }], ports: tcp(8080) }]);
  });

  test.each<[string, object, object[], object]>([
    ['to the port of the pods of a headless Service as it is given, since nothing translates it',
      { clusterIP: 'None', selector: { app: 'postgres' }, ports: [{ port: 5432, targetPort: 15432 }] }, [],
      { to: [{ podSelector: { matchLabels: { app: 'postgres' } } }], ports: tcp(5432) }],
    [
      'to the ports of the EndpointSlices of a Service without a selector',
      { ports: [{ port: 5432 }] },
      [{ ports: [{ port: 6432 }, { port: 7432 }] }],
      { ports: [...tcp(6432), ...tcp(7432)] },
    ],
    ['to every port where nobody knows those of a Service without a selector', { ports: [{ port: 5432 }] }, [], {}],
    ['to every port of a Service that says nothing of itself', {}, [], {}],
  ])('%s', (_, spec, slices, rule) => {
    const chart = newChart();
    new ApiObject(chart, 'Database', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'database' }, spec });
    slices.forEach((slice, n) => new ApiObject(chart, `Slice${n}`, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `database-${n}`, labels: { 'kubernetes.io/service-name': 'database' } },
      addressType: 'IPv4',
      ...slice,
    }));
    new Spread(chart, 'Web', {
      backend: Backend.fromImage('web', { port: 3000, egress: [Egress.toHost('database', 5432)] }),
    });
    expect(rules(chart, 'web-backend').egress.slice(1)).toEqual([rule]);
  });

  test.each([
    {}, { spec: { template: {} } },
  ])('to a namespace where only a Service of another kind has the name, such as one of Knative: %j', (knative) => {
    const chart = newChart();
    new ApiObject(chart, 'Database', {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'database' },
      ...knative,
    });
    new Spread(chart, 'Web', {
      backend: Backend.fromImage('web', { port: 3000, egress: [Egress.toHost('database', 5432)] }),
    });
    expect(rules(chart, 'web-backend').egress[1]).toEqual({ to: [{ podSelector: {} }] });
  });

  test('to a pattern, which lets it in although its clients are others', () => {
    const chart = newChart();
    const orders = new Spread(chart, 'Orders', { backend: hello, clients: [Peer.namespace('sales')] });
    new Spread(chart, 'Web', {
      backend: Backend.fromImage('web', { port: 3000, egress: [Egress.toPattern(orders)] }),
    });
    expect(rules(chart, 'web-backend').egress[1]).toEqual({ to: [pods('orders', 'orders-router')], ports: tcp(8080) });
    expect(rules(chart, 'orders-router').ingress)
      .toEqual([{ from: [pods('web', 'web-backend'), namespace('sales')], ports: tcp(8080) }]);
  });
});

describe('a router', () => {
  function routerTo(backend: (chart: Chart) => IBackend): object[] {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: backend(chart) });
    return rules(chart, 'web-router').egress.slice(1);
  }

  test('is reached by anybody at the port that takes requests, and by nobody at the other', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: image });
    expect(rules(chart, 'web-router').ingress).toEqual([{ ports: tcp(8080) }]);
  });

  test('is reached by its clients only, where they are given', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: image, clients: [Peer.namespace('ingress-nginx')] });
    expect(rules(chart, 'web-router').ingress).toEqual([{ from: [namespace('ingress-nginx')], ports: tcp(8080) }]);
  });

  test('is reached by nobody where its clients are none', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: image, clients: [] });
    expect(rules(chart, 'web-router')).toMatchObject({ ingress: [], policyTypes: ['Ingress', 'Egress'] });
  });

  test('connects to the router of a pattern that is its backend, which lets it in', () => {
    const chart = newChart();
    const inner = new Spread(chart, 'Inner', { backend: image, clients: [] });
    new Spread(chart, 'Outer', { backend: inner });
    expect(rules(chart, 'outer-router').egress[1]).toEqual({ to: [pods('inner', 'inner-router')], ports: tcp(8080) });
    expect(rules(chart, 'inner-router').ingress)
      .toEqual([{ from: [pods('outer', 'outer-router')], ports: tcp(8080) }]);
  });

  test('connects to the pods of a Service that is its backend', () => {
    expect(routerTo((chart) => {
      const service = new kplus.Service(chart, 'Service', {
        metadata: { name: 'legacy' },
        ports: [{ port: 80, targetPort: 8000 }],
      });
      service.selectLabel('app', 'legacy');
      return Backend.fromService(service);
    })).toEqual([{ to: [{ podSelector: { matchLabels: { app: 'legacy' } } }], ports: tcp(8000) }]);
  });

  test('connects to a port of anywhere for a Service without pods, whose addresses are written elsewhere', () => {
    expect(routerTo((chart) => Backend.fromService(new kplus.Service(chart, 'Service', {
      metadata: { name: 'legacy' },
      ports: [{ port: 80 }],
      type: kplus.ServiceType.EXTERNAL_NAME,
      externalName: 'legacy.example.com',
    })))).toEqual([{ ports: tcp(80) }]);
  });

  test('connects to the namespace of a Service that a URL names', () => {
    expect(routerTo(() => Backend.fromUrl('http://legacy.sales.svc'))).toEqual([{ to: [namespace('sales')] }]);
  });

  test('is let in by a group whose Service a URL names', () => {
    const chart = newChart();
    new Spread(chart, 'Users', { backend: image });
    new Spread(chart, 'Web', { backend: Backend.fromUrl('http://users-backend:3000') });
    expect(rules(chart, 'users-backend').ingress)
      .toEqual([{ from: [pods('users', 'users-router'), pods('web', 'web-router')], ports: tcp(3000) }]);
  });
});

test('a group is reached through a Service of the user\'s own that selects its pods', () => {
  const chart = newChart();
  new Spread(chart, 'Users', { backend: image });
  const alias = new kplus.Service(chart, 'Alias', {
    metadata: { name: 'alias' },
    ports: [{ port: 80, targetPort: 3000 }],
  });
  alias.selectLabel('app.kubernetes.io/instance', 'users-backend');
  new Spread(chart, 'Web', { backend: Backend.fromService(alias) });
  expect(rules(chart, 'users-backend').ingress)
    .toEqual([{ from: [pods('users', 'users-router'), pods('web', 'web-router')], ports: tcp(3000) }]);
});

describe('synthesis', () => {
  test('looks through the app as often for many patterns as for few', () => {
    const looks = (patterns: number) => {
      const app = new App();
      const chart = new Chart(app, 'shop');
      for (let n = 0; n < patterns; n++) {
        new Spread(chart, `Web${n}`, { backend: Backend.fromUrl('http://missing:80') });
      }
      const findAll = jest.spyOn(app.node, 'findAll');
      chart.toJson();
      return findAll.mock.calls.length;
    };
    expect(looks(20)).toBe(looks(1));
  });

  test('sees a Service that was made after an earlier one', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: Backend.fromUrl('http://legacy:80') });
    expect(rules(chart, 'web-router').egress[1]).toEqual({ to: [{ podSelector: {} }] });
    new kplus.Service(chart, 'Legacy', {
      metadata: { name: 'legacy' },
      ports: [{ port: 80, targetPort: 8000 }],
    }).selectLabel('app', 'legacy');
    expect(rules(chart, 'web-router').egress[1])
      .toEqual({ to: [{ podSelector: { matchLabels: { app: 'legacy' } } }], ports: tcp(8000) });
  });
});

describe('a platform', () => {
  test('lets those who read metrics in, at the admin ports of everything that has one', () => {
    const chart = newChart();
    Platform.configure(chart, { scrapers: [Peer.namespace('monitoring')] });
    new Spread(chart, 'Function', { backend: hello });
    new Spread(chart, 'Image', { backend: image });
    const scraped = (group: string) => rules(chart, group).ingress.filter(({ ports }: any) => ports[0].port === 9090);
    for (const group of ['function-router', 'function-backend']) {
      expect(scraped(group)).toEqual([{ from: [namespace('monitoring')], ports: tcp(9090) }]);
    }
    expect(scraped('image-backend')).toEqual([]);
  });

  test('makes no policies where it is told so, and what it has is still let in elsewhere', () => {
    const app = new App();
    const open = new Chart(app, 'open', { namespace: 'open' });
    Platform.configure(open, { networkPolicies: false });
    const data = new Chart(app, 'data', { namespace: 'data' });
    new Spread(open, 'Web', { backend: new Spread(data, 'Users', { backend: image }).backends[0] });
    expect(Testing.synth(open).filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
    expect(rules(data, 'users-backend').ingress[0].from)
      .toContainEqual({ ...pods('web', 'web-router'), ...namespace('open') });
  });
});

test.each<[string, () => unknown, string]>([
  [
    'pods without labels',
    () => Peer.pods({}),
    'Peer.pods has no labels: name one, or mean all pods of a namespace with Peer.namespace',
  ],
  ['an address instead of a range', () => Peer.ipRange('10.1.2.3'),
    "Peer.ipRange has '10.1.2.3', which is no range of addresses: write it as in '10.1.0.0/16', "
      + "one address as in '10.1.2.3/32'"],
  ['a range of too many bits', () => Peer.ipRange('10.1.0.0/33'), "Peer.ipRange has '10.1.0.0/33'"],
  [
    'a range that means something on one machine only',
    () => Peer.ipRange('fe80::1%eth0/64'),
    "Peer.ipRange has 'fe80::1%eth0/64'",
  ],
  [
    'an address that does',
    () => Egress.toHost('fe80::1%eth0', 80),
    "Egress.toHost has 'fe80::1%eth0', which is no host",
  ],
  [
    'a host without a name between its dots',
    () => Egress.toHost('db..svc', 80),
    "Egress.toHost has 'db..svc', which is no host",
  ],
  ['a name as a range', () => Peer.ipRange('example.com/8'), "Peer.ipRange has 'example.com/8'"],
  [
    'a URL instead of a host',
    () => Egress.toHost('http://db', 5432),
    "Egress.toHost has 'http://db', which is no host: write it as in 'db.data.svc', without scheme and port",
  ],
  ['a host with a port', () => Egress.toHost('db:5432', 5432), "Egress.toHost has 'db:5432', which is no host"],
  ['port 0', () => Egress.toHost('db', 0), 'Egress.toHost has port 0: a TCP port is a whole number from 1 to 65535'],
  [
    'port 65536',
    () => Egress.toPeer(Peer.anywhere(), 80, 65536),
    'Egress.toPeer has port 65536: a TCP port is a whole number from 1 to 65535',
  ],
])('%s is refused with a sentence', (_, make, sentence) => {
  expect(make).toThrow(sentence);
});
