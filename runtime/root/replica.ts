import { Connection, Opening } from './connection';

/**
 * A replica that failed is left alone for so long (milliseconds): long enough to spare requests, short
 * enough to have it back.
 */
const SHUNNED = 2_000;
/**
 * Shorter than the server's own patience (milliseconds), so that it is we who close: a request sent into a closing
 * connection may be lost.
 */
const KEEP_ALIVE = 4_000;
/**
 * Within a node or a zone a connection stands in milliseconds: an address that does not answer belongs to
 * a pod that is gone.
 */
const CONNECT_TIMEOUT = 500;

/** How connections to an address are used. */
export interface ReplicaOptions extends Partial<Opening> {
  /** How long an idle one is kept, in milliseconds: 0 for not at all. */
  readonly keepAlive?: number;
}

/** One address of a leaf: a pod, or a Service that forwards to one. */
export class Replica {
  /** Requests that wait for their answer. */
  public outstanding = 0;
  private idle: Connection[] = [];
  private shunnedUntil = 0;
  private retired = false;

  private readonly opening: Opening;
  private readonly keepAlive: number;

  constructor(
    public readonly host: string, private readonly port: number,
    { timeout = CONNECT_TIMEOUT, secure, keepAlive = KEEP_ALIVE }: ReplicaOptions,
  ) {
    this.opening = { timeout, secure };
    this.keepAlive = keepAlive;
  }

  /** A connection to send one request over: the one that was used last, unless a fresh one is asked for. */
  public take(fresh: boolean): Connection {
    const known = fresh ? undefined : this.usedLast(performance.now());
    return known ?? new Connection(
      this.host,
      this.port,
      this.opening,
      (connection) => this.keep(connection),
      (connection) => this.drop(connection),
    );
  }

  /** Leaves it alone for a while. */
  public shun(now: number): void {
    this.shunnedUntil = now + SHUNNED;
  }

  public isShunned(now: number): boolean {
    return now < this.shunnedUntil;
  }

  /** Closes connections that were idle for too long. */
  public sweep(now: number): void {
    for (const connection of this.idle.filter((each) => this.isOld(each, now))) connection.destroy();
  }

  /** The address is gone: what is under way may end, and its connection with it. */
  public retire(): void {
    this.retired = true;
    for (const connection of [...this.idle]) connection.destroy();
  }

  /** The idle connection that was used last; where even that is too old, the other side may be closing it now. */
  private usedLast(now: number): Connection | undefined {
    const last = this.idle.at(-1);
    if (last && this.isOld(last, now)) this.sweep(now);
    return this.idle.pop();
  }

  private isOld({ idleSince }: Connection, now: number): boolean {
    return now - idleSince > this.keepAlive;
  }

  private keep(connection: Connection): void {
    if (this.retired || this.keepAlive === 0) return connection.destroy();
    connection.idleSince = performance.now();
    this.idle.push(connection);
  }

  private drop(connection: Connection): void {
    const at = this.idle.lastIndexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }
}
