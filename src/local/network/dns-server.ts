import * as net from 'node:net';
import * as packet from 'dns-packet';
import { Claim } from './addresses';

/** What a name stands for: addresses, another name, a name without addresses (empty array), or nothing at all (undefined). */
export type Resolve = (name: string) => Promise<readonly string[] | undefined>;

interface Cached { readonly addresses: readonly string[] | undefined; readonly until: number }

/** A DNS message over UDP is at most this long unless the client says otherwise (RFC 1035, section 4.2.1). */
const UDP_SIZE = 512;
const NXDOMAIN = 3;
const SERVFAIL = 2;

/**
 * Answers the names of a cluster, over UDP and, for long answers, TCP. An answer, also "no such name", is asked for once and then
 * served unchanged until it is `cache` old, as the resolver of a cloud's nodes does.
 */
export class DnsServer {
  private readonly cached = new Map<string, Cached>();
  private readonly connections = new Set<net.Socket>();

  /** @param cache how old an answer may be, in milliseconds. */
  public constructor(private readonly claim: Claim, private readonly cache: number, private readonly resolve: Resolve) {
    claim.udp.on('message', (message, from) => {
      void this.answer(message, UDP_SIZE).then((answer) => answer && claim.udp.send(answer, from.port, from.address, () => {}));
    });
    claim.udp.on('error', () => {});
    claim.tcp.on('connection', (socket) => this.serve(socket));
    claim.udp.unref();
    claim.tcp.unref();
  }

  /** `host:port`, as nginx's `resolver` and Node's `dns.setServers` take it. */
  public get address(): string {
    return `${this.claim.host}:${this.claim.port}`;
  }

  public close(): void {
    this.claim.udp.close();
    this.claim.tcp.close();
    for (const socket of this.connections) socket.destroy();
  }

  private serve(socket: net.Socket): void {
    this.connections.add(socket);
    socket.unref();
    socket.on('error', () => {}).on('close', () => this.connections.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const message = received.subarray(2, 2 + received.readUInt16BE(0));
        received = received.subarray(2 + message.length);
        void this.answer(message, 65535).then((answer) => {
          if (!answer) return;
          const length = Buffer.alloc(2);
          length.writeUInt16BE(answer.length);
          socket.write(Buffer.concat([length, answer]));
        });
      }
    });
  }

  private async answer(message: Buffer, size: number): Promise<Buffer | undefined> {
    let query: packet.Packet;
    try {
      query = packet.decode(message);
    } catch {
      return undefined; // not DNS: a resolver stays silent
    }
    const [question] = query.questions ?? [];
    if (query.type !== 'query' || !question) return undefined;
    let code = 0;
    let answers: packet.Answer[] = [];
    let ttl = 1;
    try {
      const { addresses, until } = await this.lookUp(question.name.toLowerCase());
      ttl = Math.max(1, Math.ceil((until - Date.now()) / 1000)); // 0 would make nginx ask in a tight loop
      if (addresses === undefined) code = NXDOMAIN;
      // Other types of a name that exists (AAAA above all) are an empty answer: "no such name" would hide the addresses too.
      if (addresses && question.type === 'A') answers = rotated(addresses).map((data) => ({ type: 'A', name: question.name, ttl, data }));
    } catch {
      code = SERVFAIL;
    }
    const flags = packet.AUTHORITATIVE_ANSWER + packet.RECURSION_DESIRED + packet.RECURSION_AVAILABLE + code;
    const authorities = answers.length ? [] : [startOfAuthority(ttl)];
    const answer = packet.encode({ type: 'response', id: query.id, flags, questions: [question], answers, authorities });
    const edns = query.additionals?.find((each): each is packet.OptAnswer => each.type === 'OPT');
    if (answer.length <= Math.max(size, edns?.udpPayloadSize ?? 0)) return answer;
    return packet.encode({ type: 'response', id: query.id, flags: flags + packet.TRUNCATED_RESPONSE, questions: [question] });
  }

  private async lookUp(name: string): Promise<Cached> {
    const known = this.cached.get(name);
    if (known && known.until > Date.now()) return known;
    const found = { addresses: await this.resolve(name), until: Date.now() + this.cache };
    this.cached.set(name, found);
    return found;
  }
}

/** A client that takes the first address meets another one each time, as with CoreDNS' `loadbalance`. */
function rotated(addresses: readonly string[]): string[] {
  const first = Math.floor(Math.random() * addresses.length);
  return [...addresses.slice(first), ...addresses.slice(0, first)];
}

/** How long "nothing here" holds is said by the zone (RFC 2308). */
function startOfAuthority(ttl: number): packet.Answer {
  return {
    type: 'SOA',
    name: 'cluster.local',
    ttl,
    data: { mname: 'ns.dns.cluster.local', rname: 'hostmaster.cluster.local', serial: 1, refresh: 7200, retry: 1800, expire: 86400, minimum: ttl },
  };
}
