// One app with every pattern, and as much of the API as an app can show. Each folder beside it has the same app in
// another language: `npm run test:languages` compares what they synthesize, byte for byte.
import { App, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  Affinity, Backend, BackendAddress, BackendBindOptions, CaBundle, CallerHeaders, ClaimRetention, Code, Egress, Gather,
  GrpcProbe, HeaderValue, IBackend, Leaf, Peer, Platform, Protocol, SameSite, Scaling, Scatter, ScatterGather, Shard,
  ShardKey, Spread, State, Storage, Valkey,
} from 'cdk8s-metaparticle';

/** A backend of the user's own: a program that another team runs. */
class Reviews implements IBackend {
  public bind(_scope: Construct, _id: string, options: BackendBindOptions): BackendAddress {
    return { host: `${options.pattern}.reviews.svc`, port: 8080 };
  }
}

const app = new App();
const data = new Chart(app, 'data', { namespace: 'data' });
Platform.configure(data, {
  nginxImage: 'registry.example.com/nginx:1.30-alpine',
  scrapers: [Peer.namespace('monitoring')],
  podMonitors: { interval: Duration.seconds(15), labels: { release: 'prometheus' } },
  pods: { imagePullSecrets: ['registry'], labels: { team: 'data' } },
});
const secret = kplus.Secret.fromSecretName(data, 'Secret', 'database');

const files = Storage.volume({
  mountPath: '/data', size: Size.gibibytes(20), storageClass: 'fast', whenDeleted: ClaimRetention.DELETE,
});
const users = new Shard(data, 'Users', {
  shards: 3,
  replicas: 2,
  key: ShardKey.fromHeader('x-user'),
  backend: Backend.fromImage('ghcr.io/acme/users:1.4.2', {
    port: 8080,
    ports: { admin: { port: 9090, clients: [Peer.pods({ app: 'admin' })] } },
    args: ['--shard=$(SHARD)'],
    env: {
      MODE: kplus.EnvValue.fromValue('fast'),
      TOKEN: kplus.EnvValue.fromSecretValue({ secret, key: 'token' }),
    },
    resources: {
      cpu: { request: kplus.Cpu.millis(200), limit: kplus.Cpu.units(2) },
      memory: { request: Size.mebibytes(300), limit: Size.mebibytes(300) },
    },
    readiness: kplus.Probe.fromHttpGet('/ready', { periodSeconds: Duration.seconds(3) }),
    startup: GrpcProbe.of({ service: 'users' }),
    writable: { '/tmp': Size.mebibytes(8) },
    storage: files,
    sidecars: [{
      image: 'ghcr.io/acme/backup:1', volumeMounts: [{ path: '/backup', volume: files, readOnly: true }],
    }],
    egress: [Egress.toHost('postgres', 5432), Egress.toPeer(Peer.ipRange('10.1.0.0/16'), 443, 8443)],
  }),
  pods: {
    priorityClassName: 'high',
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
    drain: Duration.seconds(20),
  },
  router: { timeout: Duration.seconds(30), maxBodySize: Size.mebibytes(2), scaling: Scaling.cpu({ max: 4 }) },
});

const hits = new Shard(data, 'Hits', {
  shards: 2,
  replicas: 1,
  key: ShardKey.fromFunction(Code.fromInline('({ segments }) => segments[0]')),
  backend: Backend.fromFunction(
    Code.fromInline('async ({ query }, { state }) => ({ hits: await state.increment(query.user) })'),
    { state: State.local({ size: Size.gibibytes(1) }), timeout: Duration.seconds(5), maxConcurrency: 50 },
  ),
});

const keys: { [name: string]: ShardKey } = {
  Query: ShardKey.fromQuery('user'),
  Cookie: ShardKey.fromCookie('session'),
  Path: ShardKey.fromPath('^/users/([^/]+)'),
  Address: ShardKey.fromClientIp({ trustedProxies: ['10.0.0.0/8'] }),
  Field: ShardKey.fromField('prompt_cache_key', { alternatives: ['user'], first: 256 }),
};
for (const [name, key] of Object.entries(keys)) {
  new Shard(data, name, {
    key, shards: 2, backend: Backend.fromImage('ghcr.io/acme/echo:1', { port: 8080 }),
  });
}

const shop = new Chart(app, 'shop', { namespace: 'shop' });
const login = kplus.Secret.fromSecretName(shop, 'Login', 'valkey-login');

