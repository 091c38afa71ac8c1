import { ApiObject, App, Chart } from 'cdk8s';
import { program, server, service } from './manifests';
import { ClusterEvent, LocalCluster } from '../../src/local/testing';

const web = (options = {}) => [program, server('web', options)];
const object = (kind: string, rest: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'it', namespace: 'shop' },
  ...rest,
});
const without = (field: string) => {
  const deployment = server('web');
  delete deployment.spec[field];
  return [program, deployment];
};

test.each<[string, any, string]>([
  ['one object twice', [program, program], 'ConfigMap program is given twice: give one of them another name'],
  [
    'no object at all',
    [{ hello: 'world' }],
    '{"hello":"world"} is not a Kubernetes object, which has apiVersion, kind and metadata.name: give a cdk8s App or Chart, YAML text, or parsed objects',
  ],
  ['nothing', undefined, 'undefined is not a Kubernetes object'],
  ['broken YAML', 'kind: [', 'the YAML cannot be read (document 1): '],
  ['no image', web({ container: { image: '' } }), 'Deployment web, container server has no image: give one'],
  [
    'an image with a space',
    web({ container: { image: 'no de' } }),
    "Deployment web, container server: image 'no de' holds white space",
  ],
  [
    'two containers of one name',
    web({ pod: { initContainers: [{ name: 'server', image: 'node' }] } }),
    'Deployment web has two containers named server',
  ],
  [
    'a folder of the node',
    web({ volumes: [{ name: 'data', hostPath: { path: '/data' } }] }),
    'Deployment web: volume data is a hostPath, which the local cluster has no storage for: for local runs use configMap, secret, emptyDir, projected, downwardAPI, persistentVolumeClaim, csi or ephemeral',
  ],
  [
    'two volumes of one name',
    web({ volumes: [{ name: 'state', emptyDir: {} }] }),
    'Deployment web has two volumes named state: give one of them another name',
  ],
  [
    'a claim without a name',
    web({ volumes: [{ name: 'data', persistentVolumeClaim: {} }] }),
    'Deployment web: volume data names no claim: give claimName',
  ],
  [
    'a claim that leaves the folder',
    web({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: '../x' } }] }),
    'Deployment web: the claimName of volume data is "../x": give up to 253',
  ],
  [
    'two mounts at one path',
    web({ volumeMounts: [{ name: 'state', mountPath: '/opt/program' }] }),
    'Deployment web, container server mounts two volumes at /opt/program: give one of them another mountPath',
  ],
  [
    'a relative mount path',
    web({ volumeMounts: [{ name: 'state', mountPath: 'x' }] }),
    'Deployment web, container server mounts volume state at "x": give a path that starts with /',
  ],
  [
    'two subPaths of one mount',
    web({ volumeMounts: [{ name: 'state', mountPath: '/x', subPath: 'a', subPathExpr: 'b' }] }),
    'Deployment web, container server mounts volume state with subPath and subPathExpr: leave one of them out',
  ],
  [
    'a subPathExpr that leaves the volume',
    web({ volumeMounts: [{ name: 'state', mountPath: '/x', subPathExpr: '../$(A)' }] }),
    'Deployment web: a subPathExpr of container server is "../$(A)": give a relative path without ..',
  ],
  [
    'a missing ConfigMap',
    [server('web')],
    'Deployment web: volume program is made of ConfigMap program, which does not exist: add it to the manifests, or mark the reference optional',
  ],
  [
    'a missing Secret',
    web({ volumes: [{ name: 'keys', secret: { secretName: 'keys' } }] }),
    "Deployment web: volume keys is made of Secret keys, which does not exist: add it to the manifests, give it to LocalCluster.start with secrets: { 'keys': { 'key': '…' } } or to the command line as a further file, or mark the reference optional",
  ],
  [
    'a missing Secret in env',
    web({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }] }),
    "Deployment web: env A of container server: Secret db does not exist: add it to the manifests, give it to LocalCluster.start with secrets: { 'db': { 'password': '…' } } or to the command line",
  ],
  [
    'plain text in the data of a Secret',
    [object('Secret', { data: { password: 'hunter2!' } })],
    'Secret shop/it: data.password is no base64: give plain text in stringData',
  ],
  [
    'a missing key',
    web({ volumes: [{ name: 'x', configMap: { name: 'program', items: [{ key: 'a.js', path: 'a.js' }] } }] }),
    'Deployment web: volume x names the key a.js, which ConfigMap program does not have: it has server.cjs',
  ],
  [
    'a missing ConfigMap in env',
    web({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'gone', key: 'a' } } }] }),
    'Deployment web: env A of container server: ConfigMap gone does not exist: add it to the manifests, or mark the reference optional',
  ],
  [
    'a mount of no volume',
    web({ volumeMounts: [{ name: 'gone', mountPath: '/x' }] }),
    'Deployment web, container server mounts volume gone, which the pod does not have: add it under volumes',
  ],
  [
    'a probe of an undeclared port',
    web({ container: { livenessProbe: { tcpSocket: { port: 'admin' } } } }),
    'Deployment web, container server: livenessProbe asks port admin, which its container does not declare: give it a name under ports, or use its number',
  ],
  [
    'a probe that names the port of another container',
    web(
      {
        pod: {
          initContainers: [{
            name: 'side',
            image: 'node',
            restartPolicy: 'Always',
            startupProbe: { tcpSocket: { port: 'http' } },
          }],
        },
      },
    ),
    'Deployment web, container side: startupProbe asks port http, which its container does not declare',
  ],
  [
    'a grpc probe without a port',
    web({ container: { readinessProbe: { grpc: {} } } }),
    'Deployment web, container server: readinessProbe: grpc names no port: give its number',
  ],
  [
    'an empty probe',
    web({ container: { readinessProbe: {} } }),
    'Deployment web, container server: readinessProbe says nothing to do: give httpGet, tcpSocket, exec or grpc',
  ],
  [
    'a probe of an init container',
    web(
      { pod: { initContainers: [{ name: 'setup', image: 'node', readinessProbe: { exec: { command: ['true'] } } }] } },
    ),
    'Deployment web, init container setup has a readinessProbe, which only containers that go on may have: leave it out, or set restartPolicy: Always',
  ],
  [
    'an empty hook',
    web({ container: { lifecycle: { preStop: {} } } }),
    'Deployment web, container server: preStop says nothing to do: give httpGet, exec or sleep',
  ],
  [
    'a targetPort of no container',
    [...web(), service('web', 'web', { ports: [{ port: 8080, targetPort: 'admin' }] })],
    'Service web: targetPort admin is a port that no container of Deployment web declares',
  ],
  ['a Service without ports', [service('web', 'web', { ports: [] })], 'Service web has no ports: give spec.ports'],
  [
    'a UDP port',
    [service('web', 'web', { ports: [{ port: 5353, protocol: 'UDP' }] })],
    'Service web: port 5353 is UDP, and the local cluster forwards TCP only',
  ],
  [
    'port 0',
    [service('web', 'web', { ports: [{ port: 0 }] })],
    'Service web: port is 0: give a number from 1 to 65535',
  ],
  [
    'port 65536',
    web({ container: { ports: [{ name: 'http', containerPort: 65536 }] } }),
    'Deployment web, container server: containerPort is 65536: give a number from 1 to 65535',
  ],
  [
    'a hostPort',
    web({ container: { ports: [{ name: 'http', containerPort: 8080, hostPort: 80 }] } }),
    'Deployment web, container server: hostPort 80 is not possible on the local cluster',
  ],
  [
    'the host network',
    web({ pod: { hostNetwork: true } }),
    'Deployment web: hostNetwork is not possible on the local cluster',
  ],
  ['replicas of -1', web({ replicas: -1 }), 'Deployment web: replicas is -1: give a whole number, 0 or more'],
  [
    'a selector that misses its pods',
    web({ spec: { selector: { matchLabels: { app: 'other' } } } }),
    'Deployment web: its selector does not match the labels of its own template',
  ],
  ['no selector', without('selector'), 'Deployment web: its selector does not match the labels of its own template'],
  ['no template', without('template'), 'Deployment web has no containers: give spec.template.spec.containers'],
  [
    'a whole number as text',
    web({ spec: { replicas: '2' } }),
    'Deployment web: spec.replicas is "2": give a whole number; in YAML, without quotes',
  ],
  ['half a pod', web({ replicas: 1.5 }), 'Deployment web: spec.replicas is 1.5: give a whole number'],
  [
    'a variable that is true',
    web({ env: [{ name: 'DEBUG', value: true }] }),
    'Deployment web: spec.template.spec.containers[0].env[1].value is true: give text; in YAML, put it in quotes',
  ],
  [
    'a label that is a number',
    [{ ...program, metadata: { name: 'program', labels: { version: 1 } } }],
    'ConfigMap program: metadata.labels.version is 1: give text; in YAML, put it in quotes',
  ],
  [
    'data that is a number',
    [{ ...program, data: { port: 8080 } }],
    'ConfigMap program: data.port is 8080: give text; in YAML, put it in quotes',
  ],
  [
    'a name that is a number',
    [{ ...program, metadata: { name: 123 } }],
    'ConfigMap 123: metadata.name is 123: give text; in YAML, put it in quotes',
  ],
  [
    'containers that are no list',
    web({ pod: { containers: {} } }),
    'Deployment web: spec.template.spec.containers is {}: give a list',
  ],
  [
    'a container that is null',
    web({ pod: { containers: [null] } }),
    'Deployment web: spec.template.spec.containers[0] is null: give an object',
  ],
  ['a spec that is text', [{ ...server('web'), spec: 'x' }], 'Deployment web: spec is "x": give an object'],
  [
    'a command in one text',
    web({ container: { command: 'node server.js' } }),
    'Deployment web: spec.template.spec.containers[0].command is "node server.js": give a list',
  ],
  [
    'a port as text',
    [service('web', 'web', { ports: [{ port: '80' }] })],
    'Service web: spec.ports[0].port is "80": give a whole number; in YAML, without quotes',
  ],
  [
    'a flag as text',
    [service('web', 'web', { publishNotReadyAddresses: 'yes' })],
    'Service web: spec.publishNotReadyAddresses is "yes": give true or false; in YAML, without quotes',
  ],
  [
    'a name that leaves the folder',
    [program, server('../x')],
    'Deployment ../x: metadata.name is "../x": give up to 253 lower-case letters, digits, - and ., the first and the last one a letter or digit',
  ],
  [
    'a Service named as a path',
    [service('a/b')],
    'Service a/b: metadata.name is "a/b": give up to 63 lower-case letters, digits and -, the first and the last one no -',
  ],
  [
    'a namespace that leaves the folder',
    [{ ...program, metadata: { name: 'program', namespace: '..' } }],
    'ConfigMap ../program: metadata.namespace is "..": give up to 63',
  ],
  [
    'a container that leaves the folder',
    web({ container: { name: '../../x' } }),
    'Deployment web: the name of a container is "../../x": give up to 63',
  ],
  [
    'a volume that leaves the folder',
    web({ volumes: [{ name: '../x', emptyDir: {} }] }),
    'Deployment web: the name of a volume is "../x": give up to 63',
  ],
  [
    'a file that leaves the folder',
    [{ ...program, data: { '../x': '' } }],
    'ConfigMap program: a key of data is "../x": give up to 253 letters, digits, -, _ and ., not beginning with ..',
  ],
  [
    'a path that leaves the volume',
    web(
      { volumes: [{ name: 'x', configMap: { name: 'program', items: [{ key: 'server.cjs', path: 'a/../../x' }] } }] },
    ),
    'Deployment web: a path of volume x is "a/../../x": give a relative path without ..',
  ],
  [
    'an absolute path in a volume',
    web(
      {
        volumes: [{
          name: 'x',
          projected: {
            sources: [{
              downwardAPI: {
                items: [{
                  path: '/etc/x',
                  fieldRef: { fieldPath: 'metadata.name' },
                }],
              },
            }],
          },
        }],
      },
    ),
    'Deployment web: a path of volume x is "/etc/x": give a relative path without ..',
  ],
  [
    'a subPath that leaves the volume',
    web({ volumeMounts: [{ name: 'state', mountPath: '/x', subPath: '../program' }] }),
    'Deployment web: a subPath of container server is "../program": give a relative path without ..',
  ],
  [
    'an object without apiVersion',
    [{ kind: 'Service', metadata: { name: 'web' } }],
    'is not a Kubernetes object, which has apiVersion, kind and metadata.name',
  ],
])('%s is refused', async (_, input, message) => {
  await expect(LocalCluster.start(input)).rejects.toThrow(message);
});

