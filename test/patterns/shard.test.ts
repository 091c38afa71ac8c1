import { Chart, Testing } from 'cdk8s';
import { Backend, Code, Shard, ShardKey, ShardProps, Spread } from '../../src';
import { find, nameOf } from '../find';

const image = Backend.fromImage('ghcr.io/acme/users:1.4.2', { port: 8080 });

function chartWith(props: Partial<ShardProps> = {}): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  new Shard(chart, 'Users', {
    shards: props.backends ? undefined : 2,
    key: ShardKey.fromHeader('x-user'),
    backend: props.backends ? undefined : image,
    ...props,
  });
  return chart;
}

const template = (chart: Chart): string => find(chart, 'ConfigMap', 'users-router').data['nginx.conf.template'];

test('the objects of a Shard are a group for each shard and a router', () => {
  expect(Testing.synth(chartWith()).map((object) => `${object.kind} ${nameOf(object)}`)).toEqual([
    ...['users-0', 'users-1'].flatMap((name) => [
      `Service ${name}`, `Service ${name}-headless`, `ServiceAccount ${name}`, `NetworkPolicy ${name}`,
      `Deployment ${name}`, `PodDisruptionBudget ${name}`,
    ]),
    'ConfigMap users-router', 'Service users', 'Service users-headless', 'ServiceAccount users-router',
    'NetworkPolicy users-router', 'Deployment users-router',
    'PodDisruptionBudget users-router',
  ]);
});

test('a pod knows which shard it is, and of how many', () => {
  const { env } = find(chartWith({ shards: 3 }), 'Deployment', 'users-2').spec.template.spec.containers[0];
  expect(env).toEqual([{ name: 'SHARD', value: '2' }, { name: 'SHARDS', value: '3' }]);
});

test.each([
  ['header', ShardKey.fromHeader('x-user')],
  ['cookie', ShardKey.fromCookie('session')],
  ['client address', ShardKey.fromClientIp({ trustedProxies: ['10.0.0.0/8'] })],
])('a %s key needs no script', (_, key) => {
  const chart = chartWith({ key });
  expect(template(chart)).not.toContain('js_');
  expect(Object.keys(find(chart, 'ConfigMap', 'users-router').data)).toEqual(['nginx.conf.template']);
});

test('a sharding function travels with the router', () => {
  const { data } = find(
    chartWith({ key: ShardKey.fromFunction(Code.fromInline('(request) => request.path')) }),
    'ConfigMap',
    'users-router',
  );
  expect(data['key.js']).toBe('export default (request) => request.path;\n');
  expect(data['config.js']).toBe('export default {\n  "shards": 2\n};\n');
  expect(data['nginx.conf.template']).toContain('js_set $shard_key router.key;');
});

test.each<[string, ShardKey, object]>([
  ['takes connections, with a declared key', ShardKey.fromHeader('x-user'), { tcpSocket: { port: 'http' } }],
  [
    'answers, with a sharding function, which may hang',
    ShardKey.fromFunction(Code.fromInline('() => 1')),
    { httpGet: { port: 'admin', path: '/healthz' } },
  ],
])('a router is alive while it %s', (_, key, probe) => {
  expect(find(chartWith({ key }), 'Deployment', 'users-router').spec.template.spec.containers[0].livenessProbe)
    .toMatchObject(probe);
});

test('a function that mentions the body makes the router read bodies, up to 1 MiB', () => {
  const text = template(chartWith({ key: ShardKey.fromFunction(Code.fromInline('(request) => request.body.id')) }));
  expect(text).toContain('js_content router.route;');
  expect(text).toContain('client_body_buffer_size 1048576;');
});

test('existing backends become shards in their order', () => {
  const chart = new Chart(Testing.app(), 'shop');
  const [a, b] = ['A', 'B'].map((id) => new Spread(chart, id, { backend: image }));
  const shard = new Shard(chart, 'Users', { key: ShardKey.fromHeader('x-user'), backends: [a, b] });
  expect(shard.shards).toBe(2);
  expect(template(chart))
    .toMatch(/upstream users-0 \{[^}]*server a-headless[^]*upstream users-1 \{[^}]*server b-headless/);
});

test('shardOf says the owner of a key', () => {
  const shard = new Shard(new Chart(Testing.app(), 'shop'), 'Users', {
    shards: 4,
    key: ShardKey.fromHeader('x-user'),
    backend: image,
  });
  expect(['ada', 'bob', 'ü'].map((key) => shard.shardOf(key))).toEqual([1, 1, 3]);
  expect(() => shard.shardOf('')).toThrow("[shop/Users] key is '': an empty key is none");
  expect(() => shard.shardOf('a\ud800'))
    .toThrow('[shop/Users] key is "a\\ud800": half of a surrogate pair is no text in UTF-8');
});

test('128 shards with all their ranges fit into a ConfigMap', () => {
  const bytes = Buffer.byteLength(template(chartWith({ shards: 128 })));
  expect(bytes).toBeLessThan(256 * 1024);
});

