import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from './problem';
import { endWithProblem } from './send-problem';

/**
 * Requests that may wait on one connection. A read of 64 KiB holds thousands, and each costs some kilobytes until
 * its answer has left.
 */
const MAX_OWED = 100;

const pipelines = new WeakMap<object, Pipeline>();

/**
 * The answers that a connection is still owed, in the order of their requests: a client may send one before the answer
 * to another (pipelining).
 */
export class Pipeline {
  public static of(socket: Socket): Pipeline {
    return pipelines.get(socket)!;
  }

  private readonly owed: ServerResponse[] = [];
  private refused = false;
  /**
   * The oldest closes first; where the connection does, all do. One for all, because each request would make another.
   */
  private readonly settle: () => void;
  constructor(private readonly socket: Socket) {
    pipelines.set(socket, this);
    this.settle = () => { this.owed.shift(); };
    // An answer that waits behind another one has no socket yet, and Node does not tell it when the connection closes:
    // without this, whatever the program keeps until the answer's `close` is kept for good.
    socket.once('close', () => {
      for (const res of [...this.owed]) if (!res.socket) res.destroy().emit('close');
    });
  }

  /** Whether nothing is owed. */
  public get idle(): boolean {
    return this.owed.length === 0;
  }

  /** Takes in one more request. Its connection is cut where too many wait already. */
  public add(res: ServerResponse): boolean {
    if (this.socket.destroyed) return false;
    if (this.owed.length === MAX_OWED) {
      this.socket.destroy();
      return false;
    }
    this.owed.push(res);
    res.on('close', this.settle);
    return true;
  }

  /**
   * Answers what cannot be read as a request, when the requests before it have their answers, and ends the connection.
   */
  public refuse(problem: Problem): void {
    if (this.refused) return;
    this.refused = true;
    const last = this.owed.at(-1);
    // where it is the body of the last request that is broken, this is the answer to it
    const broken = last !== undefined && !last.req.complete;
    if (broken && last.headersSent) {
      // it was refused before its body was read
      last.once('close', () => this.socket.destroySoon()).end();
      return;
    }
    const before = broken ? this.owed.at(-2) : last;
    if (!before) return endWithProblem(this.socket, problem);
    // what it sends in the meantime would look like a client that is well
    this.socket.pause();
    before.once('close', () => endWithProblem(this.socket, problem));
  }
}
