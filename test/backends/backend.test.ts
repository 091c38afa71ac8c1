import { App, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, CaBundle, CallerHeaders, Gather, HeaderValue, IBackend, ScatterGather, Spread,
} from '../../src';
import { find } from '../find';

/** A Spread and a ScatterGather over one backend. */
function chartWith(backend: IBackend, chart = new Chart(Testing.app(), 'shop')): Chart {
  new Spread(chart, 'Web', { backend });
  new ScatterGather(chart, 'Search', { backends: [backend], gather: Gather.concat() });
  return chart;
}

/** Where the router of the Spread connects to; a line that stands several times is tried several times. */
const servers = (chart: Chart): string[] => [
  ...new Set<string>(
    find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'].match(/server \S+ resolve.*;/g),
  ),
];
/** Where the root of the ScatterGather connects to. */
const leaves = (chart: Chart) => JSON.parse(find(chart, 'ConfigMap', 'search-root').data['config.json']).leaves;

const http = { name: 'http', port: 80, targetPort: 8080 };
const metrics = { name: 'metrics', port: 9090 };

describe('idle connections to a backend', () => {
  const image = (keepAlive?: Duration) => Backend.fromImage('ghcr.io/acme/web:1', { port: 8080, keepAlive });
  const own = (keepAlive: Duration): IBackend => ({ bind: () => ({ host: 'users', port: 8080, keepAlive }) });
  const chartOf = (backend: IBackend) => {
    const chart = new Chart(Testing.app(), 'shop');
    new Spread(chart, 'Web', { backend });
    new ScatterGather(chart, 'Search', { leaves: 1, backend, gather: Gather.concat() });
    return chart;
  };
  const router = (chart: Chart) => find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'];

  test.each([
    ['an image', image(Duration.millis(1500))],
    ['a backend of the user\'s', own(Duration.millis(1500))],
  ])('are kept for as long as %s says, by routers and roots', (_, backend) => {
    const chart = chartOf(backend);
    expect(router(chart)).toContain('    keepalive_timeout 1500ms;\n');
    expect(leaves(chart)).toMatchObject([{ keepAlive: 1500 }]);
  });

  test('are kept for 4 s where nothing is said', () => {
    const chart = chartOf(image());
    expect(router(chart)).toContain('    keepalive_timeout 4s;\n');
    expect(leaves(chart)[0]).not.toHaveProperty('keepAlive');
  });

  const LONG = 'keepAlive is 2160000000 ms: it may be 2147483647 ms at most, which is 24 days';

  test.each<[IBackend, string]>([
    [image(Duration.days(25)), `[shop/Web] ${LONG}`],
    [image(Duration.millis(0.5)), '[shop/Web] keepAlive is 0.5 millis: it must be a whole number of milliseconds'],
    [own(Duration.days(25)), `[shop/Web] backend.bind().${LONG}`],
  ])('are not kept for what no timer can wait for', (backend, message) => {
    expect(() => chartOf(backend)).toThrow(message);
  });
});

