import type { Circuit } from './circuit';
import { Fallback } from './fallback';
import type { LeafCounts } from './leaf-metrics';
import { Replica } from './replica';
import type { LeafConfig } from '../../src/contract';
import type { Lookup } from '../shared/names';
import type { Secure } from '../shared/secure';

/**
 * Names are asked for again after so long (milliseconds): the answer may still be as old as the cluster's DNS cache.
 */
const REFRESH = 5_000;
/**
 * So many requests can go through the Service's address for one of a client's: each connection may lead to
 * another pod.
 */
const SERVICE_TRIES = 3;

/** How requests go to a leaf. */
export interface LeafWay {
  /** The number of the form in which they are written. */
  readonly form: number;
  /** Without it, in clear text. */
  readonly secure?: Secure;
}

/** A leaf: where its replicas are, and which is to be asked next. */
export class Leaf {
  /** Resolves when its names have been asked for once, whatever came of it. */
  public readonly firstLookup: Promise<void>;
  /** Whether its names have been asked for once. */
  public wasLookedUp = false;
  /** What stands in for its answer, where it gives none. */
  public readonly fallback?: Fallback;
  private pods: readonly Replica[] = [];
  private service: readonly Replica[] = [];
  private askedAt = -Infinity;
  private asking = false;
  private turn = 0;

  constructor(
    private readonly config: LeafConfig, private readonly lookup: Lookup, readonly counts: LeafCounts,
    private readonly way: LeafWay = { form: 0 }, readonly circuit?: Circuit,
  ) {
    if (config.fallback !== undefined) this.fallback = new Fallback(config.fallback);
    this.firstLookup = this.refresh(performance.now());
  }

  public get name(): string {
    return this.config.name;
  }

  /** How long it may take, in milliseconds, where it has a time of its own. */
  public get timeout(): number | undefined {
    return this.config.timeout;
  }

  /** Whether there is no answer without its own. */
  public get required(): boolean {
    return this.config.required ?? false;
  }

  /** The number of the form in which requests are written for it. */
  public get form(): number {
    return this.way.form;
  }

  /**
   * The replica to ask next: of the pods the one with the fewest open requests, and when all of them have
   * been tried, or DNS knows none yet, the Service's address, which is never as old as a DNS answer.
   * Undefined when nothing is left.
   *
   * @param tried those that were asked already
   */
  public next(tried: readonly Replica[], now: number): Replica | undefined {
    if (tried.length === 0) this.turn++;
    const untried = this.pods.filter((pod) => !tried.includes(pod));
    const [service] = this.service;
    return this.least(untried.filter((pod) => !pod.isShunned(now)))
      ?? (service && tried.filter((each) => each === service).length < SERVICE_TRIES ? service : this.least(untried));
  }

  /**
   * The replica for a second request while the first is still open: another pod, or, where DNS knows none, a
   * connection that may lead to one.
   */
  public forHedge(tried: readonly Replica[], now: number): Replica | undefined {
    return this.pods.every((pod) => tried.includes(pod)) && this.pods.length > 0 ? undefined : this.next(tried, now);
  }

  /** To be called twice a second or so: closes what is idle, asks for names again. */
  public tick(now: number): void {
    for (const replica of [...this.pods, ...this.service]) replica.sweep(now);
    if (now - this.askedAt >= REFRESH) void this.refresh(now);
  }

  private least(replicas: readonly Replica[]): Replica | undefined {
    let best: Replica | undefined;
    for (let i = 0; i < replicas.length; i++) {
      // from another one for each client's request, so that equals take turns
      const replica = replicas[(this.turn + i) % replicas.length];
      if (!best || replica.outstanding < best.outstanding) best = replica;
    }
    return best;
  }

  private async refresh(now: number): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.askedAt = now;
    const { host, podsHost, port, podsPort = port } = this.config;
    // a backend without a name for its pods has only one for all: its addresses are the replicas
    const [pods, service] = await Promise.all([
      this.resolve(podsHost ?? host), podsHost === undefined ? [] : this.resolve(host),
    ]);
    this.pods = this.renew(this.pods, pods, podsPort);
    this.counts.replicas.value = this.pods.length;
    this.service = this.renew(this.service, service, port);
    this.asking = false;
    this.wasLookedUp = true;
  }

  private async resolve(name: string): Promise<readonly string[] | undefined> {
    return this.lookup(name).catch(() => undefined);
  }

  /** @param addresses undefined when the name server failed: what is known stays true for now */
  private renew(old: readonly Replica[], addresses: readonly string[] | undefined, port: number): readonly Replica[] {
    if (!addresses) return old;
    const known = new Map(old.map((replica) => [replica.host, replica]));
    const { keepAlive, way: { connectTimeout: timeout } = {} } = this.config;
    const { secure } = this.way;
    const renewed = addresses.map((address) => (
      known.get(address) ?? new Replica(address, port, { keepAlive, timeout, secure: secure?.address() })
    ));
    for (const replica of old) if (!renewed.includes(replica)) replica.retire();
    return renewed;
  }
}
