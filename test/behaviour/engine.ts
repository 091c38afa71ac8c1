import { Chart, Duration } from 'cdk8s';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

/** What the suites need of a running cluster; the local one has more. */
export type Cluster = Pick<LocalCluster, 'fetch' | 'address' | 'pods' | 'pod' | 'scale' | 'rollout' | 'release' | 'stop'>;

/** Something that runs manifests. */
export interface Engine {
  readonly name: string;
  /**
   * Runs a chart's manifests; resolves when every pod is ready.
   * @param hold names of Deployments to leave unstarted until `release`
   */
  start(chart: Chart, options?: { hold?: string[]; waitForReady?: boolean }): Promise<Cluster>;
}

/** The local cluster, with DNS answers as old as on most clouds: the hard case. */
export const localEngine: Engine = {
  name: 'the local cluster',
  start: (chart, options) => LocalCluster.start(chart, { ...options, dnsCache: Duration.seconds(30) }),
};
