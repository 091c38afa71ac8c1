// All that the library takes of cdk8s-plus and gives to it: scripts/check-plus-versions.mjs compiles and synthesizes
// this app with each other version in the place of the one that the library is built with.
import { App, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, Code, Egress, Gather, GrpcProbe, Platform, PodOptions, Scaling, ScatterGather, Shard, ShardKey, Spread,
  State, Storage, Valkey,
} from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });
Platform.configure(chart, { pods: { imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT } });

const secret = kplus.Secret.fromSecretName(chart, 'Secret', 'database');
const settings = kplus.ConfigMap.fromConfigMapName(chart, 'Settings', 'settings');
const claim = kplus.PersistentVolumeClaim.fromClaimName(chart, 'Claim', 'models');
const scratch: kplus.VolumeMount = {
  path: '/scratch',
  volume: kplus.Volume.fromEmptyDir(chart, 'Scratch', 'scratch', {
    medium: kplus.EmptyDirMedium.MEMORY, sizeLimit: Size.mebibytes(32),
  }),
};
const resources: kplus.ContainerResources = {
  cpu: { request: kplus.Cpu.millis(200), limit: kplus.Cpu.units(2) },
  memory: { request: Size.mebibytes(300), limit: Size.mebibytes(300) },
  ephemeralStorage: { request: Size.mebibytes(100), limit: Size.mebibytes(400) },
};
const env: { [name: string]: kplus.EnvValue } = {
  MODE: kplus.EnvValue.fromValue('fast'),
  TOKEN: kplus.EnvValue.fromSecretValue({ secret, key: 'token' }),
  LEVEL: kplus.EnvValue.fromConfigMap(settings, 'level'),
  NODE: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.NODE_NAME),
  CORES: kplus.EnvValue.fromResource(kplus.ResourceFieldPaths.CPU_LIMIT),
};
const envFrom: kplus.EnvFrom[] = [kplus.Env.fromConfigMap(settings, 'APP_'), kplus.Env.fromSecret(secret)];
const volumeMounts: kplus.VolumeMount[] = [
  scratch,
  { path: '/etc/keys', volume: kplus.Volume.fromSecret(chart, 'Keys', secret), readOnly: true },
  { path: '/etc/settings', volume: kplus.Volume.fromConfigMap(chart, 'Files', settings), subPath: 'files' },
  {
    path: '/models',
    volume: kplus.Volume.fromPersistentVolumeClaim(chart, 'Models', claim),
    propagation: kplus.MountPropagation.HOST_TO_CONTAINER,
  },
  { path: '/node', volume: kplus.Volume.fromHostPath(chart, 'Node', 'node', { path: '/opt' }) },
  { path: '/driver', volume: kplus.Volume.fromCsi(chart, 'Driver', 'secrets-store.csi.k8s.io', { name: 'driver' }) },
];

const securityContext: kplus.PodSecurityContextProps = {
  user: 20000,
  group: 20000,
  fsGroup: 20000,
  fsGroupChangePolicy: kplus.FsGroupChangePolicy.ON_ROOT_MISMATCH,
  sysctls: [{ name: 'net.core.somaxconn', value: '1024' }],
};
const hostAliases: kplus.HostAlias[] = [{ ip: '10.1.2.3', hostnames: ['db'] }];
const toleration: kplus.k8s.Toleration = { key: 'gpu', operator: 'Exists', effect: 'NoSchedule' };
const nodeAffinity: kplus.k8s.NodeAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'In', values: ['l4'] }] }],
  },
};
const overHosts: kplus.k8s.TopologySpreadConstraint = {
  maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule',
};
const dnsConfig: kplus.k8s.PodDnsConfig = { nameservers: ['10.1.2.3'], options: [{ name: 'ndots', value: '2' }] };
const pods: PodOptions = {
  securityContext: { ...securityContext, readOnlyRootFilesystem: false },
  hostAliases,
  tolerations: [toleration],
  nodeAffinity,
  topologySpread: [overHosts],
  dnsConfig,
  dnsPolicy: kplus.DnsPolicy.CLUSTER_FIRST_WITH_HOST_NET,
  imagePullPolicy: kplus.ImagePullPolicy.ALWAYS,
  serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, 'Named', 'web'),
  strategy: kplus.DeploymentStrategy.rollingUpdate({
    maxSurge: kplus.PercentOrAbsolute.percent(50), maxUnavailable: kplus.PercentOrAbsolute.absolute(1),
  }),
  disruptionBudget: { maxUnavailable: kplus.PercentOrAbsolute.percent(20) },
};

