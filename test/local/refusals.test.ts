import { ApiObject, App, Chart } from 'cdk8s';
import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/testing';

const web = (options = {}) => [program, server('web', options)];
const object = (kind: string, rest: object = {}) => ({ apiVersion: 'v1', kind, metadata: { name: 'it', namespace: 'shop' }, ...rest });
const without = (field: string) => {
  const deployment = server('web');
  delete deployment.spec[field];
  return [program, deployment];
};

test.each<[string, any, string]>([
  ['a StatefulSet', [object('StatefulSet')], 'StatefulSet shop/it cannot run on the local cluster, which runs Deployments and Services: use a Deployment for local runs, or leave it out'],
  ['a DaemonSet', [object('DaemonSet')], 'DaemonSet shop/it cannot run on the local cluster, which runs Deployments and Services: there is one node: use a Deployment with replicas 1'],
  ['a Job', [object('Job')], 'Job shop/it cannot run'],
  ['a CronJob', [object('CronJob')], 'CronJob shop/it cannot run'],
  ['a bare Pod', [object('Pod')], 'put its spec into the template of a Deployment with replicas 1'],
  ['a custom resource', [object('Kafka')], 'Kafka shop/it cannot run on the local cluster, which runs Deployments and Services: leave it out'],
  ['one object twice', [program, program], 'ConfigMap program is given twice: give one of them another name'],
  ['no object at all', [{ hello: 'world' }], '{"hello":"world"} is not a Kubernetes object, which has kind and metadata.name: give a cdk8s App or Chart, YAML text, or parsed objects'],
  ['nothing', undefined, 'undefined is not a Kubernetes object'],
  ['broken YAML', 'kind: [', 'the YAML cannot be read (document 1): '],
  ['no image', web({ container: { image: '' } }), 'Deployment web, container server has no image: give one'],
  ['an image with a space', web({ container: { image: 'no de' } }), "Deployment web, container server: image 'no de' holds white space"],
  ['two containers of one name', web({ pod: { initContainers: [{ name: 'server', image: 'node' }] } }), 'Deployment web has two containers named server'],
  ['a persistent volume', web({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }), 'Deployment web: volume data is a persistentVolumeClaim, which the local cluster has no storage for: for local runs use emptyDir, configMap, secret, projected or downwardAPI'],
  ['a missing ConfigMap', [server('web')], 'Deployment web: volume program is made of ConfigMap program, which does not exist: add it to the manifests, or mark it optional'],
  ['a missing Secret', web({ volumes: [{ name: 'keys', secret: { secretName: 'keys' } }] }), 'Deployment web: volume keys is made of Secret keys, which does not exist'],
  ['a missing key', web({ volumes: [{ name: 'x', configMap: { name: 'program', items: [{ key: 'a.js', path: 'a.js' }] } }] }), 'Deployment web: volume x names the key a.js, which ConfigMap program does not have: it has server.cjs'],
  ['a missing ConfigMap in env', web({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'gone', key: 'a' } } }] }), 'Deployment web: env A of container server: ConfigMap gone does not exist: add it to the manifests, or mark the reference optional'],
  ['a mount of no volume', web({ volumeMounts: [{ name: 'gone', mountPath: '/x' }] }), 'Deployment web, container server mounts volume gone, which the pod does not have: add it under volumes'],
  ['a missing ServiceAccount', web({ pod: { serviceAccountName: 'robot' } }), 'Deployment web: ServiceAccount robot does not exist, and a cluster would make no pod: add it to the manifests'],
  ['a probe of an undeclared port', web({ container: { livenessProbe: { tcpSocket: { port: 'admin' } } } }), 'Deployment web, container server: livenessProbe asks port admin, which no container declares: give it a name under ports, or use its number'],
  ['a grpc probe', web({ container: { readinessProbe: { grpc: { port: 9000 } } } }), 'Deployment web, container server: readinessProbe is a grpc probe, which the local cluster does not know: use httpGet, tcpSocket or exec'],
  ['an empty hook', web({ container: { lifecycle: { preStop: {} } } }), 'Deployment web, container server: preStop says nothing to do: give httpGet, tcpSocket, exec or, in a hook, sleep'],
  ['a targetPort of no container', [...web(), service('web', 'web', { ports: [{ port: 8080, targetPort: 'admin' }] })], 'Service web: targetPort admin is a port that no container of Deployment web declares'],
  ['a Service without ports', [service('web', 'web', { ports: [] })], 'Service web has no ports: give spec.ports'],
  ['a UDP port', [service('web', 'web', { ports: [{ port: 5353, protocol: 'UDP' }] })], 'Service web: port 5353 is UDP, and the local cluster forwards TCP only'],
  ['port 0', [service('web', 'web', { ports: [{ port: 0 }] })], 'Service web: port is 0: give a number from 1 to 65535'],
  ['port 65536', web({ container: { ports: [{ name: 'http', containerPort: 65536 }] } }), 'Deployment web, container server: containerPort is 65536: give a number from 1 to 65535'],
  ['a hostPort', web({ container: { ports: [{ name: 'http', containerPort: 8080, hostPort: 80 }] } }), 'Deployment web, container server: hostPort 80 is not possible on the local cluster'],
  ['the host network', web({ pod: { hostNetwork: true } }), 'Deployment web: hostNetwork is not possible on the local cluster'],
  ['replicas of -1', web({ replicas: -1 }), 'Deployment web: replicas is -1: give a whole number, 0 or more'],
  ['a selector that misses its pods', web({ spec: { selector: { matchLabels: { app: 'other' } } } }), 'Deployment web: its selector does not match the labels of its own template'],
  ['no selector', without('selector'), 'Deployment web: its selector does not match the labels of its own template'],
  ['no template', without('template'), 'Deployment web has no containers: give spec.template.spec.containers'],
])('%s is refused', async (_, input, message) => {
  await expect(LocalCluster.start(input)).rejects.toThrow(message);
});

