import * as packet from 'dns-packet';
import { DnsListener } from './dns-listener';

/**
 * What a name stands for: addresses, another name, a name without addresses (empty array), or nothing at all
 * (undefined).
 */
export type Resolve = (name: string) => Promise<readonly string[] | undefined>;

/** A pod that serves the port of a Service. */
export interface Server {
  /** Its own name. */
  readonly name: string;
  readonly port: number;
}

/** The names that a server knows. */
export interface Names {
  readonly resolve: Resolve;
  /**
   * Who serves the port of a Service, by a name as `_http._tcp.users-headless.shop.svc.cluster.local`; undefined where
   * there is nothing of this name.
   */
  readonly serversOf: (name: string) => readonly Server[] | undefined;
  /** Whether what a name stands for is still starting: then its answer is not kept. */
  readonly isStarting: (name: string) => boolean;
}

interface Cached<T> { readonly found: readonly T[] | undefined; readonly until: number }

const NXDOMAIN = 3;
const SERVFAIL = 2;

/**
 * Answers the names of a cluster. An answer, also "no such name", is asked for once and then served unchanged until it
 * is `cache` old, as the resolver of a cloud's nodes does.
 */
export class DnsServer {
  private readonly addresses = new Map<string, Cached<string>>();
  private readonly servers = new Map<string, Cached<Server>>();

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
      const name = question.name.toLowerCase();
      // Of an SRV record, the name of the Service.
      const service = name.replace(/^(_[^.]*\.)+/, '');
      await before?.(service);
      const kept = !this.names.isStarting(service);
      const { found, until, records } = await (
        service === name ? this.addressesOf(name, kept) : this.serversOf(name, kept)
      );
      ttl = Math.max(1, Math.ceil((until - Date.now()) / 1000)); // 0 would make nginx ask in a tight loop
      if (found === undefined) code = NXDOMAIN;
      // Other types of a name that exists (AAAA above all) are an empty answer: "no such name" would hide the
      // addresses too.
      answers = records.filter(({ type }) => type === question.type)
        .map((record) => ({ ...record, name: question.name, ttl }) as packet.Answer);
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

  private async addressesOf(name: string, kept: boolean): Promise<Found> {
    const { found, until } = await this.lookUp(this.addresses, name, kept, () => this.names.resolve(name));
    return { found, until, records: rotated(found ?? []).map((data) => ({ type: 'A', data })) };
  }

  /** As CoreDNS tells of them: weights are what each has of 100. */
  private async serversOf(name: string, kept: boolean): Promise<Found> {
    const { found, until } = await this.lookUp(this.servers, name, kept, async () => this.names.serversOf(name));
    const weight = Math.max(1, Math.floor(100 / (found?.length ?? 1)));
    const records = rotated(found ?? []).map(({ name: target, port }) => ({
      type: 'SRV' as const, data: { target, port, priority: 0, weight },
    }));
    return { found, until, records };
  }

  private async lookUp<T>(
    cached: Map<string, Cached<T>>, name: string, kept: boolean, ask: () => Promise<readonly T[] | undefined>,
  ): Promise<Cached<T>> {
    const known = cached.get(name);
    if (known && known.until > Date.now()) return known;
    const answer = { found: await ask(), until: Date.now() + (kept ? this.cache : 0) };
    if (kept) cached.set(name, answer);
    return answer;
  }
}

/** What a name stands for, until when, and the records that say so. */
interface Found extends Cached<unknown> {
  readonly records: readonly { readonly type: 'A' | 'SRV'; readonly data: unknown }[];
}

/** A client that takes the first address meets another one each time, as with CoreDNS' `loadbalance`. */
function rotated<T>(all: readonly T[]): T[] {
  const first = Math.floor(Math.random() * all.length);
  return [...all.slice(first), ...all.slice(0, first)];
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
