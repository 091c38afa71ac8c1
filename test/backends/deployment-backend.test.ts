import { App, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, DeploymentBackendOptions, DeploymentReference, Gather, IDeployment, Protocol, ScatterGather, Shard,
  ShardKey, Spread,
} from '../../src';
import { find, nameOf } from '../find';

const http = { number: 8080, name: 'http' };
const metrics = { number: 9090, name: 'metrics' };
const dns = { number: 53, name: 'dns', protocol: kplus.Protocol.UDP };
const newChart = () => new Chart(Testing.app(), 'shop');

/** A Deployment whose pods are found by `app`. */
function deploymentIn(
  chart: Chart, ports: kplus.ContainerPort[] = [http], props: kplus.DeploymentProps = {}, id = 'Users',
): kplus.Deployment {
  const deployment = new kplus.Deployment(chart, id, {
    metadata: { name: id.toLowerCase() },
    podMetadata: { labels: { app: id.toLowerCase() } },
    containers: [{ image: 'ghcr.io/acme/users:1.4.2', ports }],
    select: false,
    ...props,
  });
  if (props.select === undefined) deployment.select(kplus.LabelSelector.of({ labels: { app: id.toLowerCase() } }));
  return deployment;
}

const selector = { app: 'users' };
const byApp = { podSelector: { matchLabels: selector } };
/** Where the router of the Spread connects to; a line that stands several times is tried several times. */
const servers = (chart: Chart): string[] => [
  ...new Set<string>(
    find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'].match(/server \S+ resolve.*;/g),
  ),
];
const policy = (chart: Chart) => find(chart, 'NetworkPolicy', 'web-router').spec.egress.slice(1);
const tcp = (port: number) => [{ port, protocol: 'TCP' }];

test('a Deployment gets the two Services that a router needs, and nothing else', () => {
  const chart = newChart();
  const users = deploymentIn(chart);
  const before = Testing.synth(chart);
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(users) });
  const objects = Testing.synth(chart);
  expect(objects.slice(0, 1)).toEqual(before);
  expect(objects.slice(1).map((object: any) => `${object.kind} ${nameOf(object)}`).sort()).toEqual([
    'ConfigMap web-router', 'Deployment web-router', 'NetworkPolicy web-router', 'PodDisruptionBudget web-router',
    'Service web', 'Service web-backend', 'Service web-backend-headless', 'Service web-headless',
    'ServiceAccount web-router',
  ]);
  expect(find(chart, 'Service', 'web-backend').spec).toEqual({
    type: 'ClusterIP', externalIPs: [], selector, ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
  });
  expect(find(chart, 'Service', 'web-backend-headless').spec).toEqual({
    type: 'ClusterIP',
    clusterIP: 'None',
    externalIPs: [],
    selector,
    ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
  });
});

test('its pods are asked one by one, and through their Service while DNS is late', () => {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(deploymentIn(chart)) });
  const host = (name: string) => `${name}.\${POD_NAMESPACE}.svc.cluster.local:8080`;
  expect(servers(chart)).toEqual([
    `server ${host('web-backend-headless')} resolve max_fails=1 fail_timeout=2s;`,
    `server ${host('web-backend')} resolve max_fails=0 backup;`,
  ]);
});

test('the router may reach its pods at the port that takes requests, and no others', () => {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(deploymentIn(chart, [metrics, http]), { port: 'http' }) });
  expect(policy(chart)).toEqual([{ to: [byApp], ports: tcp(8080) }]);
});

test('of another namespace it has its Services there, and is asked and reached there', () => {
  const app = new App();
  const users = deploymentIn(new Chart(app, 'users', { namespace: 'people' }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(users) });
  expect(['web-backend', 'web-backend-headless'].map((name) => find(chart, 'Service', name).metadata.namespace))
    .toEqual(['people', 'people']);
  expect(servers(chart)[0]).toContain('server web-backend-headless.people.svc.cluster.local:8080 ');
  expect(policy(chart)).toEqual([{
    to: [{ ...byApp, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'people' } } }],
    ports: tcp(8080),
  }]);
});

test('of a chart without a namespace it is where the pattern is', () => {
  const app = new App();
  const users = deploymentIn(new Chart(app, 'users'));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(users) });
  expect(find(chart, 'Service', 'web-backend').metadata.namespace).toBe('shop');
  expect(policy(chart)).toEqual([{ to: [byApp], ports: tcp(8080) }]);
});

test('a Service in its namespace may not have the name of another one there', () => {
  const app = new App();
  const users = deploymentIn(new Chart(app, 'users', { namespace: 'people' }));
  new Spread(new Chart(app, 'people', { namespace: 'people' }), 'Web', { backend: Backend.fromDeployment(users) });
  expect(() => {
    new Spread(new Chart(app, 'shop', { namespace: 'shop' }), 'Web', { backend: Backend.fromDeployment(users) });
  }).toThrow("[shop/Web/Backend] its name 'web-backend' is taken by [people/Web/Backend]");
});

