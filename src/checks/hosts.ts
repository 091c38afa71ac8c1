import { isIP } from 'net';
import { IConstruct } from 'constructs';
import { refuse } from './errors';

/** Whether a text is the name of a host (RFC 1123, section 2.1) or an IPv4 address. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && text.toLowerCase().split('.').every(isLabel);
}

/** Whether a text is a host, also with a port: an IPv6 address stands in brackets (RFC 3986, section 3.2.2). */
export function isAuthority(text: string): boolean {
  const [, bracketed, name, port = '1'] = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isHost = bracketed === undefined ? name !== undefined && isHostName(name) : isIP(bracketed) === 6;
  return isHost && !text.includes('%') && Number(port) >= 1 && Number(port) <= 65535;
}

/** Whether a text is one part of such a name, in small letters (RFC 1123 label). */
export function isLabel(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/**
 * Whether a text is the name of an object (RFC 1123 subdomain,
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
 */
export function isObjectName(text: string): boolean {
  return isHostName(text) && text === text.toLowerCase();
}

/** Refuses what is neither an address nor a network. */
export function checkNetwork(scope: IConstruct, property: string, network: string): void {
  if (!isNetwork(network)) refuse(scope, `${property} names '${network}', ${NO_NETWORK}`);
}

/** What is said of a text that is no network. */
export const NO_NETWORK = "which is no address or network: write it as in '10.0.0.0/8'";

/** Whether a text is an address. One with a zone (`fe80::1%eth0`) means something on its own machine only. */
export function isAddress(text: string): boolean {
  return isIP(text) > 0 && !text.includes('%');
}

/** Whether a text is an address, or a network in CIDR notation (RFC 4632, section 3.1). */
export function isNetwork(text: string): boolean {
  const [address, length, ...rest] = text.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  return isAddress(address) && rest.length === 0
    && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most));
}
