import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { find } from '../../find';
import * as library from 'cdk8s-metaparticle';

// As plain JavaScript sees it: nothing has a type.
const { Backend, Code, Gather, Peer, Platform, ScatterGather, Shard, ShardKey, Spread, handler } = library as any;

const image = Backend.fromImage('web:1', { port: 8080 });
const newChart = () => new Chart(Testing.app(), 'shop');
const spread = (props?: unknown) => () => new Spread(newChart(), 'Web', props);
const shard = (props: object) => () => new Shard(newChart(), 'Users', { shards: 2, backend: image, ...props });
const scatter = (props: object) => () =>
  new ScatterGather(newChart(), 'Search', { leaves: 2, backend: image, ...props });
const ANOTHER = "Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 })";

describe('a sentence with the property, the value and the remedy says what is wrong with', () => {
  test.each<[what: string, call: () => unknown, sentence: string]>([
    ['no props', spread(), `[shop/Web] backend is missing: it must be an IBackend; write ${ANOTHER}`],
    [
      'props that are no object',
      spread('web'),
      "[shop/Web] props is 'web': it must be an object with affinity, backend, clients, pods, protocol, replicas, router, "
        + 'scaling and service',
    ],
    [
      'props that are null',
      spread(null),
      '[shop/Web] props is null: it must be an object with affinity, backend, clients, pods, protocol, replicas, router, '
        + 'scaling and service',
    ],
    [
      'a function as backend',
      spread({ backend: () => 1 }),
      '[shop/Web] backend is () => 1: it must be an IBackend; write Backend.fromFunction(handler(…))',
    ],
    [
      'code as backend',
      spread({ backend: handler(() => 1) }),
      '[shop/Web] backend is a Code: it must be an IBackend; write Backend.fromFunction(…)',
    ],
    [
      'an image as backend',
      spread({ backend: 'web:1' }),
      "[shop/Web] backend is 'web:1': it must be an IBackend; write Backend.fromImage('web:1', { port: 8080 })",
    ],
    [
      'a URL as backend',
      spread({ backend: 'http://a' }),
      "[shop/Web] backend is 'http://a': it must be an IBackend; write Backend.fromUrl('http://a')",
    ],
    [
      'a Service as backend',
      () =>
        new Spread(newChart(), 'Web', { backend: new kplus.Service(newChart(), 'Api', { ports: [{ port: 80 }] }) }),
      '[shop/Web] backend is a Service: write Backend.fromService(…)',
    ],
    [
      'a Service as a Deployment',
      () => Backend.fromDeployment(new kplus.Service(newChart(), 'Api', { ports: [{ port: 80 }] }) as any),
      '[shop/Api] deployment is a Service: it must be a Deployment or an object with labels, name and namespace',
    ],
    [
      'an object that is no reference to a Deployment',
      () => Backend.fromDeployment({ name: 'users', label: {} } as any),
      '[Backend.fromDeployment] deployment.label is {}, but DeploymentReference has no such property: '
        + 'did you mean deployment.labels?',
    ],
    [
      'a protocol of cdk8s-plus where one of ours is meant',
      () => Backend.fromUrl('http://users', { protocol: kplus.Protocol.TCP as any }),
      "[Backend.fromUrl] protocol is 'TCP': it must be a Protocol; write 'http' or 'grpc'",
    ],
    [
      'a class as backend',
      spread({ backend: class Users {} }),
      `[shop/Web] backend is class Users: it must be an IBackend; write ${ANOTHER}`,
    ],
    [
      'a promise of a backend',
      spread({ backend: Promise.resolve(image) }),
      `[shop/Web] backend is a Promise: it must be an IBackend; write ${ANOTHER}`,
    ],
    [
      'a list as backend',
      scatter({ gather: Gather.all(), backend: [image] }),
      "[shop/Search] backend is [ ImageBackend { image: 'web:1', options: [Object] } ]: "
        + `it must be an IBackend; write ${ANOTHER}`,
    ],
    ['one backend as backends', scatter({ gather: Gather.all(), backend: undefined, backends: image }),
      `[shop/Search] backends is an ImageBackend: it must be an array of IBackend; write [${ANOTHER}]`],
    [
      'a hole in backends',
      scatter({ gather: Gather.all(), backend: undefined, leaves: undefined, backends: [image, undefined] }),
      `[shop/Search] backends[1] is undefined: it must be an IBackend; write ${ANOTHER}`,
    ],
    [
      'a text as key',
      shard({ key: 'x-user' }),
      "[shop/Users] key is 'x-user': it must be a ShardKey; write ShardKey.fromHeader('x-user')",
    ],
    ['no key', shard({}), "[shop/Users] key is missing: it must be a ShardKey; write ShardKey.fromHeader('x-user')"],
    [
      'a pattern as key',
      shard({ key: /^\/(.)/ }),
      "[shop/Users] key is /^\\/(.)/: it must be a ShardKey; write ShardKey.fromPath('^\\\\/(.)')",
    ],
    ['a function as key', shard({ key: (request: any) => request.path }),
      '[shop/Users] key is (request) => request.path: it must be a ShardKey; '
        + 'write ShardKey.fromFunction(sharding(…))'],
    [
      'the class itself as key',
      shard({ key: ShardKey }),
      "[shop/Users] key is class ShardKey: it must be a ShardKey; write ShardKey.fromHeader('x-user')",
    ],
    ['a key by new', shard({ key: new ShardKey('x-user') }),
      '[shop/Users] key is a ShardKey that its methods did not make: it must be a ShardKey; '
        + "write ShardKey.fromHeader('x-user')"],
    [
      'a gather by new',
      scatter({ gather: new Gather('concat') }),
      '[shop/Search] gather is a Gather that its methods did not make: it must be a Gather; write Gather.concat()',
    ],
    ['a class of another library that has the same name', () => Backend.fromFunction(new ({ Code: class {} }).Code()),
      '[Backend.fromFunction] code is a Code that its methods did not make: it must be a Code; '
        + "write Code.fromInline('(request) => …')"],
    [
      'a text as gather',
      scatter({ gather: 'merge' }),
      "[shop/Search] gather is 'merge': it must be a Gather; write Gather.merge()",
    ],
    ['a number as time-out', scatter({ gather: Gather.concat(), timeout: 300 }),
      '[shop/Search] timeout is 300: it must be a Duration; write Duration.millis(300) or Duration.seconds(300)'],
    [
      'a text as number',
      spread({ backend: image, replicas: '3' }),
      "[shop/Web] replicas is '3': it must be a number; write 3",
    ],
    [
      'a text as flag',
      spread({ backend: image, router: { metrics: 'true' } }),
      "[shop/Web] router.metrics is 'true': it must be true or false; write true",
    ],
    [
      'null',
      spread({ backend: image, replicas: null }),
      '[shop/Web] replicas is null: it must be a number; leave it out where none is meant',
    ],
    ['a number as size', spread({ backend: image, router: { resources: { memory: { limit: 256 } } } }),
      '[shop/Web] router.resources.memory.limit is 256: it must be a Size; write Size.mebibytes(256)'],
    ['a text as CPU', spread({ backend: image, router: { resources: { cpu: { request: '100m' } } } }),
      "[shop/Web] router.resources.cpu.request is '100m': it must be a Cpu; write Cpu.millis(500)"],
    [
      'a number as scaling',
      spread({ backend: image, scaling: 5 }),
      '[shop/Web] scaling is 5: it must be a Scaling; write Scaling.cpu({ max: 5 })',
    ],
    ['a text as client', spread({ backend: image, clients: ['monitoring'] }),
      "[shop/Web] clients[0] is 'monitoring': it must be a Peer; write Peer.namespace('monitoring')"],
    ['a text as egress', () => Backend.fromImage('web:1', { port: 8080, egress: ['db:5432'] }),
      "[Backend.fromImage] egress[0] is 'db:5432': it must be an Egress; write Egress.toHost('db', 5432)"],
    ['a peer as egress', () => Backend.fromImage('web:1', { port: 8080, egress: [Peer.anywhere()] }),
      '[Backend.fromImage] egress[0] is a Peer: it must be an Egress; write Egress.toPeer(…)'],
    ['a text as environment variable', () => Backend.fromImage('web:1', { port: 8080, env: { A: 'b' } }),
      "[Backend.fromImage] env.A is 'b': it must be an EnvValue; write EnvValue.fromValue('b')"],
    ['a list as environment', () => Backend.fromImage('web:1', { port: 8080, env: ['A=b'] }),
      "[Backend.fromImage] env is [ 'A=b' ]: it must be an object that has EnvValue by name; "
        + "write { name: EnvValue.fromValue('…') }"],
    ['a Map as environment', () => Backend.fromImage('web:1', { port: 8080, env: new Map() }),
      '[Backend.fromImage] env is Map(0) {}: it must be an object that has EnvValue by name; '
        + "write { name: EnvValue.fromValue('…') }"],
    [
      'no image',
      () => Backend.fromImage(),
      '[Backend.fromImage] image is missing: it must be a string (its reference, with a tag or digest)',
    ],
    ['no port', () => Backend.fromImage('web:1'),
      '[Backend.fromImage] port is missing: '
        + 'it must be a number (the TCP port the program listens on, from 1 to 65535)'],
    ['a function as code', () => Backend.fromFunction(() => 1),
      '[Backend.fromFunction] code is () => 1: it must be a Code; write Code.fromFunction(…), or handler(…), '
        + 'sharding(…), scattering(…), gathering(…)'],
    ['a pattern as Service', () => Backend.fromService(spread({ backend: image })()),
      '[shop/Web] service is a Spread: it must be a Service; write the pattern itself as a backend'],
    ['a Date as options', spread({ backend: image, router: new Date(0) }),
      '[shop/Web] router is 1970-01-01T00:00:00.000Z: it must be an object with accessLog, allHeaders, egress, '
        + 'idleTimeout, maxBodySize, metrics, patience, pods, replicas, resources, scaling, timeout and trustedProxies'],
    ['a Duration as options', spread({ backend: image, router: Duration.seconds(5) }),
      '[shop/Web] router is a Duration: it must be an object with accessLog, allHeaders, egress, idleTimeout, '
        + 'maxBodySize, metrics, patience, pods, replicas, resources, scaling, timeout and trustedProxies'],
    [
      'no scope',
      () => new Spread(undefined, 'Web', { backend: image }),
      "[Spread] scope is missing: it must be a Construct; write new Chart(app, 'shop')",
    ],
    [
      'an app as scope',
      () => new Spread(Testing.app(), 'Web', { backend: image }),
      "[Web] scope is in no chart: make one, as in new Chart(app, 'shop')",
    ],
    [
      'no id',
      () => new Spread(newChart(), '', { backend: image }),
      "[shop] id is '': a pattern needs one, of which the names of its objects are made",
    ],
    [
      'a number as key that is asked for',
      () => new Shard(newChart(), 'Users', { shards: 2, backend: image, key: ShardKey.fromClientIp() }).shardOf(5),
      "[shop/Users] key is 5: it must be a string (a key as text); write '5'",
    ],
    ['a path without a slash', () => new Spread(newChart(), 'Web', { backend: image }).exposeViaIngress('web'),
      "[shop/Web] path is 'web': a path starts with a slash, as in '/users'"],
    [
      'a type of path that there is not',
      () => new Spread(newChart(), 'Web', { backend: image }).exposeViaIngress('/web', { pathType: 'prefix' }),
      "[shop/Web] pathType is 'prefix': it must be a HttpIngressPathType; "
        + "write 'Prefix' or 'Exact' or 'ImplementationSpecific'",
    ],
    [
      'an image that is a number',
      () => Platform.configure(newChart(), { nginxImage: 1.3 }),
      "[shop] nginxImage is 1.3: it must be a string; write '1.3'",
    ],
    ['an image of a whole app that is null', () => Platform.configure(Testing.app(), { nginxImage: null }),
      '[Platform.configure] nginxImage is null: it must be a string; leave it out where none is meant'],
    [
      'seconds that are no whole number',
      spread({ backend: image, pods: { tolerations: [{ tolerationSeconds: NaN }] } }),
      '[shop/Web/Backend] pods.tolerations[0].tolerationSeconds is NaN: give a whole number',
    ],
    ['a toleration that is a text', spread({ backend: image, pods: { tolerations: ['spot'] } }),
      "[shop/Web] pods.tolerations[0] is 'spot': it must be an object with effect, key, operator, "
        + 'tolerationSeconds and value'],
  ])('%s', (_, call, sentence) => {
    expect(call).toThrow(new Error(sentence));
  });
});

