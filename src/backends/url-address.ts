import type { BackendAddress } from './backend-interface';
import { isHostName } from '../checks/hosts';

/**
 * The address in `http://host[:port]`.
 * @throws where it is anything else
 */
export function urlAddress(url: string): BackendAddress {
  const [, scheme, authority, rest] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (scheme === undefined) refuse(`has '${url}', which is no URL: write it as in 'http://users.example.com:8080'`);
  // Not the whole URL: it would put a password into logs.
  if (authority.includes('@')) {
    refuse('has credentials in front of its host: requests carry those of their client; leave them out');
  }
  if (scheme.toLowerCase() !== 'http') {
    refuse(`has '${url}': backends are spoken to in plain HTTP; give an http:// URL, `
      + 'for instance of a proxy that adds TLS');
  }
  if (rest !== '' && rest !== '/') {
    refuse(`has '${url}': the path and query are those of the request; leave out what stands behind host and port`);
  }
  const [, host, port = '80'] = /^([^:]+)(?::(\d+))?$/.exec(authority) ?? [];
  if (host === undefined || !isHostName(host) || Number(port) < 1 || Number(port) > 65535) {
    refuse(`has '${url}': a host is a name or an IPv4 address, a port a number from 1 to 65535, `
      + "as in 'http://users.example.com:8080'");
  }
  return { host: host.toLowerCase(), port: Number(port) };
}

function refuse(sentence: string): never {
  throw new Error(`fromUrl ${sentence}`);
}
