import dns, { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { hostsOf } from './hosts';
import { LocalPod } from './pod';

type Options = LookupOptions | number | null | undefined;
type LookupCallback = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;

/** Lets the cluster's DNS server answer whatever this process asks, with the search path of a pod. */
export function answerNames(pod: LocalPod): void {
  const { server, namespace } = pod;
  dns.setServers([server]);
  useServer(server);
  const resolver = new dns.promises.Resolver({ timeout: 2000, tries: 2 });
  const search = [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'];

  const hosts = hostsOf(pod);

  async function addressesOf(name: string): Promise<readonly string[]> {
    const known = hosts.get(name.toLowerCase());
    if (known) return known;
    const names = search.map((domain) => `${name}.${domain}`);
    // ndots:5, as in a pod
    const all = name.split('.').length > 5 ? [name, ...names] : [...names, name];
    const candidates = name.endsWith('.') ? [name.slice(0, -1)] : all;
    for (const candidate of candidates) {
      try {
        const found = await resolver.resolve4(candidate);
        if (found.length > 0) return found;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOTFOUND' || code === 'ENODATA') continue;
        throw Object.assign(error as Error, { code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname: name });
      }
    }
    const unknown = { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name };
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), unknown);
  }

  replaceLookup(addressesOf);
}

/** A resolver of its own reads the machine's resolv.conf; in a pod it would find the cluster's server there. */
function useServer(server: string): void {
  for (const module of [dns, dns.promises]) {
    const System = module.Resolver as typeof dns.Resolver;
    class Resolver extends System {
      public constructor(options?: dns.ResolverOptions) {
        super(options);
        this.setServers([server]);
      }
    }
    Object.assign(module, { Resolver });
  }
}

function replaceLookup(addressesOf: (name: string) => Promise<readonly string[]>): void {
  const systemLookup = dns.lookup as (name: string, options: unknown, callback: LookupCallback) => unknown;
  const systemLookupPromise = dns.promises.lookup as (name: string, options: unknown) => Promise<unknown>;

  function lookup(name: string, options: Options | LookupCallback, callback?: LookupCallback): unknown {
    const [given, done] = typeof options === 'function' ? [{}, options] : [options ?? {}, callback!];
    const { family, all } = choice(given);
    if (!isOurs(name, family)) return systemLookup.call(dns, name, given, done);
    addressesOf(name).then(
      (found) => setImmediate(() => all ? done(null, found.map(asAddress)) : done(null, found[0], isIP(found[0]))),
      (error) => setImmediate(() => done(error)));
    return {};
  }

  async function lookupPromise(name: string, options?: Options) {
    const { family, all } = choice(options);
    if (!isOurs(name, family)) return systemLookupPromise.call(dns.promises, name, options);
    const found = (await addressesOf(name)).map(asAddress);
    return all ? found : found[0];
  }

  Object.assign(dns, { lookup });
  Object.assign(dns.promises, { lookup: lookupPromise });
  Object.assign(lookup, { [promisify.custom]: lookupPromise });
}

function choice(options: Options): LookupOptions {
  return typeof options === 'number' ? { family: options } : options ?? {};
}

/** A name that the cluster answers: an address is none, and it has no IPv6. */
function isOurs(name: unknown, family: LookupOptions['family']): name is string {
  return typeof name === 'string' && name !== '' && isIP(name) === 0 && family !== 6 && family !== 'IPv6';
}

function asAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