const pods = (resources: object) => spread({ backend: Backend.fromImage('web:1', { port: 8080, resources }) });

test.each<[what: string, call: () => unknown, sentence: string]>([
  [
    'a time of no number',
    scatter({ gather: Gather.all(), timeout: Duration.seconds(NaN) }),
    '[shop/Search] timeout is NaN: it must be a whole number of milliseconds',
  ],
  ['half a millisecond', scatter({ gather: Gather.all(), hedgeAfter: Duration.millis(0.5) }),
    '[shop/Search] hedgeAfter is 0.5 millis: it must be a whole number of milliseconds'],
  ['an endless drain', spread({ backend: image, pods: { drain: Duration.seconds(Infinity) } }),
    '[shop/Web/Backend] pods.drain is Infinity days: it must be a whole number of milliseconds'],
  ['memory of no number', pods({ memory: { limit: Size.mebibytes(NaN) } }),
    '[shop/Web/Backend] resources.memory.limit is NaN KiB: it must be more than nothing, and a number; '
      + 'leave it out where none is meant'],
  ['endless memory', pods({ memory: { limit: Size.mebibytes(Infinity) } }),
    '[shop/Web/Backend] resources.memory.limit is Infinity KiB: it must be more than nothing, and a number; '
      + 'leave it out where none is meant'],
  ['CPU of no number', pods({ cpu: { request: kplus.Cpu.millis(NaN) } }),
    '[shop/Web/Backend] resources.cpu.request is NaN: it must be more than nothing, and a number; '
      + 'leave it out where none is meant'],
  ['more than may be used', pods({ memory: { request: Size.mebibytes(2), limit: Size.mebibytes(1) } }),
    '[shop/Web/Backend] resources.memory.request is 2048 KiB and its limit 1024 KiB: '
      + 'a pod may not ask for more than it may use; raise the limit'],
])('of the right type and no amount: %s', (_, call, sentence) => {
  expect(call).toThrow(new Error(sentence));
});

