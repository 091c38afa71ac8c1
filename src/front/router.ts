import { Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu, EnvFieldPaths, EnvValue, Service } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { exposedAs } from './exposed';
import type { FrontOptions } from './front-options';
import { trafficInFront } from './traffic';
import { proxiesOf } from './trusted-proxies';
import { addressOf, fullName } from '../backends/address';
import type { BackendAddress } from '../backends/backend-interface';
import { refuse } from '../checks/errors';
import { checkDuration } from '../checks/numbers';
import { bytes, kibibytes } from '../checks/sizes';
import { program } from '../code/program';
import { RouterScriptConfig } from '../contract';
import { files } from '../manifests/files';
import { group } from '../manifests/group';
import { nameOf } from '../manifests/names';
import { stopAfter, timeToFinish } from '../manifests/pod-times';
import { cores, memoryOf, withDefaults } from '../manifests/resources';
import { publicService } from '../manifests/service';
import type { KeyScript } from '../nginx/key-lines';
import { leastMemory, ScriptLimits, scriptLimits } from '../nginx/limits';
import { linesOf, Route } from '../nginx/route';
import { routerConfig } from '../nginx/router-config';
import { plainJson } from '../nginx/text';
import { Upstream } from '../nginx/upstream';
import type { PatternServiceOptions } from '../platform/pattern-service';
import type { Peer } from '../platform/peer';
import { platformOf } from '../platform/platform';
import { replicasOf } from '../platform/scaling';

/** The nginx in front of a pattern's groups. */
export interface RouterOptions extends FrontOptions {
  /**
   * How long a replica may be silent: before its answer starts, and between two parts of it. Then a GET (or another
   * method that is safe to repeat) is given to another replica; other requests end with 504. It is also how long a
   * WebSocket or an event stream may be idle, unless `idleTimeout` says that. Whole seconds.
   *
   * A client waits at most three times this and 6 seconds for its answer to begin, even where every replica is frozen:
   * the last try starts within this and 5 seconds, and a GET during which DNS heard of other replicas begins once
   * more. Where every replica is gone it is refused at once, with 502 or 503, or after half a second for each address
   * that does not answer.
   *
   * A router pod that stops has this and five seconds for the requests at hand, half a minute at least; or what
   * `pods.terminationGracePeriod` leaves.
   * @default - 60 seconds; where a backend may take longer than 55, as its own time-out says, that and five seconds
   */
  readonly timeout?: Duration;

  /**
   * How long a WebSocket may be idle, in both directions, before it is closed; and how long a replica may be silent
   * when the client accepts server-sent events (`accept: text/event-stream`, also among others): before its answer
   * starts, and between two events. Whole seconds. `timeout` still finds a replica that hangs, by all other requests;
   * those of this kind that such a replica has got already wait for it until this time ends, or it is restarted.
   *
   * How long one that is not idle stays open when a router pod stops is what `pods.terminationGracePeriod` leaves.
   * Where a pattern has another as its backend, the routers of both need this option.
   * @default - as `timeout`
   */
  readonly idleTimeout?: Duration;

  /**
   * The largest request body, of 1 KiB or more; a longer one is answered with 413. Bodies stream through and cost the
   * router no memory, except where it reads them to find a key (`ShardKey.fromField`, and a `fromFunction` that
   * mentions `body`): there, `resources.memory` must have 24 MiB and 62 times this (for each further worker process,
   * 55 times this more), because parsed JSON can take that much. While a body is parsed, other requests of that worker
   * process wait: 50 ms for each MiB of usual JSON.
   * @default - 100 MiB; 1 MiB where the router reads bodies
   */
  readonly maxBodySize?: Size;

  /**
   * Whether headers are passed on whatever characters their names have. Without it, nginx drops those with others than
   * letters, digits and dashes, such as `x_tenant` and `x.trace`.
   *
   * Programs behind CGI or WSGI read `X_Forwarded_For` as X-Forwarded-For: headers with underscores that would pass
   * for one that the router sets are dropped all the same. `X.Forwarded.For` is passed on; only PHP reads its dots as
   * underscores. nginx itself reads `X_Forwarded_Proto` as X-Forwarded-Proto, so that gateways among the
   * `trustedProxies` must drop both of what their clients send. A Shard whose key is a header or comes from a function
   * cannot have it: `X_User` would pass for X-User.
   * @default false
   */
  readonly allHeaders?: boolean;

  /**
   * Whether each request is logged to standard output, as one line of JSON: time, method, path (without the query),
   * status, seconds, bytes, client, group, shard, the replicas asked and their seconds, request id and trace id.
   * @default false
   */
  readonly accessLog?: boolean;

