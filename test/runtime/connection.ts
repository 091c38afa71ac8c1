import { connect, Socket } from 'node:net';

/** A connection that speaks HTTP by the byte: what tests of limits, streams and drains need. */
export class Connection {
  public static async open(port: number, host = '127.0.0.1'): Promise<Connection> {
    const socket = connect(port, host);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Connection(socket);
  }

  /** All that arrived. */
  public received = '';
  /** Resolves with all that arrived when the other side has closed: `reset` says that it did so rudely. */
  public readonly closed: Promise<{ readonly received: string; readonly reset: boolean }>;
  private readonly waiting = new Set<() => void>();
  private ended = false;

  private constructor(public readonly socket: Socket) {
    let reset = false;
    socket.setNoDelay();
    socket.on('data', (data) => {
      this.received += data.toString('latin1');
      this.wake();
    });
    socket.on('error', () => { reset = true; });
    this.closed = new Promise((resolve) => socket.on('close', () => {
      this.ended = true;
      this.wake();
      resolve({ received: this.received, reset });
    }));
  }

  public send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Sends a request whose head is complete; a body is sent with its length. */
  public request(method: string, path: string, body?: string): this {
    const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
    return this.send(`${method} ${path} HTTP/1.1\r\nhost: x\r\n${length}\r\n${body ?? ''}`);
  }

  /** Waits until the text matches, and takes all that has arrived by then. */
  public async take(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.ended) throw new Error(`the connection was closed before ${pattern}: ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
    const taken = this.received;
    this.received = '';
    return taken;
  }

  public close(): void {
    this.socket.destroy();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
