import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import {
  Backend, CaBundle, ClaimRetention, Egress, ExistingValkeyOptions, FunctionBackendOptions, handler, Peer, Platform,
  Shard, ShardKey, Spread, State, Valkey, ValkeyOptions,
} from '../../src';
import { find } from '../find';

const code = handler(async (request, { state }) => state.increment(request.path));

function shop(namespace?: string): Chart {
  return new Chart(Testing.app(), 'shop', { namespace });
}

function passwordIn(chart: Chart): EnvValue {
  const secret = Secret.fromSecretName(chart, 'Login', 'sessions-login');
  return EnvValue.fromSecretValue({ secret, key: 'password' });
}

function deployed(options: Partial<ValkeyOptions> = {}, chart = shop()): Chart {
  const password = passwordIn(chart);
  counting(chart, 'Web', Valkey.deploy(chart, 'Sessions', { size: Size.gibibytes(1), password, ...options }));
  return chart;
}

function counting(chart: Chart, id: string, valkey: Valkey, options: FunctionBackendOptions = {}): Spread {
  return new Spread(chart, id, { backend: Backend.fromFunction(code, { state: State.shared(valkey), ...options }) });
}

function using(options: ExistingValkeyOptions, chart = shop()): Chart {
  counting(chart, 'Web', Valkey.existing(options));
  return chart;
}

const setOf = (chart: Chart) => find(chart, 'StatefulSet', 'sessions').spec;
const serverOf = (chart: Chart) => setOf(chart).template.spec.containers[0];
const functionOf = (chart: Chart, name = 'web-backend') => (
  find(chart, 'Deployment', name).spec.template.spec.containers[0]
);
const stateOf = (chart: Chart) => Testing.synth(chart)
  .filter(({ kind, data }) => kind === 'ConfigMap' && data['config.json'])
  .map(({ data }) => JSON.parse(data['config.json']).state);
const policyOf = (chart: Chart, name: string) => find(chart, 'NetworkPolicy', name).spec;
/** Those of its variables that are about the state. */
const envOf = (chart: Chart) => functionOf(chart).env
  .filter(({ name }: any) => name.startsWith('STATE') || name === 'POD_NAMESPACE');
const pods = (name: string, pattern = name.replace(/-\w+$/, '')) => (
  { podSelector: { matchLabels: { 'app.kubernetes.io/name': pattern, 'app.kubernetes.io/instance': name } } }
);

