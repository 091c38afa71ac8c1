import { Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Affinity, Backend, Code, Protocol, SameSite, Scaling, ShardKey, Spread, SpreadProps,
} from 'cdk8s-metaparticle';

const backend = Backend.fromImage('shop:1', { port: 8080 });
const key = ShardKey.fromHeader('x-user');

function spread(props: Partial<SpreadProps>): string {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend, ...props });
  return Testing.synth(chart).find(({ kind, data }) => kind === 'ConfigMap' && data['nginx.conf.template'])
    .data['nginx.conf.template'];
}

/** The lines of a block, without indentation. */
function block(config: string, head: string): string[] {
  const [, body] = new RegExp(`^ *${head} \\{\\n([^]*?)^ *\\}$`, 'm').exec(config)!;
  return body.trim().split('\n').map((line) => line.trim());
}

test('by a key: a ring of the pods, each by its own name, bounded by this router\'s part', () => {
  const config = spread({ affinity: Affinity.byKey(key, { maxRequestsPerPod: 8 }) });
  expect(block(config, 'upstream web-backend-home')).toEqual([
    'zone web-backend-home 64k;',
    'hash $shard_key consistent;',
    'server web-backend-headless.${POD_NAMESPACE}.svc.cluster.local service=http resolve weight=8 max_conns=4 '
      + 'max_fails=1 fail_timeout=2s;',
    'keepalive 64;',
    'keepalive_timeout 4s;',
  ]);
  expect(block(config, 'upstream web-backend-stream')).toEqual([
    'zone web-backend-stream 64k;',
    'hash $shard_key consistent;',
    'server web-backend-headless.${POD_NAMESPACE}.svc.cluster.local service=http resolve weight=20 '
      + 'max_fails=1 fail_timeout=2s;',
    'server web-backend.${POD_NAMESPACE}.svc.cluster.local:8080 resolve max_fails=0;',
    'keepalive 64;',
    'keepalive_timeout 4s;',
  ]);
  expect(block(config, 'upstream web-backend')[1]).toBe('least_conn;');
});

test('without a bound, nothing is said of one; and a router that has read the body needs no ring for streams', () => {
  expect(spread({ affinity: Affinity.byKey(key) })).not.toContain('max_conns');
  const config = spread({ affinity: Affinity.byKey(ShardKey.fromField('prompt', { first: 1024 })) });
  expect(config).not.toContain('web-backend-stream');
});

test('the Service may be an address of IPv6, as anywhere', () => {
  const address = { host: 'fd00::1', podsHost: 'users-headless', podsPortName: 'http', port: 80 };
  const config = spread({ backend: { bind: () => address }, affinity: Affinity.byKey(key) });
  expect(block(config, 'upstream web-backend-stream')).toContain('server [fd00::1]:80 resolve max_fails=0;');
});

test('by a cookie: with what the browser is told along with it', () => {
  const sticky = (affinity: Affinity) => block(spread({ affinity }), 'upstream web-backend')[2];
  expect(sticky(Affinity.byCookie('shop'))).toBe('sticky cookie shop httponly samesite=lax path=/;');
  const options = { maxAge: Duration.hours(8), sameSite: SameSite.NONE, secure: true };
  expect(sticky(Affinity.byCookie('__Host-shop', options)))
    .toBe('sticky cookie __Host-shop expires=28800s httponly samesite=none secure path=/;');
});