test('known by its name and labels only, it is selected by these', () => {
  const chart = newChart();
  const backend = Backend.fromDeployment(
    { name: 'users', labels: { app: 'users' }, namespace: 'people' }, { port: 3000 },
  );
  new Spread(chart, 'Web', { backend });
  expect(find(chart, 'Service', 'web-backend')).toMatchObject({
    metadata: { namespace: 'people' },
    spec: { selector, ports: [{ name: 'http', port: 3000, targetPort: 3000 }] },
  });
  expect(policy(chart)[0].ports).toEqual(tcp(3000));
});

test('an object of another version of cdk8s-plus, or another workload of it, is taken by its shape', () => {
  const chart = newChart();
  const { node, name, metadata, matchLabels, matchExpressions, containers } = deploymentIn(chart);
  const shape: Omit<IDeployment, 'with'> = {
    node, name, metadata, matchLabels, matchExpressions, containers: containers.map(({ ports }) => ({ ports })),
  };
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(shape as IDeployment) });
  const service = new kplus.Service(chart, 'Queue', { ports: [{ port: 80 }] });
  const queue = new kplus.StatefulSet(chart, 'StatefulSet', { service, containers: [{ image: 'queue:1', portNumber: 1 }] });
  new Spread(chart, 'Queues', { backend: Backend.fromDeployment(queue) });
  expect(['web', 'queues'].map((each) => find(chart, 'Service', `${each}-backend`).spec.ports[0].port))
    .toEqual([8080, 1]);
});

test('several patterns share one Deployment, each through Services of its own', () => {
  const chart = newChart();
  const backend = Backend.fromDeployment(deploymentIn(chart));
  new Spread(chart, 'Web', { backend });
  new Spread(chart, 'Internal', { backend });
  expect(['web', 'internal'].map((each) => find(chart, 'Service', `${each}-backend`).spec.selector))
    .toEqual([selector, selector]);
});

test('several Deployments are the leaves of a ScatterGather', () => {
  const chart = newChart();
  const backends = ['Users', 'Orders'].map((id) => Backend.fromDeployment(deploymentIn(chart, [http], {}, id)));
  new ScatterGather(chart, 'Search', { backends, gather: Gather.concat() });
  const { leaves } = JSON.parse(find(chart, 'ConfigMap', 'search-root').data['config.json']);
  expect(leaves.map((leaf: any) => leaf.podsHost)).toEqual([0, 1].map((leaf) => (
    `search-${leaf}-headless.\${POD_NAMESPACE}.svc.cluster.local.`
  )));
  expect(find(chart, 'Service', 'search-1').spec.selector).toEqual({ app: 'orders' });
});

test('two containers of one Deployment are two leaves', () => {
  const chart = newChart();
  const users = deploymentIn(chart, [http, metrics]);
  const backends = [http, metrics].map(({ number }) => Backend.fromDeployment(users, { port: number }));
  new ScatterGather(chart, 'All', { backends, gather: Gather.all() });
  expect(find(chart, 'Service', 'all-1').spec.ports[0].port).toBe(9090);
});

test.each<[string, (chart: Chart) => void]>([
  ['as the template of several shards', (chart) => {
    const backend = Backend.fromDeployment(deploymentIn(chart));
    new Shard(chart, 'Web', { shards: 4, key: ShardKey.fromQuery('user'), backend });
  }],
  ['as two leaves', (chart) => {
    const users = deploymentIn(chart);
    const backends = [Backend.fromDeployment(users), Backend.fromDeployment(users, { port: 8080 })];
    new ScatterGather(chart, 'Web', { backends, gather: Gather.all() });
  }],
])('one Deployment %s is refused', (_, build) => {
  expect(() => build(newChart())).toThrow("[shop/Web] two of its groups are the pods of the Deployment 'users', each "
    + 'all of them: give each group a Deployment of its own, as in '
    + 'backends: [Backend.fromDeployment(a), Backend.fromDeployment(b)]');
});

test.each([
  ['the only one of TCP where none is given', [dns, http], undefined, 8080],
  ['the one of a number', [http, metrics], 9090, 9090],
  ['the one of a name', [http, metrics], 'metrics', 9090],
])('its port is %s', (_, ports, port, number) => {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(deploymentIn(chart, ports), { port }) });
  expect(find(chart, 'Service', 'web-backend-headless').spec.ports[0].port).toBe(number);
});

test.each<[string, kplus.DeploymentProps, DeploymentBackendOptions, string]>([
  // Twelve more, and 24 for each 64 KiB.
  ['its own replicas', { replicas: 30 }, {}, 'zone web-backend 128k;'],
  ['replicas of the backend, if it is scaled', {}, { replicas: 100 }, 'zone web-backend 320k;'],
  ['one, if it has none now', { replicas: 0 }, {}, 'zone web-backend 64k;'],
])('a router has room for %s', (_, props, options, line) => {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(deploymentIn(chart, [http], props), options) });
  expect(find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template']).toContain(line);
});

