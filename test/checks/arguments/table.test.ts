import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ApiObject, Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { problemsOf } from '../../manifests/problems';
import {
  Affinity, Backend, CaBundle, CallerHeaders, Code, Egress, Gather, GrpcProbe, HeaderValue, Leaf, Pattern, Peer,
  Platform, SameSite, Scaling, Scatter, ScatterGather, Shard, ShardKey, Spread, State, Storage, UrlBackendOptions,
  Valkey,
} from 'cdk8s-metaparticle';

type Members = Record<string, string>;
const table: {
  functions: Record<string, Members>;
  structs: Record<string, Members>;
  enums: Record<string, unknown[]>;
  objects: object;
} = JSON.parse(readFileSync(join(__dirname, '../../../assets/api.json'), 'utf8'));

const image = Backend.fromImage('web:1', { port: 8080 });
const code = Code.fromInline('() => 1');
const folder = mkdtempSync(join(tmpdir(), 'ca-'));
const pemFile = join(folder, 'ca.crt');
writeFileSync(pemFile, rootCertificates[0]);
afterAll(() => rmSync(folder, { recursive: true }));
const service = (chart: Chart) => {
  new Spread(chart, 'Other', { backend: image });
  const api = new kplus.Service(chart, 'Api', { metadata: { name: 'api' }, ports: [{ port: 80, targetPort: 8080 }] });
  api.selectLabel('app.kubernetes.io/instance', 'other-backend');
  return api;
};
const spread = (chart: Chart, props: object = {}) => new Spread(chart, 'Web', { backend: image, ...props });

class Own extends Pattern {
  public readonly service!: any;
  public readonly backends!: any;
  public readonly address!: any;

  constructor(scope: any, id: any, props: any) {
    super(scope, id, props);
  }
}

