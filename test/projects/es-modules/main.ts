import { fileURLToPath } from 'node:url';
import { App, Chart } from 'cdk8s';
import { Backend, Code, Gather, handler, ScatterGather, Shard, sharding, ShardKey } from 'cdk8s-metaparticle';

const app = new App();
export const chart = new Chart(app, 'shop');

export const users = new Shard(chart, 'Users', {
  shards: 2,
  key: ShardKey.fromFunction(sharding((request) => request.segments[1])),
  backend: Backend.fromFunction(handler((request, context) => ({ user: request.segments[1], shard: context.shard }))),
});
export const count = new ScatterGather(chart, 'Count', {
  backends: users.backends,
  gather: Gather.fromFunction(Code.fromFile(fileURLToPath(new URL('count.ts', import.meta.url)))),
});

app.synth();
