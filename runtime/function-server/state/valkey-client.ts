import { StateError } from './engine';
import { encode, ErrorReply, Reply } from './resp';
import { Carried, Reason, ValkeyConnection, ValkeyServer } from './valkey-connection';
import { durabilityFlaws } from './valkey-durability';
import { errorOf, meaningOf } from './valkey-errors';
import type { Log } from '../../shared/log';

/** Commands that wait, to be sent or for their replies: further ones are refused at once. */
const MOST_COMMANDS = 10_000;
/** What they may hold in memory together; a larger one goes alone. */
const MOST_BYTES = 32 * 1024 ** 2;
/** Between tries to connect, in milliseconds: twice as long each time, and up to half of it less. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;
/** Before a command is sent again that the server could not take yet, in milliseconds. */
const PATIENCE = 50;

/** What may be done with a command of which nobody knows whether it was done: one that only reads is sent again. */
export type Kind = 'read' | 'write';

/** A command, from its call to its reply. */
interface Command extends Carried {
  readonly kind: Kind;
  readonly size: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: StateError) => void;
  readonly timer: NodeJS.Timeout;
  tries: number;
  /** Whether its caller has been told. */
  settled: boolean;
}

/**
 * Commands to one Valkey, over one connection, which is made anew where it is lost. Each has its reply, or a
 * StateError, within the time that the server may take.
 */
export class ValkeyClient {
  private connection!: ValkeyConnection;
  private ready = false;
  /** To be sent once the server takes them. */
  private waiting = new Set<Command>();
  /** On the connection, also those whose callers have been told: their replies are still to come. */
  private readonly sent = new Set<Command>();
  private size = 0;
  private failures = 0;
  /** Why nothing is sent. */
  private reason: Reason = { says: 'has not answered yet' };
  /** Whether that stays so until somebody mends it. */
  private lasting = false;
  private logged?: string;
  private warned = false;
  private closed = false;
  private next?: NodeJS.Timeout;

  constructor(private readonly server: ValkeyServer, private readonly log: Log) {
    this.connect();
  }

  /** The reply to a command; of errors, NOSCRIPT is one and all others are thrown. */
  public call(kind: Kind, parts: readonly (string | Uint8Array)[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.lasting || this.closed) return reject(this.unreachable());
      const bytes = encode(parts);
      const count = this.waiting.size + this.sent.size;
      if (count >= MOST_COMMANDS || count > 0 && this.size + bytes.length > MOST_BYTES) {
        return reject(new StateError(503, 'too much waits for the server of the state already: try again'));
      }
      this.size += bytes.length;
      const command: Command = {
        kind,
        bytes,
        size: bytes.length,
        resolve,
        reject,
        timer: setTimeout(() => this.late(command), this.server.timeout),
        tries: 0,
        settled: false,
        onReply: (reply) => this.replied(command, reply),
      };
      this.send(command);
    });
  }

  public close(): void {
    this.closed = true;
    clearTimeout(this.next);
    this.connection.lose('is not needed any more');
  }

  private connect(): void {
    this.connection = new ValkeyConnection(this.server, {
      onReady: (version) => this.connected(version),
      onLost: (reason, lasting) => this.lost(reason, lasting),
    });
  }

  private connected(version: string): void {
    const { host, port } = this.server;
    this.ready = true;
    this.lasting = false;
    this.failures = 0;
    this.logged = undefined;
    this.log.info('connected to the server of the state', { host, port, server: version });
    this.warn();
    this.sendWaiting();
  }

  /** Once: of a server that may not be asked, nobody knows. */
  private warn(): void {
    if (this.warned) return;
    this.warned = true;
    const { host, port } = this.server;
    this.call('read', ['INFO']).then((info) => {
      for (const flaw of durabilityFlaws(info)) this.log.warn(flaw, { host, port });
    }, () => {});
  }

  private sendWaiting(): void {
    const { waiting } = this;
    this.waiting = new Set();
    for (const command of waiting) this.send(command);
  }

  private send(command: Command): void {
    if (!this.ready) {
      this.waiting.add(command);
      return;
    }
    command.tries++;
    this.sent.add(command);
    this.connection.send(command);
  }

  private replied(command: Command, reply: Reply): void {
    this.sent.delete(command);
    if (!(reply instanceof ErrorReply) || reply.text.startsWith('NOSCRIPT ')) {
      return this.settle(command, () => command.resolve(reply));
    }
    const { says, remedy } = meaningOf(reply);
    if (remedy === 'wait' && !command.settled) return this.postpone(command, { says });
    this.settle(command, () => command.reject(errorOf(reply)));
    if (remedy === 'reconnect') this.connection.lose(says, true, reply.text);
  }

  /** The server has done nothing of it yet. */
  private postpone(command: Command, reason: Reason): void {
    this.reason = reason;
    this.waiting.add(command);
    this.next ??= setTimeout(() => {
      this.next = undefined;
      this.sendWaiting();
    }, PATIENCE);
  }

  /** Its time is up. */
  private late(command: Command): void {
    if (this.waiting.delete(command)) return this.settle(command, () => command.reject(this.unreachable()));
    const { timeout } = this.server;
    const reason = `has not answered within ${timeout} ms`;
    command.settled = true;
    command.reject(unsure(command, reason));
    // Where others have their answers the server is only slow; where nothing comes, the connection may lead nowhere.
    if (performance.now() - this.connection.heard > timeout / 2) this.connection.lose(reason);
  }

  private lost(reason: Reason, lasting: boolean): void {
    this.ready = false;
    this.reason = reason;
    this.lasting = lasting;
    if (!this.closed) this.report();
    const others = this.waiting;
    this.waiting = new Set();
    for (const command of this.sent) {
      // once more, and not for ever: it may be its very answer that ends connections
      if (command.kind === 'read' && command.tries === 1 && !command.settled) this.waiting.add(command);
      else this.settle(command, () => command.reject(unsure(command, reason.says)));
    }
    this.sent.clear();
    for (const command of others) this.waiting.add(command);
    if (lasting || this.closed) {
      for (const command of this.waiting) this.settle(command, () => command.reject(this.unreachable()));
      this.waiting.clear();
    }
    clearTimeout(this.next);
    if (this.closed) return;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures++) * (1 - Math.random() / 2);
    this.next = setTimeout(() => {
      this.next = undefined;
      this.connect();
    }, pause);
  }

  /** Each reason once, and not with each try. */
  private report(): void {
    const { host, port } = this.server;
    const { says, answer } = this.reason;
    if (this.logged === says) return;
    this.logged = says;
    this.log.error(`the server of the state ${says}`, { host, port, answer });
  }

  /** Takes a command off: its caller is told, unless that was done before. */
  private settle(command: Command, tell: () => void): void {
    this.size -= command.size;
    clearTimeout(command.timer);
    if (!command.settled) tell();
    command.settled = true;
  }

  private unreachable(): StateError {
    return new StateError(503, `the state cannot be reached: its server ${this.reason.says}`);
  }
}

/** Of a command that was sent. */
function unsure({ kind }: Command, says: string): StateError {
  const rest = kind === 'write' ? ': what was to be written may be written, or not' : '';
  return new StateError(503, `the server of the state ${says}${rest}`);
}