test('an image that nothing here runs is refused with the ways out', async () => {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  const starting = LocalCluster.start(web({ container: { image: 'ghcr.io/acme/users:1.4.2' } }));
  await expect(starting).rejects.toThrow('Deployment web runs the image ghcr.io/acme/users:1.4.2, and neither docker nor podman works here: name a command that runs it, with '
    + "commands: { 'ghcr.io/acme/users:1.4.2': 'node server.js' } in the options of LocalCluster or --run 'ghcr.io/acme/users:1.4.2=node server.js' on the command line, "
    + 'or install one of them; only nginx, node, valkey and redis run without');
  process.env.PATH = PATH;
});

test('a Deployment to hold that is not there is refused', async () => {
  await expect(LocalCluster.start(web(), { hold: ['wbe'] })).rejects.toThrow(
    'hold names wbe, which is no Deployment or StatefulSet of these objects',
  );
});

test('a port below 1024 is refused to all but root, with three ways out', async () => {
  const getuid = jest.spyOn(process, 'getuid' as never).mockReturnValue(1000 as never);
  const starting = LocalCluster.start([service('web', 'web', { ports: [{ port: 80 }] })]);
  await expect(starting).rejects.toThrow(
    'Service web: port 80 is below 1024, which only root may listen on: use a higher port, run as root, or allow it with sysctl net.ipv4.ip_unprivileged_port_start=80',
  );
  getuid.mockRestore();
});

