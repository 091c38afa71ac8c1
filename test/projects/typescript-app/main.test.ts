import { Testing } from 'cdk8s';
import { MyChart } from './main';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

jest.setTimeout(60_000);
let cluster: LocalCluster;
afterEach(async () => cluster?.stop());

test('a user is answered by the shard that owns it, and all shards by the count', async () => {
  const chart = new MyChart(Testing.app(), 'test');
  cluster = await LocalCluster.start(chart);
  const answer = await cluster.fetch(chart.users, '/users/ada');
  expect(await answer.json()).toEqual({ user: 'ada', shard: chart.users.shardOf('ada') });
  expect(await (await cluster.fetch(chart.count, '/users/ada')).json()).toEqual({ shards: 2 });
});
