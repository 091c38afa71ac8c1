import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Chart, Duration, Testing } from 'cdk8s';
import {
  Backend, Code, Gather, gathering, IBackend, Leaf, Scatter, ScatterGather, scattering, Shard, ShardKey, Spread,
} from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

/*
 * What people ask of gateways that make one answer of several, each in ten lines or less: those between the marks of a
 * test are all that a user writes.
 */

jest.setTimeout(60_000);

const servers: Server[] = [];
let cluster: LocalCluster | undefined;

/** A backend outside; undefined: it fails. */
async function backend(body?: unknown): Promise<IBackend> {
  const server = createServer((_, response) => {
    response.statusCode = body === undefined ? 503 : 200;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Backend.fromUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

afterEach(async () => {
  await cluster?.stop();
  cluster = undefined;
});
afterAll(() => { for (const server of servers) server.close().closeAllConnections(); });

async function ask(chart: Chart, pattern: ScatterGather, path = '/') {
  cluster = await LocalCluster.start(chart);
  const response = await cluster.fetch(pattern, path);
  const fallbacks = response.headers.get('x-gather-fallbacks');
  return { status: response.status, fallbacks, body: await response.json() as any };
}

const chartOf = () => new Chart(Testing.app(), 'shop');

test('a backend without which there is no answer', async () => {
  const [products, ratings, chart] = [await backend(), await backend({ ratings: [5] }), chartOf()];
  // ---
  const page = new ScatterGather(chart, 'Page', {
    backends: [Leaf.of(products, { name: 'products', required: true }), ratings],
    gather: Gather.merge(),
    minResponses: 1,
  });
  // ---
  const { status, body } = await ask(chart, page);
  expect([status, body.detail]).toEqual([502, expect.stringContaining('and not products, which must')]);
});

test('a default for a part that fails', async () => {
  const [products, ratings, chart] = [await backend({ products: [1] }), await backend(), chartOf()];
  // ---
  const page = new ScatterGather(chart, 'Page', {
    backends: [products, Leaf.of(ratings, { name: 'ratings', fallback: { ratings: [] } })],
    gather: Gather.merge(),
  });
  // ---
  expect(await ask(chart, page)).toEqual({ status: 200, fallbacks: 'ratings', body: { products: [1], ratings: [] } });
});

test.each([
  ['the primary', 'near', 'far', { from: 'near' }, null],
  ['the replica of another region', undefined, 'far', { from: 'far' }, null],
  ['a default', undefined, undefined, { from: 'nowhere' }, 'far'],
])('a chain of fallbacks, down to %s', async (_, nearBody, farBody, body, fallbacks) => {
  const [near, far] = await Promise.all([nearBody, farBody].map((from) => backend(from && { from })));
  const chart = chartOf();
  // ---
  const prices = new ScatterGather(chart, 'Prices', {
    backends: [
      Leaf.of(near, { name: 'near', timeout: Duration.millis(500) }),
      Leaf.of(far, { name: 'far', fallback: { from: 'nowhere' } }),
    ],
    minResponses: 1,
    gather: Gather.fromFunction(gathering(([first]) => first.body)),
  });
  // ---
  expect(await ask(chart, prices)).toEqual({ status: 200, fallbacks, body });
});

/** Answers with what it is asked, in an array. */
const ECHO = '({ method, path, query, body }) => [{ method, path, query: { ...query }, body }]';

test('one call for each backend, with the ids that it owns', async () => {
  const chart = chartOf();
  const own = Backend.fromFunction(Code.fromInline('({ query }, { shard }) => query.ids.split(",").map((id) => ({ id, shard }))'));
  const users = new Shard(chart, 'Users', { shards: 2, replicas: 1, key: ShardKey.fromPath('^/users/(.+)'), backend: own });
  // ---
  const byIds = new ScatterGather(chart, 'ByIds', {
    backends: users.backends,
    scatter: Scatter.fromFunction(scattering(({ query }, leaf) => {
      const ids = query.ids.split(',').filter((id) => leaf.owns(id));
      return ids.length > 0 ? { path: '/users', query: { ids: ids.join(',') } } : undefined;
    })),
    gather: Gather.concat(),
  });
  // ---
  const ids = ['ada', 'bob', 'eve', 'joe', 'kim'];
  const { status, body } = await ask(chart, byIds, `/?ids=${ids.join(',')}`);
  const owned = ids.map((id) => ({ id, shard: users.shardOf(id) })).sort((a, b) => a.shard - b.shard);
  expect([status, body]).toEqual([200, owned]);
});

test('a backend that is skipped on a condition', async () => {
  const chart = chartOf();
  const [open, secret] = await Promise.all([backend([1]), backend([2])]);
  // ---
  const offers = new ScatterGather(chart, 'Offers', {
    backends: [Leaf.of(open, { name: 'open' }), Leaf.of(secret, { name: 'members' })],
    scatter: Scatter.fromFunction(scattering((request, leaf) => (
      leaf.name === 'members' && !request.headers.authorization ? undefined : {}
    ))),
    gather: Gather.concat(),
  });
  // ---
  expect((await ask(chart, offers)).body).toEqual([1]);
  const member = await cluster!.fetch(offers, '/', { headers: { authorization: 'Bearer x' } });
  expect(await member.json()).toEqual([1, 2]);
});

test('another method, query and body for each backend', async () => {
  const chart = chartOf();
  const [search, stock] = ['Search', 'Stock'].map((id) => (
    new Spread(chart, id, { replicas: 1, backend: Backend.fromFunction(Code.fromInline(ECHO)) })
  ));
  // ---
  const page = new ScatterGather(chart, 'Page', {
    backends: [search, stock],
    scatter: Scatter.fromFunction(scattering(({ query }, leaf) => (leaf.index === 0
      ? { method: 'POST', path: '/search', query: {}, body: { match: query.q } }
      : { path: '/stock', query: { item: query.q, limit: 3 } }))),
    gather: Gather.concat(),
  });
  // ---
  expect((await ask(chart, page, '/?q=tea')).body).toEqual([
    { method: 'POST', path: '/search', query: {}, body: { match: 'tea' } },
    { method: 'GET', path: '/stock', query: { item: 'tea', limit: '3' } },
  ]);
});

test('two like objects in one array', async () => {
  const chart = chartOf();
  const [near, far] = await Promise.all([backend({ price: 3 }), backend({ price: 2 })]);
  // ---
  const prices = new ScatterGather(chart, 'Prices', {
    backends: [near, far],
    gather: Gather.fromFunction(gathering((answers) => answers.map(({ body }) => body))),
  });
  // ---
  expect((await ask(chart, prices)).body).toEqual([{ price: 3 }, { price: 2 }]);
});

test('the statuses of the backends in the answer', async () => {
  const chart = chartOf();
  const [up, down] = await Promise.all([backend({ ok: true }), backend()]);
  // ---
  const health = new ScatterGather(chart, 'Health', {
    backends: [up, down],
    accept: ['2xx', '4xx', '5xx'],
    gather: Gather.fromFunction(gathering((answers) => answers.map(({ leaf, status }) => ({ leaf, status })))),
  });
  // ---
  expect((await ask(chart, health)).body).toEqual([{ leaf: 0, status: 200 }, { leaf: 1, status: 503 }]);
});
