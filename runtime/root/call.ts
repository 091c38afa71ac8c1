import { Connection, Failure, RawAnswer, Waiter } from './connection';
import type { Leaf } from './leaf';
import type { Replica } from './replica';

/** What a leaf is sent. */
export interface LeafRequest {
  /** The head, and the body unless that is apart. */
  readonly bytes: Buffer;
  /** What follows. */
  readonly body?: Buffer;
  /** Whether it may be sent again when nobody knows what became of it (RFC 9110, section 9.2.2). */
  readonly idempotent: boolean;
  /** Whether it changes nothing (RFC 9110, section 9.2.1). */
  readonly safe: boolean;
}

/** What holds for all leaves that are asked for one client. */
export interface Terms {
  /** Bytes that the body of an answer may have. */
  readonly maxAnswerSize: number;
  /** Whether an answer with this status counts. */
  readonly accepts: (status: number) => boolean;
  /** Asked for the memory of an answer; throws a BadAnswer where there is none. */
  readonly hold: (bytes: number) => void;
  /** Gives memory back. */
  readonly give: (bytes: number) => void;
  /** Does what an event has set off: what it throws ends this request, and never the process. */
  readonly guard: (step: () => void) => void;
}

/** Who waits for what comes of a call. */
export interface CallWaiter {
  /** Called once, unless the call is ended before. */
  onOutcome(outcome: RawAnswer | Failure): void;
}

/** Why a call ends without an outcome: the time is up, its answer is not needed any more, or nobody waits for any. */
export type CallEnd = 'late' | 'needless' | 'gone';

/** A request that kills its pod must not kill them all. */
const MAX_SENT = 3;
/**
 * Handshakes for one request that come to nothing over a certificate: that of another replica may be a good one, but
 * most often all have the same, and a handshake costs both sides more than a request.
 */
const MAX_UNTRUSTED = 2;
/**
 * What an answer that is not needed may still take, so that its connection can be kept: milliseconds, and bytes of
 * its body.
 */
const LINGER = { time: 500, bytes: 65_536 };

/** One request to one leaf: asked of one replica after the other until one answers. */
export class Call {
  public retries = 0;
  public hedged = false;
  /** Bytes of memory that are held for its answer. */
  public held = 0;
  private readonly tried: Replica[] = [];
  private readonly open = new Set<Attempt>();
  private sent = 0;
  private untrusted = 0;
  private over = false;

  constructor(
    private readonly leaf: Leaf, private readonly request: LeafRequest, private readonly terms: Terms,
    private readonly waiter: CallWaiter,
  ) {}

  /** Asks the first replica. */
  public begin(): void {
    if (this.leaf.wasLookedUp) this.ask();
    else void this.leaf.firstLookup.then(() => this.over || this.terms.guard(() => this.ask()));
  }

  /** Asks another replica too, if there is one; the first answer counts. */
  public hedge(): void {
    if (this.over || !this.request.safe || this.open.size === 0) return;
    const replica = this.leaf.forHedge(this.tried, performance.now());
    if (!replica) return;
    this.hedged = true;
    this.attempt(replica);
  }

  /** Ends it: nothing is told of it any more. */
  public end(reason: CallEnd): void {
    this.over = true;
    const open = [...this.open];
    this.open.clear();
    for (const attempt of open) {
      if (reason === 'needless') attempt.leave();
      else attempt.cancel();
      if (reason === 'late') attempt.replica.shun(performance.now());
    }
  }

  private ask(): void {
    const replica = this.leaf.next(this.tried, performance.now());
    if (replica) this.attempt(replica);
    else this.settle(new Failure('unsent', 'no address of it is known'));
  }

  /** Over a connection that was idle only at the first time: what broke one may have broken the others. */
  private attempt(replica: Replica): void {
    const connection = replica.take(this.tried.includes(replica));
    this.tried.push(replica);
    this.open.add(
      new Attempt(connection, replica, this.request, this.terms, (attempt, outcome) => {
        this.onOutcome(attempt, outcome);
      }),
    );
  }

  private onOutcome(attempt: Attempt, outcome: RawAnswer | Failure): void {
    this.open.delete(attempt);
    if (!(outcome instanceof Failure)) {
      this.held = attempt.held;
      return this.settle(outcome);
    }
    const { kind } = outcome;
    const unsent = kind === 'unsent' || kind === 'untrusted';
    if (unsent || kind === 'lost') attempt.replica.shun(performance.now());
    if (kind === 'untrusted') this.untrusted++;
    if (!unsent) this.sent++;
    // another attempt is under way: let that one decide
    if (this.open.size > 0) return;
    const again = kind !== 'bad' && kind !== 'unheld' && this.sent < MAX_SENT && this.untrusted < MAX_UNTRUSTED
      && (this.request.idempotent || unsent);
    if (!again) return this.settle(outcome);
    const replica = kind === 'stale' ? attempt.replica : this.leaf.next(this.tried, performance.now());
    if (!replica) return this.settle(outcome);
    this.retries++;
    this.attempt(replica);
  }

  private settle(outcome: RawAnswer | Failure): void {
    this.end('needless');
    this.waiter.onOutcome(outcome);
  }
}

/** A request on its way over one connection. */
class Attempt implements Waiter {
  /** Bytes of memory that are held for its answer. */
  public held = 0;
  /** Set when nobody waits for its answer any more. */
  private lingering?: NodeJS.Timeout;

  constructor(
    private readonly connection: Connection,
    readonly replica: Replica,
    { bytes, body }: LeafRequest,
    private readonly terms: Terms,
    private readonly done: (attempt: Attempt, outcome: RawAnswer | Failure) => void,
  ) {
    replica.outstanding++;
    connection.send(bytes, body, terms.maxAnswerSize, this);
  }

  public onAnswer(answer: RawAnswer): void {
    this.ended(answer);
  }

  public onFailure(failure: Failure): void {
    this.release();
    this.ended(failure);
  }

  public hold(bytes: number): void {
    this.terms.hold(bytes);
    this.held += bytes;
  }

  /** Ends it at once. */
  public cancel(): void {
    this.release();
    this.replica.outstanding--;
    this.connection.destroy();
  }

  /** Its answer is not needed: if it comes soon, the connection can carry the next request, and else it is closed. */
  public leave(): void {
    this.release();
    this.lingering = setTimeout(() => this.cancel(), LINGER.time);
    this.connection.discard(LINGER.bytes);
  }

  private ended(outcome: RawAnswer | Failure): void {
    this.replica.outstanding--;
    if (this.lingering) clearTimeout(this.lingering);
    else this.terms.guard(() => this.done(this, outcome));
  }

  private release(): void {
    this.terms.give(this.held);
    this.held = 0;
  }
}
