import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { BACKLOG } from './http-server';
import type { Log } from './log';

/** What a drain needs to know. */
export interface DrainOptions {
  readonly log: Log;
  /** How long open requests and connections may take to end, in milliseconds. */
  readonly drain: number;
  /** @default process.exit */
  readonly exit?: (code: number) => void;
}

/**
 * How a program ends without losing a request: it stops listening, and answers what comes over connections that
 * are already open, each time with `connection: close`. Idle ones are not cut (Node's own `close` does that): a
 * request may be on its way, and a POST that meets a closed connection cannot be retried. Their peer closes them,
 * or the drain time ends.
 */
export class Drain {
  /** Whether the program is ending. */
  public draining = false;
  private server?: Server;
  private readonly exit: (code: number) => void;

  constructor(private readonly options: DrainOptions) {
    this.exit = options.exit ?? ((code) => process.exit(code));
  }

  /** From now on there is a server to drain; before, a signal ends the program at once. */
  public setServer(server: Server): void {
    this.server = server;
  }

  /**
   * SIGTERM and SIGINT drain; the second one forces. Registered early: as process 1 of a container, Node
   * would ignore them.
   */
  public onSignals(): void {
    let signals = 0;
    for (const signal of ['SIGTERM', 'SIGINT']) {
      process.on(signal, () => signals++ ? this.exit(1) : this.begin(signal));
    }
  }

  /** Tells the client of this answer not to come back over this connection, when the program is ending. */
  public mark(res: ServerResponse): void {
    if (this.draining) res.shouldKeepAlive = false;
  }

  /** Starts to end, and exits with `code` when no connection is open any more, or the time is over. */
  public begin(reason: string, code = 0): void {
    if (this.draining) return;
    this.draining = true;
    const { server, options: { log, drain } } = this;
    log.info('draining', { reason });
    if (!server) return this.exit(code);
    server.once('close', () => {
      log.info('drained');
      this.exit(code);
    });
    stopListening(server);
    setTimeout(() => server.getConnections((_, connections) => {
      log.warn('the drain time is over: connections are cut', { connections });
      this.exit(code);
    }), drain);
  }
}

/**
 * Stops listening, and leaves the open connections alone. What the kernel has accepted on our behalf would be reset
 * with the listening socket, so those connections are taken first: Node takes one a turn of its event loop, and three
 * turns without one mean that none waits.
 */
function stopListening(server: Server): void {
  let quiet = 0;
  server.on('connection', () => { quiet = 0; });
  const turn = (left: number) => {
    if (++quiet > 3 || left === 0) NetServer.prototype.close.call(server);
    else setImmediate(turn, left - 1);
  };
  turn(BACKLOG);
}