/** How each public function is called: with arguments that it takes, in their order, and until there are manifests. */
const CALLS: Record<string, [good: (chart: Chart) => unknown[], call: (chart: Chart, ...given: any[]) => void]> = {
  'Spread': [
    (chart) => [chart, 'Web', { backend: image }],
    (_, ...given) => { new Spread(given[0], given[1], given[2]); },
  ],
  'Affinity.byCookie': [
    () => ['shop', { sameSite: SameSite.LAX }],
    (chart, ...given) => spread(chart, { affinity: (Affinity.byCookie as any)(...given) }),
  ],
  'Affinity.byKey': [
    () => [ShardKey.fromHeader('x-user'), { maxRequestsPerPod: 8 }],
    (chart, ...given) => spread(chart, { affinity: (Affinity.byKey as any)(...given) }),
  ],
  'Backend.fromDeployment': [
    (chart) => {
      new Spread(chart, 'Other', { backend: image });
      const labels = { 'app.kubernetes.io/name': 'other', 'app.kubernetes.io/instance': 'other-backend' };
      return [{ name: 'other-backend', labels }, { port: 8080 }];
    },
    (chart, ...given) => spread(chart, { backend: (Backend.fromDeployment as any)(...given) }),
  ],
  'Backend.fromFunction': [
    () => [code, {}],
    (chart, ...given) => spread(chart, { backend: (Backend.fromFunction as any)(...given) }),
  ],
  'Backend.fromImage': [
    () => ['web:1', { port: 8080 }],
    (chart, ...given) => spread(chart, { backend: (Backend.fromImage as any)(...given) }),
  ],
  'Backend.fromService': [
    (chart) => [service(chart), {}],
    (chart, ...given) => spread(chart, { backend: (Backend.fromService as any)(...given) }),
  ],
  'Backend.fromUrl': [
    () => ['https://users:8443', {}],
    (chart, ...given) => spread(chart, { backend: (Backend.fromUrl as any)(...given) }),
  ],
  'CaBundle.fromConfigMap': [() => ['ca', 'ca.crt'], (chart, ...given) => (
    asked(chart, { tls: { ca: (CaBundle.fromConfigMap as any)(...given) } })
  )],
  'CaBundle.fromFile': [() => [pemFile], (chart, path) => asked(chart, { tls: { ca: CaBundle.fromFile(path) } })],
  'CaBundle.fromPem': [
    () => [rootCertificates[0]], (chart, pem) => asked(chart, { tls: { ca: CaBundle.fromPem(pem) } }),
  ],
  'CaBundle.fromSecret': [() => ['ca', 'ca.crt'], (chart, ...given) => (
    asked(chart, { tls: { ca: (CaBundle.fromSecret as any)(...given) } })
  )],
  'CallerHeaders.allBut': [
    () => [['cookie']], (chart, names) => asked(chart, { callerHeaders: CallerHeaders.allBut(...names) }),
  ],
  'CallerHeaders.only': [
    () => [['accept']], (chart, names) => asked(chart, { callerHeaders: CallerHeaders.only(...names) }),
  ],
  'Code.fromFile': [
    () => [join(__dirname, '../../../assets/router-budget.js')],
    (_, path) => { Code.fromFile(path); },
  ],
  'Code.fromFunction': [
    () => [() => 1],
    (chart, fn) => spread(chart, { backend: Backend.fromFunction(Code.fromFunction(fn)) }),
  ],
  'Code.fromInline': [
    () => ['() => 1'],
    (chart, source) => spread(chart, { backend: Backend.fromFunction(Code.fromInline(source)) }),
  ],
  'Egress.toHost': [() => ['db', 5432], (chart, ...given) => withEgress(chart, (Egress.toHost as any)(...given))],
  'Egress.toPattern': [(chart) => [spread(chart)], (chart, pattern) => withEgress(chart, Egress.toPattern(pattern))],
  'Egress.toPeer': [
    () => [Peer.namespace('data'), [5432]],
    (chart, peer, ports) => withEgress(chart, Egress.toPeer(peer, ...ports)),
  ],
  'Gather.fromFunction': [
    () => [code],
    (chart, given) => {
      new ScatterGather(chart, 'Search', { backends: [image], gather: Gather.fromFunction(given) });
    },
  ],
  'GrpcProbe.of': [() => [{ port: 8080 }], (chart, options) => {
    spread(chart, { backend: Backend.fromImage('web:1', { port: 8080, readiness: GrpcProbe.of(options) }) });
  }],
  'HeaderValue.fromSecret': [() => ['users', 'token', {}], (chart, ...given) => (
    asked(chart, { headers: { 'x-token': (HeaderValue.fromSecret as any)(...given) } })
  )],
  'HeaderValue.fromText': [
    () => ['acme'], (chart, text) => asked(chart, { headers: { 'x-tenant': HeaderValue.fromText(text) } }),
  ],
  'IBackend.bind': [
    (chart) => [chart, 'Web', { pattern: 'web', role: 'backend', replicas: 2 }],
    (_, ...given) => { (image.bind as any)(...given); },
  ],
  'Leaf.of': [() => [image, {}], (chart, ...given) => {
    new ScatterGather(chart, 'Search', { backends: [(Leaf.of as any)(...given)], gather: Gather.all() });
  }],
  'Pattern': [(chart) => [chart, 'Own', {}], (_, ...given) => { new Own(given[0], given[1], given[2]); }],
  'Pattern.exposeViaIngress': [
    () => ['/web', {}],
    (chart, ...given) => { spread(chart).exposeViaIngress(given[0], given[1]); },
  ],
  'Pattern.exposeViaRoute': [
    () => [['shop.example.com'], 'public', '/web'],
    (chart, ...given) => { spread(chart).exposeViaRoute(given[0], given[1], given[2]); },
  ],
  'Peer.ipRange': [() => ['10.0.0.0/8'], (chart, cidr) => spread(chart, { clients: [Peer.ipRange(cidr)] })],
  'Peer.namespace': [() => ['data'], (chart, name) => spread(chart, { clients: [Peer.namespace(name)] })],
  'Peer.pods': [
    () => [{ app: 'debug' }, 'data'],
    (chart, ...given) => spread(chart, { clients: [(Peer.pods as any)(...given)] }),
  ],
  'Platform.configure': [
    (chart) => [chart, {}],
    (chart, ...given) => {
      (Platform.configure as any)(...given);
      spread(chart);
    },
  ],
  'Platform.of': [(chart) => [chart], (_, scope) => { Platform.of(scope); }],
  'Scaling.cpu': [() => [{ max: 4 }], (chart, options) => spread(chart, { scaling: Scaling.cpu(options) })],
  'Scaling.external': [() => [{ max: 4 }], (chart, options) => {
    spread(chart, { scaling: Scaling.external(options) });
    const spec = { scaleTargetRef: { name: 'web-backend' } };
    new ApiObject(chart, 'Scaled', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'web' },
      spec,
    });
  }],
  'Scaling.memory': [() => [{
    max: 4,
    scaleUp: {},
    scaleDown: { policies: [{ replicas: kplus.Replicas.absolute(1) }] },
  }],
  (chart, options) => spread(chart, { scaling: Scaling.memory(options) })],
  'Scaling.metrics': [() => [{
    max: 4,
    metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(70))],
  }],
  (chart, options) => spread(chart, { scaling: Scaling.metrics(options) })],
  'Scatter.fromFunction': [
    () => [code],
    (chart, given) => {
      new ScatterGather(chart, 'Search', {
        backends: [image], scatter: Scatter.fromFunction(given), gather: Gather.all(),
      });
    },
  ],
  'ScatterGather': [
    (chart) => [chart, 'Search', { backend: image, leaves: 2, gather: Gather.all() }],
    (_, ...given) => { new ScatterGather(given[0], given[1], given[2]); },
  ],
  'Shard': [
    (chart) => [chart, 'Users', { backend: image, shards: 2, key: ShardKey.fromClientIp() }],
    (_, ...given) => { new Shard(given[0], given[1], given[2]); },
  ],
  'Shard.shardOf': [
    () => ['ada'],
    (chart, key) => {
      new Shard(chart, 'Users', { backend: image, shards: 2, key: ShardKey.fromClientIp() }).shardOf(key);
    },
  ],
  'ShardKey.fromClientIp': [() => [{}], (chart, options) => shard(chart, ShardKey.fromClientIp(options))],
  'ShardKey.fromCookie': [() => ['session'], (chart, name) => shard(chart, ShardKey.fromCookie(name))],
  'ShardKey.fromField': [
    () => ['user.id', { alternatives: ['id'], first: 3 }],
    (chart, ...given) => shard(chart, (ShardKey.fromField as any)(...given)),
  ],
  'ShardKey.fromFunction': [
    () => [Code.fromInline('() => "a"')],
    (chart, given) => shard(chart, ShardKey.fromFunction(given)),
  ],
  'ShardKey.fromHeader': [() => ['x-user'], (chart, name) => shard(chart, ShardKey.fromHeader(name))],
  'ShardKey.fromPath': [() => ['^/([^/]+)'], (chart, regex) => shard(chart, ShardKey.fromPath(regex))],
  'ShardKey.fromQuery': [() => ['user'], (chart, name) => shard(chart, ShardKey.fromQuery(name))],
  'State.local': [() => [{ size: Size.gibibytes(1) }], (chart, options) => {
    spread(chart, { backend: Backend.fromFunction(Code.fromInline('() => 1'), { state: State.local(options) }) });
  }],
  'State.shared': [() => [Valkey.existing({ host: 'cache' })], (chart, valkey) => stated(chart, valkey)],
  'Storage.volume': [() => [{ mountPath: '/data', size: Size.gibibytes(1) }], (chart, options) => {
    spread(chart, { backend: Backend.fromImage('web:1', { port: 8080, storage: Storage.volume(options) }) });
  }],
  'Valkey.deploy': [
    (chart) => [chart, 'Sessions', {
      size: Size.gibibytes(1),
      password: kplus.EnvValue.fromSecretValue({
        secret: kplus.Secret.fromSecretName(chart, 'Login', 'login'), key: 'password',
      }),
    }],
    (chart, ...given) => stated(chart, (Valkey.deploy as any)(...given)),
  ],
  'Valkey.existing': [() => [{ host: 'cache' }], (chart, options) => stated(chart, Valkey.existing(options))],
  // No function, but what a user's own backend answers.
  'BackendAddress': [
    () => [{ host: 'users', port: 8080 }],
    (chart, address) => spread(chart, { backend: { bind: () => address } }),
  ],
};