test('another system than Linux is refused', async () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform')!;
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  await expect(LocalCluster.start([])).rejects.toThrow(
    'the local cluster needs Linux, where all of 127.0.0.0/8 is this machine; this is darwin',
  ).finally(
    () => Object.defineProperty(process, 'platform', platform),
  );
});

test('a ServiceAccount that no manifest holds is passed over, as a cluster may have one made elsewhere', async () => {
  const env = [{ name: 'ACCOUNT', valueFrom: { fieldRef: { fieldPath: 'spec.serviceAccountName' } } }];
  await using cluster = await LocalCluster.start(
    [...web({ pod: { serviceAccountName: 'robot' }, env }), service('web')],
  );
  expect(await (await cluster.fetch('web', '/env/ACCOUNT')).text()).toBe('robot');
});

test('kinds that are nothing to one machine are passed over, with one warning for each that a cluster would do something about', async () => {
  const others: [string, string][] = [
    ['v1', 'Namespace'], ['v1', 'ServiceAccount'], [
      'policy/v1',
      'PodDisruptionBudget',
    ], ['networking.k8s.io/v1', 'NetworkPolicy'], ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    ['networking.k8s.io/v1', 'Ingress'], [
      'rbac.authorization.k8s.io/v1',
      'Role',
    ], ['rbac.authorization.k8s.io/v1', 'RoleBinding'], ['scheduling.k8s.io/v1', 'PriorityClass'],
    ['keda.sh/v1alpha1', 'ScaledObject'], [
      'external-secrets.io/v1',
      'ExternalSecret',
    ], ['gateway.networking.k8s.io/v1', 'HTTPRoute'], ['gateway.networking.k8s.io/v1', 'Gateway'],
    ['monitoring.coreos.com/v1', 'PodMonitor'], [
      'batch/v1',
      'Job',
    ], ['batch/v1', 'CronJob'], ['apps/v1', 'DaemonSet'], ['v1', 'Pod'],
    ['serving.knative.dev/v1', 'Service'], ['serving.knative.dev/v1', 'Service'], ['example.com/v1', 'Deployment'],
  ];
  const warnings: string[] = [];
  const onEvent = ({ type, message }: ClusterEvent) => type === 'warning' && warnings.push(message);
  const objects = others.map(
    ([apiVersion, kind], i) => object(kind, { apiVersion, metadata: { name: `it-${i}` }, spec: { replicas: 'many' } }),
  );
  await using cluster = await LocalCluster.start(
    objects.map((each) => each.kind === 'HorizontalPodAutoscaler' ? { ...each, spec: {} } : each), { onEvent },
  );
  await cluster.apply(objects.slice(-3));
  expect([cluster.pods(), cluster.services()]).toEqual([[], []]);
  const passedOver = (kind: string, rest = '') => `objects of the kind ${kind} are passed over: the local cluster runs Deployments, StatefulSets and Services${rest}`;
  expect(warnings).toEqual([
    passedOver('ScaledObject (keda.sh/v1alpha1)'), passedOver(
      'ExternalSecret (external-secrets.io/v1)',
    ),
    passedOver(
      'PodMonitor (monitoring.coreos.com/v1)',
    ), passedOver('Job (batch/v1)', '; where something needs what it does, run its command yourself'),
    passedOver('CronJob (batch/v1)', '; where something needs what it does, run its command yourself'),
    passedOver(
      'DaemonSet (apps/v1)', '; there is one node: use a Deployment with replicas 1',
    ), passedOver('Pod (v1)', '; put its spec into the template of a Deployment with replicas 1'),
    passedOver('Service (serving.knative.dev/v1)'), passedOver('Deployment (example.com/v1)'),
  ]);
});

