import { isIP, isIPv4 } from 'node:net';
import { namespaceOf, Service, titleOf } from './kube';

/**
 * Addresses of what no manifest makes, by names in lower case: hosts outside of the cluster, and Services of others by
 * their names in full.
 */
export type Hosts = ReadonlyMap<string, string>;

/** The hosts that are given. Refuses what is no name or no address. */
export function hostsOf(given: Readonly<Record<string, string>>): Hosts {
  const hosts = new Map<string, string>();
  for (const [name, address] of Object.entries(given)) {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name) || isIP(name)) {
      throw new Error(`hosts names '${name}': write the name of a host outside of the cluster as in `
        + "'rates.example.com', that of a Service that others make as in 'payments.shop.svc', with its namespace");
    }
    if (!isIPv4(address)) {
      throw new Error(`hosts has ${JSON.stringify(address)} for ${name}: give the IPv4 address of a stand-in, as in `
        + "'127.0.0.1'");
    }
    const full = name.toLowerCase().replace(/\.svc$/, '.svc.cluster.local');
    if (hosts.has(full)) throw new Error(`hosts names ${full} twice: give it one address`);
    hosts.set(full, address);
  }
  return hosts;
}

/** Refuses hosts whose names are those of Services that there will be. */
export function refuseHosts(hosts: Hosts, services: readonly Service[]): void {
  for (const service of services) {
    const name = `${service.metadata.name}.${namespaceOf(service)}.svc.cluster.local`;
    if (hosts.has(name)) {
      throw new Error(`hosts names ${name}, which is ${titleOf(service)} of these objects: leave one of them out`);
    }
  }
}