test('an image that nothing here runs is refused with the ways out', async () => {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  const starting = LocalCluster.start(web({ container: { image: 'ghcr.io/acme/users:1.4.2' } }));
  await expect(starting).rejects.toThrow('Deployment web runs the image ghcr.io/acme/users:1.4.2, and neither docker nor podman works here: name a command that runs it, '
    + "commands: { 'ghcr.io/acme/users:1.4.2': 'node server.js' }, or install one of them; only nginx and node run without");
  process.env.PATH = PATH;
});

test('a Deployment to hold that is not there is refused', async () => {
  await expect(LocalCluster.start(web(), { hold: ['wbe'] })).rejects.toThrow('hold names wbe, which is no Deployment of these objects');
});

test('a port below 1024 is refused to all but root, with three ways out', async () => {
  const getuid = jest.spyOn(process, 'getuid' as never).mockReturnValue(1000 as never);
  const starting = LocalCluster.start([service('web', 'web', { ports: [{ port: 80 }] })]);
  await expect(starting).rejects.toThrow('Service web: port 80 is below 1024, which only root may listen on: use a higher port, run as root, or allow it with sysctl net.ipv4.ip_unprivileged_port_start=80');
  getuid.mockRestore();
});

test('another system than Linux is refused', async () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform')!;
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  await expect(LocalCluster.start([])).rejects.toThrow('the local cluster needs Linux, where all of 127.0.0.0/8 is this machine; this is darwin').finally(() => Object.defineProperty(process, 'platform', platform));
});

test('kinds that change nothing on one machine are accepted', async () => {
  const kinds = ['PodDisruptionBudget', 'NetworkPolicy', 'ServiceAccount', 'HorizontalPodAutoscaler', 'Ingress', 'Namespace', 'Role', 'RoleBinding', 'PriorityClass'];
  await using cluster = await LocalCluster.start(kinds.map((kind) => object(kind)));
  expect(cluster.pods()).toEqual([]);
});

test('a Service that selects nothing is fine, and refuses connections', async () => {
  await using cluster = await LocalCluster.start([service('web')]);
  await expect(cluster.fetch('web', '/')).rejects.toThrow('ECONNREFUSED');
});

test('a name that is not there is answered with those that are', async () => {
  await using cluster = await LocalCluster.start([...web(), service('web')]);
  await expect(cluster.fetch('wbe', '/')).rejects.toThrow('there is no Service wbe: there are web');
  await expect(cluster.fetch('web:admin', '/')).rejects.toThrow('Service web has no port admin: it has http');
  await expect(cluster.scale('wbe', 2)).rejects.toThrow('there is no Deployment wbe: there are web');
  await expect(cluster.scale('web', 1.5)).rejects.toThrow('replicas is 1.5: give a whole number, 0 or more');
  expect(() => cluster.pod('x')).toThrow(/^there is no pod x: there are web-/);
  await expect(cluster.fetch({} as any, '/')).rejects.toThrow('an object without a service is neither the name of a Service nor a pattern: give one of these');
});

test('an App and a Chart are taken as they are', async () => {
  const app = new App();
  const chart = new Chart(app, 'shop');
  new ApiObject(chart, 'Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
  for (const input of [app, chart, [chart]]) await (await LocalCluster.start(input)).stop();
});