const sidecar: kplus.ContainerProps = {
  name: 'proxy',
  image: 'ghcr.io/acme/proxy:2.1.0',
  command: ['/proxy'],
  args: ['--all'],
  workingDir: '/tmp',
  ports: [{ name: 'sql', number: 5432, protocol: kplus.Protocol.TCP }, { number: 5353, protocol: kplus.Protocol.UDP }],
  envVariables: env,
  envFrom,
  volumeMounts: [scratch],
  resources,
  readiness: kplus.Probe.fromTcpSocket({ port: 5432 }),
  liveness: kplus.Probe.fromCommand(['/alive'], { timeoutSeconds: Duration.seconds(2) }),
  startup: kplus.Probe.fromHttpGet('/started', { port: 5433, failureThreshold: 5 }),
  lifecycle: {
    postStart: kplus.Handler.fromCommand(['/warm']),
    preStop: kplus.Handler.fromHttpGet('/stop', { port: 5433 }),
  },
  imagePullPolicy: kplus.ImagePullPolicy.NEVER,
  securityContext: {
    user: 70,
    group: 70,
    ensureNonRoot: true,
    readOnlyRootFilesystem: false,
    allowPrivilegeEscalation: false,
    capabilities: { add: [kplus.Capability.NET_BIND_SERVICE], drop: [kplus.Capability.CHOWN] },
  },
};
const image = Backend.fromImage('ghcr.io/acme/users:1.4.2', {
  port: 8080,
  env,
  envFrom,
  volumeMounts,
  resources,
  readiness: kplus.Probe.fromHttpGet('/ready', { periodSeconds: Duration.seconds(3) }),
  liveness: kplus.Probe.fromTcpSocket(),
  startup: GrpcProbe.of({ service: 'users' }),
  sidecars: [sidecar, { image: 'ghcr.io/acme/watch:1', portNumber: 7000 }],
  initContainers: [{ image: 'ghcr.io/acme/migrate:1', args: ['up'], envVariables: env, volumeMounts: [scratch] }],
  pods: { strategy: kplus.DeploymentStrategy.recreate() },
});

const kept = Storage.volume({
  mountPath: '/data', size: Size.gibibytes(20), accessMode: kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE_POD,
});
const keeping = Backend.fromImage('ghcr.io/acme/rooms:1.4.2', {
  port: 8080, storage: kept, sidecars: [{ ...sidecar, volumeMounts: [{ path: '/data', volume: kept }, scratch] }],
});

const scaleUp: kplus.ScalingRules = {
  strategy: kplus.ScalingStrategy.MIN_CHANGE,
  stabilizationWindow: Duration.seconds(30),
  policies: [{ replicas: kplus.Replicas.percent(50), duration: Duration.seconds(60) }],
};
const external = { name: 'queue', labelSelector: kplus.LabelSelector.of({ labels: { queue: 'orders' } }) };
const spread = new Spread(chart, 'Users', {
  backend: image,
  pods,
  scaling: Scaling.metrics({
    min: 2,
    max: 20,
    metrics: [
      kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(70)),
      kplus.Metric.containerMemory({
        container: new kplus.Container({ name: 'backend', image: '-' }), target: kplus.MetricTarget.averageValue(5e8),
      }),
      kplus.Metric.pods({ name: 'open_requests', target: kplus.MetricTarget.averageValue(50) }),
      kplus.Metric.external({ ...external, target: kplus.MetricTarget.value(100) }),
    ],
    scaleUp,
    scaleDown: { policies: [{ replicas: kplus.Replicas.absolute(1) }] },
  }),
  service: { type: kplus.ServiceType.LOAD_BALANCER, port: 80 },
  router: {
    resources,
    scaling: Scaling.cpu({ max: 4, scaleUp }),
    pods: { serviceAccount: new kplus.ServiceAccount(chart, 'Account') },
  },
});