  /**
   * Whether requests are counted by group and status code, with their latencies, for Prometheus at `/metrics` of port
   * 9090. Without it, that page tells of connections only. A script counts, and nginx has no cheaper way: about 12 µs
   * of CPU a request, a third of what a router needs for one (`npm run bench -- shard`).
   * @default false
   */
  readonly metrics?: boolean;
}

const PORT = 8080;
const ADMIN_PORT = 9090;
const TEMPLATE_PATH = '/etc/nginx/templates';
const RUN_PATH = '/run/nginx';
/**
 * Seconds that open requests have after the stop signal, at least, where no option says: event streams and WebSockets
 * end with them.
 */
const LEAST_STOP = 30;
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

/** A group as a router sends to it. */
export interface RouterTarget {
  /** What the group is called in the router's configuration and logs. */
  readonly name: string;
  readonly address: BackendAddress;
}

/** A router as its pattern hands it out. */
export interface Router {
  readonly service: Service;
  readonly address: BackendAddress;
}

/** What a router does. */
export interface Routing {
  readonly targets: readonly RouterTarget[];
  readonly route: Route;
  /** The text of the sharding function's module, where the key comes from one. */
  readonly module?: string;
  /** Who may call. */
  readonly clients?: readonly Peer[];
  /** What callers see. */
  readonly service?: PatternServiceOptions;
}

/** Makes the router of a pattern: a group of nginx pods whose Service carries the pattern's own name. */
export function router(
  pattern: Construct, { targets, route, module, clients, service }: Routing, options: RouterOptions = {},
): Router {
  const { script, readsHeaders, runsUserCode } = linesOf(route);
  const buffering = script?.runs === 'body';
  const { timeout = timeoutFor(targets), idleTimeout, maxBodySize = Size.mebibytes(buffering ? 1 : 100) } = options;
  const { allHeaders = false, accessLog = false, metrics = false } = options;
  const trustedProxies = proxiesOf(pattern, options.trustedProxies, 'router.');
  const replicas = replicasOf(pattern, options, 100, 'router.');
  checkSeconds(pattern, 'router.timeout', timeout);
  if (idleTimeout) checkSeconds(pattern, 'router.idleTimeout', idleTimeout);
  if (!(bytes(maxBodySize) >= 1024 && Number.isSafeInteger(bytes(maxBodySize)))) {
    refuse(pattern, `router.maxBodySize is ${kibibytes(maxBodySize)} KiB: it must be 1 KiB or more, `
      + 'and less than 8 PiB');
  }
  if (allHeaders && readsHeaders) {
    refuse(pattern, 'router.allHeaders is true, but the key may be read from a header, '
      + 'and a client could name it with underscores: leave it out, or choose the shard by something else');
  }

  const scope = new Construct(pattern, 'Router');
  const labels = { pattern: nameOf(pattern), group: nameOf(scope), role: 'router' };
  const exposed = exposedAs(pattern, labels.pattern, service);
  const platform = platformOf(scope, options.pods);
  const finish = timeToFinish(
    scope, platform.pods, Duration.seconds(Math.max(LEAST_STOP, timeout.toSeconds() + LATE)),
  );
  const resources = withDefaults(options.resources, defaultResources(Size.mebibytes(buffering ? 256 : 128)));
  const workers = Math.max(1, Math.floor(cores(resources.cpu?.limit ?? resources.cpu?.request ?? Cpu.units(1))));
  if (!(workers <= 512)) {
    refuse(pattern, `router.resources.cpu is ${workers} cores, each of which gets a worker process: 512 at most`);
  }
  const scripts = {
    ...scriptsOf(script, module, targets.length),
    ...metrics && { 'metrics.js': program('router-metrics.js') },
  };
  const template = routerConfig({
    name: exposed.service,
    port: PORT,
    adminPort: ADMIN_PORT,
    workers,
    timeout: timeout.toSeconds(),
    idleTimeout: idleTimeout?.toSeconds(),
    maxBodySize: bytes(maxBodySize),
    allHeaders,
    limits: limitsOf(pattern, script, resources, workers, bytes(maxBodySize)),
    stop: finish.toSeconds(),
    trustedProxies,
    metrics,
    route,
    upstreams: targets.map((target) => upstreamOf(target, platform.clusterDomain)),
  });
  const made = group(scope, {
    labels,
    platform,
    ...exposed,
    replicas,
    scaling: options.scaling,
    ...trafficInFront(targets, clients, options.egress),
    pod: {
      image: platform.nginxImage,
      // Still through the image's entrypoint, which fills in the template because the first word is `nginx`.
      args: ['nginx', '-c', `${RUN_PATH}/nginx.conf`],
      env: environment(
        Object.keys(scripts).length > 0, accessLog ? '/dev/stdout json' : metrics ? '/dev/null json if=0' : 'off',
      ),
      ports: { http: PORT, admin: ADMIN_PORT },
      metrics: { port: 'admin', path: '/metrics' },
      readiness: { port: 'admin', path: '/readyz' },
      // Only an answer shows that a function does not hang. Without one, nginx is alive while it takes connections: it
      // answers no probe either while every connection that it may have is open, and a restart would cut them all.
      ...runsUserCode && { liveness: { port: 'admin', path: '/healthz', patience: 0 } },
      resources,
      files: { [TEMPLATE_PATH]: files(scope, 'Config', labels, { 'nginx.conf.template': template, ...scripts }) },
      writable: { [RUN_PATH]: Size.mebibytes(16) },
      stop: stopAfter(finish),
    },
  }, publicService);
  return { service: made.service, address: { ...addressOf(made, replicas), timeout } };
}

