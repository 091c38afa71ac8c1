import { App, Chart } from 'cdk8s';
import { Backend, handler, Shard, ShardKey } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'hello');

new Shard(chart, 'Users', {
  shards: 3,
  replicas: 2,
  key: ShardKey.fromQuery('user'),
  backend: Backend.fromFunction(handler((request, context) => (
    { hello: request.query.user, shard: context.shard, from: context.pod }
  ))),
});

app.synth();
