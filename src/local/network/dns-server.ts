import * as packet from 'dns-packet';
import { DnsListener } from './dns-listener';

/**
 * What a name stands for: addresses, another name, a name without addresses (empty array), or nothing at all
 * (undefined).
 */
export type Resolve = (name: string) => Promise<readonly string[] | undefined>;

/** The names that a server knows. */
export interface Names {
  readonly resolve: Resolve;
  /** Whether what a name stands for is still starting: then its answer is not kept. */
  readonly isStarting: (name: string) => boolean;
}

interface Cached { readonly addresses: readonly string[] | undefined; readonly until: number }

const NXDOMAIN = 3;
const SERVFAIL = 2;

/**
 * Answers the names of a cluster. An answer, also "no such name", is asked for once and then served unchanged until it
 * is `cache` old, as the resolver of a cloud's nodes does.
 */
export class DnsServer {
  private readonly cached = new Map<string, Cached>();

  /** @param cache how old an answer may be, in milliseconds. */
  public constructor(private readonly cache: number, private readonly names: Names) {}

  /**
   * Answers what arrives there.
   * @param before called with each name before it is looked up; where it rejects, the client is told that the server
   * has failed.
   */
  public serve(listener: DnsListener, before?: (name: string) => Promise<void>): void {
    listener.serve((message, size) => this.answer(message, size, before));
  }

  private async answer(
    message: Buffer, size: number, before?: (name: string) => Promise<void>,
  ): Promise<Buffer | undefined> {
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
      const { addresses, until } = await this.lookUp(question.name.toLowerCase(), before);
      ttl = Math.max(1, Math.ceil((until - Date.now()) / 1000)); // 0 would make nginx ask in a tight loop
      if (addresses === undefined) code = NXDOMAIN;
      // Other types of a name that exists (AAAA above all) are an empty answer: "no such name" would hide the
      // addresses too.
      if (addresses && question.type === 'A') {
        answers = rotated(addresses).map((data) => ({ type: 'A', name: question.name, ttl, data }));
      }
    } catch {
      code = SERVFAIL;
    }
    const flags = packet.AUTHORITATIVE_ANSWER + packet.RECURSION_DESIRED + packet.RECURSION_AVAILABLE + code;
    const authorities = answers.length ? [] : [startOfAuthority(ttl)];
    const response = { type: 'response' as const, id: query.id, questions: [question] };
    const answer = packet.encode({ ...response, flags, answers, authorities });
    const edns = query.additionals?.find((each): each is packet.OptAnswer => each.type === 'OPT');
    if (answer.length <= Math.max(size, edns?.udpPayloadSize ?? 0)) return answer;
    return packet.encode({ ...response, flags: flags + packet.TRUNCATED_RESPONSE });
  }

  private async lookUp(name: string, before?: (name: string) => Promise<void>): Promise<Cached> {
    await before?.(name);
    const known = this.cached.get(name);
    if (known && known.until > Date.now()) return known;
    const kept = !this.names.isStarting(name);
    const found = { addresses: await this.names.resolve(name), until: Date.now() + (kept ? this.cache : 0) };
    if (kept) this.cached.set(name, found);
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
    data: {
      mname: 'ns.dns.cluster.local',
      rname: 'hostmaster.cluster.local',
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86400,
      minimum: ttl,
    },
  };
}
