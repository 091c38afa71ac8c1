import { allHeaders } from './all-headers';
import { grpc, HTTP } from './dialect';
import { forwardedVariables } from './forwarded';
import { hopVariables } from './hop-headers';
import { idleVariables } from './idle';
import { limitLines, limitVariables, ScriptLimits } from './limits';
import { metricsLog, metricsPage, metricsVariables } from './metrics';
import { onceMoreVariables } from './once-more';
import { wayVariables } from './passing';
import { problemPages } from './problems';
import { Proxying, proxying } from './proxying';
import { headerVariables } from './request-headers';
import { linesOf, Route } from './route';
import { groupName, RouteLines } from './route-lines';
import { scriptEngine, scriptModule } from './scripting';
import { block } from './text';
import { Upstream, upstream } from './upstream';
import { roomAddress, roomVariables, waitingRoom } from './waiting-room';
import { passBy, Ways, waysTo } from './way-lines';

/** A router, as plain data: everything its nginx.conf is made of. */
export interface RouterConfig extends Proxying {
  /** The name of its Service. */
  readonly name: string;
  /** Where requests arrive. */
  readonly port: number;
  /** Where probes are answered. */
  readonly adminPort: number;
  /** Whether clients and groups speak gRPC. */
  readonly grpc: boolean;
  /** Worker processes: as many as the router may use cores. */
  readonly workers: number;
  /** Seconds that WebSockets and event streams may be idle, where that is not as for all else. */
  readonly idleTimeout?: number;
  /** Bytes of the largest request body. */
  readonly maxBodySize: number;
  /** How much scripts that find keys may hold, where there are any. */
  readonly limits?: ScriptLimits;
  /** Seconds open requests may take after the stop signal. */
  readonly stop: number;
  /** Addresses and networks whose word on the client is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether requests are counted for Prometheus. */
  readonly metrics: boolean;
  /** Which of them a request goes to. */
  readonly route: Route;
}

/**
 * The template of a whole nginx.conf. `${…}` is filled in when the pod starts: what only the pod knows (its address,
 * its folders, its name server). It is the main configuration and not a file of conf.d, because `pid`,
 * `worker_processes` and `load_module` are its alone.
 */
export function routerConfig(config: RouterConfig): string {
  const route = linesOf(config.route);
  const ways = waysTo(config.upstreams);
  const isScripted = config.metrics || config.patience !== undefined || route.script !== undefined;
  return [
    ...scriptModule(isScripted),
    `worker_processes ${config.workers};`,
    'worker_rlimit_nofile 16384;',
    `worker_shutdown_timeout ${config.stop}s;`,
    'daemon off;',
    'pid ${RUN_DIR}/nginx.pid;',
    'error_log stderr warn;',
    '',
    ...block('events', ['worker_connections 8192;']),
    '',
    ...block('http', [
      ...general(config, route),
      '',
      ...variables(config, route, ways),
      '',
      ...scriptEngine(isScripted),
      ...route.variables.length > 0 ? [...route.variables, ''] : [],
      ...config.limits ? [...limitVariables(config.limits), ''] : [],
      ...config.metrics ? [...metricsVariables(config.upstreams.length), ''] : [],
      ...config.patience ? [...roomVariables(config.patience, config.upstreams.length), ''] : [],
      ...config.upstreams.flatMap((group, index) => [...upstreamsOf(group, index, config, route), '']),
      ...publicServer(config, route, ways),
      '',
      ...rooms(config),
      ...adminServer(config),
    ]),
    '',
  ].join('\n');
}

function upstreamsOf(
  group: Upstream, index: number, { upstreams, patience }: RouterConfig,
  { balancing, lastResort, upstreams: further }: RouteLines,
): string[] {
  const groups = upstreams.length;
  const room = patience && roomAddress(index);
  return [...upstream(group, groups, balancing, lastResort, room), ...further ? ['', ...further(group, groups)] : []];
}

/** Where requests wait for replicas. */
function rooms({ patience, upstreams, timeout, idleTimeout = timeout }: RouterConfig): string[] {
  if (!patience) return [];
  const longest = Math.max(timeout, idleTimeout);
  return upstreams.flatMap((group, index) => (
    [...waitingRoom(group, index, upstreams.length, patience, longest), '']
  ));
}

function general(config: RouterConfig, route: RouteLines): string[] {
  return [
    'client_body_temp_path ${RUN_DIR}/client_body;',
    'proxy_temp_path ${RUN_DIR}/proxy;',
    'fastcgi_temp_path ${RUN_DIR}/fastcgi;',
    'uwsgi_temp_path ${RUN_DIR}/uwsgi;',
    'scgi_temp_path ${RUN_DIR}/scgi;',
    '',
    'server_tokens off;',
    'types {}',
    'default_type application/octet-stream;',
    ...logFormat(route, config.grpc),
    'access_log ${ACCESS_LOG};',
    '',
    // Names are asked for again after 5 s, whatever their TTL: the answer may still be as old as the
    // cluster's DNS cache.
    'resolver ${NGINX_LOCAL_RESOLVERS} valid=5s;',
    'resolver_timeout 2s;',
    '',
    'client_header_timeout 10s;',
    // Where a body is held in memory, one that does not arrive soon makes room for another.
    `client_body_timeout ${bodyTimeout(config)}s;`,
    'send_timeout 30s;',
    'client_header_buffer_size 2k;',
    'large_client_header_buffers 4 16k;',
    ...config.allHeaders ? allHeaders : [],
    `client_max_body_size ${config.maxBodySize};`,
    // A script reads a body only where it is in one piece in memory; other bodies stream through a small buffer.
    ...config.limits?.bodies !== undefined
      ? [`client_body_buffer_size ${config.maxBodySize};`, 'client_body_in_single_buffer on;']
      : ['client_body_buffer_size 16k;'],
    'keepalive_timeout 75s;',
    // A router that ends says so on every connection used within this time (`connection: close`), and the client goes
    // elsewhere. Without it nginx cuts them between two requests: of 35,000, 18 were lost in restarts. Longer than the
    // 4 s for which a router in front of this one keeps them.
    'keepalive_min_timeout 5s;',
    'keepalive_requests 10000;',
    'reset_timedout_connection on;',
    // A request takes a little more than two of the 4 KiB that nginx gets at a time by default.
    'request_pool_size 8k;',
  ];
}

