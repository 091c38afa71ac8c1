import { Duration } from 'cdk8s';

/** How the Prometheus operator's PodMonitors are written. */
export interface PodMonitorOptions {
  /**
   * Their labels, besides ours: those by which your Prometheus finds its PodMonitors, such as `release: prometheus`.
   * @default - ours alone, which is enough where a Prometheus takes all PodMonitors
   */
  readonly labels?: { readonly [label: string]: string };

  /**
   * How often metrics are read: more than nothing.
   * @default - as that Prometheus does where nothing is said
   */
  readonly interval?: Duration;
}