// A Secret of theirs opens a Valkey of ours.
const sessions = Valkey.deploy(chart, 'Sessions', { size: Size.gibibytes(2), password: env.TOKEN, resources });
new Spread(chart, 'Counted', { backend: Backend.fromFunction(Code.fromInline('() => 1'), { state: State.shared(sessions) }) });

// Deployments and Services of theirs are backends.
const workload = new kplus.Deployment(chart, 'Api', {
  containers: [{ image: 'ghcr.io/acme/api:1', ports: [{ number: 8080, name: 'http' }, { number: 9090, name: 'admin' }] }],
});
const api = workload.exposeViaService({
  name: 'api', ports: [{ port: 80, targetPort: 8080, name: 'http' }, { port: 90, targetPort: 9090, name: 'admin' }],
});
const headless = new kplus.Service(chart, 'Headless', {
  selector: workload, clusterIP: 'None', ports: [{ port: 8080, protocol: kplus.Protocol.TCP }],
});
const gathered = new ScatterGather(chart, 'Search', {
  backends: [
    Backend.fromService(api, { port: 'http' }), Backend.fromService(headless), spread,
    Backend.fromDeployment(workload, { port: 'http' }),
  ],
  gather: Gather.concat(),
  root: { env: { KEY: kplus.EnvValue.fromSecretValue({ secret, key: 'tls.key' }) }, resources, pods: { disruptionBudget: { minAvailable: kplus.PercentOrAbsolute.absolute(1) } } },
});
const shard = new Shard(chart, 'Rooms', { shards: 2, key: ShardKey.fromHeader('x-room'), backend: keeping, pods });

// Ours is a Service of theirs.
const service: kplus.Service = spread.service;
const ingress = new kplus.Ingress(chart, 'Front', {
  rules: [{ host: 'shop.example.com', path: '/users', backend: kplus.IngressBackend.fromService(service) }],
});
ingress.addRule('/search', kplus.IngressBackend.fromService(gathered.service), kplus.HttpIngressPathType.EXACT);
gathered.exposeViaIngress('/gathered', { ingress, pathType: kplus.HttpIngressPathType.EXACT });
const exposed: kplus.Ingress = shard.exposeViaIngress('/rooms', {
  pathType: kplus.HttpIngressPathType.IMPLEMENTATION_SPECIFIC,
});
exposed.addTls([{ hosts: ['shop.example.com'], secret }]);
exposed.addHostRule('shop.example.com', '/', kplus.IngressBackend.fromService(shard.service));
shard.exposeViaIngress('/more');

// And a pattern is pods of theirs.
workload.connections.allowFrom(spread);
workload.connections.allowTo(shard, { isolation: kplus.PodConnectionsIsolation.POD });
workload.scheduling.colocate(shard, { weight: 5 });
new kplus.NetworkPolicy(chart, 'Policy', {
  selector: gathered, ingress: { rules: [{ peer: workload }, { peer: spread }] }, egress: { rules: [{ peer: shard }] },
});
new kplus.Service(chart, 'Debug', { selector: spread, ports: [{ port: 1234 }] });

// A probe of ours is one of theirs.
new kplus.Pod(chart, 'Grpc', {
  containers: [{ image: 'ghcr.io/acme/grpc:1', portNumber: 50051, readiness: GrpcProbe.of({ port: 50051 }) }],
});
new Spread(chart, 'Called', {
  backend: Backend.fromImage('ghcr.io/acme/called:1', { port: 8080, egress: [Egress.toPattern(shard)] }),
});

app.synth();
