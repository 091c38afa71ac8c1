import { allHeaders } from './all-headers';
import { forwardedVariables } from './forwarded';
import { idleVariables, NEXT_TRY } from './idle';
import { limitLines, limitVariables, ScriptLimits } from './limits';
import { metricsLog, metricsPage, metricsVariables } from './metrics';
import { onceMoreVariables } from './once-more';
import { wayVariables } from './passing';
import { problemPages } from './problems';
import { headerVariables, requestHeaders } from './request-headers';
import { linesOf, Route } from './route';
import type { RouteLines } from './route-lines';
import { scriptEngine, scriptModule } from './scripting';
import { block } from './text';
import { Upstream, upstream, waysThroughService } from './upstream';
import { passBy, Ways, waysTo } from './way-lines';

/** A router, as plain data: everything its nginx.conf is made of. */
export interface RouterConfig {
  /** The name of its Service. */
  readonly name: string;
  /** Where requests arrive. */
  readonly port: number;
  /** Where probes are answered. */
  readonly adminPort: number;
  /** Worker processes: as many as the router may use cores. */
  readonly workers: number;
  /** Seconds a replica may be silent. */
  readonly timeout: number;
  /** Seconds that WebSockets and event streams may be idle, where that is not as for all else. */
  readonly idleTimeout?: number;
  /** Bytes of the largest request body. */
  readonly maxBodySize: number;
  /** Whether headers pass whatever characters their names have. */
  readonly allHeaders: boolean;
  /** How much scripts that find keys may hold, where there are any. */
  readonly limits?: ScriptLimits;
  /** Seconds open requests may take after the stop signal. */
  readonly stop: number;
  /** Addresses and networks whose word on the client is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether requests are counted for Prometheus. */
  readonly metrics: boolean;
  /** The groups requests go to. */
  readonly upstreams: readonly Upstream[];
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
  const isScripted = config.metrics || route.script !== undefined;
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
      ...config.upstreams.flatMap((group) => [...upstream(group, config.upstreams.length), '']),
      ...publicServer(config, route, ways),
      '',
      ...adminServer(config),
    ]),
    '',
  ].join('\n');
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
    ...logFormat(route),
    'access_log ${ACCESS_LOG};',
    '',
    // Names are asked for again after 5 s, whatever their TTL: the answer may still be as old as the
    // cluster's DNS cache.
    'resolver ${NGINX_LOCAL_RESOLVERS} valid=5s;',
    'resolver_timeout 2s;',
    '',
    'client_header_timeout 10s;',
    // Where a body is held in memory, one that does not arrive soon makes room for another.
    `client_body_timeout ${config.limits?.bodies === undefined ? 30 : 10}s;`,
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
  ];
}

