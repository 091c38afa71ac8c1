import { App, Chart, Size, Testing } from 'cdk8s';
import { EnvValue, Secret, Service } from 'cdk8s-plus-27';
import { arrowsOf, nodesOf } from './graphs';
import { graphOf } from '../../../src/local/graph/read';
import {
  Affinity, Backend, Code, Egress, Gather, Leaf, Peer, Platform, Scaling, ScatterGather, Shard, ShardKey, Spread,
  State, Valkey,
} from 'cdk8s-metaparticle';

const image = Backend.fromImage('ghcr.io/acme/app:1', { port: 8080 });
const fn = (options = {}) => Backend.fromFunction(Code.fromInline('() => 1'), options);

let app: App;
let chart: Chart;
beforeEach(() => {
  app = Testing.app();
  chart = new Chart(app, 'shop');
});

const graph = () => graphOf(app.charts.flatMap((each) => each.toJson()));
const nodes = () => nodesOf(graph());
const arrows = () => arrowsOf(graph());

test('a Spread is a frame with a router and a group', () => {
  const web = new Spread(chart, 'Web', { replicas: 3, backend: image });
  web.exposeViaIngress('/shop');
  expect(graph().patterns.map(({ title }) => title)).toEqual(['web: Spread']);
  expect(nodes()).toEqual([
    'Ingress web', 'web-backend / backend, 3 replicas', 'web-router / router, 2 replicas / Service web:8080', 'any caller',
  ]);
  expect(arrows()).toEqual([
    'Ingress web calls web-router (/shop)', 'web-router calls web-backend', 'any caller may call web-router',
  ]);
});

describe('the key', () => {
  const KEYS: [ShardKey, string][] = [
    [ShardKey.fromHeader('X-User-Id'), 'header x-user-id'],
    [ShardKey.fromQuery('user name'), 'query parameter user name'],
    [ShardKey.fromCookie('shop.user-id'), 'cookie shop.user-id'],
    [ShardKey.fromPath("^/it's/([^/]+)\\.html$"), "path ^/it's/([^/]+)\\.html$"],
    [ShardKey.fromClientIp(), 'client address'],
    [ShardKey.fromField('user.id', { alternatives: ['owner'] }), 'field user.id or owner'],
    [ShardKey.fromField('prompt', { first: 1024 }), 'field prompt, first 1024 characters'],
    [ShardKey.fromFunction(Code.fromInline('({ path }) => path')), 'function'],
  ];

  test.each(KEYS)('%# of a Shard is what it is chosen by', (key, text) => {
    new Shard(chart, 'Users', { shards: 2, key, backend: image });
    expect(graph().patterns.map(({ title }) => title)).toEqual(['users: Shard']);
    expect(nodes()).toContain(`users-router / router, 2 replicas / Service users:8080 / key: ${text}`);
  });

  test.each(KEYS)('%# of an affinity', (key, text) => {
    new Spread(chart, 'Users', { backend: image, affinity: Affinity.byKey(key) });
    expect(graph().patterns.map(({ title }) => title)).toEqual(['users: Spread']);
    expect(nodes()).toContain(`users-router / router, 2 replicas / Service users:8080 / affinity: ${text}`);
  });

  test('of an affinity by cookie is its name', () => {
    new Spread(chart, 'Users', { backend: image, affinity: Affinity.byCookie('shop') });
    expect(nodes()).toContain('users-router / router, 2 replicas / Service users:8080 / affinity: cookie shop');
  });
});

test('eight shards with a volume each are one node with one volume', () => {
  new Shard(chart, 'Users', {
    shards: 8, key: ShardKey.fromHeader('x-user'), backend: fn({ state: State.local({ size: Size.gibibytes(1) }) }),
  });
  expect(nodes().slice(0, 2)).toEqual([
    'users-0 … users-7 / 8 shards, 1 replica each', 'volume var-lib-metaparticle-state / 1Gi / one for each',
  ]);
  expect(arrows()).toEqual([
    'users-0 … users-7 has volume var-lib-metaparticle-state', 'users-router calls users-0 … users-7',
    'any caller may call users-router',
  ]);
});

