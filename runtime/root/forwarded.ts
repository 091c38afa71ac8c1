import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6, Socket } from 'node:net';

/** What only a gateway can know of the client: we have nothing to say of it ourselves. */
const PASSED = ['forwarded', 'x-forwarded-port', 'x-forwarded-prefix', 'x-real-ip'];
/** All headers that tell of the client. */
export const FORWARDED = [...PASSED, 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];
/** Schemes that a gateway may say, and what they are to a leaf. */
const SCHEMES = new Map([['http', 'http'], ['ws', 'http'], ['https', 'https'], ['wss', 'https']]);

/** Whether who opened a connection is believed about the client. */
export type Trust = (connection: Socket) => boolean;

/** @param networks addresses and networks (`10.0.0.0/8`) */
export function trustIn(networks: readonly string[]): Trust {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  // to look an address up takes longer than to write all the lines, and a gateway keeps its connections
  const known = new WeakMap<Socket, boolean>();
  return (connection) => {
    let trusted = known.get(connection);
    if (trusted === undefined) {
      const address = addressOf(connection);
      trusted = list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
      known.set(connection, trusted);
    }
    return trusted;
  };
}

/** An IPv4 client of a socket that takes both families is known by its IPv4 address. */
function addressOf({ remoteAddress = '' }: Socket): string {
  return remoteAddress.replace(/^::ffff:/, '');
}

/**
 * The header lines that tell a leaf of the client: what a trusted gateway said stays; of anyone else nothing does,
 * because whoever reads these headers behind us takes them for the truth.
 */
export function forwardedLines({ headers, socket }: IncomingMessage, host: string, trusts: Trust): string {
  const client = addressOf(socket);
  const said = trusts(socket) ? headers : {};
  const before = said['x-forwarded-for'];
  let lines = `x-forwarded-for: ${before ? `${before}, ` : ''}${client}\r\n`
    + `x-forwarded-host: ${said['x-forwarded-host'] ?? host}\r\n`
    + `x-forwarded-proto: ${schemeOf(said['x-forwarded-proto'])}\r\n`;
  for (const name of PASSED) if (said[name] !== undefined) lines += `${name}: ${said[name]}\r\n`;
  return lines;
}

/**
 * Of a list the first, which is what the gateway that the client called has seen; a WebSocket has the scheme of its
 * handshake.
 */
function schemeOf(said: string | string[] | undefined): string {
  return SCHEMES.get(String(said).split(',', 1)[0].trim().toLowerCase()) ?? 'http';
}