describe('Valkey.deploy', () => {
  test('is one server of the stock image, which has each write on its volume before it confirms it', () => {
    const { replicas, template, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy } = setOf(deployed());
    const [{ image, args }] = template.spec.containers;
    expect(replicas).toBe(1);
    expect(image).toBe('valkey/valkey:9-alpine');
    expect(args).toEqual([
      '/data',
      '--port', '6379',
      '--requirepass', '$(REDISCLI_AUTH)',
      '--protected-mode', 'yes',
      '--maxmemory', '134217728',
      '--maxmemory-policy', 'noeviction',
      '--appendonly', 'yes',
      '--save', '',
      '--appendfsync', 'always',
    ]);
    expect(volumeClaimTemplates[0].spec).toMatchObject({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } });
    expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  });

  test('waits for the lock of its data: a pod that was deleted by force may still run', () => {
    expect(serverOf(deployed()).command).toEqual(['sh', '-c', [
      'exec 9>"$1/lock"',
      'flock -n 9 || { echo "the lock of $1 is held by a server that has not ended yet: waiting"; flock 9; }',
      'exec valkey-server --dir "$@"',
    ].join('\n'), 'valkey-server']);
  });

  test('has its password from a Secret, and nowhere else', () => {
    const chart = deployed();
    expect(serverOf(chart).env).toEqual([
      { name: 'REDISCLI_AUTH', valueFrom: { secretKeyRef: { name: 'sessions-login', key: 'password' } } },
    ]);
    expect(envOf(chart)).toEqual([
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'STATE_PASSWORD', valueFrom: { secretKeyRef: { name: 'sessions-login', key: 'password' } } },
    ]);
  });

  test('is ready when it has read its data, for which it has ten minutes', () => {
    const { startupProbe, readinessProbe, livenessProbe } = serverOf(deployed());
    const exec = { command: ['valkey-cli', '-e', 'ping'] };
    expect(startupProbe).toEqual({ exec, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 600 });
    expect(readinessProbe).toEqual({ exec, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 });
    expect(livenessProbe.tcpSocket).toEqual({ port: 'valkey' });
  });

  test('holds in memory half of what its pod may use', () => {
    const memory = { request: Size.gibibytes(2), limit: Size.gibibytes(4) };
    const { args, resources } = serverOf(deployed({ size: Size.gibibytes(8), resources: { memory } }));
    expect(args).toContain(`${2 * 1024 ** 3}`);
    expect(resources.limits).toEqual({ 'cpu': '1', 'memory': '4096Mi', 'ephemeral-storage': '64Mi' });
  });

  test('takes further directives, and another one for the disk', () => {
    const { args } = serverOf(deployed({ config: { 'appendfsync': 'everysec', 'save-param': ' a  -1 ' } }));
    expect(args.slice(-5)).toEqual(['--appendfsync', 'everysec', '--save-param', 'a', '-1']);
  });

  test('takes another image, class and fate of its volume', () => {
    const { template, volumeClaimTemplates: [claim], persistentVolumeClaimRetentionPolicy } = setOf(deployed({
      image: 'mirror.example/valkey:8.1', storageClass: 'fast', whenDeleted: ClaimRetention.DELETE,
    }));
    expect(template.spec.containers[0].image).toBe('mirror.example/valkey:8.1');
    expect(claim.spec.storageClassName).toBe('fast');
    expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
  });

  test('takes the image and the pods of the Platform', () => {
    const chart = shop();
    Platform.configure(chart, { valkeyImage: 'mirror.example/valkey:9', pods: { priorityClassName: 'high' } });
    const { containers: [{ image }], priorityClassName } = setOf(deployed({}, chart)).template.spec;
    expect([image, priorityClassName]).toEqual(['mirror.example/valkey:9', 'high']);
  });

  test('only those whose state it keeps may connect, and they may', () => {
    const chart = deployed();
    expect(policyOf(chart, 'sessions').ingress).toEqual([
      { from: [pods('web-backend')], ports: [{ port: 6379, protocol: 'TCP' }] },
    ]);
    expect(policyOf(chart, 'web-backend').egress[1]).toEqual(
      { to: [pods('sessions', 'sessions')], ports: [{ port: 6379, protocol: 'TCP' }] },
    );
  });

  test('whom its clients name may connect too, and whoever has an Egress to it', () => {
    const chart = shop();
    const valkey = Valkey.deploy(chart, 'Sessions', {
      size: Size.gibibytes(1), password: passwordIn(chart), clients: [Peer.pods({ app: 'backup' })],
    });
    const egress = [Egress.toHost(valkey.host, valkey.port)];
    new Spread(chart, 'Own', { backend: Backend.fromImage('ghcr.io/acme/own:1.0.0', { port: 8080, egress }) });
    expect(policyOf(chart, 'sessions').ingress[0].from).toEqual([
      pods('own-backend'), { podSelector: { matchLabels: { app: 'backup' } } },
    ]);
  });

  test('several share it, also from another namespace', () => {
    const app = new App();
    const data = new Chart(app, 'data', { namespace: 'data' });
    const valkey = Valkey.deploy(data, 'Sessions', { size: Size.gibibytes(1), password: passwordIn(data) });
    const web = new Chart(app, 'web', { namespace: 'web' });
    counting(web, 'Web', valkey);
    new Shard(web, 'Users', {
      shards: 2, key: ShardKey.fromHeader('x-user'), backend: Backend.fromFunction(code, { state: State.shared(valkey) }),
    });
    expect(stateOf(web).map(({ host }) => host)).toEqual(Array(3).fill('sessions.data.svc.cluster.local'));
    expect(policyOf(data, 'sessions').ingress[0].from.map((peer: any) => (
      peer.podSelector.matchLabels['app.kubernetes.io/instance']
    ))).toEqual(['web-backend', 'users-0', 'users-1']);
  });

  test('says where it is', () => {
    const valkey = Valkey.deploy(shop('shop'), 'Sessions', { size: Size.gibibytes(1), password: passwordIn(shop()) });
    expect([valkey.host, valkey.port]).toEqual(['sessions.shop.svc', 6379]);
  });

  test.each<[string, Partial<ValkeyOptions>, string]>([
    ['a password in the manifest', { password: EnvValue.fromValue('secret') }, '[shop/Sessions] password is a text, which '
      + 'everybody reads who reads the manifest: give that of a Secret, as in EnvValue.fromSecretValue({ secret, key: '
      + "'password' })"],
    ['a password from the machine that synthesizes', { password: EnvValue.fromProcess('HOME') },
      '[shop/Sessions] password is a text'],
    ['a password from elsewhere', { password: EnvValue.fromConfigMap({ name: 'c' } as any, 'password') },
      '[shop/Sessions] password is from somewhere else than a Secret: give that of a Secret'],
    ['a volume of nothing', { size: Size.gibibytes(0) }, '[shop/Sessions] size is 0: it must be larger than nothing'],
    ['a volume that may overflow', { size: Size.mebibytes(100) }, '[shop/Sessions] size is 100Mi, and 134217728 bytes of '
      + 'data, half of resources.memory, may take 512Mi on the disk: give as much or more, or less memory'],
    ['too little memory', { resources: { memory: { limit: Size.mebibytes(16) } } }, '[shop/Sessions] resources.memory is '
      + '16777216 bytes: Valkey itself takes some, so give 32Mi or more'],
    ['memory without a number', { resources: { memory: {} } }, '[shop/Sessions] resources.memory has no limit, and a Valkey '
      + 'must know how much it may hold: give one'],
    ['a directive of ours', { config: { maxmemory: '1gb' } }, "[shop/Sessions] config sets 'maxmemory', which is set here "
      + 'already, by another option or because the state needs it so: leave it out'],
    ['a directive that is none', { config: { '--port': '1' } }, "[shop/Sessions] config names '--port', which is no "
      + "directive: write it as in 'appendfsync'"],
    ['another directive in a value', { config: { hz: '10 --port 1' } }, '[shop/Sessions] config.hz is "10 --port 1": give '
      + "what stands behind it in a configuration, in one line, as in 'everysec'"],
    ['a directive without a value', { config: { hz: '' } }, '[shop/Sessions] config.hz is "": give what stands behind it'],
    ['what Deployments have', { pods: { progressDeadline: Duration.minutes(2) } }, '[shop/Sessions] pods.progressDeadline is '
      + 'given, and a StatefulSet has no such thing: its pod goes down before its successor starts; leave it out'],
    ['an image that is none', { image: 'Valkey' }, "[shop/Sessions] image is 'Valkey', which is no image reference"],
    ['a class that is none', { storageClass: 'Fast!' }, "[shop/Sessions] storage.storageClass is 'Fast!', which is no name "
      + 'of an object'],
  ])('%s is refused', (_, options, sentence) => {
    expect(() => deployed(options)).toThrow(sentence);
  });

  test('a name that is taken, none, or no place in a chart, is refused', () => {
    const chart = deployed();
    const password = passwordIn(shop());
    const deploy = (scope: any, id: string) => () => Valkey.deploy(scope, id, { size: Size.gibibytes(1), password });
    expect(deploy(chart, 'sessions')).toThrow("[shop/sessions] its name 'sessions' is taken by [shop/Sessions]");
    expect(deploy(chart, '')).toThrow("[shop] id is '': a Valkey needs one, of which the names of its objects are made");
    expect(deploy(new App(), 'Sessions')).toThrow("scope is in no chart: make one, as in new Chart(app, 'shop')");
  });
});