function stated(chart: Chart, valkey: Valkey): void {
  spread(chart, { backend: Backend.fromFunction(code, { state: State.shared(valkey) }) });
}

function withEgress(chart: Chart, egress: Egress): void {
  new Spread(chart, 'Other', { backend: Backend.fromImage('web:1', { port: 8080, egress: [egress] }) });
}

function asked(chart: Chart, options: UrlBackendOptions): void {
  spread(chart, { backend: Backend.fromUrl('https://users:8443', options) });
}

function shard(chart: Chart, key: ShardKey): void {
  new Shard(chart, 'Users', { backend: image, shards: 2, key });
}

/** Objects that have what they must, where no argument above has one. */
const GOOD: Record<string, object> = {
  'AdditionalPort': { port: 9100 },
  'CircuitBreaker': { failures: 5, pause: Duration.seconds(10) },
  'ContainerPort': { number: 9100 },
  'AdditionalContainer': { image: 'helper:1' },
  'Mount': {
    path: '/data',
    volume: kplus.Volume.fromEmptyDir(new Chart(Testing.app(), 'volumes'), 'Volume', 'data'),
  },
  'HostAlias': { ip: '10.1.2.3', hostnames: ['db'] },
  'k8s.LabelSelectorRequirement': { key: 'app', operator: 'Exists' },
  'k8s.NodeSelector': { nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }] },
  'k8s.NodeSelectorRequirement': { key: 'gpu', operator: 'Exists' },
  'k8s.PreferredSchedulingTerm': { weight: 1, preference: { matchExpressions: [{ key: 'gpu', operator: 'Exists' }] } },
  'k8s.TopologySpreadConstraint': {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
  },
  'Sysctl': { name: 'net.core.somaxconn', value: '1024' },
};