test('without a listener warnings are those of the process', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
  await (await LocalCluster.start([object('Kafka', { apiVersion: 'kafka.strimzi.io/v1' })])).stop();
  expect(warned.mock.calls).toEqual(
    [[
      'objects of the kind Kafka (kafka.strimzi.io/v1) are passed over: the local cluster runs Deployments, StatefulSets and Services',
      'LocalClusterWarning',
    ]],
  );
  warned.mockRestore();
});

test('a Service that selects nothing is fine, and refuses connections', async () => {
  await using cluster = await LocalCluster.start([service('web')]);
  await expect(cluster.fetch('web', '/')).rejects.toThrow('ECONNREFUSED');
});

test('a name that is not there is answered with those that are', async () => {
  await using cluster = await LocalCluster.start([...web(), service('web')]);
  await expect(cluster.fetch('wbe', '/')).rejects.toThrow('there is no Service wbe: there are web');
  await expect(cluster.fetch('web:admin', '/')).rejects.toThrow('Service web has no port admin: it has http');
  await expect(cluster.scale('wbe', 2)).rejects.toThrow('there is no Deployment or StatefulSet wbe: there are web');
  await expect(cluster.scale('web', 1.5)).rejects.toThrow('replicas is 1.5: give a whole number, 0 or more');
  expect(() => cluster.pod('x')).toThrow(/^there is no pod x: there are web-/);
  await expect(cluster.fetch({} as any, '/')).rejects.toThrow(
    'an object without a service is neither the name of a Service nor a pattern: give one of these',
  );
});

test('an App and a Chart are taken as they are', async () => {
  const app = new App();
  const chart = new Chart(app, 'shop');
  new ApiObject(chart, 'Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
  for (const input of [app, chart, [chart]]) await (await LocalCluster.start(input)).stop();
});
