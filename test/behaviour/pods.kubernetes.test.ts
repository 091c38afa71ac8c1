import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { describeOn } from './engine';
import { KubernetesCluster } from './kubernetes/cluster';
import { kubernetesEngine } from './kubernetes/engine';
import { Backend, handler, ImageBackendOptions, Spread } from 'cdk8s-metaparticle';

/** A server of the image's own, which answers with what an expression gives. */
const server = (expression: string, port = 80) => [
  'node', '-e', `const fs = require('fs');
require('http').createServer(async (request, response) => {
  if (request.url !== '/value') return response.end('ready');
  try { response.end(String(await (${expression}))); } catch (error) { response.writeHead(500).end(error.stack); }
}).listen(${port})`,
];

// What pods of users' images get of a real Kubernetes: each namespace enforces the restricted Pod Security Standard.
describeOn(kubernetesEngine, 'Pods', () => {
  let cluster: KubernetesCluster | undefined;
  afterEach(async () => {
    await cluster?.stop();
    cluster = undefined;
  });

  /** Starts a Spread of one image; resolves to a way to ask it. */
  async function start(
    options: (chart: Chart) => Partial<ImageBackendOptions>, replicas = 1,
  ): Promise<() => Promise<string>> {
    const chart = new Chart(Testing.app(), 'test');
    const backend = Backend.fromImage('node:24-alpine', { port: 80, ...options(chart) });
    const web = new Spread(chart, 'Web', { replicas, backend, service: { port: 80 } });
    cluster = await KubernetesCluster.start(chart.toJson());
    return async () => (await cluster!.fetch(web, '/value')).text();
  }

  test('an image listens on port 80 without privileges, beside a sidecar and after an init container', async () => {
    const ask = await start((chart) => {
      const shared = { path: '/shared', volume: kplus.Volume.fromEmptyDir(chart, 'Shared', 'shared') };
      return {
        command: server(
          "fetch('http://localhost:9000/value').then((answer) => answer.text()).then((text) => text + ', ' + fs.readFileSync('/shared/greeting'))",
        ),
        volumeMounts: [shared],
        initContainers: [{
          name: 'greeting',
          image: 'node:24-alpine',
          volumeMounts: [shared],
          command: ['node', '-e', "require('fs').writeFileSync('/shared/greeting', 'and the init container')"],
        }],
        sidecars: [{
          name: 'helper',
          image: 'node:24-alpine',
          portNumber: 9000,
          command: server("'the sidecar, user ' + process.getuid()", 9000),
        }],
      };
    });
    expect(await ask()).toBe('the sidecar, user 10001, and the init container');
  });

  test('variables come from a Secret and a ConfigMap, and a Secret is a file', async () => {
    const ask = await start((chart) => {
      const database = new kplus.Secret(
        chart, 'Database', { metadata: { name: 'database' }, stringData: { PASSWORD: 'p4ss' } },
      );
      const settings = new kplus.ConfigMap(
        chart, 'Settings', { metadata: { name: 'settings' }, data: { LEVEL: 'debug' } },
      );
      return {
        command: server(
          "[process.env.DB_PASSWORD ?? process.env.PASSWORD, process.env.APP_LEVEL, fs.readFileSync('/keys/PASSWORD')].join()",
        ),
        envFrom: [kplus.Env.fromSecret(database), kplus.Env.fromConfigMap(settings, 'APP_')],
        volumeMounts: [{ path: '/keys', volume: kplus.Volume.fromSecret(chart, 'Keys', database) }],
      };
    });
    expect(await ask()).toBe('p4ss,debug,p4ss');
  });

  test('what is written to a claim outlives the pod', async () => {
    const ask = await start((chart) => {
      const claim = new kplus.PersistentVolumeClaim(chart, 'Data', {
        metadata: { name: 'data' },
        storage: Size.gibibytes(1),
        accessModes: [kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE],
        storageClassName: 'standard',
      });
      return {
        command: server("(fs.appendFileSync('/data/log', 'x'), fs.readFileSync('/data/log'))"),
        volumeMounts: [{ path: '/data', volume: kplus.Volume.fromPersistentVolumeClaim(chart, 'Volume', claim) }],
      };
    });
    expect(await ask()).toBe('x');
    await cluster!.pod(cluster!.pods('web-backend')[0].name).delete();
    await cluster!.calm('web-backend', 1);
    expect(await ask()).toBe('xx');
  });

  test('a function reads a Secret as a file, and nothing else', async () => {
    const chart = new Chart(Testing.app(), 'test');
    const keys = new kplus.Secret(chart, 'Keys', { metadata: { name: 'keys' }, stringData: { key: 'k3y' } });
    const web = new Spread(chart, 'Web', {
      replicas: 1,
      backend: Backend.fromFunction(handler(async (request) => {
        const { readFile } = await import('node:fs/promises');
        return readFile(request.query.path, 'utf8').catch((error) => error.code);
      }), { volumeMounts: [{ path: '/keys', volume: kplus.Volume.fromSecret(chart, 'Volume', keys) }] }),
    });
    cluster = await KubernetesCluster.start(chart.toJson());
    const read = async (path: string) => (await cluster!.fetch(web, `/?path=${path}`)).text();
    expect([await read('/keys/key'), await read('/etc/passwd')]).toEqual(['k3y', 'ERR_ACCESS_DENIED']);
  });

  test('every option of pods and of a pattern\'s Service is accepted without a warning, and the pods become ready', async () => {
    const chart = new Chart(Testing.app(), 'test');
    const account = new kplus.ServiceAccount(chart, 'Account', { metadata: { name: 'theirs' } });
    const web = new Spread(chart, 'Web', {
      backend: Backend.fromFunction(handler(() => 'hello')),
      service: {
        name: 'shop',
        port: 80,
        type: kplus.ServiceType.NODE_PORT,
        annotations: { team: 'shop' },
        labels: { team: 'shop' },
      },
      router: { pods: { automountToken: true, serviceAccountAnnotations: { role: 'router' } } },
      pods: {
        drain: Duration.seconds(2),
        terminationGracePeriod: Duration.hours(1),
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] } },
          ],
        },
        topologySpread: [{ maxSkew: 2, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }],
        hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }],
        dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
        imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
        progressDeadline: Duration.minutes(5),
        strategy: kplus.DeploymentStrategy.rollingUpdate(
          { maxSurge: kplus.PercentOrAbsolute.absolute(1), maxUnavailable: kplus.PercentOrAbsolute.absolute(0) },
        ),
        disruptionBudget: { minAvailable: kplus.PercentOrAbsolute.absolute(1) },
        securityContext: {
          user: 12345,
          group: 12345,
          fsGroup: 12345,
          sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }],
        },
        labels: { team: 'shop' },
        annotations: { team: 'shop' },
      },
    });
    new Spread(chart, 'Once', {
      replicas: 1,
      backend: Backend.fromFunction(handler(() => 'once'), {
        pods: { serviceAccount: account, strategy: kplus.DeploymentStrategy.recreate() },
      }),
    });
    cluster = await KubernetesCluster.start(chart.toJson());
    expect(await (await cluster.fetch(web, '/')).text()).toBe('hello');
    expect(await cluster.exec('web-backend', ['id', '-u'])).toMatch(/^12345/);
  });
});