/** Functions that name objects which others make. */
const GIVEN = /^((CaBundle|HeaderValue)\.from|Valkey\.)/;

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** What JavaScript lets one give, by what it is called here. */
const VALUES: Record<string, unknown> = {
  'undefined': undefined,
  'null': null,
  '0': 0,
  '-1': -1,
  'NaN': NaN,
  '1e400': Infinity,
  "''": '',
  "'text'": 'text',
  'true': true,
  '{}': {},
  '[]': [],
  '[undefined]': [undefined],
  '{ name: undefined }': { name: undefined },
  '{ name: null }': { name: null },
  'a function': () => 1,
  'a Date': new Date(0),
  'a Map': new Map([['replicas', 3]]),
  'a promise': Promise.resolve(image),
  'a symbol': Symbol('text'),
  'a bigint': 5n,
  'a class': class Users {},
  'an object of a class': new (class Users { public readonly size = 5; })(),
  'a cyclic object': cyclic,
  'an object without prototype': Object.create(null),
  'a revoked Proxy': revoked.proxy,
  'an object whose getters throw': Object.defineProperty({}, 'text', {
    enumerable: true,
    get: () => { throw new Error('a getter'); },
  }),
};

interface Spot {
  /** How sentences call it. */
  readonly path: string;
  readonly type: string;
  readonly optional: boolean;
  /** The arguments, with another value at this spot. */
  readonly put: (args: unknown[], value: unknown) => unknown[];
}

