import type { BackendAddress } from './backend-interface';
import { isBasePath } from './base-path';
import type { ServerOptions } from './server-options';
import { isAuthority } from '../checks/hosts';
import { Refusal } from '../checks/refusal';

/** Options of a backend that is given by its URL. */
export interface UrlBackendOptions extends ServerOptions {
  /**
   * Whether requests keep the Host header of their caller instead of getting the URL's host.
   * @default false
   */
  readonly keepHost?: boolean;
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };
const EXAMPLE = "'https://users.example.com:8443/v1'";

/**
 * The address in `https://host[:port][/path]`.
 * @throws where it is anything else
 */
export function urlAddress(url: string, options: UrlBackendOptions): BackendAddress {
  const [, given, authority, rest] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (given === undefined) refuse(`has '${url}', which is no URL: write it as in ${EXAMPLE}`);
  // Not the whole URL: it would put a password into logs.
  if (authority.includes('@')) {
    refuse('has credentials in front of its host, and manifests are no place for them: leave them out, and send them '
      + 'as a header, HeaderValue.fromSecret(…)');
  }
  const scheme = given.toLowerCase();
  if (!(scheme in PORTS)) refuse(`has '${url}': give an http:// or https:// URL`);
  if (/[?#]/.test(rest)) {
    refuse(`has '${url}': the query is that of the request, and a fragment is never sent; leave out what stands `
      + 'behind the path');
  }
  const basePath = rest.replace(/\/$/, '');
  if (!isBasePath(basePath)) {
    refuse(`has '${url}': its path has an empty part, a dot for one, or a character that must be escaped; `
      + `write it as in ${EXAMPLE}`);
  }
  if (!isAuthority(authority)) {
    refuse(`has '${url}': a host is a name, an IPv4 address or an IPv6 address in brackets, a port a number from 1 to `
      + `65535, as in ${EXAMPLE}`);
  }
  const [, host, digits] = /^(.*?)(?::(\d+))?$/.exec(authority.toLowerCase())!;
  const port = Number(digits ?? PORTS[scheme]);
  return { host: host.replace(/^\[|\]$/g, ''), port, ...way(url, scheme, host, port, basePath, options) };
}

function way(
  url: string, scheme: string, host: string, port: number, basePath: string,
  { keepHost = false, tls, ...spoken }: UrlBackendOptions,
): Omit<BackendAddress, 'host' | 'port'> {
  if (tls && scheme === 'http') refuse(`has '${url}' and tls: give an https:// URL, or leave tls out`);
  return {
    ...spoken,
    ...scheme === 'https' && { tls: tls ?? {} },
    ...!keepHost && { hostHeader: port === PORTS[scheme] ? host : `${host}:${port}` },
    ...basePath && { basePath },
  };
}

function refuse(sentence: string): never {
  throw new Refusal(`fromUrl ${sentence}`);
}
