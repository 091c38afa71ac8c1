import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** All addresses of a name: none where it does not exist. Rejects when that cannot be found out. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/**
 * How long a name server may take, in milliseconds; it is asked twice, and a second server, where there is one, in
 * between.
 */
const TIMEOUT = 1_000;
const TRIES = 2;
/** What says that a name has no address, rather than that nobody could tell. */
const NO_ADDRESS = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Asks the name servers of the pod for names in full, as a router's nginx does. Not getaddrinfo: it works on four
 * threads, and a name whose servers are silent holds one of them for half a minute, until there is none left for the
 * other names.
 */
export function names(resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES })): Lookup {
  const ask = (question: Promise<string[]>) => question.catch((error) => {
    if (NO_ADDRESS.has(error.code)) return [];
    throw error;
  });
  return async (name) => {
    if (isIP(name)) return [name];
    // known without any server (RFC 6761, section 6.3)
    if (name === 'localhost') return ['127.0.0.1'];
    const absolute = name.replace(/\.$/, '');
    // of pods that have both one address: that of version 4, on which every program of ours listens; of hosts outside
    // that have both those of version 4, because a pod may have no other to go there from
    const found = await ask(resolver.resolve4(absolute));
    return found.length > 0 ? found : ask(resolver.resolve6(absolute));
  };
}
