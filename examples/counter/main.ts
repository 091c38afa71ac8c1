import { App, Chart } from 'cdk8s';
import { Backend, Code, Shard, ShardKey } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'counter');

// Each user's counter lives in the memory of one shard, so a shard has one replica. GET reads it, POST adds one.
new Shard(chart, 'Counter', {
  shards: 3,
  replicas: 1,
  key: ShardKey.fromQuery('user'),
  // Inline code may be a call that returns a function: what stands around the function is kept as long as the pod.
  backend: Backend.fromFunction(Code.fromInline(`(() => {
  const counts = new Map();
  return ({ method, query: { user } }, { shard, shards }) => {
    const count = (counts.get(user) ?? 0) + (method === 'POST' ? 1 : 0);
    counts.set(user, count);
    return { user, count, shard, shards };
  };
})()`)),
});

app.synth();
