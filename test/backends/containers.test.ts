import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, Code, ContainerOptions, FunctionBackendOptions, GrpcProbe, ImageBackendOptions, Peer, Platform, Spread,
} from '../../src';
import { find } from '../find';

type Options<T> = (chart: Chart) => Partial<T>;

function deployment(options: Options<ImageBackendOptions>): any {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', {
    backend: Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080, ...options(chart) }),
  });
  return find(chart, 'Deployment', 'web-backend').spec;
}

const podOf = (options: Options<ImageBackendOptions>) => deployment(options).template.spec;
const containerOf = (options: Options<ImageBackendOptions>) => podOf(options).containers[0];

function functionPod(options: Options<FunctionBackendOptions>): any {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend: Backend.fromFunction(Code.fromInline('() => 1'), options(chart)) });
  return find(chart, 'Deployment', 'web-backend').spec.template.spec;
}

const secret = (chart: Chart, name = 'database') => kplus.Secret.fromSecretName(chart, `Secret ${name}`, name);
const keys = (chart: Chart) => kplus.Volume.fromSecret(chart, 'Keys', secret(chart), { name: 'keys' });
const scratch = (chart: Chart, name = 'scratch') => kplus.Volume.fromEmptyDir(chart, `Volume ${name}`, name);

describe('variables and files of others', () => {
  test('all variables of a Secret and a ConfigMap', () => {
    const { envFrom } = containerOf((chart) => ({
      envFrom: [
        kplus.Env.fromSecret(secret(chart)),
        kplus.Env.fromConfigMap(kplus.ConfigMap.fromConfigMapName(chart, 'Settings', 'settings'), 'APP_'),
      ],
    }));
    expect(envFrom).toEqual([
      { secretRef: { name: 'database' } },
      { configMapRef: { name: 'settings' }, prefix: 'APP_' },
    ]);
  });

  test('a Secret as files, beside the folders of the image', () => {
    const { volumes, containers: [{ volumeMounts }] } = podOf((chart) => (
      { volumeMounts: [{ path: '/etc/keys', volume: keys(chart), readOnly: true }] }
    ));
    expect(volumeMounts)
      .toEqual([{ name: 'tmp', mountPath: '/tmp' }, { name: 'keys', mountPath: '/etc/keys', readOnly: true }]);
    expect(volumes).toEqual([
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'keys', secret: { secretName: 'database' } },
    ]);
  });

  test('one volume at two paths, by sub-path, is one volume', () => {
    const { volumes, containers: [{ volumeMounts }] } = podOf((chart) => {
      const volume = scratch(chart);
      return {
        writable: {},
        volumeMounts: [{ path: '/a', volume, subPath: 'a' }, { path: '/b', volume, subPathExpr: '$(SHARD)' }],
      };
    });
    expect(volumeMounts).toEqual([
      { name: 'scratch', mountPath: '/a', subPath: 'a' },
      { name: 'scratch', mountPath: '/b', subPathExpr: '$(SHARD)' },
    ]);
    expect(volumes).toEqual([{ name: 'scratch', emptyDir: {} }]);
  });

  test('shared memory: an emptyDir in memory at /dev/shm', () => {
    const { volumes } = podOf((chart) => ({
      volumeMounts: [{
        path: '/dev/shm',
        volume: kplus.Volume.fromEmptyDir(chart, 'Shm', 'shm', {
          medium: kplus.EmptyDirMedium.MEMORY,
          sizeLimit: Size.gibibytes(8),
        }),
      }],
    }));
    expect(volumes).toContainEqual({ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '8192Mi' } });
  });

  test('a volume at /tmp takes the place of the folder that is there by default', () => {
    expect(podOf((chart) => ({ volumeMounts: [{ path: '/tmp', volume: scratch(chart) }] })).volumes)
      .toEqual([{ name: 'scratch', emptyDir: {} }]);
  });

  test('a function may read what is mounted, and write there unless it is read-only', () => {
    const { containers: [{ env, volumeMounts }] } = functionPod((chart) => ({
      volumeMounts: [
        { path: '/etc/keys', volume: keys(chart), readOnly: true },
        { path: '/var/my data', volume: scratch(chart) },
      ],
    }));
    expect(volumeMounts.map(({ mountPath }: any) => mountPath)).toEqual([
      '/opt/metaparticle/program', '/opt/metaparticle/code', '/etc/keys', '/var/my data',
    ]);
    expect(env.find(({ name }: any) => name === 'NODE_OPTIONS').value).toBe(
      '--max-old-space-size=128 --permission --allow-fs-read=/opt/metaparticle/program '
        + '--allow-fs-read=/opt/metaparticle/code '
      + '--allow-fs-read=/etc/keys "--allow-fs-read=/var/my data" "--allow-fs-write=/var/my data"');
  });
});