describe('an existing Service', () => {
  function serviceWith(ports: kplus.ServicePort[], props: kplus.ServiceProps = {}): kplus.Service {
    return new kplus.Service(new Chart(Testing.app(), 'shop'), 'Api', { metadata: { name: 'api' }, ports, ...props });
  }

  test('is asked at its address, and no pods are made', () => {
    const chart = chartWith(Backend.fromService(serviceWith([http])));
    expect(servers(chart)).toEqual(['server api.${POD_NAMESPACE}.svc.cluster.local:80 resolve max_fails=0;']);
    expect(leaves(chart)).toEqual([{ name: 'search-0', host: 'api.${POD_NAMESPACE}.svc.cluster.local.', port: 80 }]);
    expect(Testing.synth(chart).filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name))
      .toEqual(['web-router', 'search-root']);
  });

  test('of another chart is asked in its namespace', () => {
    const app = new App({ outdir: '/nowhere' });
    const service = new kplus.Service(new Chart(app, 'users', { namespace: 'users' }), 'Api', {
      metadata: { name: 'api' },
      ports: [http],
    });
    const chart = chartWith(Backend.fromService(service), new Chart(app, 'shop', { namespace: 'shop' }));
    expect(servers(chart)[0]).toContain('api.users.svc.cluster.local:80 ');
    expect(leaves(chart)[0]).toMatchObject({ host: 'api.users.svc.cluster.local.', port: 80 });
  });

  test('whose name cdk8s makes is asked by that name', () => {
    const chart = new Chart(Testing.app(), 'shop');
    const service = new kplus.Service(chart, 'Api', { ports: [http] });
    expect(leaves(chartWith(Backend.fromService(service), chart))[0].host)
      .toBe(`${service.name}.\${POD_NAMESPACE}.svc.cluster.local.`);
  });

  test('that is headless is asked at its pods, on the port where they listen', () => {
    const chart = chartWith(Backend.fromService(serviceWith([http], { clusterIP: 'None' })));
    const host = 'api.${POD_NAMESPACE}.svc.cluster.local';
    expect(servers(chart)[0]).toBe(`server ${host}:8080 resolve max_fails=1 fail_timeout=2s;`);
    expect(leaves(chart)[0]).toMatchObject({ host: `${host}.`, podsHost: `${host}.`, port: 8080 });
  });

  test.each([
    ['its number', 9090, 9090],
    ['its name', 'http', 80],
  ])('with several ports is asked at the one given by %s', (_, port, number) => {
    expect(leaves(chartWith(Backend.fromService(serviceWith([metrics, http]), { port })))[0].port).toBe(number);
  });

  test('needs no port to be named beside one of UDP', () => {
    const dns = { name: 'dns', port: 53, protocol: kplus.Protocol.UDP };
    expect(leaves(chartWith(Backend.fromService(serviceWith([dns, http]))))[0].port).toBe(80);
  });

  test.each<[string, kplus.ServicePort[], number | string | undefined, string]>([
    ['without ports', [], undefined, 'ports has no TCP port: bind one to the Service before it becomes a backend'],
    [
      'with ports of UDP only',
      [{ port: 53, protocol: kplus.Protocol.UDP }],
      undefined,
      'ports has no TCP port: bind one to the Service before it becomes a backend',
    ],
    [
      'with several ports, none of which is named',
      [http, metrics],
      undefined,
      "ports has 80 'http', 9090 'metrics': say in Backend.fromService which port is meant",
    ],
    ['without the number', [http], 8080, "port is 8080, which the Service has not: it has 80 'http'"],
    [
      'without the name',
      [http, { port: 81 }],
      'htp',
      "port is 'htp', which the Service has not: it has 80 'http', 81",
    ],
  ])('is refused %s', (_, ports, port, message) => {
    expect(() => Backend.fromService(serviceWith(ports), { port })).toThrow(new Error(`[shop/Api] ${message}`));
  });
});

