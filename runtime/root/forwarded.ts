import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';

/** What only a gateway can know of the client: we have nothing to say of it ourselves. */
const PASSED = ['forwarded', 'x-forwarded-port', 'x-forwarded-prefix', 'x-real-ip'];
/** All headers that tell of the client. */
export const FORWARDED = [...PASSED, 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

/** Whether someone at an address is believed about the client. */
export type Trust = (address: string) => boolean;

/** @param networks addresses and networks (`10.0.0.0/8`) */
export function trustIn(networks: readonly string[]): Trust {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * The header lines that tell a leaf of the client: what a trusted gateway said stays; of anyone else nothing does, because whoever reads
 * these headers behind us takes them for the truth.
 */
export function forwardedLines({ headers, socket }: IncomingMessage, host: string, trusts: Trust): string {
  // an IPv4 client of a socket that takes both
  const client = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const said = trusts(client) ? headers : {};
  const before = said['x-forwarded-for'];
  let lines = `x-forwarded-for: ${before ? `${before}, ` : ''}${client}\r\n`
    + `x-forwarded-host: ${said['x-forwarded-host'] ?? host}\r\n`
    + `x-forwarded-proto: ${said['x-forwarded-proto'] ?? 'http'}\r\n`;
  for (const name of PASSED) if (said[name] !== undefined) lines += `${name}: ${said[name]}\r\n`;
  return lines;
}
