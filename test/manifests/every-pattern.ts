import { App, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Affinity, Backend, ClaimRetention, Code, Egress, Gather, Peer, Platform, Scaling, Scatter, ScatterGather, Shard,
  ShardKey, Spread, State, Storage, Valkey,
} from 'cdk8s-metaparticle';

/** An app with every pattern, in every combination, with every option that changes what objects there are. */
export function everyPattern(app: App): App {
  const data = new Chart(app, 'data', { namespace: 'data' });
  Platform.configure(data, {
    scrapers: [Peer.namespace('monitoring')],
    pods: { imagePullSecrets: ['registry'], labels: { team: 'data' } },
  });
  const users = new Shard(data, 'Users', {
    shards: 3,
    key: ShardKey.fromHeader('x-user'),
    backend: Backend.fromImage('ghcr.io/acme/users:1.4.2', {
      port: 3000,
      env: { SELF: kplus.EnvValue.fromValue('http://users:8080') },
      args: ['--shard=$(SHARD)'],
      egress: [Egress.toHost('postgres', 5432)],
      writable: { '/tmp': Size.mebibytes(8), '/var/cache/users': Size.mebibytes(64) },
    }),
    pods: { priorityClassName: 'high', drain: Duration.seconds(20) },
  });
  new Shard(data, 'Computed', {
    shards: 2,
    replicas: 1,
    key: ShardKey.fromFunction(Code.fromInline('({ path }) => path')),
    backend: Backend.fromFunction(Code.fromInline('() => 1'), { state: State.local({ size: Size.gibibytes(1) }) }),
  });

  new Shard(data, 'Notes', {
    shards: 2,
    key: ShardKey.fromHeader('x-user'),
    backend: Backend.fromFunction(Code.fromInline('() => 1'), {
      storage: Storage.volume({
        mountPath: '/data',
        size: Size.gibibytes(1),
        storageClass: 'fast',
        whenDeleted: ClaimRetention.DELETE,
        whenScaled: ClaimRetention.DELETE,
      }),
    }),
  });
  const files = Storage.volume({ mountPath: '/var/lib/ledger', size: Size.gibibytes(20) });
  const members = Peer.pods({ 'app.kubernetes.io/instance': 'ledger-backend' });
  new Spread(data, 'Ledger', {
    scaling: Scaling.cpu({ min: 3, max: 5 }),
    backend: Backend.fromImage('ghcr.io/acme/ledger:1.0.0', {
      port: 8080,
      ports: { raft: { port: 7000, clients: [members] } },
      egress: [Egress.toPeer(members, 7000)],
      args: ['--replica=$(REPLICA)'],
      storage: [files, Storage.volume({ mountPath: '/tmp', size: Size.mebibytes(100) })],
      sidecars: [{ image: 'ghcr.io/acme/backup:1', volumeMounts: [{ path: '/ledger', volume: files, readOnly: true }] }],
    }),
  });

  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const search = new ScatterGather(shop, 'Search', {
    backends: users.backends,
    scatter: Scatter.fromFunction(Code.fromInline('(request, leaf) => leaf.owns(request.path) ? {} : undefined')),
    gather: Gather.fromFunction(Code.fromInline('(answers) => answers')),
    clients: [],
    root: { scaling: Scaling.cpu({ max: 4 }) },
    service: { name: 'find', port: 80 },
  });
  const own = new ScatterGather(shop, 'Own', {
    leaves: 2,
    backend: Backend.fromFunction(Code.fromInline('() => 1')),
    gather: Gather.all(),
  });
  const web = new Spread(shop, 'Web', {
    backend: Backend.fromFunction(Code.fromInline('() => fetch("http://find")'), {
      egress: [Egress.toPattern(search), Egress.toPattern(users), Egress.toHost('api.example.com', 443)],
      clients: [Peer.pods({ app: 'debug' })],
    }),
    scaling: Scaling.cpu({ max: 20 }),
    router: { scaling: Scaling.cpu({ max: 4 }) },
  });
  const login = { metadata: { name: 'valkey-login' }, stringData: { username: 'shop', password: 'secret' } };
  const [secret] = [data, shop].map((chart) => new kplus.Secret(chart, 'Login', login));
  const sessions = Valkey.deploy(data, 'Sessions', {
    size: Size.gibibytes(1),
    password: kplus.EnvValue.fromSecretValue({ secret, key: 'password' }),
    clients: [Peer.namespace('backup')],
  });
  new Spread(shop, 'Sessions', {
    backend: Backend.fromFunction(Code.fromInline('() => 1'), { state: State.shared(sessions) }),
  });
  new Spread(shop, 'Cached', {
    backend: Backend.fromFunction(Code.fromInline('() => 1'), {
      state: State.shared(Valkey.existing({ host: 'cache.example.com', tls: { clientCertificate: 'cached' }, secret: 'valkey-login' })),
    }),
  });
  new Spread(shop, 'Llm', {
    backend: Backend.fromImage('ghcr.io/acme/llm:1.0.0', { port: 8000 }),
    affinity: Affinity.byKey(ShardKey.fromField('prompt', { first: 1024 }), { maxRequestsPerPod: 8 }),
  });
  new Spread(shop, 'Carts', {
    backend: Backend.fromImage('ghcr.io/acme/carts:1.0.0', { port: 8080 }),
    affinity: Affinity.byCookie('cart'),
  });
  web.exposeViaIngress('/');
  web.exposeViaRoute(['shop.example.com'], { name: 'public', namespace: 'gateways' });
  new Spread(shop, 'Outer', { backend: own, clients: [Peer.namespace('ingress-nginx')], router: { replicas: 1 } });
  const legacy = new kplus.Service(shop, 'Legacy', {
    metadata: { name: 'legacy' },
    ports: [{ port: 80, targetPort: 8080 }],
  });
  for (const [label, value] of [['app.kubernetes.io/name', 'web'], ['app.kubernetes.io/instance', 'web-backend']]) {
    legacy.selectLabel(label, value);
  }
  new Shard(shop, 'Mixed', {
    key: ShardKey.fromQuery('key'),
    backends: [users, Backend.fromService(legacy), Backend.fromUrl('http://shop.example.com')],
  });
  new ScatterGather(shop, 'Abroad', {
    backends: [Backend.fromUrl('https://rates.example.com/v1'), Backend.fromUrl('http://[fd00::1]:8080')],
    gather: Gather.all(),
  });
  new Spread(shop, 'Rates', {
    backend: Backend.fromUrl('https://10.1.2.3:8443', { tls: { serverName: 'rates.example.com' } }),
  });
  return app;
}