/** How long a part of a body may be late. In gRPC, that is how long a client may be silent in its stream. */
function bodyTimeout({ grpc: isGrpc, limits, timeout }: RouterConfig): number {
  if (isGrpc) return timeout;
  return limits?.bodies === undefined ? 30 : 10;
}

/** One line of JSON a request. */
function logFormat({ logFields }: RouteLines, isGrpc: boolean): string[] {
  const fields = {
    time: '"$time_iso8601"',
    method: '"$request_method"',
    // without the query, which is where tokens and names of people stand
    path: '"$log_path"',
    status: '$status',
    ...isGrpc && { grpc_status: '"$grpc_status"' },
    seconds: '$request_time',
    bytes: '$body_bytes_sent',
    client: '"$remote_addr"',
    group: '"$group"',
    ...logFields,
    upstream: '"$upstream_addr"',
    upstream_status: '"$upstream_status"',
    upstream_seconds: '"$upstream_response_time"',
    request_id: '"$request_id_or_new"',
    trace_id: '"$trace_id"',
  };
  return [
    'log_format json escape=json',
    ...Object.entries(fields).map(([name, value], i) => `  '${i === 0 ? '{' : ','}"${name}":${value}'`),
    "  '}';",
  ];
}

function variables(
  config: RouterConfig, { replacesClient, group, after502, upstreams }: RouteLines, ways: Ways,
): string[] {
  const called = groupName(config.upstreams.map(({ name }) => name), group);
  return [
    ...config.grpc ? [] : hopVariables,
    ...block('map $http_x_request_id $request_id_or_new', ['default $http_x_request_id;', "'' $request_id;"]),
    // The name of the upstream; a script cannot ask for $proxy_host itself.
    ...config.grpc
      ? block('map $upstream_addr $group', [`default ${called};`, "'' none;"])
      : block('map $proxy_host $group', [`default ${upstreams ? called : '$proxy_host'};`, "'' none;"]),
    ...block('map $request_uri $log_path', ['default $request_uri;', "'~^([^?]*)[?]' $1;"]),
    // Version, trace, span, flags (https://www.w3.org/TR/trace-context/#traceparent-header).
    ...block('map $http_traceparent $trace_id', ["default '';", "'~^[0-9a-f]{2}-([0-9a-f]{32})-' $1;"]),
    ...forwardedVariables(config.trustedProxies, replacesClient),
    ...config.grpc || config.idleTimeout === undefined ? [] : idleVariables(),
    ...config.grpc
      ? grpcStatus
      : onceMoreVariables(config.idleTimeout !== undefined, ways.all.length > 1, after502),
    ...wayVariables(ways, group),
    ...headerVariables(ways.all),
  ];
}

/** What an answer of gRPC says at its end, or, where it has no message, at its beginning. */
const grpcStatus = block('map $sent_trailer_grpc_status $grpc_status', [
  'default $sent_trailer_grpc_status;', "'' $sent_http_grpc_status;",
]);

function publicServer(config: RouterConfig, route: RouteLines, ways: Ways): string[] {
  // Empty in a cluster, and then no header is sent; the local cluster asks who served.
  const always = ['add_header x-served-by "${SERVED_BY}" always;'];
  const dialect = config.grpc ? grpc(always) : HTTP;
  return block('server', [
    `listen \${LISTEN_ADDRESS}:${config.port} backlog=1024;`,
    ...config.grpc ? ['http2 on;'] : [],
    // The host of a request that names none, as HTTP/1.0 allows: a replica gets it as HTTP/1.1, where one
    // must be named.
    `server_name ${config.name};`,
    ...always,
    ...config.metrics ? metricsLog() : [],
    '',
    ...config.limits ? [...limitLines(config.limits, dialect), ''] : [],
    ...proxying(config, dialect),
    '',
    // nginx looks at this where the first error is, and not where the second one is.
    'recursive_error_pages on;',
    ...problemPages(dialect, route.headers.length > 0 ? [...always, ...route.headers] : undefined),
    '',
    ...route.locations({
      groups: config.upstreams.map(({ name }) => name),
      passes: ways.all.map((way) => passBy(way, config.allHeaders, dialect)),
      always,
      dialect,
      idleTimeout: config.idleTimeout,
    }),
  ]);
}

function adminServer(config: RouterConfig): string[] {
  return block('server', [
    `listen \${LISTEN_ADDRESS}:${config.adminPort};`,
    'access_log off;',
    // Ready means: this router routes. It must not wait for its backends, else nothing would start.
    'location = /healthz { return 200; }',
    'location = /readyz { return 200; }',
    ...metricsPage(config.metrics),
    'location / { return 404; }',
  ]);
}
