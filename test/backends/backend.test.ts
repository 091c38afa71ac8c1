import { App, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Backend, Gather, IBackend, ScatterGather, Spread } from '../../src';
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
  test.each([
    ['http://search.example.com', 'search.example.com:80', 'search.example.com', 80],
    ['http://search.example.com:8080/', 'search.example.com:8080', 'search.example.com', 8080],
    ['HTTP://Search.Example.com', 'search.example.com:80', 'search.example.com', 80],
    ['http://10.1.2.3:8080', '10.1.2.3:8080', '10.1.2.3', 8080],
    [
      'http://users:8080',
      'users.${POD_NAMESPACE}.svc.cluster.local:8080',
      'users.${POD_NAMESPACE}.svc.cluster.local.',
      8080,
    ],
    ['http://users.crm.svc:8080', 'users.crm.svc.cluster.local:8080', 'users.crm.svc.cluster.local.', 8080],
    ['http://users.crm.svc.cluster.local', 'users.crm.svc.cluster.local:80', 'users.crm.svc.cluster.local.', 80],
  ])('%s is asked at %s', (url, server, host, port) => {
    const chart = chartWith(Backend.fromUrl(url));
    expect(servers(chart)).toEqual([`server ${server} resolve max_fails=0;`]);
    expect(leaves(chart)).toEqual([{ name: 'search-0', host, port }]);
  });

  const behind = 'the path and query are those of the request; leave out what stands behind host and port';
  const syntax =
    "a host is a name or an IPv4 address, a port a number from 1 to 65535, as in 'http://users.example.com:8080'";
  test.each([
    ['', "has '', which is no URL: write it as in 'http://users.example.com:8080'"],
    ['users:8080', "has 'users:8080', which is no URL: write it as in 'http://users.example.com:8080'"],
    [
      'https://a',
      "has 'https://a': backends are spoken to in plain HTTP; give an http:// URL, "
        + 'for instance of a proxy that adds TLS',
    ],
    [
      'ws://a',
      "has 'ws://a': backends are spoken to in plain HTTP; give an http:// URL, for instance of a proxy that adds TLS",
    ],
    [
      'http://ada:secret@a',
      'has credentials in front of its host: requests carry those of their client; leave them out',
    ],
    ['http://a/users', `has 'http://a/users': ${behind}`],
    ['http://a?', `has 'http://a?': ${behind}`],
    ['http://a#top', `has 'http://a#top': ${behind}`],
    ['http://', `has 'http://': ${syntax}`],
    ['http://a:0', `has 'http://a:0': ${syntax}`],
    ['http://a:65536', `has 'http://a:65536': ${syntax}`],
    ['http://a:http', `has 'http://a:http': ${syntax}`],
    ['http://[::1]:80', `has 'http://[::1]:80': ${syntax}`],
    ['http://a..b', `has 'http://a..b': ${syntax}`],
    ['http://a-', `has 'http://a-': ${syntax}`],
    ['http://a;b', `has 'http://a;b': ${syntax}`],
    ['http://a b', `has 'http://a b': ${syntax}`],
    ['http://${HOST}', `has 'http://\${HOST}': ${syntax}`],
  ])('%s is refused', (url, message) => {
    expect(() => Backend.fromUrl(url)).toThrow(new Error(`fromUrl ${message}`));
  });
});
