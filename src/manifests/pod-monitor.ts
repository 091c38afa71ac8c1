import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { Metadata, withLabels } from './labels';
import type { PodSpec } from './pod-spec';
import type { PodMonitorOptions } from '../platform/pod-monitors';

/**
 * What tells the operator's Prometheus where a group has its metrics
 * (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor).
 */
export function podMonitor(
  scope: Construct,
  metadata: Metadata,
  selector: Record<string, string>,
  { port, path }: NonNullable<PodSpec['metrics']>,
  { labels, interval }: PodMonitorOptions,
): void {
  new ApiObject(scope, 'PodMonitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { ...metadata, labels: withLabels(scope, 'podMonitors.labels', metadata.labels, labels) },
    spec: {
      selector: { matchLabels: selector },
      podMetricsEndpoints: [{ port, path, interval: interval && prometheusDuration(interval) }],
    },
  });
}

function prometheusDuration(duration: Duration): string {
  const millis = duration.toMilliseconds();
  return millis % 1000 ? `${millis}ms` : `${millis / 1000}s`;
}