describe('a name that nobody reads is refused', () => {
  test.each<[what: string, call: () => unknown, sentence: string]>([
    [
      'with the one that was meant',
      spread({ backend: image, replica: 5 }),
      '[shop/Web] replica is 5, but SpreadProps has no such property: did you mean replicas?',
    ],
    [
      'also where what is meant must be given',
      spread({ backnd: image }),
      '[shop/Web] backnd is an ImageBackend, but SpreadProps has no such property: did you mean backend?',
    ],
    ['in other letters', spread({ backend: image, router: { timeOut: Duration.seconds(5) } }),
      '[shop/Web] router.timeOut is a Duration, but RouterOptions has no such property: did you mean router.timeout?'],
    ['with all there are, where none is near', spread({ backend: image, key: 'x-user' }),
      "[shop/Web] key is 'x-user', but SpreadProps has no such property: there are affinity, backend, clients, pods, protocol, replicas, "
        + 'router, scaling and service'],
    [
      'in what we read of resources',
      spread({ backend: image, router: { resources: { mem: { limit: Size.mebibytes(64) } } } }),
      '[shop/Web] router.resources.mem is { limit: Size { amount: 64, unit: [StorageUnit] } }, '
        + 'but ContainerResources has no such property: there are cpu, ephemeralStorage and memory',
    ],
    ['in an address', spread({ backend: { bind: () => ({ host: 'users', port: 80, podHost: 'users-headless' }) } }),
      "[shop/Web] backend.bind().podHost is 'users-headless', but BackendAddress has no such property: "
        + 'did you mean backend.bind().podsHost?'],
    ['with a control character in it', spread({ 'backend': image, '\x1b[2J': 5 }),
      "[shop/Web] ['\\x1B[2J'] is 5, but SpreadProps has no such property: there are affinity, backend, clients, pods, "
        + 'protocol, replicas, router, scaling and service'],
    ['like constructor, which every object has', spread({ backend: image, constructor: 5 }),
      '[shop/Web] constructor is 5, but SpreadProps has no such property: there are affinity, backend, clients, pods, protocol, replicas, '
        + 'router, scaling and service'],
    [
      'of a mebibyte of letters',
      spread({ backend: image, ['x'.repeat(2 ** 20)]: 5 }),
      `[shop/Web] ['${'x'.repeat(60)}…'] is 5, but SpreadProps has no such property: there are `,
    ],
  ])('%s', (_, call, sentence) => {
    expect(call).toThrow(sentence);
  });

  test('but undefined is not given', () => {
    expect(spread({ backend: image, replica: undefined })).not.toThrow();
  });

  test('but a class that extends a pattern may have props of its own', () => {
    class Api extends (Spread as new (...given: unknown[]) => any) {}
    expect(() => new Api(newChart(), 'Api', { backend: image, team: 'shop' })).not.toThrow();
    expect(() => new Api(newChart(), 'Api', { backend: image, team: 'shop', router: { replica: 1 } }))
      .toThrow('[shop/Api] router.replica is 1');
  });

  test('but objects of a class may have more than their props', () => {
    class WebProps {
      public readonly team = 'shop';
      public readonly replicas = 3;
      public get backend() { return image; }
    }
    expect(spread(new WebProps())().replicas).toBe(3);
  });

  test('but a newer Kubernetes may know more of a toleration', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: image, pods: { tolerations: [{ key: 'spot', since: '1.40' }] } });
    expect(find(chart, 'Deployment', 'web-backend').spec.template.spec.tolerations)
      .toEqual([{ key: 'spot', since: '1.40' }]);
  });
});

