import { Duration, Size } from 'cdk8s';
import { Cpu, EnvFieldPaths, EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { front, Front, Fronting, Target, whereIs } from './front';
import { checkGrpc } from './grpc-checks';
import { patienceOf } from './patience';
import type { RouterOptions } from './router-options';
import { proxiesOf } from './trusted-proxies';
import { Ways } from './ways';
import { fullName } from '../backends/address';
import { refuse } from '../checks/errors';
import { checkDuration, millisOf } from '../checks/numbers';
import { bytes, kibibytes } from '../checks/sizes';
import { program } from '../code/program';
import { RouterScriptConfig } from '../contract';
import { files } from '../manifests/files';
import { stopAfter, timeToFinish } from '../manifests/pod-times';
import { cores, memoryOf, withDefaults } from '../manifests/resources';
import { HEADER_SCRIPT } from '../nginx/header-script';
import { IP_SCRIPT } from '../nginx/ip-script';
import type { KeyScript } from '../nginx/key-lines';
import { leastMemory, mostWaiting, ScriptLimits, scriptLimits } from '../nginx/limits';
import { linesOf, Route } from '../nginx/route';
import { routerConfig } from '../nginx/router-config';
import { plainJson } from '../nginx/text';
import { Upstream } from '../nginx/upstream';
import { SYSTEM_CA } from '../nginx/way-lines';
import { Protocol } from '../platform/protocol';
import { replicasOf } from '../platform/scaling';

const PORT = 8080;
const ADMIN_PORT = 9090;
const TEMPLATE_PATH = '/etc/nginx/templates';
const RUN_PATH = '/run/nginx';
/**
 * What the paths of our scripts begin with. The image's entrypoint goes through its folder in the order of the names:
 * after the resolvers (15), before the templates (20).
 */
const ENTRYPOINT_PATH = '/docker-entrypoint.d/16-';
/** Both images of nginx, Alpine's and Debian's, keep the authorities here that their system trusts. */
const SYSTEM_CA_PATH = '/etc/ssl/certs/ca-certificates.crt';
/**
 * Seconds that open requests have after the stop signal, at least, where no option says: event streams and WebSockets
 * end with them.
 */
const LEAST_STOP = 30;
/** Bytes for requests that wait, where nobody says how much memory there is. */
const MEMORY_FOR_WAITING = 128 * 2 ** 20;
/** Seconds that an answer may be late on its way. */
const LATE = 5;

/**
 * One worker process, its connections, and buffers for bodies where it reads them. The disk holds the configuration.
 */
const defaultResources = (memory: Size) => ({
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: memory, limit: memory },
  ephemeralStorage: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
});

/** What a router does. */
export interface Routing extends Fronting {
  /** What its clients and groups speak. */
  readonly protocol: Protocol;
  readonly targets: readonly Target[];
  readonly route: Route;
  /** The text of the sharding function's module, where the key comes from one. */
  readonly module?: string;
}

