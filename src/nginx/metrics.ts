import { block, quoted } from './text';

/**
 * What nginx counts anyway, as Prometheus and its exporters call it
 * (https://github.com/nginx/nginx-prometheus-exporter).
 */
const CONNECTIONS = [
  { name: 'active', help: 'Open connections of clients.' },
  { name: 'reading', help: 'Connections whose request is being read.' },
  { name: 'writing', help: 'Connections whose answer is being written.' },
  { name: 'waiting', help: 'Connections that are kept alive.' },
];

const connectionMetrics = CONNECTIONS.flatMap(({ name, help }) => [
  `# HELP nginx_connections_${name} ${help}`,
  `# TYPE nginx_connections_${name} gauge`,
  `nginx_connections_${name} $connections_${name}`,
]).join('\n');

/** Lines of the http block that count the requests of each group. */
export function metricsVariables(groups: number): string[] {
  return [
    'js_import metrics from metrics.js;',
    // About 40 numbers of up to 128 bytes for each group.
    `js_shared_dict_zone zone=requests:${Math.max(64, groups * 8)}k type=number;`,
    'js_set $counted metrics.count;',
    ...block("map '' $connection_metrics", [`default ${quoted(connectionMetrics)};`]),
  ];
}

/** Lines of the public server: nothing is logged, but to find that out nginx counts. */
export function metricsLog(): string[] {
  return ['access_log ${ACCESS_LOG};', 'access_log /dev/null json if=$counted;'];
}

/** The page for Prometheus. */
export function metricsPage(counting: boolean): string[] {
  return block('location = /metrics', counting
    ? ['js_content metrics.page;']
    : ["default_type 'text/plain; version=0.0.4; charset=utf-8';", `return 200 ${quoted(`${connectionMetrics}\n`)};`]);
}
