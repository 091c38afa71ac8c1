import * as dgram from 'node:dgram';
import * as net from 'node:net';

/** Answers a message, if it is one to be answered. @param size how long the answer may be, in bytes. */
export type Answer = (message: Buffer, size: number) => Promise<Buffer | undefined>;

/** A DNS message over UDP is at most this long unless the client says otherwise (RFC 1035, section 4.2.1). */
const UDP_SIZE = 512;

/** An address where DNS messages arrive, over UDP and, where answers are long, TCP. */
export class DnsListener {
  /** Takes a port of an address; what arrives is kept until `serve`. Throws when the port is not free. */
  public static async open(host: string, port: number): Promise<DnsListener> {
    const tcp = net.createServer();
    await listening(tcp, () => tcp.listen({ host, port, exclusive: true }));
    const udp = dgram.createSocket('udp4');
    try {
      await listening(udp, () => udp.bind({ address: host, port, exclusive: true }));
    } catch (error) {
      tcp.close();
      throw error;
    }
    return new DnsListener(host, port, udp, tcp);
  }

  private readonly connections = new Set<net.Socket>();

  private constructor(
    public readonly host: string, public readonly port: number,
    private readonly udp: dgram.Socket, private readonly tcp: net.Server,
  ) {
    udp.on('error', () => {});
    udp.unref();
    tcp.unref();
  }

  /** `host:port`, as nginx's `resolver` and Node's `dns.setServers` take it. */
  public get address(): string { return `${this.host}:${this.port}`; }

  /** Answers from now on. */
  public serve(answer: Answer): void {
    this.udp.on('message', (message, from) => {
      void answer(message, UDP_SIZE).then((data) => {
        if (data && this.tcp.listening) this.udp.send(data, from.port, from.address, () => {});
      });
    });
    this.tcp.on('connection', (socket) => this.converse(socket, answer));
  }

  public close(): void {
    if (!this.tcp.listening) return;
    this.udp.close();
    this.tcp.close();
    for (const socket of this.connections) socket.destroy();
  }

  private converse(socket: net.Socket, answer: Answer): void {
    this.connections.add(socket);
    socket.unref();
    socket.on('error', () => {}).on('close', () => this.connections.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const message = received.subarray(2, 2 + received.readUInt16BE(0));
        received = received.subarray(2 + message.length);
        void answer(message, 65535).then((data) => {
          if (!data) return;
          const length = Buffer.alloc(2);
          length.writeUInt16BE(data.length);
          socket.write(Buffer.concat([length, data]));
        });
      }
    });
  }
}

function listening(socket: net.Server | dgram.Socket, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    (socket as net.Server).once('error', reject).once('listening', () => {
      socket.off('error', reject);
      resolve();
    });
    start();
  });
}
