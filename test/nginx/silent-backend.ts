import { once } from 'events';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { Duplex } from 'stream';
import { IBackend } from 'cdk8s-metaparticle';

/**
 * A backend that echoes what comes over a WebSocket. All else is answered with an event stream, whose first event says
 * what was asked, and which is silent then; on `/hang` nothing is answered.
 */
export class SilentBackend {
  public static async start(): Promise<SilentBackend> {
    const backend = new SilentBackend();
    await once(backend.server.listen(0, '127.0.0.1'), 'listening');
    return backend;
  }

  /** The event streams that are open. */
  public readonly streams = new Set<ServerResponse>();
  private readonly sockets = new Set<Duplex>();
  private readonly server: Server = createServer((req, res) => this.serve(req, res))
    .on('upgrade', (_, socket: Duplex) => this.upgrade(socket));

  public get backend(): IBackend {
    const { port } = this.server.address() as AddressInfo;
    return { bind: () => ({ host: '127.0.0.1', port }) };
  }

  public stop(): void {
    for (const each of [...this.streams, ...this.sockets]) each.destroy();
    this.server.close();
  }

  private serve(req: IncomingMessage, res: ServerResponse): void {
    let bytes = 0;
    req.on('data', (part) => { bytes += part.length; }).on('end', () => {
      if (req.url === '/hang') return;
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${req.method} ${req.url} ${bytes}\n\n`);
      this.streams.add(res.on('close', () => this.streams.delete(res)));
    });
  }

  private upgrade(socket: Duplex): void {
    this.sockets.add(socket.on('error', () => {}).on('close', () => this.sockets.delete(socket)));
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n');
    // nginx does not look into what follows.
    socket.pipe(socket);
  }
}

/** The head of a WebSocket's handshake. */
export function handshake(path = '/', lines: readonly string[] = []): string {
  return [
    `GET ${path} HTTP/1.1`, 'host: x', 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==', ...lines, '', '',
  ].join('\r\n');
}