/** All spots of a function's arguments, those inside of objects and arrays too. */
function spotsOf(name: string): Spot[] {
  if (name === 'BackendAddress') {
    return within(
      { path: 'backend.bind()', type: 'BackendAddress', optional: false, put: (_, value) => [value] },
      'backend.bind().',
    );
  }
  return Object.entries(table.functions[name]).flatMap(([key, text], index) => {
    const spot = {
      ...named(key, text),
      put: (args: unknown[], value: unknown) => args.map((each, at) => (at === index ? value : each)),
    };
    return within(spot, table.structs[spot.type] ? '' : `${spot.path}.`)
      // Where JavaScript spreads an array, it is one.
      .filter(({ path }) => !['Egress.toPeer ports', 'CallerHeaders.allBut names', 'CallerHeaders.only names']
        .includes(`${name} ${path}`))
      // Pods may be spread by other ones.
      .filter(({ path }) => !path.includes('topologySpread[0].labelSelector'));
  });
}

function within(spot: Spot, prefix: string): Spot[] {
  const inner = (
    key: string,
    text: string,
    put: (owner: any, value: unknown) => unknown,
    at = (args: unknown[]) => ownerOf(spot, args),
  ): Spot[] => {
    const { path, ...rest } = named(key, text);
    const one = {
      ...rest,
      path: `${prefix}${path}`,
      put: (args: unknown[], value: unknown) => spot.put(args, put(at(args), value)),
    };
    return within(one, `${one.path}.`);
  };
  if (spot.type.endsWith('[]')) {
    const item = {
      path: `${spot.path}[0]`,
      type: spot.type.slice(0, -2),
      optional: false,
      put: (args: unknown[], value: unknown) => spot.put(args, [value]),
    };
    return [spot, ...within(item, `${item.path}.`)];
  }
  if (spot.type.startsWith('{')) {
    return [spot, ...inner('/name?', spot.type.slice(1, -1), (_, value) => ({ '/name': value }))];
  }
  const members = Object.entries(table.structs[spot.type] ?? {}).filter(([key]) => key !== '...');
  return [
    spot,
    ...members.flatMap(([key, text]) => (
      inner(key, text, (owner, value) => ({ ...owner, [key.replace('?', '')]: value }))
    )),
  ];
}

/** The object that stands at a spot of good arguments. */
function ownerOf(spot: Spot, args: unknown[]): object {
  const marker = {};
  const find = (good: any, marked: any): { readonly good: any } | undefined => {
    if (marked === marker) return { good };
    if (typeof marked !== 'object' || marked === null) return undefined;
    for (const key of Object.keys(marked)) {
      const found = marked[key] !== good?.[key] && find(good?.[key], marked[key]);
      if (found) return found;
    }
    return undefined;
  };
  return find(args, spot.put(args, marker))?.good ?? GOOD[spot.type] ?? {};
}

function named(key: string, text: string): { path: string; type: string; optional: boolean } {
  return { path: key.replace('?', ''), type: text.split(': ')[0], optional: key.endsWith('?') };
}

/** Whether a value is of a type, as far as it can be seen without looking into structs. */
function isOf(type: string, value: unknown): boolean {
  if (value === revoked.proxy) return type === 'any';
  if (type === 'any') return true;
  if (['string', 'number', 'boolean'].includes(type)) return typeof value === type;
  if (type.includes(' | ')) return type.split(' | ').some((each) => isOf(each, value));
  if (type.endsWith('[]')) return Array.isArray(value) && value.every((each) => isOf(type.slice(0, -2), each));
  if (type.startsWith('{')) {
    return isPlain(value) && readable(value)
      && Object.values(value).every((each) => each === undefined || isOf(type.slice(1, -1), each));
  }
  return table.structs[type] !== undefined && isPlain(value);
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null
    && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

function readable(value: object): boolean {
  return !('text' in value);
}

/** What no API server takes, wherever it stands. */
function strays(value: unknown, path = ''): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => strays(each, `${path}/${key}`));
  }
  // Programs may speak of undefined.
  if (/\/data\/.*\.m?js$/.test(path) || typeof value === 'boolean' || Number.isFinite(value)) return [];
  const stray = typeof value === 'string' ? /.*(\[object|undefined|NaN).*/.exec(value)?.[0] : String(value);
  return stray === undefined ? [] : [`${path} is ${stray}`];
}

