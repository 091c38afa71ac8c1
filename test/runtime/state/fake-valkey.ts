import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { Reply, RespReader } from '../../../runtime/function-server/state/resp';
import type { ValkeyServer } from '../../../runtime/function-server/state/valkey-connection';

/** What a command is answered with: a text of RESP3; nothing for no answer. */
export type Answering = (command: readonly string[], socket: Socket) => string | void;

/** What a good server greets with. */
export const HELLO = '%4\r\n+server\r\n+valkey\r\n+version\r\n+9.1.2\r\n+mode\r\n+standalone\r\n+role\r\n+master\r\n';

/** A server that answers as a test says, and remembers what it was asked. */
export class FakeValkey {
  public static async start(answering: Answering): Promise<FakeValkey> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeValkey(server, answering);
  }

  /** The commands, each as it was sent, without those by which a client gets to know its server. */
  public readonly commands: string[][] = [];
  public connections = 0;
  /** Instead of what a good server says. */
  public hello = HELLO;
  public info = "-NOPERM User default has no permissions to run the 'info' command\r\n";
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server, public answering: Answering) {
    server.on('connection', (socket) => this.take(socket));
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public at(timeout: number): ValkeyServer {
    return { host: '127.0.0.1', port: this.port, lookup: async (host) => [host], timeout };
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    const reader = new RespReader(1e9, (reply) => {
      const command = (reply as Reply[]).map(String);
      const answers: Record<string, string> = { HELLO: this.hello, INFO: this.info };
      const known = answers[command[0]];
      if (!known) this.commands.push(command);
      const answer = known ?? this.answering(command, socket);
      if (answer && !socket.destroyed) socket.write(answer);
    });
    socket.on('data', (piece) => reader.push(piece));
  }
}