/** One line of JSON a request. */
function logFormat({ logFields }: RouteLines): string[] {
  const fields = {
    time: '"$time_iso8601"',
    method: '"$request_method"',
    // without the query, which is where tokens and names of people stand
    path: '"$log_path"',
    status: '$status',
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

function variables(config: RouterConfig, { replacesClient, group }: RouteLines, ways: Ways): string[] {
  return [
    // Only an upgrade to WebSocket is passed on: h2c, for one, would be a tunnel past every rule of this router.
    ...block('map $http_upgrade $upgrade', ["default '';", '~*^websocket$ websocket;']),
    // Whether the client takes trailers: a replica may send none where nobody says so (RFC 9110, section 10.1.4).
    ...block('map $http_te $te', [
      "default '';", "'' '';", 'trailers trailers;', "'~*(?:^|,)[ \\t]*trailers[ \\t]*(?:,|$)' trailers;",
    ]),
    // Everything else keeps the connection to the replica open.
    ...block('map $upgrade$te $connection_options', [
      "default '';", 'websocket upgrade;', 'trailers te;', "websockettrailers 'upgrade, te';",
    ]),
    ...block('map $http_x_request_id $request_id_or_new', ['default $http_x_request_id;', "'' $request_id;"]),
    // The name of the upstream; a script cannot ask for $proxy_host itself.
    ...block('map $proxy_host $group', ['default $proxy_host;', "'' none;"]),
    ...block('map $request_uri $log_path', ['default $request_uri;', "'~^([^?]*)[?]' $1;"]),
    // Version, trace, span, flags (https://www.w3.org/TR/trace-context/#traceparent-header).
    ...block('map $http_traceparent $trace_id', ["default '';", "'~^[0-9a-f]{2}-([0-9a-f]{32})-' $1;"]),
    ...forwardedVariables(config.trustedProxies, replacesClient),
    ...config.idleTimeout === undefined ? [] : idleVariables(),
    ...onceMoreVariables(config.idleTimeout !== undefined, ways.all.length > 1),
    ...wayVariables(ways, group),
    ...headerVariables(ways.all),
  ];
}

function publicServer(config: RouterConfig, route: RouteLines, ways: Ways): string[] {
  // Empty in a cluster, and then no header is sent; the local cluster asks who served.
  const always = ['add_header x-served-by "${SERVED_BY}" always;'];
  return block('server', [
    `listen \${LISTEN_ADDRESS}:${config.port} backlog=1024;`,
    // The host of a request that names none, as HTTP/1.0 allows: a replica gets it as HTTP/1.1, where one
    // must be named.
    `server_name ${config.name};`,
    ...always,
    ...config.metrics ? metricsLog() : [],
    '',
    ...config.limits ? [...limitLines(config.limits), ''] : [],
    ...proxying(config),
    '',
    // nginx looks at this where the first error is, and not where the second one is.
    'recursive_error_pages on;',
    ...problemPages(route.headers.length > 0 ? [...always, ...route.headers] : []),
    '',
    ...route.locations({
      groups: config.upstreams.map(({ name }) => name),
      passes: ways.all.map((way) => passBy(way, config.allHeaders)),
      always,
      idleTimeout: config.idleTimeout,
    }),
  ]);
}

function proxying(config: RouterConfig): string[] {
  // Pods that may be gone, and every way through the Service, each over a new connection: kube-proxy forwards to a pod
  // that was killed for up to a second, so of two replicas every other connection is refused (on Kubernetes, both
  // replicas killed in turn before the router knew them, 4 tries lost GETs in 3 of 4 runs, 10 in none of 28). The
  // price: a group without any pod is given up after 3 s instead of 1. A failure of a kept-alive connection does not
  // count, since nginx cannot know whether its pod or its age was the reason. So a request that kills its pod is not
  // kept from killing further ones.
  const tries = Math.min(4, config.upstreams[0].replicas) + waysThroughService(config.upstreams.length);
  return [
    'proxy_http_version 1.1;',
    ...requestHeaders(config.allHeaders),
    // Bodies stream both ways: events arrive as they are sent, and an upload needs no disk of ours.
    'proxy_buffering off;',
    'proxy_request_buffering off;',
    // The head of an answer, and then each part of its body: as much as clients take, many cookies too. A larger head
    // is a 502, and nginx counts it as a failure of the pod. Memory is used as far as it is filled.
    'proxy_buffer_size 64k;',
    // Nothing is buffered, but nginx wants these to fit to the above.
    'proxy_buffers 4 64k;',
    'proxy_busy_buffers_size 64k;',
    // What a replica says to a proxy may be meant for one in front of us: we pass it on, and obey none of it.
    `proxy_ignore_headers ${ACCEL.join(' ')};`,
    ...ACCEL.map((header) => `proxy_pass_header ${header};`),
    'proxy_redirect off;',
    'proxy_pass_trailers on;',
    // Within a node or a zone a connection stands in milliseconds; an address that does not answer belongs
    // to a pod that is gone.
    'proxy_connect_timeout 500ms;',
    `proxy_read_timeout ${config.timeout}s;`,
    `proxy_send_timeout ${config.timeout}s;`,
    // Another replica is asked when a connection fails; once a request was sent, only if its method is safe to repeat
    // (nginx's own rule while `non_idempotent` is not given). One silence and a few refusals fit into the time.
    'proxy_next_upstream error timeout;',
    `proxy_next_upstream_tries ${tries};`,
    `proxy_next_upstream_timeout ${config.timeout + NEXT_TRY}s;`,
  ];
}

/**
 * Headers by which a backend would command nginx
 * (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers).
 */
const ACCEL = ['X-Accel-Redirect', 'X-Accel-Expires', 'X-Accel-Limit-Rate', 'X-Accel-Buffering', 'X-Accel-Charset'];

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