function checkSeconds(pattern: Construct, property: string, duration: Duration): void {
  checkDuration(pattern, property, duration);
  const millis = duration.toMilliseconds();
  if (millis % 1000) refuse(pattern, `${property} is ${millis} ms: give whole seconds`);
}

/** The backend's own 504 says more than ours. */
function timeoutFor(targets: readonly RouterTarget[]): Duration {
  const longest = Math.max(0, ...targets.map(({ address }) => address.timeout?.toMilliseconds() ?? 0));
  return Duration.seconds(Math.max(60, Math.ceil(longest / 1000) + LATE));
}

/** What nginx loads to find a key, beside its configuration. */
function scriptsOf(script: KeyScript | undefined, module: string | undefined, shards: number): Record<string, string> {
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
  resources: ContainerResources,
  workers: number,
  maxBodySize: number,
): ScriptLimits | undefined {
  if (!script) return undefined;
  const memory = memoryOf(resources);
  if (!memory) {
    refuse(pattern, 'router.resources.memory has no limit: the requests whose key a script finds are bounded by it; '
      + 'set one');
  }
  const limits = scriptLimits(memory, workers, script.runs === 'body' ? maxBodySize : undefined);
  if (limits.bodies !== undefined && !(Math.min(limits.bodies, limits.requests) >= 1)) {
    const least = Math.ceil(leastMemory(workers, maxBodySize) / 2 ** 20);
    refuse(pattern, `router.maxBodySize is ${maxBodySize / 1024} KiB: to read such a body for a key, `
      + `the router needs ${least} MiB of memory, and has ${memory / 2 ** 20}; `
      + 'raise router.resources.memory, or lower router.maxBodySize');
  }
  if (!(limits.requests >= 1)) {
    refuse(pattern, `router.resources.memory is ${memory / 2 ** 20} MiB: `
      + 'a router whose keys a script finds needs 25 MiB or more');
  }
  return { ...limits, odd: script.odd };
}

/**
 * What the template is filled in with. Another environment (the local cluster) sets other values: the configuration is
 * never edited.
 */
function environment(scripted: boolean, accessLog: string): Record<string, EnvValue> {
  const filled = {
    LISTEN_ADDRESS: '0.0.0.0',
    RUN_DIR: RUN_PATH,
    ...scripted && { CODE_DIR: TEMPLATE_PATH, MODULES_DIR: '/etc/nginx/modules' },
    ACCESS_LOG: accessLog,
    SERVED_BY: '',
  };
  // Only these: nginx has variables of its own, and the environment may have names like theirs.
  const filter = `^(${[...Object.keys(filled), 'POD_NAMESPACE', 'NGINX_LOCAL_RESOLVERS'].join('|')})$`;
  return {
    ...Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, EnvValue.fromValue(value)])),
    POD_NAMESPACE: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE),
    NGINX_ENTRYPOINT_LOCAL_RESOLVERS: EnvValue.fromValue('1'),
    NGINX_ENVSUBST_OUTPUT_DIR: EnvValue.fromValue(RUN_PATH),
    NGINX_ENVSUBST_FILTER: EnvValue.fromValue(filter),
  };
}

function upstreamOf({ name, address }: RouterTarget, clusterDomain: string): Upstream {
  return {
    name,
    host: fullName(address.host, clusterDomain),
    podsHost: address.podsHost && fullName(address.podsHost, clusterDomain),
    port: address.port,
    podsPort: address.podsPort,
    replicas: address.replicas ?? 1,
    keepAlive: address.keepAlive?.toMilliseconds(),
  };
}