test('a ScatterGather calls its leaves, by the names that they are given, and hosts outside', () => {
  const stock = new Spread(chart, 'Stock', { backend: image });
  new ScatterGather(chart, 'Offers', {
    backends: [
      Leaf.of(stock, { name: 'ours' }), Backend.fromUrl('https://api.acme.example/v2'), Backend.fromUrl('http://[fd00::1]:8080'), image,
    ],
    gather: Gather.concat(),
  });
  expect(nodes()).toContain('offers-root / root, 2 replicas / Service offers:8080 / 4 leaves');
  expect(arrows().filter((arrow) => arrow.startsWith('offers-root'))).toEqual([
    'offers-root calls stock-router (ours)', 'offers-root calls api.acme.example:443', 'offers-root calls fd00::1:8080',
    'offers-root calls offers-3',
  ]);
});

test('a function calls the Valkey that has its state, and what its egress names', () => {
  const carts = Valkey.deploy(chart, 'Carts', { size: Size.gibibytes(2), password: EnvValue.fromSecretValue({ secret: Secret.fromSecretName(chart, 'Login', 'carts'), key: 'password' }) });
  const users = new Spread(chart, 'Users', { backend: image });
  new Spread(chart, 'Cart', {
    backend: fn({ state: State.shared(carts), egress: [Egress.toPattern(users), Egress.toHost('rates.example', 443)] }),
  });
  expect(arrows().filter((arrow) => arrow.startsWith('cart-backend'))).toEqual([
    'cart-backend calls carts', 'cart-backend may call users-router', 'cart-backend may call anywhere, port 443',
  ]);
});

test('ranges of scaling are sizes', () => {
  new Spread(chart, 'Web', { backend: image, scaling: Scaling.cpu({ min: 3, max: 20 }) });
  expect(nodes()).toContain('web-backend / backend, 3 to 20 replicas');
});

test('only those may call that a pattern names, and scrapers at their port', () => {
  Platform.configure(chart, { scrapers: [Peer.namespace('monitoring')] });
  new Spread(chart, 'Web', { backend: image, clients: [Peer.pods({ app: 'checkout' })] });
  expect(arrows()).toEqual([
    'web-router calls web-backend',
    'pods with app=checkout of namespace default may call web-router',
    'any pod of namespace monitoring, port 9090 may call web-router',
  ]);
});

test('a Service of others is outside', () => {
  new Spread(chart, 'Web', { backend: Backend.fromUrl('http://legacy.old.svc') });
  expect(arrows()).toContain('web-router calls Service old/legacy');
});

test('a Service without pods is outside', () => {
  const legacy = new Service(chart, 'Legacy', { metadata: { name: 'legacy' }, ports: [{ port: 80 }] });
  new Spread(chart, 'Web', { backend: Backend.fromService(legacy) });
  expect(arrows()).toContain('web-router calls Service legacy');
});

test('a call that a NetworkPolicy stands against is refused', () => {
  new Spread(chart, 'Web', { backend: image });
  const objects = chart.toJson();
  const closed = objects.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'web-backend');
  closed.spec.ingress = [];
  expect(arrowsOf(graphOf(objects))).toContain('web-router refused web-backend');
});

test('patterns of several namespaces call each other', () => {
  const data = new Chart(app, 'data', { namespace: 'data' });
  const users = new Shard(data, 'Users', { shards: 2, key: ShardKey.fromHeader('x-user'), backend: image });
  new ScatterGather(chart, 'All', { backends: users.backends, gather: Gather.concat() });
  expect(arrows()).toEqual(expect.arrayContaining(['all-root calls data/users-0', 'all-root calls data/users-1']));
});