describe("what a backend of one's own answers", () => {
  const answers = (address: unknown) => spread({ backend: { bind: () => address } });
  const name =
    "it must be the name of a host or an address, as in 'users', 'users.shop.svc' or 'users.example.com'";

  test.each<[address: unknown, sentence: string]>([
    [
      undefined,
      '[shop/Web] backend.bind() is undefined: it must be an object with basePath, callerHeaders, '
        + 'connectTimeout, headers, host, hostHeader, keepAlive, podsHost, podsPort, podsPortName, port, protocol, '
        + 'replicas, restartsInPlace, timeout and tls',
    ],
    [
      Promise.resolve({ host: 'users', port: 80 }),
      '[shop/Web] backend.bind() is a Promise: it must be an object with basePath, callerHeaders, '
        + 'connectTimeout, headers, host, hostHeader, keepAlive, podsHost, podsPort, podsPortName, port, protocol, '
        + 'replicas, restartsInPlace, timeout and tls',
    ],
    [{}, '[shop/Web] backend.bind().host is missing: it must be a string'],
    [
      { host: 'users', port: '80' },
      "[shop/Web] backend.bind().port is '80': it must be a number (the TCP port); write 80",
    ],
    [{ host: 'users', port: NaN }, '[shop/Web] backend.bind().port is NaN: it must be a whole number from 1 to 65535'],
    [
      { host: 'users', port: 80, replicas: NaN },
      '[shop/Web] backend.bind().replicas is NaN: it must be a whole number from 1 to 1000',
    ],
    [{ host: 'users;', port: 80 }, `[shop/Web] backend.bind().host is 'users;': ${name}`],
    [{ host: 'users', podsHost: 'a..b', port: 80 }, `[shop/Web] backend.bind().podsHost is 'a..b': ${name}`],
    [
      { host: 'users', podsHost: 'pods', port: 80, podsPort: 0 },
      '[shop/Web] backend.bind().podsPort is 0: it must be a whole number from 1 to 65535',
    ],
    [{ host: 'users', port: 80, podsPort: 8080 },
      '[shop/Web] backend.bind().podsPort is 8080, and there is no podsHost whose port it would be: '
        + 'give both, or leave it out'],
    [{ host: '', port: 80 }, `[shop/Web] backend.bind().host is '': ${name}`],
    [{ host: 'http://users', port: 80 }, `[shop/Web] backend.bind().host is 'http://users': ${name}`],
  ])('%p', (address, sentence) => {
    expect(answers(address)).toThrow(sentence);
  });

  test('is told from that of the others', () => {
    const backends = [image, { bind: () => ({ host: 'users' }) }];
    expect(scatter({ backend: undefined, backends, gather: Gather.all() }))
      .toThrow('[shop/Search] backends[1].bind().port is missing: it must be a number (the TCP port)');
  });

  test('may be an object of a class, and the backend an object with other methods', () => {
    class Users {
      public readonly host = 'users';
      public readonly port = 80;
      public bind() { return this; }
    }
    expect(spread({ backend: new Users() })().backends[0].bind()).toEqual({ host: 'users', port: 80 });
  });
});