/** Makes the router of a pattern: pods of nginx. */
export function router(
  pattern: Construct, { protocol, targets, route, module, clients, service }: Routing, options: RouterOptions = {},
): Front {
  const { script, readsHeaders, runsUserCode } = linesOf(route);
  const buffering = script?.runs === 'body';
  const isGrpc = protocol === Protocol.GRPC;
  if (isGrpc) checkGrpc(pattern, route, buffering, targets, options);
  const { timeout = timeoutFor(targets), idleTimeout, maxBodySize = defaultBody(isGrpc, buffering) } = options;
  const { allHeaders = false, accessLog = false, metrics = false } = options;
  const trustedProxies = proxiesOf(pattern, options.trustedProxies, 'router.');
  const replicas = replicasOf(pattern, options, 100, 'router.');
  checkSeconds(pattern, 'router.timeout', timeout);
  if (idleTimeout) checkSeconds(pattern, 'router.idleTimeout', idleTimeout);
  if (options.patience && millisOf(pattern, 'router.patience', options.patience) !== 0) {
    checkSeconds(pattern, 'router.patience', options.patience);
  }
  const patience = patienceOf(pattern, { protocol, targets, timeout }, options.patience);
  if (options.maxBodySize && !(bytes(maxBodySize) >= 1024 && Number.isSafeInteger(bytes(maxBodySize)))) {
    refuse(pattern, `router.maxBodySize is ${kibibytes(maxBodySize)} KiB: it must be 1 KiB or more, `
      + 'and less than 8 PiB');
  }
  if (allHeaders && readsHeaders) {
    refuse(pattern, 'router.allHeaders is true, but the key may be read from a header, '
      + 'and a client could name it with underscores: leave it out, or choose the shard by something else');
  }

  const spec = { id: 'Router', protocol, targets, replicas, timeout, options, clients, service } as const;
  return front(pattern, spec, (place) => {
    const { scope, labels, platform, service: name } = place;
    const finish = timeToFinish(
      scope, platform.pods, Duration.seconds(Math.max(LEAST_STOP, timeout.toSeconds() + LATE)),
    );
    const resources = withDefaults(options.resources, defaultResources(
      Size.mebibytes((buffering ? 256 : 128) * (patience ? 2 : 1)),
    ));
    const all = memoryOf(resources);
    // What waits has a half of it.
    const memory = all && patience ? all / 2 : all;
    const workers = Math.max(1, Math.floor(cores(resources.cpu?.limit ?? resources.cpu?.request ?? Cpu.units(1))));
    if (!(workers <= 512)) {
      refuse(pattern, `router.resources.cpu is ${workers} cores, each of which gets a worker process: 512 at most`);
    }
    const scripts = {
      ...scriptsOf(script, module, route.kind === 'shard' ? targets.length : undefined),
      ...metrics && { 'metrics.js': program('router-metrics.js') },
      ...patience && { 'waiting-room.js': program('router-waiting-room.js') },
    };
    const ways = new Ways(place);
    const upstreams = targets.map((target): Upstream => ({
      ...whereIs(target, (host) => fullName(host, platform.clusterDomain)),
      podsPortName: target.address.podsPortName,
      replicas: target.address.replicas ?? 1,
      way: ways.to(target),
      isOutside: ways.isOutside(target),
    }));
    const template = routerConfig({
      name,
      port: PORT,
      adminPort: ADMIN_PORT,
      grpc: isGrpc,
      workers,
      timeout: timeout.toSeconds(),
      idleTimeout: idleTimeout?.toSeconds(),
      maxBodySize: bytes(maxBodySize),
      allHeaders,
      limits: limitsOf(pattern, script, memory, patience !== undefined, workers, bytes(maxBodySize)),
      patience: patience && { time: patience.toSeconds(), requests: mostWaiting(memory ?? MEMORY_FOR_WAITING) },
      stop: finish.toSeconds(),
      trustedProxies,
      metrics,
      route,
      upstreams,
    });
    const sourced = sourcedBy(ways);
    return {
      image: platform.nginxImage,
      // Still through the image's entrypoint, which fills in the template because the first word is `nginx`.
      args: ['nginx', '-c', `${RUN_PATH}/nginx.conf`],
      env: environment(
        Object.keys(scripts).length > 0,
        patience !== undefined,
        accessLog ? '/dev/stdout json' : metrics ? '/dev/null json if=0' : 'off',
        ways,
      ),
      ports: { http: PORT, admin: ADMIN_PORT },
      metrics: { port: 'admin', path: '/metrics' },
      readiness: { port: 'admin', path: '/readyz' },
      // Only an answer shows that a function does not hang. Without one, nginx is alive while it takes connections: it
      // answers no probe either while every connection that it may have is open, and a restart would cut them all.
      ...runsUserCode && { liveness: { port: 'admin', path: '/healthz', patience: 0 } },
      resources,
      files: {
        [TEMPLATE_PATH]: files(scope, 'Config', labels, {
          'nginx.conf.template': template, ...scripts, ...sourced,
        }),
        ...ways.files,
      },
      given: ways.given,
      scripts: Object.fromEntries(Object.keys(sourced).map((file) => (
        [`${ENTRYPOINT_PATH}${file}`, { folder: TEMPLATE_PATH, file }]
      ))),
      writable: { [RUN_PATH]: Size.mebibytes(16) },
      stop: stopAfter(finish),
    };
  });
}

/** Bodies cost the router nothing where it does not read them; a stream of gRPC has no length at all: 0. */
function defaultBody(isGrpc: boolean, buffering: boolean): Size {
  return Size.mebibytes(isGrpc ? 0 : buffering ? 1 : 100);
}

