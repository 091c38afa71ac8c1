const { App, Chart } = require('cdk8s');
const { Backend, Code, Gather, handler, ScatterGather, Shard, sharding, ShardKey } = require('cdk8s-metaparticle');
const { join } = require('node:path');

const app = new App();
const chart = new Chart(app, 'shop');

const users = new Shard(chart, 'Users', {
  shards: 2,
  key: ShardKey.fromFunction(sharding((request) => request.segments[1])),
  backend: Backend.fromFunction(handler((request, context) => ({ user: request.segments[1], shard: context.shard }))),
});
const count = new ScatterGather(chart, 'Count', {
  backends: users.backends,
  gather: Gather.fromFunction(Code.fromFile(join(__dirname, 'count.mjs'))),
});

app.synth();

module.exports = { chart, users, count };