describe('undefined is not given', () => {
  test('where a platform has what an outer one set', () => {
    const app = Testing.app();
    Platform.configure(app, { nginxImage: 'mirror.example/nginx:1.31', pods: { priorityClassName: 'high' } });
    const chart = new Chart(app, 'shop');
    Platform.configure(chart, { nginxImage: undefined, pods: { priorityClassName: undefined } });
    expect(Platform.of(chart))
      .toMatchObject({ nginxImage: 'mirror.example/nginx:1.31', pods: { priorityClassName: 'high' } });
  });

  test('where names have values', () => {
    const chart = newChart();
    const env = { MODE: kplus.EnvValue.fromValue('fast'), DEBUG: undefined };
    new Spread(chart, 'Web', {
      backend: Backend.fromImage('web:1', { port: 8080, env, writable: { '/tmp': undefined } }),
      pods: { labels: { team: undefined } },
    });
    const { metadata, spec } = find(chart, 'Deployment', 'web-backend').spec.template;
    expect(spec.containers[0].env).toEqual([{ name: 'MODE', value: 'fast' }]);
    expect(spec.volumes).toEqual([]);
    expect(Object.keys(metadata.labels)).not.toContain('team');
  });
});

describe('objects are taken for what they can do:', () => {
  test('those of another version of cdk8s and cdk8s-plus have other classes', () => {
    const chart = newChart();
    const another = <T extends object>(value: T): object => Object.assign(Object.create({
      toMilliseconds: () => 7000, toSeconds: () => 7, toMebibytes: () => 64, toKibibytes: () => 65536,
    }), value);
    const backend = Backend.fromFunction(Code.fromInline('() => 1'), {
      timeout: another({}),
      maxBodySize: another({}),
      env: { MODE: { value: 'fast', valueFrom: undefined } },
      resources: { cpu: { request: { amount: '50m' } } },
    });
    new Spread(chart, 'Web', { backend, router: { timeout: another({}) } });
    expect(JSON.parse(find(chart, 'ConfigMap', 'web-backend').data['config.json']))
      .toMatchObject({ timeout: 7000, maxBodySize: 64 * 2 ** 20 });
  });

  test('a Duration of another library is none', () => {
    const { Duration: Other } = { Duration: class { public toMillis() { return 5; } } };
    expect(scatter({ gather: Gather.all(), timeout: new Other() })).toThrow('[shop/Search] timeout is a '
      + 'Duration that its methods did not '
      + 'make: it must be a Duration; write Duration.seconds(30)');
  });
});

