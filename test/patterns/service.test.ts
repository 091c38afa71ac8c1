import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, Egress, Gather, PatternServiceOptions, Peer, ScatterGather, Shard, ShardKey, Spread,
} from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 3000 });
const newChart = (namespace?: string) => new Chart(Testing.app(), 'shop', { namespace });

function web(service: PatternServiceOptions, chart = newChart()): Chart {
  new Spread(chart, 'Web', { backend: image, service });
  return chart;
}

describe('the Service of a pattern', () => {
  test('can have another name and port, while its pods keep theirs', () => {
    const chart = web({ name: 'www', port: 80 });
    expect(find(chart, 'Service', 'www').spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 8080 }]);
    expect(find(chart, 'Service', 'www-headless').spec.ports)
      .toEqual([{ name: 'http', port: 8080, targetPort: 8080 }]);
    expect(find(chart, 'NetworkPolicy', 'web-router').spec.ingress[0].ports)
      .toEqual([{ port: 8080, protocol: 'TCP' }]);
    expect(find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template']).toContain('server_name www;');
  });

  test('says where the pattern answers', () => {
    const { address, host, port } = new Spread(newChart('prod'), 'Web', {
      backend: image,
      service: { name: 'www', port: 80 },
    });
    expect([host, port]).toEqual(['www.prod.svc', 80]);
    expect(address).toMatchObject({ port: 80, podsHost: 'www-headless.prod.svc', podsPort: 8080 });
  });

  test('can be made known to a load balancer of the cloud', () => {
    const chart = web({
      type: kplus.ServiceType.LOAD_BALANCER,
      annotations: { 'cloud.example/internal': 'true' },
      labels: { tier: 'edge' },
    });
    const { metadata, spec } = find(chart, 'Service', 'web');
    expect([spec.type, metadata.annotations, metadata.labels.tier])
      .toEqual(['LoadBalancer', { 'cloud.example/internal': 'true' }, 'edge']);
    expect(find(chart, 'Service', 'web-headless').metadata).not.toHaveProperty('annotations');
  });

  test('is what an Ingress leads to', () => {
    const chart = newChart();
    new Spread(chart, 'Web', { backend: image, service: { name: 'www', port: 80 } }).exposeViaIngress('/');
    expect(find(chart, 'Ingress', 'www').spec.rules[0].http.paths[0].backend.service)
      .toEqual({ name: 'www', port: { number: 80 } });
  });

  test('of a ScatterGather is an option as well', () => {
    const chart = newChart();
    new ScatterGather(chart, 'Search', { leaves: 2, backend: image, gather: Gather.all(), service: { port: 80 } });
    expect(find(chart, 'Service', 'search').spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 8080 }]);
  });

  const label = 'the name of a Service is a DNS label, of small letters, digits and dashes with a letter first, '
    + "and of at most 54 characters, because '-headless' is appended; write it as in 'users'";
  test.each<[service: PatternServiceOptions, sentence: string]>([
    [{ name: 'Users' }, `[shop/Web] service.name is 'Users': ${label}`],
    [{ name: '' }, `[shop/Web] service.name is '': ${label}`],
    [{ name: '1st' }, `[shop/Web] service.name is '1st': ${label}`],
    [{ name: 'u'.repeat(55) }, `[shop/Web] service.name is '${'u'.repeat(55)}': ${label}`],
    [{ port: 0 }, '[shop/Web] service.port is 0: it must be a whole number from 1 to 65535'],
    [{ port: 65536 }, '[shop/Web] service.port is 65536: it must be a whole number from 1 to 65535'],
    [{ type: kplus.ServiceType.EXTERNAL_NAME }, "[shop/Web] service.type is 'ExternalName': "
      + 'such a Service is another name of a host, '
      + "and leads to no pods; give 'ClusterIP', 'NodePort' or 'LoadBalancer'"],
    [{ labels: { 'app.kubernetes.io/name': 'mine' } },
      "[shop/Web/Router] service.labels sets 'app.kubernetes.io/name', "
        + 'which the pattern sets itself: use another label'],
  ])('is refused with %j', (service, sentence) => {
    expect(() => web(service)).toThrow(sentence);
  });
});

