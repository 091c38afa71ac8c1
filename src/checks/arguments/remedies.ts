import { Type } from './api';
import { isClass, isOf, kindOf, shown } from './shown';

/** What to write instead of a value. */
type Remedy = (value: unknown) => string;

const givesCode = (value: unknown) => typeof value === 'function' || isOf(value, 'Code');

/** What goes into `fromFunction`: only where JavaScript gives a function there is one that makes Code of it. */
const codeOf = (value: unknown, maker: string) => typeof value === 'function' ? `${maker}(…)` : '…';

/** How a value of each class is made, from what was probably meant. */
export const REMEDIES: { readonly [type: string]: Remedy } = {
  CaBundle: (value) => typeof value === 'string' && !value.includes('CERTIFICATE')
    ? `CaBundle.fromFile(${shown(value)})`
    : "CaBundle.fromConfigMap('corp-ca')",
  CallerHeaders: (value) => kindOf(value) === 'array'
    ? "CallerHeaders.only('accept', …)"
    : 'CallerHeaders.all()',
  Code: (value) => {
    if (typeof value === 'function') {
      return 'Code.fromFunction(…), or handler(…), sharding(…), scattering(…), gathering(…)';
    }
    return typeof value === 'string'
      ? `Code.fromInline(${shown(value)}), or Code.fromFile of a file`
      : "Code.fromInline('(request) => …')";
  },
  Construct: () => "new Chart(app, 'shop')",
  IConstruct: () => "new Chart(app, 'shop')",
  Cpu: (value) => typeof value === 'number' ? `Cpu.units(${value})` : 'Cpu.millis(500)',
  Deployment: () => "new Deployment(chart, 'Users', …)",
  DeploymentStrategy: () => 'DeploymentStrategy.recreate()',
  Duration: (value) => typeof value === 'number'
    ? `Duration.millis(${value}) or Duration.seconds(${value})`
    : 'Duration.seconds(30)',
  Egress: (value) => {
    const [, host, port] = /^(?:\w+:\/\/)?([\w.-]+):(\d+)$/.exec(typeof value === 'string' ? value : '') ?? [];
    if (host) return `Egress.toHost('${host}', ${port})`;
    if (isOf(value, 'Pattern')) return 'Egress.toPattern(…)';
    return isOf(value, 'Peer') ? 'Egress.toPeer(…)' : "Egress.toHost('db', 5432)";
  },
  EnvValue: (value) => kindOf(value) === 'primitive'
    ? `EnvValue.fromValue(${shown(typeof value === 'symbol' ? '…' : `${value}`)})`
    : "EnvValue.fromValue('…')",
  Gather: (value) => {
    if (givesCode(value)) return `Gather.fromFunction(${codeOf(value, 'gathering')})`;
    return `Gather.${['merge', 'first', 'all'].find((name) => name === value) ?? 'concat'}()`;
  },
  HeaderValue: (value) => typeof value === 'string'
    ? `HeaderValue.fromText(${shown(value)})`
    : "HeaderValue.fromSecret('api', 'token')",
  IBackend: (value) => {
    if (givesCode(value)) return `Backend.fromFunction(${codeOf(value, 'handler')})`;
    if (typeof value === 'string') {
      return /^https?:/.test(value)
        ? `Backend.fromUrl(${shown(value)})`
        : `Backend.fromImage(${shown(value)}, { port: 8080 })`;
    }
    if (isOf(value, 'Deployment')) return 'Backend.fromDeployment(…)';
    return "Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 })";
  },
  IServiceAccount: (value) => (
    `ServiceAccount.fromServiceAccountName(chart, 'Account', ${typeof value === 'string' ? shown(value) : "'web'"})`
  ),
  Ingress: () => "new Ingress(chart, 'Ingress')",
  IEndpoint: () => 'a Spread, a Shard or a ScatterGather',
  Metric: () => 'Metric.resourceCpu(MetricTarget.averageUtilization(70))',
  Peer: (value) => {
    if (typeof value !== 'string') {
      return kindOf(value) === 'plain' ? "Peer.pods({ app: 'checkout' })" : "Peer.namespace('ingress-nginx')";
    }
    return value.includes('/') ? `Peer.ipRange(${shown(value)})` : `Peer.namespace(${shown(value)})`;
  },
  PercentOrAbsolute: (value) => {
    const [, percent] = /^(\d+)%$/.exec(typeof value === 'string' ? value : '') ?? [];
    return percent
      ? `PercentOrAbsolute.percent(${percent})`
      : `PercentOrAbsolute.absolute(${typeof value === 'number' ? value : 1})`;
  },
  Replicas: (value) => `Replicas.absolute(${typeof value === 'number' ? value : 4})`,
  Scaling: (value) => `Scaling.cpu({ max: ${typeof value === 'number' ? value : 10} })`,
  Scatter: (value) => `Scatter.fromFunction(${codeOf(value, 'scattering')})`,
  Service: (value) => isOf(value, 'Pattern')
    ? 'the pattern itself as a backend'
    : "new Service(chart, 'Users', { ports: [{ port: 80 }] })",
  ShardKey: (value) => {
    if (givesCode(value)) return `ShardKey.fromFunction(${codeOf(value, 'sharding')})`;
    return value instanceof RegExp
      ? `ShardKey.fromPath(${shown(value.source)})`
      : `ShardKey.fromHeader(${typeof value === 'string' ? shown(value) : "'x-user'"})`;
  },
  Size: (value) => {
    const [, amount] = /^(\d+)\s*Mi?B?$/.exec(typeof value === 'string' ? value : '') ?? [];
    return `Size.mebibytes(${amount ?? (typeof value === 'number' ? value : 64)})`;
  },
  State: (value) => isOf(value, 'Valkey') ? 'State.shared(…)' : 'State.local({ size: Size.gibibytes(1) })',
  Storage: (value) => {
    const path = typeof value === 'string' && value.startsWith('/') ? value : '/data';
    return `Storage.volume({ mountPath: ${shown(path)}, size: Size.gibibytes(10) })`;
  },
  Valkey: (value) => `Valkey.existing({ host: ${typeof value === 'string' ? shown(value) : "'cache'"} })`,
};

