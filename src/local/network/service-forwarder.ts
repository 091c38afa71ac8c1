import * as net from 'node:net';

/** Where a pod serves. */
export interface Endpoint { readonly host: string; readonly port: number }

/**
 * One port of an ordinary Service: every TCP connection goes to a pod that is ready now, in turn, and its bytes pass
 * unchanged. With no ready pod the port is closed, so that a connection is refused, as kube-proxy refuses it.
 * Connections that are open stay where they are, whatever becomes of the pod's readiness.
 */
export class ServiceForwarder {
  private readonly connections = new Set<net.Socket>();
  /** Why the port is not open although a pod is ready. */
  public problem?: Error;
  private endpoints: readonly Endpoint[] = [];
  private server?: net.Server;
  private turn = 0;

  /** @param onProblem told when the port cannot be listened on. */
  public constructor(
    private readonly host: string, private readonly port: number, private readonly onProblem: (error: Error) => void,
  ) {}

  /** Sets the pods that are ready now; tries again to open the port if that has failed. */
  public update(endpoints: readonly Endpoint[]): void {
    this.endpoints = endpoints;
    if (endpoints.length === 0) this.unlisten();
    else if (!this.server) this.listen();
  }

  /** Resolves when the port is open, if a pod is ready. */
  public async settled(): Promise<void> {
    const server = this.server;
    if (!server || server.listening) return;
    await new Promise<void>((resolve) => {
      server.once('listening', resolve).once('error', () => resolve()).once('close', resolve);
    });
  }

  /** Closes the port and every connection. */
  public close(): void {
    this.update([]);
    for (const socket of this.connections) socket.destroy();
  }

  private listen(): void {
    this.problem = undefined;
    // Half-open: a client may end its side and still wait for the answer.
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
      void this.forward(client);
    });
    this.server = server;
    server.on('error', (error) => {
      if (this.server !== server) return;
      this.server = undefined;
      this.problem = error;
      this.onProblem(error);
    });
    server.listen({ host: this.host, port: this.port, backlog: 4096 }).unref();
  }

  private unlisten(): void {
    this.problem = undefined;
    this.server?.close();
    this.server = undefined;
  }

  private async forward(client: net.Socket): Promise<void> {
    this.track(client);
    client.on('error', () => {}); // what follows from it happens on 'close'
    const pod = await this.connect();
    if (!pod || client.destroyed) {
      pod?.destroy();
      client.resetAndDestroy();
      return;
    }
    this.track(pod);
    // `pipe` keeps back-pressure and passes the end of either side on by itself; a broken side must break the other
    // one too.
    client.pipe(pod);
    pod.pipe(client);
    client.on('close', (broken) => broken && pod.resetAndDestroy());
    pod.on('close', (broken) => broken && client.resetAndDestroy());
  }

  /**
   * A pod that refuses is passed over: its process has just ended, and what a client of kube-proxy would see as a
   * refused connection cannot be shown to a client whose connection has been accepted here.
   */
  private async connect(): Promise<net.Socket | undefined> {
    const first = this.turn++;
    for (let i = 0; i < this.endpoints.length; i++) {
      const socket = await connected(this.endpoints[(first + i) % this.endpoints.length]);
      if (socket) return socket;
    }
    return undefined;
  }

  private track(socket: net.Socket): void {
    this.connections.add(socket);
    socket.on('close', () => this.connections.delete(socket));
  }
}

function connected({ host, port }: Endpoint): Promise<net.Socket | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}
