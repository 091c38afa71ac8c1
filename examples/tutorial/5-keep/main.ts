import { App, Chart, Size } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import { Backend, handler, Shard, ShardKey, Spread, State, Valkey } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'guests');

// One owner for each user: its visits are on a volume of its shard.
new Shard(chart, 'Visits', {
  shards: 3,
  key: ShardKey.fromQuery('user'),
  backend: Backend.fromFunction(handler(async (request, { state, shard }) => {
    const { user } = request.query;
    return { user, visits: await state.increment(user), shard };
  }), { state: State.local({ size: Size.gibibytes(1) }) }),
});

// One guestbook for all replicas: it is in a Valkey.
const valkey = Valkey.deploy(chart, 'Valkey', {
  size: Size.gibibytes(1),
  password: EnvValue.fromSecretValue({
    secret: Secret.fromSecretName(chart, 'Login', 'valkey-login'), key: 'password',
  }),
});
new Spread(chart, 'Guestbook', {
  replicas: 2,
  backend: Backend.fromFunction(handler(async (request, { state }) => (
    state.update('guests', (guests = []) => [...guests, request.query.user])
  )), { state: State.shared(valkey) }),
});

app.synth();