describe('refused with a sentence:', () => {
  const key = ShardKey.fromHeader('x-user');
  const refused: [string, () => Partial<ShardProps>, string][] = [
    [
      'no shards',
      () => ({ shards: 0 }),
      '[shop/Users] shards is 0: it must be a whole number from 1 to 128; for a single group use Spread',
    ],
    [
      '129 shards',
      () => ({ shards: 129 }),
      '[shop/Users] shards is 129: it must be a whole number from 1 to 128; for a single group use Spread',
    ],
    [
      'half a shard',
      () => ({ shards: 1.5 }),
      '[shop/Users] shards is 1.5: it must be a whole number from 1 to 128; for a single group use Spread',
    ],
    [
      'no number of shards',
      () => ({ shards: undefined }),
      '[shop/Users] shards is missing: say how many shards the backend is made for',
    ],
    ['no replicas', () => ({ replicas: 0 }), '[shop/Users] replicas is 0: it must be a whole number from 1 to 1000'],
    [
      'no backend',
      () => ({ backend: undefined }),
      '[shop/Users] neither backend nor backends is given: give one backend for all shards, or one for each of them',
    ],
    ['backend and backends', () => ({ backend: image, backends: [image] }),
      '[shop/Users] backend and backends are both given: give one backend for all shards, or one for each of them'],
    ['another number of backends', () => ({ shards: 3, backends: [image], key }),
      '[shop/Users] shards is 3 and there are 1 backends: leave shards out, or give as many backends'],
    [
      'an asynchronous sharding function',
      () => ({ key: ShardKey.fromFunction(Code.fromInline('async () => 1')) }),
      'code in nginx must be synchronous, so return the result itself',
    ],
  ];
  test.each(refused)('%s', (_, props, message) => {
    expect(() => chartWith(props())).toThrow(message);
  });

  test.each([
    [
      'a header with an underscore',
      () => ShardKey.fromHeader('x_user'),
      "fromHeader names 'x_user': nginx ignores headers with an underscore; use dashes",
    ],
    ...['x user', 'x.user', "x'y", 'x|y', 'x#y', 'x$y', 'x"y', 'ü', ''].map((
      name,
    ): [string, () => ShardKey, string] => [
      `a header called ${name}`,
      () => ShardKey.fromHeader(name),
      `fromHeader names '${name}', which nginx cannot read: use letters, digits and dashes, as in 'x-user'`,
    ]),
    [
      'a long header',
      () => ShardKey.fromHeader('x'.repeat(201)),
      "fromHeader has 201 characters in 'xxxxxxxxxxxxxxxxxxxx…': use at most 200",
    ],
    [
      'a nameless parameter',
      () => ShardKey.fromQuery(''),
      "fromQuery names '': give the name of a parameter, as in 'user'",
    ],
    [
      'a parameter that is no text',
      () => ShardKey.fromQuery('\udfff'),
      'fromQuery names "\\udfff": half of a surrogate pair is no text that a client can send',
    ],
    [
      'a nameless cookie',
      () => ShardKey.fromCookie(''),
      "fromCookie names '', which is no cookie's name: write it as in 'session'",
    ],
    [
      'a path without a group',
      () => ShardKey.fromPath('^/users/'),
      "fromPath has '^/users/', which has no group: put parentheses around the key",
    ],
    [
      'a path that is no regular expression',
      () => ShardKey.fromPath('('),
      "fromPath has '(', which is no regular expression",
    ],
    [
      'a path with a RegExp',
      () => ShardKey.fromPath(/^.(a)/ as any),
      '[ShardKey.fromPath] regex is /^.(a)/: it must be a string; give the source of a regular expression, '
        + "as in '^/users/([^/]+)'",
    ],
    [
      'a field that is no path',
      () => ShardKey.fromField('user..id'),
      "fromField has 'user..id', which is no path: write it as in 'user.id' or 'items[0].sku'",
    ],
    [
      'an alternative that is no path',
      () => ShardKey.fromField('user', { alternatives: ['id', 'a..b'] }),
      "alternatives[1] of fromField has 'a..b', which is no path: write it as in 'user.id' or 'items[0].sku'",
    ],
    [
      'a long alternative',
      () => ShardKey.fromField('user', { alternatives: ['x'.repeat(201)] }),
      "alternatives[0] of fromField has 201 characters in 'xxxxxxxxxxxxxxxxxxxx…': use at most 200",
    ],
    [
      'an alternative that is the field',
      () => ShardKey.fromField('user', { alternatives: ['user'] }),
      "alternatives[0] of fromField has 'user', which stands before it already: leave it out",
    ],
    [
      'a proxy that is no network',
      () => ShardKey.fromClientIp({ trustedProxies: ['ingress'] }),
      "trustedProxies names 'ingress', which is no address or network",
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
