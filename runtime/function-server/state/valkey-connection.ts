import { connect, isIP, LookupFunction, Socket } from 'node:net';
import { BadReply, encode, ErrorReply, Reply, RespReader } from './resp';
import { flawOf, meaningOf } from './valkey-errors';
import type { Lookup } from '../../shared/names';
import type { SecureAddress } from '../../shared/secure';

/** Where a Valkey is, and how one gets in. */
export interface ValkeyServer {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  /** Without it, connections are in clear text. */
  readonly secure?: SecureAddress;
  /** What tells the addresses of its name. */
  readonly lookup: Lookup;
  /**
   * How long it may take to answer, in milliseconds: to a connection, with TLS its handshake too, and to a command.
   */
  readonly timeout: number;
}

/** A command that a connection carries. */
export interface Carried {
  readonly bytes: string | Buffer;
  onReply(reply: Reply): void;
}

/** Why a connection was lost. */
export interface Reason {
  /** For people, said of the server: `refused the connection`. */
  readonly says: string;
  /** What it has said itself, for the log. */
  readonly answer?: string;
}

/** What becomes of a connection: first it is ready or lost, then it is lost, once each. */
export interface ConnectionEvents {
  /** @param version what the server says of itself: `valkey 9.1.2` */
  onReady(version: string): void;
  /**
   * @param lasting whether the same is to be expected of the next
   */
  onLost(reason: Reason, lasting: boolean): void;
}

/** Of an answer, and so of a value or a page of a list with what is around it. */
const MOST_BYTES = 64 * 1024 ** 2;
/** Commands of one moment go in one packet, as far as they have room in it. */
const PACKET = 65_536;

/** The connection to a Valkey: commands are sent without waiting for the replies to those before them. */
export class ValkeyConnection {
  /** When something last arrived, by performance.now(). */
  public heard = performance.now();
  private readonly socket: Socket;
  private readonly carried: Carried[] = [];
  private out = '';
  private flushing = false;
  private lost = false;
  private readonly timer: NodeJS.Timeout;
  private missing = 'connection';

  constructor(private readonly server: ValkeyServer, private readonly events: ConnectionEvents) {
    const { host, port, secure, lookup, timeout } = server;
    const to = { host, port, noDelay: true, lookup: asNodeAsks(lookup) };
    this.socket = secure?.connect(to) ?? connect(to);
    // what lies between forgets connections that are silent for some minutes
    this.socket.setKeepAlive(true, 30_000);
    const reader = new RespReader(MOST_BYTES, (reply) => this.receive(reply));
    this.socket.on('connect', () => { this.missing = secure ? 'TLS handshake' : 'answer'; });
    this.socket.on(secure ? 'secureConnect' : 'connect', () => this.greet());
    this.socket.on('data', (piece) => {
      this.heard = performance.now();
      try {
        reader.push(piece);
      } catch (error) {
        if (!(error instanceof BadReply)) throw error;
        this.lose(`speaks no RESP3: ${error.message}`);
      }
    });
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.broken(error));
    this.socket.on('close', () => this.lose('closed the connection'));
    this.timer = setTimeout(() => this.lose(`gave no ${this.missing} within ${timeout} ms`), timeout);
  }

  /** Sends a command, once the connection is ready. */
  public send(command: Carried): void {
    const first = this.carried.push(command) === 1;
    const { bytes } = command;
    if (typeof bytes === 'string') {
      this.out += bytes;
      // a command that comes alone need not wait for others
      if (first || this.out.length > PACKET) return this.flush();
    } else {
      this.flush();
      this.socket.write(bytes);
    }
    if (this.flushing) return;
    this.flushing = true;
    // together with those of the requests that have arrived at the same moment
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }

  /** Ends it: what it carried is told by `onLost`, unless it ended before. */
  public lose(says: string, lasting = false, answer?: string): void {
    if (this.lost) return;
    this.lost = true;
    clearTimeout(this.timer);
    this.socket.destroy();
    this.events.onLost({ says, answer }, lasting);
  }

  private flush(): void {
    if (this.out) this.socket.write(this.out);
    this.out = '';
  }

  private greet(): void {
    this.missing = 'answer';
    const { user = 'default', password } = this.server;
    const authority = password === undefined ? [] : ['AUTH', user, password];
    this.send({
      bytes: encode(['HELLO', '3', ...authority, 'SETNAME', 'cdk8s-metaparticle']),
      onReply: (reply) => this.greeted(reply, password),
    });
  }

  private greeted(reply: Reply, password?: string): void {
    if (reply instanceof ErrorReply) {
      const { says, remedy } = meaningOf(reply);
      // as it is at the end of many a Secret that was made of a file
      const hint = /^WRONGPASS /.test(reply.text) && /\n$/.test(password ?? '') ? ', which ends with a line break' : '';
      return this.lose(`${says}${hint}`, remedy !== 'wait', reply.text);
    }
    const items = (Array.isArray(reply) ? reply : []).map((item) => Buffer.isBuffer(item) ? `${item}` : item);
    const said = new Map(items.flatMap((item, index) => index % 2 ? [] : [[item, items[index + 1]] as const]));
    const flaw = flawOf(said);
    if (flaw) return this.lose(flaw, true);
    clearTimeout(this.timer);
    this.events.onReady(`${said.get('server')} ${said.get('version')}`);
  }

  private receive(reply: Reply): void {
    const command = this.carried.shift();
    if (command) command.onReply(reply);
    else this.lose('answered without being asked');
  }

  private broken({ code, message }: NodeJS.ErrnoException): void {
    const flaw = this.server.secure?.flaw(code);
    if (flaw) return this.lose(`cannot be trusted: ${flaw}`, true);
    const words = code === 'ECONNREFUSED' ? 'refused the connection'
      : code === 'ENOTFOUND' ? `is not found: there is no name '${this.server.host}'`
        : `broke off the connection (${code ?? message})`;
    this.lose(words);
  }
}

function asNodeAsks(lookup: Lookup): LookupFunction {
  return (host, options, callback) => {
    lookup(host).then((addresses) => {
      const all = addresses.map((address) => ({ address, family: isIP(address) }));
      if (all.length === 0) callback(Object.assign(new Error(`${host} is not found`), { code: 'ENOTFOUND' }), []);
      else if (options.all) callback(null, all);
      else callback(null, all[0].address, all[0].family);
    }, (error) => callback(error, []));
  };
}