describe('containers beside the one that takes requests', () => {
  const hardened = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
  const resources = {
    requests: { 'cpu': '50m', 'memory': '128Mi', 'ephemeral-storage': '16Mi' },
    limits: { 'cpu': '500m', 'memory': '128Mi', 'ephemeral-storage': '64Mi' },
  };

  test('sidecars come first and restart always, init containers end; both are hardened as our own', () => {
    const { initContainers } = podOf(() => ({
      initContainers: [{ name: 'migrate', image: 'ghcr.io/acme/migrate:1', args: ['up'] }],
      sidecars: [{ image: 'ghcr.io/acme/proxy:1', portNumber: 5432 }],
    }));
    expect(initContainers).toEqual([
      {
        name: 'sidecar-0',
        image: 'ghcr.io/acme/proxy:1',
        imagePullPolicy: 'IfNotPresent',
        restartPolicy: 'Always',
        ports: [{ containerPort: 5432 }],
        startupProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
        securityContext: hardened,
        resources,
      },
      {
        name: 'migrate',
        image: 'ghcr.io/acme/migrate:1',
        args: ['up'],
        imagePullPolicy: 'IfNotPresent',
        securityContext: hardened,
        resources,
      },
    ]);
  });

  test('what is said of one counts', () => {
    const { initContainers: [sidecar], volumes } = podOf((chart) => ({
      sidecars: [{
        name: 'proxy',
        image: 'ghcr.io/acme/proxy:1',
        portNumber: 5432,
        envVariables: { LEVEL: kplus.EnvValue.fromValue('debug') },
        imagePullPolicy: kplus.ImagePullPolicy.ALWAYS,
        readiness: kplus.Probe.fromHttpGet('/ready', { periodSeconds: Duration.seconds(3) }),
        startup: kplus.Probe.fromCommand(['ready']),
        resources: { memory: { limit: Size.mebibytes(512) } },
        securityContext: {
          user: 65532,
          readOnlyRootFilesystem: false,
          capabilities: { add: [kplus.Capability.NET_ADMIN] },
        },
        volumeMounts: [{ path: '/keys', volume: keys(chart) }],
      }],
    }));
    expect(sidecar).toMatchObject({
      env: [{ name: 'LEVEL', value: 'debug' }],
      imagePullPolicy: 'Always',
      readinessProbe: {
        httpGet: { path: '/ready', port: 5432, scheme: 'HTTP' },
        periodSeconds: 3,
        failureThreshold: 3,
      },
      startupProbe: { exec: { command: ['ready'] }, failureThreshold: 3 },
      resources: { limits: { 'cpu': '500m', 'memory': '512Mi', 'ephemeral-storage': '64Mi' } },
      volumeMounts: [{ name: 'keys', mountPath: '/keys' }],
    });
    expect(sidecar.securityContext).toEqual({
      runAsUser: 65532,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: false,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    });
    expect(volumes).toContainEqual({ name: 'keys', secret: { secretName: 'database' } });
  });

  test('their disk is sized in MiB too', () => {
    const ephemeralStorage = { request: Size.mebibytes(100), limit: Size.mebibytes(400) };
    const { initContainers: [sidecar] } = podOf(() => ({
      sidecars: [{ image: 'proxy:1', resources: { ephemeralStorage } }],
    }));
    expect(sidecar.resources).toMatchObject({
      requests: { 'ephemeral-storage': '100Mi' }, limits: { 'ephemeral-storage': '400Mi' },
    });
  });

  test('capabilities are written as Linux does, or as newer versions of cdk8s-plus do', () => {
    const { initContainers: [sidecar] } = podOf(() => ({
      sidecars: [{ image: 'proxy:1', securityContext: { capabilities: { add: ['CAP_NET_ADMIN', 'CHOWN'] } } }],
    }));
    expect(sidecar.securityContext.capabilities).toEqual({ drop: ['ALL'], add: ['NET_ADMIN', 'CHOWN'] });
  });

  test('functions have them as well', () => {
    expect(functionPod(() => ({ sidecars: [{ image: 'proxy:1' }] })).initContainers).toHaveLength(1);
  });
});