function checkSeconds(pattern: Construct, property: string, duration: Duration): void {
  checkDuration(pattern, property, duration);
  const millis = duration.toMilliseconds();
  if (millis % 1000) refuse(pattern, `${property} is ${millis} ms: give whole seconds`);
}

/** The backend's own 504 says more than ours. */
function timeoutFor(targets: readonly Target[]): Duration {
  const longest = Math.max(0, ...targets.map(({ address }) => address.timeout?.toMilliseconds() ?? 0));
  return Duration.seconds(Math.max(60, Math.ceil(longest / 1000) + LATE));
}

/** What nginx loads to find a key, beside its configuration. */
function scriptsOf(
  script: KeyScript | undefined, module: string | undefined, shards: number | undefined,
): Record<string, string> {
  if (!script) return {};
  const config: RouterScriptConfig = { shards, ...script.config };
  return {
    'router.js': program(script.program),
    'config.js': `export default ${plainJson(config, 2)};\n`,
    ...module && { 'budget.js': program('router-budget.js'), 'key.js': module },
  };
}

/** Where a script finds keys, how much it may hold. */
function limitsOf(
  pattern: Construct,
  script: KeyScript | undefined,
  memory: number | undefined,
  waits: boolean,
  workers: number,
  maxBodySize: number,
): ScriptLimits | undefined {
  if (!script) return undefined;
  if (!memory) {
    refuse(pattern, 'router.resources.memory has no limit: the requests whose key a script finds are bounded by it; '
      + 'set one');
  }
  const limits = scriptLimits(memory, workers, script.runs === 'body' ? maxBodySize : undefined);
  if (limits.bodies !== undefined && !(Math.min(limits.bodies, limits.requests) >= 1)) {
    const least = Math.ceil(leastMemory(workers, maxBodySize) / 2 ** 20);
    refuse(pattern, `router.maxBodySize is ${maxBodySize / 1024} KiB: to read such a body for a key, `
      + `the router needs ${least} MiB of memory, and has ${memory / 2 ** 20}`
      + `${waits ? ', besides as much for requests that wait' : ''}; `
      + 'raise router.resources.memory, or lower router.maxBodySize');
  }
  if (!(limits.requests >= 1)) {
    refuse(pattern, `router.resources.memory is ${memory / 2 ** 20} MiB: `
      + 'a router whose keys a script finds needs 25 MiB or more');
  }
  return { ...limits, odd: script.odd };
}

/** What the image's entrypoint sources, by file. */
function sourcedBy(ways: Ways): Record<string, string> {
  return {
    ...ways.secrets.length > 0 && { 'backend-headers.envsh': HEADER_SCRIPT },
    ...ways.asksOutside && { 'ip-versions.envsh': IP_SCRIPT },
  };
}

/**
 * What the template is filled in with. Another environment (the local cluster) sets other values: the configuration is
 * never edited.
 */
function environment(
  scripted: boolean, waits: boolean, accessLog: string, ways: Ways,
): Record<string, EnvValue> {
  const filled = {
    LISTEN_ADDRESS: '0.0.0.0',
    ...waits && { LOOPBACK_ADDRESS: '127.0.0.1' },
    RUN_DIR: RUN_PATH,
    ...scripted && { CODE_DIR: TEMPLATE_PATH, MODULES_DIR: '/etc/nginx/modules' },
    ACCESS_LOG: accessLog,
    SERVED_BY: '',
    ...ways.trustsSystem && { [SYSTEM_CA]: SYSTEM_CA_PATH },
  };
  // Only these: nginx has variables of its own, and the environment may have names like theirs.
  const names = [...Object.keys(filled), ...Object.keys(ways.env), 'POD_NAMESPACE', 'NGINX_LOCAL_RESOLVERS'];
  return {
    ...Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, EnvValue.fromValue(value)])),
    POD_NAMESPACE: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE),
    NGINX_ENTRYPOINT_LOCAL_RESOLVERS: EnvValue.fromValue('1'),
    NGINX_ENVSUBST_OUTPUT_DIR: EnvValue.fromValue(RUN_PATH),
    NGINX_ENVSUBST_FILTER: EnvValue.fromValue(`^(${names.join('|')})$`),
    ...ways.env,
    ...ways.secrets.length > 0 && { BACKEND_HEADERS: EnvValue.fromValue(ways.secrets.join(' ')) },
    ...ways.asksOutside && { POD_IPS: EnvValue.fromFieldRef(EnvFieldPaths.POD_IPS) },
  };
}