test.each<[string, () => unknown, string]>([
  ['no number', () => Affinity.byKey(key, { maxRequestsPerPod: NaN }), 'maxRequestsPerPod is NaN: it must be a whole number from 1 to 65535'],
  ['a part of one', () => Affinity.byKey(key, { maxRequestsPerPod: 1.5 }), 'maxRequestsPerPod is 1.5: it must be a whole number from 1 to 65535'],
  ['a name with a space', () => Affinity.byCookie('a b'), "byCookie names 'a b': use 1 to 200 letters, digits, dashes and underscores, as in 'shop'"],
  ['no name', () => Affinity.byCookie(''), "byCookie names '': use 1 to 200 letters, digits, dashes and underscores, as in 'shop'"],
  ['half a second', () => Affinity.byCookie('a', { maxAge: Duration.millis(500) }), 'maxAge is 500 ms: give whole seconds, from 1 second to 400 days'],
  ['more than browsers keep', () => Affinity.byCookie('a', { maxAge: Duration.days(401) }), 'maxAge is 34646400000 ms: give whole seconds, from 1 second to 400 days'],
  ['a cookie that browsers refuse', () => Affinity.byCookie('a', { sameSite: SameSite.NONE }), 'sameSite is NONE and secure is false: browsers take no such cookie; set secure to true'],
  ['no characters', () => ShardKey.fromField('a', { first: 0 }), 'first of fromField is 0: it must be a whole number of characters from 1 to 1000000'],
])('refused: %s', (_, make, sentence) => {
  expect(make).toThrow(sentence);
});

test.each<[string, Partial<SpreadProps>, string]>([
  ['a bound that two routers cannot divide', { affinity: Affinity.byKey(key, { maxRequestsPerPod: 7 }) },
    '[shop/Web] affinity.maxRequestsPerPod is 7 and there are 2 router pods, of which each bounds its own part: give 6 or 8, or another number of router pods'],
  ['a bound that is less than one for each router', { affinity: Affinity.byKey(key, { maxRequestsPerPod: 3 }), router: { scaling: Scaling.cpu({ max: 4 }) } },
    '[shop/Web] affinity.maxRequestsPerPod is 3 and there are up to 4 router pods, of which each bounds its own part: give 4, or another number of router pods'],
  ['gRPC', { affinity: Affinity.byKey(key), protocol: Protocol.GRPC, backend: Backend.fromImage('a:1', { port: 1234, protocol: Protocol.GRPC }) },
    '[shop/Web] affinity is given, but nginx reads a call of gRPC while it sends it on, and could not give it to another replica: leave affinity out, or use a Shard'],
  ['a backend that is one address', { affinity: Affinity.byCookie('a'), backend: Backend.fromUrl('http://users.shop:80') },
    '[shop/Web] affinity is given, but nothing tells the replicas of the backend apart, since it has one address for all: use a backend whose pods are known, such as Backend.fromDeployment, or leave affinity out'],
  ['pods without a name for their port', { affinity: Affinity.byKey(key), backend: { bind: () => ({ host: 'users', podsHost: 'users-headless', port: 80 }) } },
    '[shop/Web] affinity is by a key, but the port of the pods has no name by which DNS could tell of each: name it in the headless Service (podsPortName of a backend of your own), or use Affinity.byCookie'],
  ['a name of a port that is none', { affinity: Affinity.byKey(key), backend: { bind: () => ({ host: 'users', podsHost: 'users-headless', podsPortName: 'a b', port: 80 }) } },
    "[shop/Web] backend.bind().podsPortName is 'a b', which is no name of a port: use small letters, digits and dashes, as in 'http'"],
])('refused by a Spread: %s', (_, props, sentence) => {
  expect(() => spread(props)).toThrow(sentence);
});

test('existing pods may be preferred too: those of a Deployment, of a headless Service and of another pattern', () => {
  const chart = new Chart(Testing.app(), 'shop');
  const affinity = Affinity.byKey(ShardKey.fromFunction(Code.fromInline('(request) => request.path')));
  const first = new Spread(chart, 'Web', { backend });
  const headless = new kplus.Service(chart, 'Users', {
    metadata: { name: 'users' }, clusterIP: 'None', ports: [{ name: 'web', port: 80, targetPort: 8080 }],
  });
  new Spread(chart, 'Again', { backend: first.backends[0], affinity });
  new Spread(chart, 'Existing', { backend: Backend.fromService(headless), affinity });
  const rings = Testing.synth(chart).flatMap(({ kind, data }) => (
    kind === 'ConfigMap' ? data['nginx.conf.template'].match(/server .* service=\S+/g) ?? [] : []
  ));
  expect([...new Set(rings)]).toEqual([
    'server web-backend-headless.${POD_NAMESPACE}.svc.cluster.local service=http',
    'server users.${POD_NAMESPACE}.svc.cluster.local service=web',
  ]);
});
