import { Chart, JsonPatch, Testing } from 'cdk8s';
import { Backend, GatewayReference, Gather, ScatterGather, Spread } from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 3000 });
const newChart = (namespace?: string) => new Chart(Testing.app(), 'shop', { namespace });
const spread = (chart: Chart, props = {}) => new Spread(chart, 'Web', { backend: image, ...props });
const routes = (chart: Chart) => Testing.synth(chart).filter(({ kind }) => kind === 'HTTPRoute');
const HOSTS = ['shop.example.com', '*.shop.example.com'];
const rule = (value: string) => ({
  matches: [{ path: { type: 'PathPrefix', value } }], backendRefs: [{ name: 'web', port: 8080 }],
});

test('a route leads from a Gateway to the Service of a pattern', () => {
  const chart = newChart('shop');
  spread(chart).exposeViaRoute(HOSTS, 'public');
  expect(routes(chart)).toEqual([{
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', labels: find(chart, 'Service', 'web').metadata.labels },
    spec: { parentRefs: [{ name: 'public' }], hostnames: HOSTS, rules: [rule('/')] },
  }]);
});

test('it has the name and port of a Service that callers know by others', () => {
  const chart = newChart();
  new ScatterGather(chart, 'Search', {
    backends: [image], gather: Gather.all(), service: { name: 'find', port: 80 },
  }).exposeViaRoute(HOSTS, 'public', '/search');
  expect(find(chart, 'HTTPRoute', 'find').spec.rules[0].backendRefs).toEqual([{ name: 'find', port: 80 }]);
});

test('a Gateway of another namespace, and one of its listeners, are named', () => {
  const chart = newChart();
  const gateway = { name: 'public', namespace: 'gateways', sectionName: 'https', port: 443 };
  spread(chart).exposeViaRoute(HOSTS, gateway);
  expect(find(chart, 'HTTPRoute', 'web').spec.parentRefs).toEqual([gateway]);
});

test('further paths for the same hosts and Gateway are further rules of the route, each of them once', () => {
  const chart = newChart();
  const web = spread(chart);
  const route = web.exposeViaRoute(HOSTS, 'public', '/cart');
  for (const path of ['/orders/v1.2', '/cart']) {
    expect(web.exposeViaRoute([...HOSTS].reverse(), { name: 'public' }, path)).toBe(route);
  }
  expect(routes(chart).map(({ spec }) => spec.rules)).toEqual([[rule('/cart'), rule('/orders/v1.2')]]);
});

test('other hosts and other Gateways have routes of their own, whose names do not depend on each other', () => {
  const named = (hosts: string[][]) => {
    const chart = newChart();
    const web = spread(chart);
    web.exposeViaRoute(HOSTS, 'public');
    for (const each of hosts) web.exposeViaRoute(each, 'public');
    web.exposeViaRoute(HOSTS, 'internal');
    return Object.fromEntries(
      routes(chart).map(({ metadata, spec }) => [`${spec.hostnames[0]} ${spec.parentRefs[0].name}`, metadata.name]),
    );
  };
  const names = named([['a.example.com'], ['b.example.com']]);
  expect(names).toEqual({
    'shop.example.com public': 'web',
    'shop.example.com internal': expect.stringMatching(/^web-[0-9a-f]{10}$/),
    'a.example.com public': expect.stringMatching(/^web-[0-9a-f]{10}$/),
    'b.example.com public': expect.stringMatching(/^web-[0-9a-f]{10}$/),
  });
  expect(new Set(Object.values(names)).size).toBe(4);
  expect(named([['b.example.com'], ['a.example.com']])).toEqual(names);
});

test('it can be patched: filters, for instance', () => {
  const chart = newChart();
  const filters = [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }];
  spread(chart).exposeViaRoute(HOSTS, 'public', '/cart').addJsonPatch(JsonPatch.add('/spec/rules/0/filters', filters));
  expect(find(chart, 'HTTPRoute', 'web').spec.rules).toEqual([{ ...rule('/cart'), filters }]);
});

test('it stands beside an Ingress', () => {
  const chart = newChart();
  const web = spread(chart);
  web.exposeViaIngress('/');
  web.exposeViaRoute(HOSTS, 'public');
  expect(['Ingress', 'HTTPRoute'].map((kind) => find(chart, kind, 'web').metadata.name)).toEqual(['web', 'web']);
});

const LONG = `${'x'.repeat(63)}.`.repeat(4);

