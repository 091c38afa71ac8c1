import { Duration } from 'cdk8s';
import { Engine } from './engine';
import { HttpLoad, LoadOptions } from './load';
import { LocalCluster, ServiceAddress, Target } from 'cdk8s-metaparticle/testing';

/** Milliseconds after which a router asks DNS again, and one second for its answer. */
const ASKED_AGAIN = 6_000;

/** The local cluster. Its DNS answers are as old as on most clouds, unless a test does without. */
export const localEngine: Engine = {
  name: 'the local cluster',
  missing: { NetworkPolicies: 'its pods are processes of one machine' },
  async start(chart, { freshDns = false, ...options } = {}) {
    const dnsCache = Duration.seconds(freshDns ? 0 : 30);
    const cluster = await LocalCluster.start(chart, { ...options, dnsCache });
    return Object.assign(cluster, {
      routersKnowPods: () => new Promise<void>(
        (resolve) => { setTimeout(resolve, dnsCache.toMilliseconds() + ASKED_AGAIN); },
      ),
      reach: (address: ServiceAddress) => address,
      load: (target: Target, load: LoadOptions) => new HttpLoad(cluster.address(target), load),
    });
  },
};
