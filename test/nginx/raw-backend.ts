import { once } from 'events';
import { createServer, Server, Socket } from 'net';
import { IBackend } from 'cdk8s-metaparticle';

/**
 * A backend that answers by the byte: each request without a body, once its head is there, with the text that `answer`
 * holds.
 */
export class RawBackend {
  public static async start(): Promise<RawBackend> {
    const backend = new RawBackend();
    backend.server.listen(0, '127.0.0.1');
    await once(backend.server, 'listening');
    return backend;
  }

  /** What it answers. */
  public answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  /** The heads of the requests that it got. */
  public readonly heads: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => {
    let received = '';
    this.sockets.add(socket.on('error', () => {}));
    socket.on('data', (data) => {
      const [head, ...others] = (received + data.toString('latin1')).split('\r\n\r\n');
      received = others.length > 0 ? '' : head;
      if (others.length === 0) return;
      this.heads.push(head);
      socket.write(Buffer.from(this.answer, 'latin1'));
    });
  });

  /** It as a backend of a pattern: the pods' addresses are its own. */
  public get backend(): IBackend {
    const { port } = this.server.address() as { port: number };
    return { bind: () => ({ host: '127.0.0.1', port }) };
  }

  /** An answer with these header lines. */
  public reply(lines: readonly string[], body = 'ok', status = '200 OK'): void {
    this.answer = [`HTTP/1.1 ${status}`, ...lines, `content-length: ${body.length}`, '', body].join('\r\n');
  }

  public stop(): void {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
  }
}
