import { Duration } from 'cdk8s';
import { Engine } from './engine';
import { HttpLoad, LoadOptions } from './load';
import { LocalCluster, ServiceAddress, Target } from 'cdk8s-metaparticle/testing';

/** The local cluster, with DNS answers as old as on most clouds: the hard case. */
export const localEngine: Engine = {
  name: 'the local cluster',
  missing: { NetworkPolicies: 'its pods are processes of one machine' },
  async start(chart, options) {
    const cluster = await LocalCluster.start(chart, { ...options, dnsCache: Duration.seconds(30) });
    return Object.assign(cluster, {
      reach: (address: ServiceAddress) => address,
      load: (target: Target, load: LoadOptions) => new HttpLoad(cluster.address(target), load),
    });
  },
};
