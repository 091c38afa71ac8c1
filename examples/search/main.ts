import { App, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, Gather, gathering, Scatter, ScatterGather, scattering, Shard, ShardKey, Storage,
} from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'search');

// One document: PUT /docs/ada (and GET and DELETE) reaches the shard that owns 'ada', which keeps it on a volume.
// While a shard restarts, its requests wait in the router, and those of the other shards go on.
const docs = new Shard(chart, 'Docs', {
  shards: 3,
  key: ShardKey.fromPath('^/docs/([^/]+)'),
  backend: Backend.fromImage('ghcr.io/acme/search:1.4.2', {
    port: 8080,
    readinessPath: '/health',
    env: { DATA_DIR: kplus.EnvValue.fromValue('/data') },
    storage: Storage.volume({ mountPath: '/data', size: Size.gibibytes(20) }),
    resources: { memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) } },
    pods: {
      // A node that is drained takes one shard along, and not all of them.
      topologySpread: [{
        topologyKey: 'kubernetes.io/hostname',
        maxSkew: 1,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'docs', 'app.kubernetes.io/component': 'shard' } },
      }],
    },
  }),
});

// All documents: GET /search?q=… asks every shard, the same pods, for its ten best, and answers the best of these.
new ScatterGather(chart, 'Search', {
  backends: docs.backends,
  // Whatever else came in here would be done by every shard: a PUT would leave a copy in each.
  scatter: Scatter.fromFunction(scattering(({ method, path, query }) => {
    if (method !== 'GET' || path !== '/search') throw new Response('only GET /search?q=… is here', { status: 404 });
    if (!query.q) throw new Response('name words to search for: /search?q=…', { status: 400 });
    return {};
  })),
  gather: Gather.fromFunction(gathering((answers) => ({
    total: answers.reduce((sum, { body }) => sum + body.total, 0),
    hits: answers.flatMap(({ body }) => body.hits).sort((a, b) => b.score - a.score).slice(0, 10),
  }))),
  timeout: Duration.millis(300),
  // Without a shard that is late or restarts the answer has its documents missing: `x-gather-responses: 2/3` says so.
  minResponses: 1,
});

app.synth();
