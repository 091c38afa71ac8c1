const assert = require('node:assert');
const { test } = require('node:test');
const { LocalCluster } = require('cdk8s-metaparticle/testing');
const { chart, users, count } = require('./main');

test('a user is answered by the shard that owns it, and all shards by the count', async (t) => {
  const cluster = await LocalCluster.start(chart);
  t.after(() => cluster.stop());
  const answer = await cluster.fetch(users, '/users/ada');
  assert.deepEqual(await answer.json(), { user: 'ada', shard: users.shardOf('ada') });
  assert.deepEqual(await (await cluster.fetch(count, '/users/ada')).json(), { shards: 2 });
});