describe('a URL', () => {
  const outside = {
    without: [
      'authorization', 'cookie', 'proxy-authorization', 'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host',
      'x-forwarded-port', 'x-forwarded-prefix', 'x-forwarded-proto', 'x-real-ip',
    ],
    connectTimeout: 5000,
  };

  test.each([
    ['http://search.example.com', 'search.example.com', 80, { host: 'search.example.com', ...outside }],
    ['http://search.example.com:8080/', 'search.example.com', 8080, { host: 'search.example.com:8080', ...outside }],
    ['HTTP://Search.Example.com', 'search.example.com', 80, { host: 'search.example.com', ...outside }],
    ['http://10.1.2.3:8080', '10.1.2.3', 8080, { host: '10.1.2.3:8080', ...outside }],
    ['http://[2001:DB8::1]', '2001:db8::1', 80, { host: '[2001:db8::1]', ...outside }],
    ['http://users:8080', 'users.${POD_NAMESPACE}.svc.cluster.local.', 8080, { host: 'users:8080' }],
    ['http://users.crm.svc', 'users.crm.svc.cluster.local.', 80, { host: 'users.crm.svc' }],
    [
      'http://users.crm.svc.cluster.local', 'users.crm.svc.cluster.local.', 80, { host: 'users.crm.svc.cluster.local' },
    ],
    [
      'https://search.example.com/v1/', 'search.example.com', 443,
      { host: 'search.example.com', basePath: '/v1', tls: { serverName: 'search.example.com' }, ...outside },
    ],
    [
      'https://users:8443', 'users.${POD_NAMESPACE}.svc.cluster.local.', 8443,
      { host: 'users:8443', tls: { serverName: 'users.${POD_NAMESPACE}.svc' } },
    ],
    [
      'https://users.crm.svc/a%20b', 'users.crm.svc.cluster.local.', 443,
      { host: 'users.crm.svc', basePath: '/a%20b', tls: { serverName: 'users.crm.svc' } },
    ],
  ])('%s is asked at %s', (url, host, port, way) => {
    expect(leaves(chartWith(Backend.fromUrl(url)))).toEqual([{ name: 'search-0', host, port, way }]);
  });

  test('by its options it is spoken to in other ways', () => {
    const backend = Backend.fromUrl('https://10.1.2.3/v1', {
      keepHost: true,
      tls: { serverName: 'Users.example.com', ca: CaBundle.fromSecret('corp-ca', 'root.pem'), clientCertificate: 'me' },
      headers: {
        'X-Tenant': HeaderValue.fromText('acme'),
        'authorization': HeaderValue.fromSecret('users', 'token', { prefix: 'Bearer ' }),
      },
      callerHeaders: CallerHeaders.only('Accept', 'x-user'),
      keepAlive: Duration.seconds(0),
      connectTimeout: Duration.seconds(1),
    });
    expect(leaves(chartWith(backend))).toEqual([{
      name: 'search-0',
      host: '10.1.2.3',
      port: 443,
      keepAlive: 0,
      way: {
        basePath: '/v1',
        tls: {
          serverName: 'users.example.com',
          ca: 'BACKEND_CA_0',
          client: { certificate: 'BACKEND_CERTIFICATE_0', key: 'BACKEND_KEY_0' },
        },
        headers: [
          { name: 'x-tenant', text: 'acme' }, { name: 'authorization', text: 'Bearer ', secret: 'BACKEND_HEADER_0' },
        ],
        only: ['accept', 'x-user'],
        connectTimeout: 1000,
      },
    }]);
  });

  const example = "'https://users.example.com:8443/v1'";
  const behind = 'the query is that of the request, and a fragment is never sent; leave out what stands behind the path';
  const syntax = 'a host is a name, an IPv4 address or an IPv6 address in brackets, a port a number from 1 to 65535, '
    + `as in ${example}`;
  const path = 'its path has an empty part, a dot for one, or a character that must be escaped; '
    + `write it as in ${example}`;
  test.each([
    ['', `has '', which is no URL: write it as in ${example}`],
    ['users:8080', `has 'users:8080', which is no URL: write it as in ${example}`],
    ['ws://a', "has 'ws://a': give an http:// or https:// URL"],
    [
      'https://ada:secret@a',
      'has credentials in front of its host, and manifests are no place for them: leave them out, and send them as a '
        + 'header, HeaderValue.fromSecret(…)',
    ],
    ['http://a/users?x', `has 'http://a/users?x': ${behind}`],
    ['http://a?', `has 'http://a?': ${behind}`],
    ['http://a#top', `has 'http://a#top': ${behind}`],
    ['http://a//b', `has 'http://a//b': ${path}`],
    ['http://a/b/../c', `has 'http://a/b/../c': ${path}`],
    ['http://a/$b', `has 'http://a/$b': ${path}`],
    ['http://a/{b}', `has 'http://a/{b}': ${path}`],
    ['http://a/%zz', `has 'http://a/%zz': ${path}`],
    ['http://', `has 'http://': ${syntax}`],
    ['http://a:0', `has 'http://a:0': ${syntax}`],
    ['http://a:65536', `has 'http://a:65536': ${syntax}`],
    ['http://a:http', `has 'http://a:http': ${syntax}`],
    ['http://::1', `has 'http://::1': ${syntax}`],
    ['http://[::1', `has 'http://[::1': ${syntax}`],
    ['http://[fe80::1%25eth0]', `has 'http://[fe80::1%25eth0]': ${syntax}`],
    ['http://[10.1.2.3]', `has 'http://[10.1.2.3]': ${syntax}`],
    ['http://a..b', `has 'http://a..b': ${syntax}`],
    ['http://a-', `has 'http://a-': ${syntax}`],
    ['http://a;b', `has 'http://a;b': ${syntax}`],
    ['http://a b', `has 'http://a b': ${syntax}`],
    ['http://${HOST}', `has 'http://\${HOST}': ${syntax}`],
  ])('%s is refused', (url, message) => {
    expect(() => Backend.fromUrl(url)).toThrow(new Error(`fromUrl ${message}`));
  });

  test('TLS to an http URL is refused', () => {
    expect(() => Backend.fromUrl('http://a', { tls: {} }))
      .toThrow(new Error("fromUrl has 'http://a' and tls: give an https:// URL, or leave tls out"));
  });
});
