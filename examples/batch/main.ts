import { App, Chart } from 'cdk8s';
import {
  Backend, Code, Gather, gathering, Scatter, ScatterGather, scattering, Shard, ShardKey,
} from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'batch');

// One by one: PUT /users/ada (and GET) reaches the one shard that owns 'ada'. A shard, asked for several of its users,
// answers with those that it has. Users live in its memory, so a shard has one replica.
const users = new Shard(chart, 'Users', {
  shards: 8,
  replicas: 1,
  key: ShardKey.fromPath('^/users/([^/]+)'),
  backend: Backend.fromFunction(Code.fromInline(`(() => {
  const users = new Map();
  return ({ method, segments, query, body }) => {
    const [, id] = segments;
    if (id === undefined) return query.ids.split(',').filter((each) => users.has(each)).map((each) => users.get(each));
    if (method === 'PUT') users.set(id, { ...body, id });
    return users.get(id) ?? new Response('there is no such user', { status: 404 });
  };
})()`)),
});

// Many at once: GET /users?ids=ada,bob,… asks each shard that owns some of them once, for these.
new ScatterGather(chart, 'Batch', {
  backends: users.backends,
  scatter: Scatter.fromFunction(scattering(({ query }, leaf) => {
    const ids = query.ids?.split(',') ?? [];
    if (ids.length === 0 || ids.length > 100) throw new Response('give 1 to 100 ids', { status: 400 });
    const own = ids.filter((id) => leaf.owns(id));
    return own.length > 0 ? { path: '/users', query: { ids: own.join(',') } } : undefined;
  })),
  // In the order of the ids, whichever shard has answered first; and what nobody has is named.
  gather: Gather.fromFunction(gathering((answers, { query }) => {
    const found = new Map<string, object>(answers.flatMap(({ body }) => body).map((user) => [user.id, user]));
    const ids = [...new Set(query.ids.split(','))];
    return {
      users: ids.filter((id) => found.has(id)).map((id) => found.get(id)),
      missing: ids.filter((id) => !found.has(id)),
    };
  })),
});

app.synth();
