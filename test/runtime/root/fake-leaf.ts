import { createServer, Server, Socket } from 'node:net';
import { createServer as createTlsServer, TlsOptions, TLSSocket } from 'node:tls';

/** One connection of a root to a leaf, seen from the leaf. */
export interface LeafConnection {
  readonly socket: Socket;
  /** The connections before it. */
  readonly index: number;
  /** The requests before this one, over this connection. */
  readonly requests: number;
  /** The request, head and body. */
  readonly request: string;
}

/** How a leaf behaves: called with each whole request. */
export type Behaviour = (connection: LeafConnection) => void;

/** A leaf that speaks HTTP by the byte. It ends with the test, or, started in a `beforeAll`, with the file. */
export class FakeLeaf {
  public static start(behaviour: Behaviour, host?: string, port?: number): Promise<FakeLeaf> {
    return FakeLeaf.listen(new FakeLeaf(behaviour), host, port);
  }

  /** One that speaks HTTP by TLS. */
  public static startSecure(behaviour: Behaviour, tls: TlsOptions, host?: string, port?: number): Promise<FakeLeaf> {
    return FakeLeaf.listen(new FakeLeaf(behaviour, tls), host, port);
  }

  private static async listen(leaf: FakeLeaf, host = '127.0.0.1', port = 0): Promise<FakeLeaf> {
    await new Promise<void>((resolve, reject) => leaf.server.once('error', reject).listen({ host, port }, resolve));
    (inTest ? ofTest : ofFile).add(leaf);
    return leaf;
  }

  /** All requests so far. */
  public readonly requests: string[] = [];
  /** Of a leaf that speaks TLS, those whose handshake came to its end. */
  public connections = 0;
  /** All connections, also those without a handshake that came to its end. */
  public attempts = 0;
  /** Whether each handshake resumed the session of an earlier one. */
  public readonly resumed: boolean[] = [];
  public readonly open = new Set<Socket>();
  private readonly server: Server;
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly behaviour: Behaviour, tls?: TlsOptions) {
    this.server = tls
      ? createTlsServer({ noDelay: true, ...tls } as TlsOptions, (socket) => this.accept(socket))
      : createServer({ noDelay: true }, (socket) => this.accept(socket));
    this.server.on('connection', () => {
      this.attempts++;
      this.wake();
    });
    this.server.on('tlsClientError', () => {});
  }

  public get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Resolves when something holds that this leaf sees: a request, a connection that opens or closes. */
  public async until(holds: (leaf: FakeLeaf) => boolean): Promise<void> {
    while (!holds(this)) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  public async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket): void {
    const index = this.connections++;
    let received = '';
    let requests = 0;
    this.open.add(socket);
    if (socket instanceof TLSSocket) this.resumed.push(socket.isSessionReused());
    socket.on('error', () => {}).on('close', () => {
      this.open.delete(socket);
      this.wake();
    });
    socket.on('data', (data) => {
      received += data.toString('latin1');
      for (let length = wholeRequest(received); length > 0; length = wholeRequest(received)) {
        const request = received.slice(0, length);
        received = received.slice(length);
        this.requests.push(request);
        this.wake();
        this.behaviour({ socket, index, requests: requests++, request });
      }
    });
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

function wholeRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = head + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= length ? length : 0;
}

const ofFile = new Set<FakeLeaf>();
const ofTest = new Set<FakeLeaf>();
let inTest = false;

async function stopAll(leaves: Set<FakeLeaf>): Promise<void> {
  const stopping = [...leaves];
  leaves.clear();
  await Promise.all(stopping.map((leaf) => leaf.stop()));
}

beforeEach(() => { inTest = true; });
afterEach(() => {
  inTest = false;
  return stopAll(ofTest);
});
afterAll(() => stopAll(ofFile));

/** An answer, with its length. */
export function answer(body: string, headers = 'content-type: application/json\r\n', status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Answers every request with JSON. */
export function answers(value: unknown, headers?: string): Behaviour {
  return ({ socket }) => socket.write(answer(JSON.stringify(value), headers));
}
