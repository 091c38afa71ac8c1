import { isIPv4 } from 'node:net';

/** Addresses of hosts outside of the cluster, by their names in lower case. */
export type Hosts = ReadonlyMap<string, string>;

/** The hosts that are given. Refuses what is no name or no address. */
export function hostsOf(given: Readonly<Record<string, string>>): Hosts {
  return new Map(Object.entries(given).map(([name, address]) => {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)) {
      throw new Error(`hosts names '${name}': the name of a host outside of the cluster has a dot in it, as in `
        + "'rates.example.com'");
    }
    if (!isIPv4(address)) {
      throw new Error(`hosts has ${JSON.stringify(address)} for ${name}: give the IPv4 address of a stand-in, as in `
        + "'127.0.0.1'");
    }
    return [name.toLowerCase(), address];
  }));
}
