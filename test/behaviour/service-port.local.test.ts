import { App, Chart } from 'cdk8s';
import { firstFreePort } from '../../src/local/manifests/port-refusals';
import { Backend, Code, Egress, Gather, ScatterGather, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

jest.setTimeout(60_000);

/** 80, where this machine lets its user listen there. */
const PORT = firstFreePort() <= 80 ? 80 : 8081;

/** Three patterns in front of each other, all of whose callers know that port. */
function shop(): { chart: Chart; users: Shard; search: ScatterGather; web: Spread; outer: Spread } {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  const one = { replicas: 1 };
  const users = new Shard(chart, 'Users', {
    shards: 2,
    replicas: 1,
    key: ShardKey.fromQuery('user'),
    backend: Backend.fromFunction(Code.fromInline('(request, { shard }) => [shard]')),
    service: { name: 'people', port: PORT },
    router: one,
  });
  const search = new ScatterGather(chart, 'Search', {
    backends: users.backends,
    gather: Gather.concat(),
    service: { port: PORT },
    root: one,
  });
  const web = new Spread(chart, 'Web', {
    replicas: 1,
    backend: Backend.fromFunction(
      Code.fromInline(`async ({ headers }) => {
        const ask = async (url) => (await fetch(url)).json();
        return [headers.host, await ask('http://people:${PORT}/?user=ada'), await ask('http://search:${PORT}/')];
      }`),
      { egress: [Egress.toPattern(users), Egress.toPattern(search)] },
    ),
    service: { port: PORT },
    router: one,
  });
  const outer = new Spread(chart, 'Outer', { backend: web, service: { name: 'www', port: PORT }, router: one });
  return { chart, users, search, web, outer };
}

test(`patterns at port ${PORT} are reached by tests, functions and patterns in front of them`, async () => {
  const { chart, users, search, outer } = shop();
  await using cluster = await LocalCluster.start(chart);
  const owner = users.shardOf('ada');
  const { host, port } = cluster.address(outer);
  expect(port).toBe(PORT);
  expect(await (await cluster.fetch(users, '/?user=ada')).json()).toEqual([owner]);
  expect(await (await cluster.fetch(search, '/')).json()).toEqual([0, 1]);
  const [called, ...answers] = await (await cluster.fetch(outer, '/')).json() as [string, ...unknown[]];
  expect(called).toBe(new URL(`http://${host}:${port}`).host);
  expect(answers).toEqual([[owner], [0, 1]]);
});