const search = new ScatterGather(shop, 'Search', {
  backends: users.backends,
  scatter: Scatter.fromFunction(Code.fromInline('(request, leaf) => leaf.owns(request.query.user) ? {} : undefined')),
  gather: Gather.fromFunction(Code.fromFile('rank.mjs')),
  timeout: Duration.millis(300),
  minResponses: 2,
  hedgeAfter: Duration.millis(100),
  circuitBreaker: { failures: 5, pause: Duration.seconds(1) },
  root: {
    scaling: Scaling.cpu({ min: 2, max: 4, utilization: 60 }),
    env: { KEY: kplus.EnvValue.fromSecretValue({ secret: login, key: 'key' }) },
  },
});

const sessions = Valkey.deploy(shop, 'Sessions', {
  size: Size.gibibytes(2), password: kplus.EnvValue.fromSecretValue({ secret: login, key: 'password' }),
});
const web = new Spread(shop, 'Web', {
  backend: Backend.fromFunction(
    Code.fromInline("async (request, { state }) => ({ seen: await state.increment('all') })"),
    { state: State.shared(sessions), egress: [Egress.toPattern(search), Egress.toPattern(users)] },
  ),
  scaling: Scaling.metrics({
    max: 20,
    metrics: [
      kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(70)),
      kplus.Metric.pods({ name: 'open_requests', target: kplus.MetricTarget.averageValue(50) }),
    ],
    scaleDown: { stabilizationWindow: Duration.minutes(5) },
  }),
  affinity: Affinity.byCookie('shop', { maxAge: Duration.hours(1), sameSite: SameSite.STRICT, secure: true }),
  service: { port: 80, type: kplus.ServiceType.CLUSTER_IP },
});
web.exposeViaIngress('/', { pathType: kplus.HttpIngressPathType.PREFIX });
web.exposeViaRoute(['shop.example.com'], { name: 'public', namespace: 'gateways' });

new Spread(shop, 'Cached', {
  replicas: 3,
  backend: Backend.fromFunction(Code.fromInline('() => 1'), {
    state: State.shared(Valkey.existing({ host: 'cache.example.com', tls: {}, secret: 'valkey-login' })),
  }),
  clients: [Peer.namespace('ingress-nginx')],
});
new Spread(shop, 'Llm', {
  backend: Backend.fromImage('ghcr.io/acme/llm:1.0.0', { port: 8000, extendedResources: { 'nvidia.com/gpu': 1 } }),
  affinity: Affinity.byKey(ShardKey.fromField('prompt', { first: 1024 }), { maxRequestsPerPod: 8 }),
});
new Spread(shop, 'Grpc', {
  backend: Backend.fromImage('ghcr.io/acme/grpc:1', { port: 50051, protocol: Protocol.GRPC }),
});
new Spread(shop, 'Rates', {
  backend: Backend.fromUrl('https://rates.example.com/v1', {
    tls: { ca: CaBundle.fromConfigMap('internal-ca'), serverName: 'rates.internal' },
    headers: {
      'authorization': HeaderValue.fromSecret('rates', 'token', { prefix: 'Bearer ' }),
      'x-tenant': HeaderValue.fromText('shop'),
    },
    callerHeaders: CallerHeaders.allBut('cookie', 'authorization'),
    connectTimeout: Duration.millis(500),
  }),
});

const legacy = new kplus.Deployment(shop, 'Legacy', {
  containers: [{ image: 'ghcr.io/acme/legacy:1', ports: [{ number: 8080, name: 'http' }] }],
});
const service = legacy.exposeViaService({ name: 'legacy', ports: [{ port: 80, targetPort: 8080 }] });
new ScatterGather(shop, 'Page', {
  backends: [
    Leaf.of(new Reviews(), { name: 'reviews', timeout: Duration.millis(200), fallback: [{ stars: 0 }] }),
    Leaf.of(web, { name: 'web', required: true }),
    Backend.fromDeployment(legacy, { port: 'http' }),
    Backend.fromService(service),
    hits,
  ],
  gather: Gather.all(),
});

// What can be read, in a manifest, so that it is compared too.
new kplus.ConfigMap(shop, 'Facts', {
  data: {
    shard: `${users.shardOf('ada')} of ${users.shards}`,
    host: `${web.host}:${web.port}`,
    service: (web.service as kplus.Service).name,
    backends: users.backends.map((each) => each.host).join(' '),
    nginx: Platform.of(data).nginxImage,
    destination: Egress.toPattern(users).destination,
    timeout: `${search.timeout.toMilliseconds()} ms for ${search.minResponses} of ${search.leaves}`,
  },
});

app.synth();