describe('probes', () => {
  const probesOf = (options: Partial<ImageBackendOptions>) => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(() => options);
    return { startupProbe, readinessProbe, livenessProbe };
  };
  const usual = probesOf({});

  test('a readiness probe of one\'s own is what a start waits for, too', () => {
    expect(
      probesOf({ readiness: kplus.Probe.fromHttpGet('/ready', { timeoutSeconds: Duration.seconds(4) }) }),
    ).toEqual({
      startupProbe: {
        httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' },
        periodSeconds: 1,
        timeoutSeconds: 4,
        failureThreshold: 60,
      },
      readinessProbe: {
        httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' },
        timeoutSeconds: 4,
        failureThreshold: 3,
      },
      livenessProbe: usual.livenessProbe,
    });
  });

  test('gRPC', () => {
    const probe = GrpcProbe.of({ service: 'users', periodSeconds: Duration.seconds(5) });
    expect(probesOf({ readiness: probe, liveness: GrpcProbe.of({ port: 8080 }) })).toEqual({
      startupProbe: {
        grpc: { port: 8080, service: 'users' },
        periodSeconds: 1,
        timeoutSeconds: 1,
        failureThreshold: 60,
      },
      readinessProbe: { grpc: { port: 8080, service: 'users' }, periodSeconds: 5, failureThreshold: 3 },
      livenessProbe: { grpc: { port: 8080 }, failureThreshold: 3 },
    });
  });

  test('startup and liveness of one\'s own leave the others as they are', () => {
    expect(probesOf({
      startup: kplus.Probe.fromTcpSocket({ failureThreshold: 100, initialDelaySeconds: Duration.seconds(7) }),
      liveness: kplus.Probe.fromCommand(['alive']),
    })).toEqual({
      startupProbe: { tcpSocket: { port: 8080 }, failureThreshold: 100, initialDelaySeconds: 7 },
      readinessProbe: usual.readinessProbe,
      livenessProbe: { exec: { command: ['alive'] }, failureThreshold: 3 },
    });
  });

  test('a slow start gets its time, and so does the rollout', () => {
    const spec = deployment(() => ({ startupTime: Duration.minutes(10) }));
    expect(spec.template.spec.containers[0].startupProbe).toEqual({ ...usual.startupProbe, failureThreshold: 600 });
    expect(spec.progressDeadlineSeconds).toBe(1140);
    expect(deployment(() => ({})).progressDeadlineSeconds).toBeUndefined();
  });
});

describe('ports', () => {
  test('below 1024 need no privilege', () => {
    const { containers: [{ ports }], securityContext } = podOf(() => ({ port: 80 }));
    expect(ports).toEqual([{ name: 'http', containerPort: 80, protocol: 'TCP' }]);
    expect(securityContext.sysctls).toEqual([{ name: 'net.ipv4.ip_unprivileged_port_start', value: '80' }]);
    expect(podOf(() => ({})).securityContext).not.toHaveProperty('sysctls');
  });

  test('of sidecars below 1024 need none either', () => {
    const { securityContext } = podOf(() => ({ sidecars: [{ image: 'proxy:1', portNumber: 443 }] }));
    expect(securityContext.sysctls).toEqual([{ name: 'net.ipv4.ip_unprivileged_port_start', value: '443' }]);
  });

  test('a sysctl of one\'s own for that stays', () => {
    const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }];
    expect(podOf(() => ({ port: 80, pods: { securityContext: { sysctls } } })).securityContext.sysctls)
      .toEqual(sysctls);
  });

  test('further ones, for whom they are named, and for those who read metrics', () => {
    const chart = new Chart(Testing.app(), 'shop');
    Platform.configure(chart, { scrapers: [Peer.namespace('monitoring')], scrapeAnnotations: true });
    new Spread(chart, 'Web', {
      backend: Backend.fromImage('web:1', {
        port: 8080,
        ports: {
          metrics: { port: 9100, metricsPath: '/prometheus' },
          debug: { port: 6060, clients: [Peer.pods({ app: 'debugger' })] },
        },
      }),
    });
    const { metadata, spec } = find(chart, 'Deployment', 'web-backend').spec.template;
    expect(spec.containers[0].ports).toEqual([
      { name: 'http', containerPort: 8080, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9100, protocol: 'TCP' },
      { name: 'debug', containerPort: 6060, protocol: 'TCP' },
    ]);
    expect(metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true', 'prometheus.io/port': '9100', 'prometheus.io/path': '/prometheus',
    });
    const { ingress } = find(chart, 'NetworkPolicy', 'web-backend').spec;
    expect(ingress.slice(1)).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        ports: [{ port: 9100, protocol: 'TCP' }],
      },
      { from: [{ podSelector: { matchLabels: { app: 'debugger' } } }], ports: [{ port: 6060, protocol: 'TCP' }] },
    ]);
  });
});

