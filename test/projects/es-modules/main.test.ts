import assert from 'node:assert';
import { test } from 'node:test';
import { LocalCluster } from 'cdk8s-metaparticle/testing';
import { chart, count, users } from './main.js';

test('a user is answered by the shard that owns it, and all shards by the count', async (t) => {
  const cluster = await LocalCluster.start(chart);
  t.after(() => cluster.stop());
  const answer = await cluster.fetch(users, '/users/ada');
  assert.deepEqual(await answer.json(), { user: 'ada', shard: users.shardOf('ada') });
  assert.deepEqual(await (await cluster.fetch(count, '/users/ada')).json(), { shards: 2 });
});
