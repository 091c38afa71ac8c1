import { LocalPod } from './pod';

/**
 * What stands in the pod's hosts file: by name, in lower case, its addresses. The containers of a pod share its
 * network: what one of them serves on its loopback interface, the others find at the pod's address.
 */
export function hostsOf({ address, hostAliases }: LocalPod): ReadonlyMap<string, readonly string[]> {
  const loopback = [address, '127.0.0.1'];
  const hosts = new Map<string, readonly string[]>([['localhost', loopback]]);
  for (const { ip, hostnames = [] } of hostAliases) {
    const addresses = ip === '127.0.0.1' ? loopback : [ip];
    for (const name of hostnames.map((each) => each.toLowerCase())) {
      hosts.set(name, [...hosts.get(name) ?? [], ...addresses]);
    }
  }
  return hosts;
}