describe('Valkey.existing', () => {
  test('is asked for nothing but where it is', () => {
    const chart = using({ host: 'cache' });
    expect(stateOf(chart)[0]).toEqual({
      kind: 'shared', host: 'cache.${POD_NAMESPACE}.svc.cluster.local', port: 6379, prefix: 'state', timeout: 2000,
    });
    expect(envOf(chart).map(({ name }: any) => name)).toEqual(['POD_NAMESPACE']);
  });

  test('has user and password from a Secret as those of the type kubernetes.io/basic-auth', () => {
    const chart = using({ host: 'cache.data.svc', secret: 'cache-login' });
    expect(stateOf(chart)[0]).toMatchObject({ user: 'STATE_USER', password: 'STATE_PASSWORD' });
    const from = (key: string) => ({ secretKeyRef: { name: 'cache-login', key } });
    expect(envOf(chart)).toEqual([
      { name: 'STATE_USER', valueFrom: { secretKeyRef: { name: 'cache-login', key: 'username', optional: true } } },
      { name: 'STATE_PASSWORD', valueFrom: from('password') },
    ]);
    expect(envOf(using({ host: 'cache.data.svc', secret: 'cache-login', passwordKey: 'valkey-password' }))[1].valueFrom)
      .toEqual(from('valkey-password'));
  });

  test('by TLS, its certificate and ours are files that the function may read', () => {
    const chart = using({
      host: 'Cache.example.com',
      port: 6380,
      prefix: 'shop',
      tls: { ca: CaBundle.fromConfigMap('corp-ca'), clientCertificate: 'web-client' },
    });
    expect(stateOf(chart)[0]).toMatchObject({
      host: 'cache.example.com',
      port: 6380,
      prefix: 'shop',
      tls: {
        serverName: 'cache.example.com',
        ca: 'STATE_CA_0',
        client: { certificate: 'STATE_CERTIFICATE_0', key: 'STATE_KEY_0' },
      },
    });
    expect(envOf(chart)).toEqual([
      { name: 'STATE_CA_0', value: '/etc/metaparticle/ca-0/ca.crt' },
      { name: 'STATE_CERTIFICATE_0', value: '/etc/metaparticle/client-0/tls.crt' },
      { name: 'STATE_KEY_0', value: '/etc/metaparticle/client-0/tls.key' },
    ]);
    const { env, volumeMounts } = functionOf(chart);
    expect(volumeMounts.map(({ mountPath }: any) => mountPath))
      .toEqual(expect.arrayContaining(['/etc/metaparticle/ca-0', '/etc/metaparticle/client-0']));
    expect(env.find(({ name }: any) => name === 'NODE_OPTIONS').value)
      .toContain('--allow-fs-read=/etc/metaparticle/ca-0 --allow-fs-read=/etc/metaparticle/client-0');
  });

  test('of a Service without a name of its namespace, the certificate has that of the pod', () => {
    expect(stateOf(using({ host: 'cache', tls: {} }))[0].tls).toEqual({ serverName: 'cache.${POD_NAMESPACE}.svc' });
    expect(stateOf(using({ host: 'cache', tls: {} }, shop('shop')))[0].tls).toEqual({ serverName: 'cache.shop.svc' });
  });

  test.each([
    ['a Service of another namespace', 'cache.data.svc', {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } } }],
    }],
    ['a host outside', 'cache.example.com', { ports: [{ port: 6379, protocol: 'TCP' }] }],
    ['an address', '10.1.2.3', {
      to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [{ port: 6379, protocol: 'TCP' }],
    }],
  ])('those who use it may connect to %s', (_, host, rule) => {
    expect(policyOf(using({ host }), 'web-backend').egress[1]).toEqual(rule);
  });

  test('several replicas share it, and need no volume', () => {
    const chart = using({ host: 'cache' });
    expect(find(chart, 'Deployment', 'web-backend').spec.replicas).toBe(2);
  });

  test.each<[string, ExistingValkeyOptions, string]>([
    ['a URL', { host: 'redis://cache:6379' }, "Valkey.existing has the host 'redis://cache:6379', which is none: write it as "
      + "in 'cache.data.svc', without scheme and port"],
    ['no host', { host: '' }, "Valkey.existing has the host '', which is none"],
    ['a port that is none', { host: 'cache', port: 70000 }, 'Valkey.existing has port 70000: a TCP port is a whole number '
      + 'from 1 to 65535'],
    ['a secret that is no name', { host: 'cache', secret: 's3cr3t!' }, "Valkey.existing has the name 's3cr3t!', which is no "
      + 'name of an object'],
    ['a key without a secret', { host: 'cache', passwordKey: 'pw' }, "Valkey.existing has passwordKey 'pw' and no secret "
      + 'whose key it would be: give both'],
    ['a key that is none', { host: 'cache', secret: 's', passwordKey: 'a b' }, "Valkey.existing has the key 'a b'"],
    ['no prefix', { host: 'cache', prefix: '' }, "Valkey.existing has the prefix '': give 1 to 64 letters, digits, dashes, "
      + "underscores, dots, slashes and colons, as in 'shop'"],
    ['TLS to an address without a name', { host: '10.1.2.3', tls: {} }, 'Valkey.existing.tls has no serverName, and '
      + "'10.1.2.3' is an address: say which name its certificate has, as in 'users.example.com'"],
  ])('%s is refused', (_, options, sentence) => {
    expect(() => Valkey.existing(options)).toThrow(sentence);
  });

  test('a name that only a resolver with search domains would find is refused', () => {
    const app = new App();
    const data = new Chart(app, 'data', { namespace: 'data' });
    Valkey.deploy(data, 'Sessions', { size: Size.gibibytes(1), password: passwordIn(data) });
    const web = new Chart(app, 'web', { namespace: 'web' });
    counting(web, 'Web', Valkey.existing({ host: 'sessions.data' }));
    expect(() => Testing.synth(web)).toThrow("[web/Web] a backend or a Valkey is at 'sessions.data': DNS is asked for that "
      + "name as it is, and no Service has it; write 'sessions.data.svc'");
  });
});

test('variables that the state needs are not for others', () => {
  const env = { STATE_PASSWORD: EnvValue.fromValue('x') };
  expect(() => counting(shop(), 'Web', Valkey.existing({ host: 'cache', secret: 'login' }), { env }))
    .toThrow("[shop/Web] env sets 'STATE_PASSWORD', which the pattern sets itself: use another name");
});

test('functions that share state have their program in one ConfigMap', () => {
  const chart = deployed();
  counting(chart, 'Second', Valkey.existing({ host: 'cache' }));
  const programs = Testing.synth(chart).filter(({ kind, data }) => kind === 'ConfigMap' && data['function-server.mjs']);
  expect(programs.map(({ data }) => Object.keys(data))).toEqual([['function-server.mjs', 'state-valkey.mjs']]);
});