test.each<[what: string, value: unknown, shown: string]>([
  ['a long text', 'x'.repeat(1000), `'${'x'.repeat(60)}…'`],
  ['several lines', 'a\nb', "'a\\nb'"],
  ['an escape sequence of a terminal', '\x1b[2J', "'\\x1B[2J'"],
  [
    'a large object',
    Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`name${i}`, i])),
    'an object of 100000 names',
  ],
  ['a large list', Array.from({ length: 100_000 }, (_, i) => i), '[ 0, 1, 2, ... 99997 more items ]'],
  ['a symbol', Symbol('users'), 'Symbol(users)'],
  ['a bigint', 5n, '5n'],
  [
    'an object that inspects itself',
    {
      [Symbol.for('nodejs.util.inspect.custom')]() {
        throw new Error('inspected');
      },
    },
    '{ [Symbol(nodejs.util.inspect.custom)]: [Function: [nodejs.u…',
  ],
  ['an object whose getters throw', { get size() { throw new Error('read'); } }, '{ size: [Getter] }'],
  ['a long function', (request: any) => { return request; }, '(request) => {…}'],
])('a sentence shows %s in a short line', (_, value, shown) => {
  expect(spread({ backend: image, scaling: value }))
    .toThrow(`[shop/Web] scaling is ${shown}: it must be a Scaling; write Scaling.cpu({ max: 10 })`);
});