test('a start that a probe of one\'s own gives more than a minute, so does the rollout', () => {
  const startup = kplus.Probe.fromCommand(['started'], {
    initialDelaySeconds: Duration.seconds(30), periodSeconds: Duration.seconds(5), failureThreshold: 150,
  });
  expect(deployment(() => ({ startup })).progressDeadlineSeconds).toBe(1320);
});

test('ephemeral storage has room for what is mounted on the disk, each volume once; memory is another thing', () => {
  const { containers: [{ resources }] } = podOf((chart) => {
    const cache = kplus.Volume.fromEmptyDir(chart, 'Cache', 'cache', { sizeLimit: Size.gibibytes(5) });
    const shm = kplus.Volume.fromEmptyDir(chart, 'Shm', 'shm', {
      medium: kplus.EmptyDirMedium.MEMORY, sizeLimit: Size.gibibytes(1),
    });
    return {
      volumeMounts: [{ path: '/cache', volume: cache }, { path: '/dev/shm', volume: shm }],
      initContainers: [{ image: 'fill:1', volumeMounts: [{ path: '/cache', volume: cache }] }],
    };
  });
  // 5 GiB, /tmp's 64 MiB and 192 MiB.
  expect(resources.limits['ephemeral-storage']).toBe('5376Mi');
});

test('a GPU is requested and limited', () => {
  const { resources } = containerOf(() => ({ extendedResources: { 'nvidia.com/gpu': 1 } }));
  expect(resources.requests['nvidia.com/gpu']).toBe(1);
  expect(resources.limits['nvidia.com/gpu']).toBe(1);
});

test('pods of a backend take the place of those of its pattern, and the router keeps these', () => {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', {
    backend: Backend.fromImage('web:1', { port: 8080, pods: { nodeSelector: { gpu: 'yes' } } }),
    pods: { nodeSelector: { disk: 'ssd' }, priorityClassName: 'high' },
  });
  const specOf = (group: string) => find(chart, 'Deployment', group).spec.template.spec;
  expect(specOf('web-backend')).toMatchObject({ nodeSelector: { gpu: 'yes' }, priorityClassName: 'high' });
  expect(specOf('web-router')).toMatchObject({ nodeSelector: { disk: 'ssd' }, priorityClassName: 'high' });
});