/** The sentence that refuses, or what is wrong with the manifests. */
function outcome(name: string, spot: Spot, value: unknown): { refused?: Error; problems?: string[] } {
  const chart = new Chart(Testing.app(), 'shop');
  const [good, call] = CALLS[name];
  const args = good(chart);
  try {
    call(chart, ...spot.put(args, value));
    const objects = Testing.synth(chart);
    // Of these, others make the objects.
    const problems = problemsOf(objects).filter((each) => !(GIVEN.test(name) && each.endsWith('which is not there')));
    return { problems: [...strays(objects), ...problems] };
  } catch (error) {
    return { refused: error as Error };
  }
}

test('every public function is called here', () => {
  expect(Object.keys(CALLS).sort()).toEqual([...Object.keys(table.functions), 'BackendAddress'].sort());
});

/**
 * What several functions have in common, such as `pods.labels`, also where it is `router.pods.labels`, is walked for
 * the first of them.
 */
const walked = new Set<string>();
const isFirst = (path: string, type: string) => {
  const common = `${path.replace(/^\w+\.(?=pods\.)/, '')} ${type}`;
  return !walked.has(common) && walked.add(common);
};
const SPOTS = Object.keys(CALLS).flatMap((name) => spotsOf(name)
  .filter(({ path, type }) => !/[.[]/.test(path) || isFirst(path, type))
  .map((spot): [string, string, Spot] => [name, spot.path, spot]));

test.each(SPOTS)('%s takes for its %s what is of its type, '
  + 'and refuses all else with a sentence', (name, path, spot) => {
  const place = path.replace(/[/.[\]()]/g, '\\$&');
  // The place, or one inside of it; the value; what to do.
  const ofAnotherType = new RegExp(
    `^\\[[^\\]]+\\] (${place}\\S*|text|name|self|\\w+) `
      + '(is .+: it must be .|is .+ has no such property: .|cannot be read: .)',
  );
  const wrong = Object.entries(VALUES).flatMap(([called, value]) => {
    const { refused, problems } = outcome(name, spot, value);
    const fits = value === undefined ? spot.optional || spot.type === 'any' : isOf(spot.type, value);
    if (!refused) {
      return fits || (spot.type in table.structs && value === undefined)
        ? problems!.map((problem) => `${called}: ${problem}`)
        : [`${called} is taken`];
    }
    const sentence = `${refused}`;
    const helpful = fits
      ? sentence !== '' && !/^\w+Error: |Cannot read|is not a function|is not iterable/.test(sentence)
      : ofAnotherType.test(sentence);
    return helpful ? [] : [`${called}: ${sentence}`];
  });
  expect(wrong).toEqual([]);
});

test.each(
  SPOTS.filter(([,, { type }]) => table.structs[type] && !table.structs[type]['...']),
)('%s refuses a name in its %s that nobody reads', (name, _, spot) => {
  if (name === 'Pattern' && spot.path === 'props') return;
  const chart = new Chart(Testing.app(), 'shop');
  const [good, call] = CALLS[name];
  const args = good(chart);
  expect(() => call(chart, ...spot.put(args, { ...ownerOf(spot, args), nonsense: 5 })))
    .toThrow(/^\[[^\]]+\] (\S+\.)?nonsense is 5, but \w+ has no such property: there are \w+/);
});
