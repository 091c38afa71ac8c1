import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Chart, Duration, Testing } from 'cdk8s';
import { Backend, Gather, gathering, IBackend, Leaf, ScatterGather } from 'cdk8s-metaparticle';
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

async function ask(chart: Chart, pattern: ScatterGather) {
  cluster = await LocalCluster.start(chart);
  const response = await cluster.fetch(pattern, '/');
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