describe('refused with a sentence:', () => {
  const proxy = { name: 'proxy', image: 'proxy:1' };
  const mount = (chart: Chart, path: string): ContainerOptions['volumeMounts'] => [{ path, volume: scratch(chart) }];

  test.each<[string, Options<ImageBackendOptions>, string]>([
    ['a mount over the whole image', (chart) => ({ volumeMounts: mount(chart, '/') }),
      "[shop/Web/Backend] volumeMounts names '/', which would hide the files of the image: "
        + "name the folders that the program uses, as in '/tmp'"],
    ['a relative mount', (chart) => ({ volumeMounts: mount(chart, 'data') }),
      "[shop/Web/Backend] volumeMounts names 'data': a path starts with a slash and has no detours, as in '/data'"],
    ['a path with a colon', (chart) => ({ volumeMounts: mount(chart, '/a:b') }),
      "[shop/Web/Backend] volumeMounts names '/a:b', and Kubernetes mounts no path with a colon: use another folder"],
    [
      'a mount over a writable folder',
      (chart) => ({ writable: { '/data': Size.mebibytes(1) }, volumeMounts: mount(chart, '/data') }),
      "[shop/Web/Backend] volumeMounts names '/data', where something else is mounted: use another path, "
        + 'or leave one of them out',
    ],
    [
      'two mounts at one path',
      (chart) => ({ volumeMounts: [...mount(chart, '/data')!, { path: '/data', volume: keys(chart) }] }),
      "[shop/Web/Backend] volumeMounts names '/data', where something else is mounted: use another path, "
        + 'or leave one of them out',
    ],
    ['two volumes of one name', (chart) => ({
      volumeMounts: [
        ...mount(chart, '/a')!,
        { path: '/b', volume: kplus.Volume.fromSecret(chart, 'Other', secret(chart), { name: 'scratch' }) },
      ],
    }), "[shop/Web/Backend] volumeMounts has two volumes of the name 'scratch': give one of them another name"],
    [
      'two ways to say a sub-path',
      (chart) => ({ volumeMounts: [{ path: '/a', volume: scratch(chart), subPath: 'a', subPathExpr: 'b' }] }),
      "[shop/Web/Backend] volumeMounts has subPath and subPathExpr for '/a': give one of them",
    ],
    ['a sidecar without an image', () => ({ sidecars: [{ ...proxy, image: '' }] }),
      "[shop/Web/Backend] sidecars[0].image is '', which is no image reference: "
        + "write it as in 'ghcr.io/acme/users:1.4.2', in lower case and without spaces"],
    ['a sidecar of our name', () => ({ sidecars: [{ ...proxy, name: 'backend' }] }),
      "[shop/Web/Backend] sidecars[0].name is 'backend', and another container has that name: use another one"],
    ['a sidecar at the port that takes requests', () => ({ sidecars: [{ ...proxy, portNumber: 8080 }] }),
      '[shop/Web/Backend] sidecars[0].ports has 8080, where another container of the pod listens: use another port'],
    ['two sidecars at one port', () => ({
      sidecars: [{ ...proxy, portNumber: 5432 }, { image: 'other:1', ports: [{ number: 5432 }] }],
    }), '[shop/Web/Backend] sidecars[1].ports has 5432, where another container of the pod listens: use another port'],
    ['a sysctl that keeps the program from its port', () => ({
      port: 80,
      pods: { securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '1024' }] } },
    }), "[shop/Web/Backend] pods.securityContext.sysctls sets net.ipv4.ip_unprivileged_port_start to '1024', "
      + 'and a container listens on port 80: lower it, or leave it out'],
    ['a volume whose name is no label', (chart) => ({
      volumeMounts: [{
        path: '/etc/app',
        volume: kplus.Volume.fromConfigMap(chart, 'App', kplus.ConfigMap.fromConfigMapName(chart, 'Conf', 'app.conf')),
      }],
    }), "[shop/Web/Backend] volumeMounts has a volume of the name 'configmap-app.conf', which is no DNS label: "
      + 'give it a name of lower-case letters, digits and dashes'],
    ['a mounted folder that the limit has no room for', (chart) => ({
      resources: { ephemeralStorage: { limit: Size.gibibytes(1) } },
      volumeMounts: [{
        path: '/cache',
        volume: kplus.Volume.fromEmptyDir(chart, 'Cache', 'cache', { sizeLimit: Size.gibibytes(2) }),
      }],
    }), '[shop/Web/Backend] resources.ephemeralStorage.limit is 1024Mi, and the writable folders may hold 2112Mi: '
      + 'the pod would be evicted before they are full; raise the limit above that, or make the folders smaller'],
    ['two containers of one name', () => ({ sidecars: [proxy], initContainers: [proxy] }),
      "[shop/Web/Backend] initContainers[0].name is 'proxy', and another container has that name: use another one"],
    ['a name that is no label', () => ({ sidecars: [{ ...proxy, name: 'My proxy' }] }),
      "[shop/Web/Backend] sidecars[0].name is 'My proxy', which is no DNS label: "
        + 'use lower-case letters, digits and dashes'],
    [
      'an init container that is probed',
      () => ({ initContainers: [{ ...proxy, readiness: kplus.Probe.fromCommand(['x']) }] }),
      '[shop/Web/Backend] initContainers[0].readiness is given, but an init container ends before it could matter: '
        + 'leave it out, or make it one of the sidecars',
    ],
    [
      'a sidecar that asks for more than it may use',
      () => ({
        sidecars: [{ ...proxy, resources: { cpu: { request: kplus.Cpu.units(2), limit: kplus.Cpu.units(1) } } }],
      }),
      '[shop/Web/Backend] sidecars[0].resources.cpu.request is 2 and its limit 1: '
        + 'a pod may not ask for more than it may use; raise the limit',
    ],
    [
      'a capability of a sidecar that is none',
      () => ({ sidecars: [{ ...proxy, securityContext: { capabilities: { add: ['net_admin'] } } }] }),
      "[shop/Web/Backend] sidecars[0].securityContext.capabilities.add names 'net_admin', which is no capability of "
        + "Linux: write it as in 'NET_BIND_SERVICE'",
    ],
    ['a probe of another port', () => ({ readiness: kplus.Probe.fromTcpSocket({ port: 9000 }) }),
      '[shop/Web/Backend] readiness asks port 9000, which the container does not have: it has 8080; '
        + 'name one of them, or add it to ports'],
    ['two ways to say readiness', () => ({ readinessPath: '/', readiness: kplus.Probe.fromCommand(['x']) }),
      "[shop/Web] readinessPath is '/', and readiness is given: leave one of them out"],
    [
      'a liveness probe that must succeed twice',
      () => ({ liveness: kplus.Probe.fromCommand(['x'], { successThreshold: 2 }) }),
      '[shop/Web/Backend] liveness has successThreshold 2: Kubernetes takes only 1 there; leave it out',
    ],
    ['a probe that may not fail', () => ({ startup: kplus.Probe.fromCommand(['x'], { failureThreshold: 0 }) }),
      '[shop/Web/Backend] startup.failureThreshold is 0: it must be a whole number from 1 to 2147483647'],
    [
      'two ways to say how long a start takes',
      () => ({ startup: kplus.Probe.fromCommand(['x']), startupTime: Duration.minutes(2) }),
      '[shop/Web/Backend] startup and startupTime are both given: the startup probe says how long a start may take',
    ],
    ['half a second to start', () => ({ startupTime: Duration.millis(500) }),
      '[shop/Web/Backend] startupTime is 500 ms: give whole seconds, 1 or more'],
    [
      'a rollout that is stuck before a pod has started',
      () => ({ startupTime: Duration.minutes(20), pods: { progressDeadline: Duration.minutes(15) } }),
      '[shop/Web/Backend] pods.progressDeadline is 900 s, and a pod may take 1200 s to start: give more, '
        + 'or lower startupTime',
    ],
    ['half a GPU', () => ({ extendedResources: { 'nvidia.com/gpu': 0.5 } }),
      "[shop/Web/Backend] extendedResources['nvidia.com/gpu'] is 0.5: it must be a whole number from 1 to 2147483647"],
    ['a resource without a vendor', () => ({ extendedResources: { gpu: 1 } }),
      "[shop/Web/Backend] extendedResources names 'gpu': write it with the domain of its vendor, "
        + "as in 'nvidia.com/gpu'"],
    ['a further port of the first one\'s name', () => ({ ports: { http: { port: 9000 } } }),
      "[shop/Web] ports names 'http', which is the port that takes requests: use another name"],
    ['a further port of the same number', () => ({ ports: { metrics: { port: 8080 } } }),
      '[shop/Web] ports.metrics.port is 8080, as port is: leave it out, or give the port that it has'],
    ['a port whose name is none', () => ({ ports: { 'my metrics': { port: 9000 } } }),
      "[shop/Web] ports names 'my metrics': the name of a port has at most 15 lower-case letters, "
        + 'digits and dashes, and a letter'],
    [
      'two ports with metrics',
      () => ({ ports: { a: { port: 9000, metricsPath: '/a' }, b: { port: 9001, metricsPath: '/b' } } }),
      '[shop/Web] ports has a metricsPath for a and for b: Prometheus is told of one',
    ],
    ['a relative path of metrics', () => ({ ports: { metrics: { port: 9000, metricsPath: 'metrics' } } }),
      "[shop/Web] ports.metrics.metricsPath is 'metrics': a path starts with a slash, as in '/metrics'"],
  ])('%s', (_, options, sentence) => {
    expect(() => podOf(options)).toThrow(new Error(sentence));
  });
});