test.each<[string[], string]>([
  [[], "hostnames is []: name a host, as in 'shop.example.com'; '*.example.com' is every host below one"],
  [Array.from({ length: 17 }, (_, n) => `h${n}.example.com`), 'hostnames has 17: an HTTPRoute takes 16, so name the '
    + 'others in another call, or mean them all by a wildcard'],
  [['10.1.2.3'], "hostnames has '10.1.2.3', which is an address: a route goes by the names of hosts"],
  [['::1'], "hostnames has '::1', which is an address"],
  [['Shop.example.com'], "hostnames has 'Shop.example.com', which is no name of a host in small letters: write it as "
    + "in 'shop.example.com' or '*.example.com', without scheme and port"],
  [['https://shop.example.com'], 'without scheme and port'],
  [['shop.example.com:443'], 'without scheme and port'],
  [['*'], "hostnames has '*', which is no name of a host"],
  [['a.*.example.com'], "hostnames has 'a.*.example.com', which is no name of a host"],
  [[''], "hostnames has '', which is no name of a host"],
  [[`*.${LONG.slice(0, -1)}`], 'which is no name of a host'],
  [['a.example.com', 'a.example.com'], "hostnames has 'a.example.com' twice: leave one of them out"],
])('hosts %j are refused', (hostnames, message) => {
  expect(() => spread(newChart()).exposeViaRoute(hostnames, 'public')).toThrow(message);
});

test.each<[string | GatewayReference, string]>([
  ['', "gateway is '', which is no name of a Gateway: write it as in 'public', and one of another namespace as in "
    + "{ name: 'public', namespace: 'gateways' }"],
  ['gateways/public', "gateway is 'gateways/public', which is no name of a Gateway"],
  [{ name: 'Public' }, "gateway is 'Public', which is no name of a Gateway"],
  [{ name: 'public', namespace: 'a.b' }, "gateway.namespace is 'a.b', which is no name of a namespace"],
  [{ name: 'public', sectionName: 'HTTPS' }, "gateway.sectionName is 'HTTPS', which is no name of a listener"],
  [{ name: 'public', port: 65536 }, 'gateway.port is 65536: a TCP port is a whole number from 1 to 65535'],
])('a Gateway %j is refused', (gateway, message) => {
  expect(() => spread(newChart()).exposeViaRoute(HOSTS, gateway)).toThrow(`[shop/Web] ${message}`);
});

test.each([
  ['', 'does not start with a slash'],
  ['cart', 'does not start with a slash'],
  ['/a//b', 'has an empty part'],
  ['/a/./b', 'has a part that means another folder'],
  ['/a/../b', 'has a part that means another folder'],
  ['/a/..', 'has a part that means another folder'],
  ['/a/.', 'has a part that means another folder'],
  ['/a%2Fb', 'has a slash that is escaped'],
  ['/a%2fb', 'has a slash that is escaped'],
  ['/a#b', 'has a character that must be escaped'],
  ['/a b', 'has a character that must be escaped'],
  ['/a?b', 'has a character that must be escaped'],
  ['/caf\u00e9', 'has a character that must be escaped'],
  ['/100%', 'has a character that must be escaped'],
])('the path %j is refused', (path, mistake) => {
  expect(() => spread(newChart()).exposeViaRoute(HOSTS, 'public', path)).toThrow(`[shop/Web] path is '${path}', which `
    + `${mistake}: an HTTPRoute takes none such, write it as in '/users'`);
});

test.each(['/', '/a/', '/a.b/..c/...', "/%20-._~!$&'()*+,;=:@", `/${'x'.repeat(1023)}`])('the path %j is taken', (path) => {
  const chart = newChart();
  spread(chart).exposeViaRoute(HOSTS, 'public', path);
  expect(find(chart, 'HTTPRoute', 'web').spec.rules[0].matches[0].path.value).toBe(path);
});

test('a path is refused that is longer than the Gateway API allows', () => {
  expect(() => spread(newChart()).exposeViaRoute(HOSTS, 'public', `/${'x'.repeat(1024)}`))
    .toThrow('[shop/Web] path has 1025 characters: an HTTPRoute takes 1024, give a shorter prefix');
});

test('a route has 16 paths, and the next one is refused', () => {
  const web = spread(newChart());
  for (let n = 0; n < 16; n++) web.exposeViaRoute(HOSTS, 'public', `/${n}`);
  expect(() => web.exposeViaRoute(HOSTS, 'public', '/16')).toThrow("[shop/Web] path is '/16', and the HTTPRoute 'web' has "
    + '16 paths already, more than which none may have: give a prefix that several of them have in common');
});
