import { Duration } from 'cdk8s';

/** Options of the PodMonitors of the Prometheus operator. */
export interface PodMonitorOptions {
  /**
   * Labels in addition to ours, by which your Prometheus finds its PodMonitors, such as `release: prometheus`.
   * @default - none, which is enough if your Prometheus takes all PodMonitors
   */
  readonly labels?: { readonly [label: string]: string };

  /**
   * How often metrics are read, more than 0.
   * @default - the default of that Prometheus
   */
  readonly interval?: Duration;
}