describe('what is in front of a pattern at another port', () => {
  test('asks its pods and its Service at the port of each', () => {
    const chart = newChart();
    const inner = new Spread(chart, 'Inner', { backend: image, service: { port: 80 } });
    new Spread(chart, 'Outer', { backend: inner });
    new ScatterGather(chart, 'Search', { backends: [inner], gather: Gather.all() });
    const template = find(chart, 'ConfigMap', 'outer-router').data['nginx.conf.template'];
    expect(template).toContain('server inner-headless.${POD_NAMESPACE}.svc.cluster.local:8080 resolve');
    expect(template).toContain('server inner.${POD_NAMESPACE}.svc.cluster.local:80 resolve');
    expect(JSON.parse(find(chart, 'ConfigMap', 'search-root').data['config.json']).leaves).toEqual([{
      name: 'search-0',
      host: 'inner.${POD_NAMESPACE}.svc.cluster.local.',
      podsHost: 'inner-headless.${POD_NAMESPACE}.svc.cluster.local.',
      port: 80,
      podsPort: 8080,
    }]);
    const { egress } = find(chart, 'NetworkPolicy', 'outer-router').spec;
    expect(egress[1].ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
  });
});

describe('the backends of a pattern', () => {
  test('say their hosts and ports', () => {
    const { backends } = new Shard(newChart('data'), 'Users', {
      shards: 2,
      key: ShardKey.fromHeader('x-user'),
      backend: image,
    });
    expect(backends.map(({ host, port }) => `${host}:${port}`))
      .toEqual(['users-0.data.svc:3000', 'users-1.data.svc:3000']);
  });

  test('are endpoints, which pods may connect to past the router', () => {
    const chart = newChart();
    const { backends } = new Shard(chart, 'Users', { shards: 2, key: ShardKey.fromHeader('x-user'), backend: image });
    new Spread(chart, 'Web', {
      backend: Backend.fromImage('i:1', { port: 3000, egress: [Egress.toPattern(backends[1])] }),
    });
    expect(find(chart, 'NetworkPolicy', 'users-1').spec.ingress[0].from).toContainEqual(
      {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web-backend' } },
      },
    );
  });
});

test('routers and roots may connect to what egress names', () => {
  const chart = newChart();
  const egress = [Egress.toPeer(Peer.namespace('istio-system'), 15012)];
  new Spread(chart, 'Web', { backend: image, router: { egress } });
  new ScatterGather(chart, 'Search', { leaves: 1, backend: image, gather: Gather.all(), root: { egress } });
  for (const group of ['web-router', 'search-root']) {
    expect(find(chart, 'NetworkPolicy', group).spec.egress.at(-1)).toEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } } }],
      ports: [{ port: 15012, protocol: 'TCP' }],
    });
  }
});

describe('to a Deployment of cdk8s-plus a pattern is a peer', () => {
  const PODS = { matchLabels: { 'app.kubernetes.io/name': 'web' } };
  const from = (namespace?: string) => {
    const chart = newChart(namespace);
    const db = new kplus.Deployment(chart, 'Db', { containers: [{ image: 'postgres:17', portNumber: 5432 }] });
    db.connections.allowFrom(new Spread(chart, 'Web', { backend: image }));
    const policies = Testing.synth(chart).filter(({ kind, metadata }) => kind === 'NetworkPolicy' && !metadata.labels);
    return {
      ingress: policies.find(({ spec }) => spec.policyTypes[0] === 'Ingress'),
      egress: policies.find(({ spec }) => spec.policyTypes[0] === 'Egress'),
    };
  };

  test('whose pods are let in there, and out at their own', () => {
    const { ingress, egress } = from();
    expect(ingress.spec.ingress)
      .toEqual([{ from: [{ podSelector: PODS }], ports: [{ port: 5432, protocol: 'TCP' }] }]);
    expect(egress.spec.podSelector).toEqual(PODS);
    expect(egress.spec.egress[0].ports).toEqual([{ port: 5432, protocol: 'TCP' }]);
  });

  test('in its own namespace', () => {
    const { ingress, egress } = from('prod');
    expect(ingress.spec.ingress[0].from).toEqual([
      { podSelector: PODS, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'prod' } } },
    ]);
    expect(egress.metadata.namespace).toBe('prod');
  });
});
