import { App, Chart, Size } from 'cdk8s';
import { Backend, handler, Shard, ShardKey, State } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'counter');

// Each user's count is in the database of one shard, which has one replica, and outlives its pods. GET reads it, POST
// adds one.
new Shard(chart, 'Counter', {
  shards: 3,
  key: ShardKey.fromQuery('user'),
  backend: Backend.fromFunction(
    handler(async ({ method, query: { user } }, { state, shard, shards }) => {
      const count = method === 'POST' ? await state.increment(user) : await state.get(user) ?? 0;
      return { user, count, shard, shards };
    }),
    { state: State.local({ size: Size.gibibytes(1) }) },
  ),
});

app.synth();
