import { App, Chart } from 'cdk8s';
import { Backend, Code, Egress, Gather, ScatterGather, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

jest.setTimeout(60_000);

/** Three patterns in front of each other, all of whose callers know port 80. */
function shop(): { chart: Chart; users: Shard; search: ScatterGather; web: Spread; outer: Spread } {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  const at80 = { replicas: 1 };
  const users = new Shard(chart, 'Users', {
    shards: 2,
    replicas: 1,
    key: ShardKey.fromQuery('user'),
    backend: Backend.fromFunction(Code.fromInline('(request, { shard }) => [shard]')),
    service: { name: 'people', port: 80 },
    router: at80,
  });
  const search = new ScatterGather(chart, 'Search', { backends: users.backends, gather: Gather.concat(), service: { port: 80 }, root: at80 });
  const web = new Spread(chart, 'Web', {
    replicas: 1,
    backend: Backend.fromFunction(
      Code.fromInline("async ({ headers }) => [headers.host, await (await fetch('http://people/?user=ada')).json(), await (await fetch('http://search')).json()]"),
      { egress: [Egress.toPattern(users), Egress.toPattern(search)] },
    ),
    service: { port: 80 },
    router: at80,
  });
  const outer = new Spread(chart, 'Outer', { backend: web, service: { name: 'www', port: 80 }, router: at80 });
  return { chart, users, search, web, outer };
}

test('patterns at port 80 are reached by tests, by functions and by patterns in front of them, and shards are gathered', async () => {
  const { chart, users, search, outer } = shop();
  await using cluster = await LocalCluster.start(chart);
  const owner = users.shardOf('ada');
  expect(cluster.address(outer).port).toBe(80);
  expect(await (await cluster.fetch(users, '/?user=ada')).json()).toEqual([owner]);
  expect(await (await cluster.fetch(search, '/')).json()).toEqual([0, 1]);
  const [host, ...answers] = await (await cluster.fetch(outer, '/')).json() as [string, ...unknown[]];
  expect(host).toBe(cluster.address(outer).host);
  expect(answers).toEqual([[owner], [0, 1]]);
});
