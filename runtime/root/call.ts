import { Connection, Failure, RawAnswer, Waiter } from './connection';
import type { Leaf } from './leaf';
import type { Replica } from './replica';

/** A request, as all leaves get it. */
export interface LeafRequest {
  /** Head and body, as they are sent. */
  readonly bytes: Buffer;
  /** Whether it may be sent again when nobody knows what became of it (RFC 9110, section 9.2.2). */
  readonly idempotent: boolean;
  /** Whether it changes nothing (RFC 9110, section 9.2.1). */
  readonly safe: boolean;
  /** Bytes that the body of an answer may have. */
  readonly maxAnswerSize: number;
  /** Asked for each piece of an answer whether it can be kept; throws a BadAnswer where it cannot. */
  readonly hold: (bytes: number) => void;
}

/** A request that kills its pod must not kill them all. */
const MAX_SENT = 3;

/** One request to one leaf: asked of one replica after the other until one answers. */
export class Call {
  /** When it began, in milliseconds. */
  public readonly start = performance.now();
  public retries = 0;
  public hedged = false;
  private readonly tried: Replica[] = [];
  private readonly open = new Set<Attempt>();
  private sent = 0;
  private over = false;

  /** @param done told what came of it, once, unless it is cancelled */
  constructor(readonly leaf: Leaf, private readonly request: LeafRequest, private readonly done: (outcome: RawAnswer | Failure) => void) {}

  /** Asks the first replica. */
  public begin(): void {
    if (this.leaf.isKnown) this.ask();
    else void this.leaf.known.then(() => this.over || this.ask());
  }

  /** Asks another replica too, if there is one; the first answer counts. */
  public hedge(): void {
    if (this.over || !this.request.safe || this.open.size === 0) return;
    const replica = this.leaf.other(this.tried, performance.now());
    if (!replica) return;
    this.hedged = true;
    this.attempt(replica);
  }

  /**
   * Ends it: nobody waits for an answer any more.
   * @param late whether that is because it took too long
   */
  public cancel(late: boolean): void {
    this.over = true;
    for (const attempt of this.open) {
      attempt.cancel();
      if (late) attempt.replica.shun(performance.now());
    }
  }

  private ask(): void {
    const replica = this.leaf.next(this.tried, performance.now());
    if (replica) this.attempt(replica);
    else this.settle(new Failure('no address of it is known', false, true));
  }

  /** Over a connection that was idle only at the first time: what broke one may have broken the others. */
  private attempt(replica: Replica): void {
    const connection = replica.take(this.tried.includes(replica));
    this.tried.push(replica);
    this.open.add(new Attempt(connection, replica, this.request, (attempt, outcome) => this.onOutcome(attempt, outcome)));
  }

  private onOutcome(attempt: Attempt, outcome: RawAnswer | Failure): void {
    this.open.delete(attempt);
    if (!(outcome instanceof Failure)) return this.settle(outcome);
    const { broken, sent, stale } = outcome;
    if (broken && !stale) attempt.replica.shun(performance.now());
    if (sent) this.sent++;
    // another attempt is under way: let that one decide
    if (this.open.size > 0) return;
    const again = broken && this.sent < MAX_SENT && (this.request.idempotent || !sent);
    const replica = !again ? undefined : stale ? attempt.replica : this.leaf.next(this.tried, performance.now());
    if (!replica) return this.settle(outcome);
    this.retries++;
    this.attempt(replica);
  }

  private settle(outcome: RawAnswer | Failure): void {
    this.cancel(false);
    this.done(outcome);
  }
}

/** A request on its way over one connection. */
class Attempt implements Waiter {
  constructor(
    private readonly connection: Connection, readonly replica: Replica, private readonly request: LeafRequest,
    private readonly done: (attempt: Attempt, outcome: RawAnswer | Failure) => void,
  ) {
    replica.outstanding++;
    connection.send(request.bytes, request.maxAnswerSize, this);
  }

  public onAnswer(answer: RawAnswer): void {
    this.replica.outstanding--;
    this.done(this, answer);
  }

  public onFailure(failure: Failure): void {
    this.replica.outstanding--;
    this.done(this, failure);
  }

  public hold(bytes: number): void {
    this.request.hold(bytes);
  }

  public cancel(): void {
    this.replica.outstanding--;
    this.connection.destroy();
  }
}