test('it is spoken to as its options say', () => {
  const chart = newChart();
  new Spread(chart, 'Web', {
    backend: Backend.fromDeployment(deploymentIn(chart), { keepAlive: Duration.millis(1500) }),
  });
  expect(find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template']).toContain('keepalive_timeout 1500ms;');
});

test('of one that speaks gRPC the Services say so', () => {
  const chart = newChart();
  new Spread(chart, 'Web', { backend: Backend.fromDeployment(deploymentIn(chart), { protocol: Protocol.GRPC }) });
  expect(['web-backend', 'web-backend-headless'].map((name) => find(chart, 'Service', name).spec.ports[0].appProtocol))
    .toEqual(['kubernetes.io/h2c', 'kubernetes.io/h2c']);
});

test('a number of replicas has no effect on it, and is refused', () => {
  const chart = newChart();
  const backend = Backend.fromDeployment(deploymentIn(chart));
  expect(() => new Spread(chart, 'Web', { backend, replicas: 3 })).toThrow('[shop/Web] replicas is 3, but no pods are '
    + 'made here, since what it is given as backend exists already');
});

test('a Deployment itself is no backend, and the sentence says how it becomes one', () => {
  const chart = newChart();
  expect(() => new Spread(chart, 'Web', { backend: deploymentIn(chart) as any }))
    .toThrow('[shop/Web] backend is a Deployment: it must be an IBackend; write Backend.fromDeployment(…)');
});

test.each<[string, kplus.ContainerPort[], number | string | undefined, string]>([
  ['without ports', [], undefined,
    'its containers have no TCP port: give one of them a portNumber before the Deployment becomes a backend'],
  ['with ports of UDP only', [dns], undefined,
    'its containers have no TCP port: give one of them a portNumber before the Deployment becomes a backend'],
  ['with several ports, none of which is named', [http, metrics], undefined,
    "its containers have the ports 8080 'http', 9090 'metrics': say in Backend.fromDeployment which one is meant"],
  ['without the number', [http, { number: 81 }], 80,
    "port is 80, which no container of the Deployment has: they have 8080 'http', 81"],
  ['without the name', [http], 'htp', "port is 'htp', which no container of the Deployment has: they have 8080 'http'"],
  ['whose port of that number is one of UDP', [dns, http], 53,
    "port is 53, which no container of the Deployment has: they have 8080 'http'"],
])('a Deployment is refused %s', (_, ports, port, message) => {
  expect(() => Backend.fromDeployment(deploymentIn(newChart(), ports), { port }))
    .toThrow(new Error(`[shop/Users] ${message}`));
});

test('a Deployment is refused without labels by which a Service could select its pods', () => {
  const users = deploymentIn(newChart(), [http], { select: false });
  expect(() => Backend.fromDeployment(users)).toThrow('[shop/Users] matchLabels has no label by which a Service could '
    + 'select its pods: leave select out, or call select() before the Deployment becomes a backend');
});

test('a Deployment that selects its pods by more than labels is refused: a Service would find others too', () => {
  const users = deploymentIn(newChart());
  users.select(kplus.LabelSelector.of({ expressions: [kplus.LabelExpression.notIn('track', ['canary'])] }));
  expect(() => Backend.fromDeployment(users)).toThrow("[shop/Users] matchExpressions has 'track', and a Service selects "
    + 'pods by labels alone: give labels that only its pods have, as in '
    + "Backend.fromDeployment({ name: 'users', labels: { app: 'users' } }, { port: 8080 })");
});

test.each<[DeploymentReference, DeploymentBackendOptions, string]>([
  [{ name: 'users', labels: {} }, { port: 8080 }, "'users' without labels, by which a Service could select its pods: "
    + "give those that it selects them by, as in { app: 'users' }"],
  [{ name: 'users', labels: selector }, {}, "'users' by its name, which does not tell its ports: say which one takes "
    + 'requests, as in { port: 8080 }'],
  [{ name: 'users', labels: selector }, { port: 'http' }, "'users', and its port 'http': give the number that the pods "
    + 'listen on, from 1 to 65535'],
  [{ name: 'users', labels: selector }, { port: 0 }, "'users', and its port 0: give the number that the pods listen on"],
  [{ name: 'Users', labels: selector }, { port: 80 }, "'Users', which is no name of an object: write it as in 'users'"],
  [{ name: 'users', labels: selector, namespace: 'a.b' }, { port: 80 },
    "'users' in the namespace 'a.b', which is no name of one: write it as in 'shop'"],
])('a reference is refused that says %j and %j', (reference, options, message) => {
  expect(() => Backend.fromDeployment(reference, options))
    .toThrow(`Backend.fromDeployment has the Deployment ${message}`);
});

test.each([0, 1001, 1.5])('replicas may not be %d', (replicas) => {
  const chart = newChart();
  const backend = Backend.fromDeployment(deploymentIn(chart), { replicas });
  expect(() => new Spread(chart, 'Web', { backend })).toThrow(
    `[shop/Web] replicas of Backend.fromDeployment is ${replicas}: it must be a whole number from 1 to 1000`,
  );
});
