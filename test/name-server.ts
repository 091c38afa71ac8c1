import { createSocket, Socket } from 'node:dgram';
import * as packet from 'dns-packet';

/** What is known of a name: addresses by type. One with an error is refused, a silent one is not answered. */
export interface Known {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly silent?: true;
  readonly code?: number;
}

const NXDOMAIN = 3;

/** A DNS server that knows a few names; others do not exist. */
export class NameServer {
  public static async start(zone: Readonly<Record<string, Known>>): Promise<NameServer> {
    const server = new NameServer(zone);
    await new Promise<void>((resolve) => server.socket.bind(0, '127.0.0.1', resolve));
    return server;
  }

  /** The types that each name was asked for. */
  public readonly asked = new Map<string, Set<string>>();
  private readonly socket: Socket;

  private constructor(private readonly zone: Readonly<Record<string, Known>>) {
    this.socket = createSocket('udp4', (message, from) => {
      const answer = this.answer(message);
      if (answer) this.socket.send(answer, from.port, from.address);
    });
  }

  /** `host:port` */
  public get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  public stop(): Promise<void> {
    return new Promise((resolve) => this.socket.close(resolve));
  }

  private answer(message: Buffer): Buffer | undefined {
    const { id, questions = [] } = packet.decode(message);
    const [{ name, type }] = questions as { name: string; type: 'A' | 'AAAA' }[];
    this.asked.set(name, (this.asked.get(name) ?? new Set()).add(type));
    const known = this.zone[name];
    if (known?.silent) return undefined;
    const answers = (known?.[type] ?? []).map((data) => ({ type, name, ttl: 1, data }));
    return packet.encode({ type: 'response', id, flags: known ? known.code ?? 0 : NXDOMAIN, questions, answers });
  }
}
