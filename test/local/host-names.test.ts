import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';
import { lowPorts } from '../low-ports';

const ask = async (cluster: LocalCluster, path: string, target = 'web') => (await cluster.fetch(target, path)).text();

test('host aliases are known to Node programs, before any name of the cluster; localhost among them is the pod', async () => {
  const lookup = "require('dns').lookup(q.url.slice(1), { all: true }, (e, all) => s.end(e ? e.code : all.map((each) => each.address + '/' + each.family).join()))";
  const container = {
    args: ['node', '-e', `require('http').createServer((q, s) => ${lookup}).listen(8080)`],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  };
  const hostAliases = [
    { ip: '10.0.0.5', hostnames: ['db.example', 'api'] }, {
      ip: '10.0.0.6',
      hostnames: ['db.example'],
    }, { ip: 'fd00::5', hostnames: ['six.example'] }, { ip: '127.0.0.1', hostnames: ['me.example'] },
  ];
  await using cluster = await LocalCluster.start(
    [program, service('web'), service('api'), server('web', { container, pod: { hostAliases } })],
  );
  expect(await ask(cluster, '/DB.example')).toBe('10.0.0.5/4,10.0.0.6/4');
  expect(await ask(cluster, '/api')).toBe('10.0.0.5/4');
  expect(await ask(cluster, '/api.default')).toBe(`${cluster.address('api').host}/4`);
  expect(await ask(cluster, '/six.example')).toBe('fd00::5/6');
  expect(await ask(cluster, '/me.example')).toBe(`${cluster.pods()[0].ip}/4,127.0.0.1/4`);
});

test('the settings of the pod reach every Node in it, also one with an environment of its own, and show in no variable', async () => {
  const child = "require('child_process').execFile(process.execPath, ['-p', 'JSON.stringify(require(\"dns\").getServers())'], { env: { NODE_OPTIONS: process.env.NODE_OPTIONS } }, (e, out) => s.end(e ? e.message : out))";
  const worker = "new (require('worker_threads').Worker)('require(\"dns\").lookup(\"localhost\", (e, a) => require(\"worker_threads\").parentPort.postMessage(a))', { eval: true, env: { NODE_OPTIONS: process.env.NODE_OPTIONS } }).on('message', (a) => s.end(a))";
  const code = `require('http').createServer((q, s) => q.url === '/child' ? ${child} : q.url === '/worker' ? ${worker} : s.end(JSON.stringify(process.env))).listen(8080)`;
  const container = { args: ['node', '-e', code], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } };
  await using cluster = await LocalCluster.start([program, service('web'), server('web', { container })]);
  expect((await ask(cluster, '/child')).trim()).toBe(`["${cluster.dns}"]`);
  expect(await ask(cluster, '/worker')).toBe(cluster.pods()[0].ip);
  expect(Object.keys(JSON.parse(await ask(cluster, '/'))).filter((name) => /pod|alias|preload/i.test(name))).toEqual(
    [],
  );
});

test.each(['NodePort', 'LoadBalancer'])('a Service of the type %s has an address in the cluster; its port may differ from that of its pods, which may be named', async (type) => {
  const ports = [
    { name: 'web', port: 8081, targetPort: 'http', nodePort: 30_080 },
    { name: 'same', port: 9000, targetPort: 8080 },
  ];
  await using cluster = await LocalCluster.start(
    [program, server('web'), service('web', 'web', { type, ports, externalTrafficPolicy: 'Local' })],
  );
  const [{ name }] = cluster.pods();
  expect([await ask(cluster, '/', 'web:web'), await ask(cluster, '/', 'web:same')]).toEqual([name, name]);
  expect(await ask(cluster, '/get?url=http://web:8081/')).toBe(name);
});

lowPorts.test('pods and Services use ports below 1024, where this machine lets its user listen there', async () => {
  const code = "require('http').createServer((q, s) => s.end('low')).listen(81)";
  const container = {
    args: ['node', '-e', code],
    ports: [{ name: 'http', containerPort: 81 }],
    readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 },
  };
  const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }];
  await using cluster = await LocalCluster.start(
    [
      program,
      server('web', { container, pod: { securityContext: { sysctls } } }),
      service('web', 'web', { ports: [{ port: 80, targetPort: 'http' }] }),
    ],
  );
  expect([cluster.address('web').port, await ask(cluster, '/')]).toEqual([80, 'low']);
});

test('fields that mean nothing on one machine change nothing', async () => {
  const web = server('web', {
    pod: {
      nodeSelector: { disk: 'ssd' },
      affinity: { nodeAffinity: {} },
      tolerations: [{ operator: 'Exists' }],
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
      runtimeClassName: 'gvisor',
      schedulerName: 'other',
      priorityClassName: 'high',
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.1'], options: [{ name: 'ndots', value: '1' }] },
      imagePullSecrets: [{ name: 'registry' }],
      automountServiceAccountToken: false,
      resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
      securityContext: {
        runAsUser: 10_001,
        fsGroup: 10_001,
        runAsNonRoot: true,
        sysctls: [{ name: 'net.core.somaxconn', value: '1024' }],
      },
    },
    container: {
      resources: { limits: { 'nvidia.com/gpu': 1, 'cpu': '1' }, claims: [{ name: 'gpu' }] },
      securityContext: { runAsUser: 10_001, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      imagePullPolicy: 'Always',
      terminationMessagePolicy: 'FallbackToLogsOnError',
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'admin', containerPort: 9090 },
        { name: 'dns', containerPort: 5353, protocol: 'UDP' },
      ],
    },
  });
  await using cluster = await LocalCluster.start([program, web, service('web')]);
  expect(await ask(cluster, '/')).toBe(cluster.pods()[0].name);
  expect(cluster.pods()[0].ports).toEqual([8080, 9090, 5353]);
});

test('a Deployment without replicas and without an autoscaler has one pod', async () => {
  const web = server('web');
  delete web.spec.replicas;
  await using cluster = await LocalCluster.start([program, web]);
  expect(cluster.pods().length).toBe(1);
});
