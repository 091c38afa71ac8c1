import { Chart, Duration, Testing } from 'cdk8s';
import { find } from '../find';
import {
  Backend, CallerHeaders, Code, Gather, IBackend, Protocol, RouterOptions, ScatterGather, Shard, ShardKey, Spread,
} from 'cdk8s-metaparticle';

const image = (protocol?: Protocol) => Backend.fromImage('ghcr.io/acme/greeter:1', { port: 50051, protocol });
const grpc = image(Protocol.GRPC);
const http = image();
const chartOf = (make: (chart: Chart) => void) => {
  const chart = new Chart(Testing.app(), 'shop');
  make(chart);
  return chart;
};

test('a pattern of gRPC asks the health check of its pods, and says in its Services what they speak', () => {
  const chart = chartOf((scope) => new Spread(scope, 'Greeter', { backend: grpc }));
  for (const name of ['greeter', 'greeter-headless', 'greeter-backend', 'greeter-backend-headless']) {
    expect(find(chart, 'Service', name).spec.ports[0]).toMatchObject({ name: 'http', appProtocol: 'kubernetes.io/h2c' });
  }
  const [{ readinessProbe, startupProbe, livenessProbe }] = (
    find(chart, 'Deployment', 'greeter-backend').spec.template.spec.containers
  );
  expect(readinessProbe).toEqual({ grpc: { port: 50051 }, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 2 });
  expect(startupProbe).toMatchObject({ grpc: { port: 50051 } });
  expect(livenessProbe).toMatchObject({ tcpSocket: { port: 'http' } });
});

test.each([
  ['an image', Backend.fromImage('ghcr.io/acme/greeter:1', { port: 50051, protocol: Protocol.GRPC, tls: {} })],
  ['a Deployment', Backend.fromDeployment(
    { name: 'greeter', labels: { app: 'greeter' } }, { port: 50051, protocol: Protocol.GRPC, tls: {} },
  )],
])('pods of %s that speak gRPC by TLS are not said to speak it in clear text; their router does', (_, backend) => {
  const chart = chartOf((scope) => new Spread(scope, 'Greeter', { backend }));
  expect(find(chart, 'Service', 'greeter-backend').spec.ports[0]).not.toHaveProperty('appProtocol');
  expect(find(chart, 'Service', 'greeter').spec.ports[0]).toHaveProperty('appProtocol', 'kubernetes.io/h2c');
});

test('a pattern of HTTP says nothing of it', () => {
  const chart = chartOf((scope) => new Spread(scope, 'Web', { backend: http, protocol: Protocol.HTTP }));
  expect(find(chart, 'Service', 'web').spec.ports[0]).not.toHaveProperty('appProtocol');
});

const spread = (backend: IBackend, router?: RouterOptions) => (scope: Chart) => {
  new Spread(scope, 'Web', { backend, router });
};
const shard = (key: ShardKey, backend = grpc) => (scope: Chart) => {
  new Shard(scope, 'Users', { backend, shards: 2, key });
};
const remedy = 'choose the shard by metadata, ShardKey.fromHeader(…), or by the method, ShardKey.fromPath(…)';
const body = 'key is read from the body, and in gRPC a body is a stream of messages that only the program reads: '
  + remedy;

test.each<[string, (chart: Chart) => void, string]>([
  ['a body field as key', shard(ShardKey.fromField('user.id')), `[shop/Users] ${body}`],
  [
    'a function of the body as key', shard(ShardKey.fromFunction(Code.fromInline('({ body }) => body.user'))),
    `[shop/Users] ${body}`,
  ],
  [
    'a query parameter as key', shard(ShardKey.fromQuery('user')),
    `[shop/Users] key is a query parameter, and calls of gRPC have none: ${remedy}`,
  ],
  [
    'a time for idle streams', spread(grpc, { idleTimeout: Duration.seconds(90) }),
    '[shop/Web] router.idleTimeout is given, and a router cannot tell a stream of gRPC from another call: give '
      + 'router.timeout, for which every call may be silent',
  ],
  [
    'patience', spread(grpc, { patience: Duration.seconds(5) }),
    '[shop/Web] router.patience is 5 s, but calls of gRPC do not wait, since their clients try again by themselves: '
      + 'leave it out',
  ],
  [
    'a list of the only headers',
    spread(Backend.fromUrl('https://a.example.com', {
      protocol: Protocol.GRPC, callerHeaders: CallerHeaders.only('x-user'),
    })),
    '[shop/Web] web-backend has CallerHeaders.only, and of gRPC nginx can only leave out metadata that has a name: use '
      + 'CallerHeaders.allBut(…)',
  ],
  [
    'a path in front', spread(Backend.fromUrl('https://a.example.com/v1', { protocol: Protocol.GRPC })),
    "[shop/Web] backend.bind() has the path '/v1' in front, but the path of gRPC names a service and its method: leave "
      + 'it out',
  ],
  [
    'a backend of HTTP', (scope) => { new Spread(scope, 'Web', { backend: http, protocol: Protocol.GRPC }); },
    "[shop/Web] protocol is 'grpc', and what it is given as backend speaks http: say the same of both",
  ],
  [
    'backends of both', (scope) => {
      new Shard(scope, 'Users', { backends: [grpc, http], key: ShardKey.fromHeader('x-user') });
    },
    '[shop/Users] backends speak grpc and http: make a pattern for each of the two',
  ],
  [
    'a root', (scope) => { new ScatterGather(scope, 'Search', { leaves: 2, backend: grpc, gather: Gather.all() }); },
    '[shop/Search] a leaf speaks grpc, and a root makes one answer of answers of HTTP: give it leaves that speak HTTP',
  ],
])('gRPC with %s is refused', (_, make, message) => {
  expect(() => chartOf(make)).toThrow(new Error(message));
});