const OF_OTHERS = 'its pods are made elsewhere, and so are their volumes';
const OF_BACKENDS = 'it is an option of a backend whose pods are made here, as in '
  + "Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080, storage: … })";
const OF_NOBODY = 'it keeps nothing; storage is an option of backends';

/** Why something has no such property, where one may look for it: by the property, and by what should have it. */
const ABSENT: { readonly [property: string]: { readonly [struct: string]: string } } = {
  storage: {
    DeploymentBackendOptions: OF_OTHERS,
    ServiceBackendOptions: OF_OTHERS,
    UrlBackendOptions: OF_OTHERS,
    SpreadProps: OF_BACKENDS,
    ShardProps: OF_BACKENDS,
    ScatterGatherProps: OF_BACKENDS,
    PodOptions: OF_BACKENDS,
    RouterOptions: OF_NOBODY,
    RootOptions: OF_NOBODY,
  },
};

/** Why a struct has no such property, where that is more help than the names of others. */
export function absenceOf(struct: string, property: string): string | undefined {
  return Object.hasOwn(ABSENT, property) ? ABSENT[property][struct] : undefined;
}

/** What to write instead of a value, where it can be told. */
export function remedyFor(type: Type, value: unknown): string | undefined {
  switch (type.kind) {
    case 'any':
    case 'struct':
      return undefined;
    case 'union': {
      // Of one or several, one is simpler.
      const list = type.of.find((each) => each.kind === 'array');
      return list && remedyFor(list.of, value);
    }
    case 'primitive':
      return primitive(type.name, value);
    case 'array': {
      const item = remedyFor(type.of, value);
      return item && `[${item}]`;
    }
    case 'map': {
      const item = remedyFor(type.of, value);
      return item && `{ name: ${item} }`;
    }
    case 'enum':
      return type.values.map((each) => shown(each)).join(' or ');
    case 'object':
      // A class where one of its objects is meant.
      return REMEDIES[type.name](isClass(value) ? undefined : value);
  }
}

function primitive(type: string, value: unknown): string | undefined {
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')) {
    return shown(`${value}`);
  }
  if (type === 'string' && value instanceof RegExp) return shown(value.source);
  if (type === 'number' && typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)) return value;
  if (type === 'number' && typeof value === 'bigint') return `${value}`;
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value;
  return undefined;
}
