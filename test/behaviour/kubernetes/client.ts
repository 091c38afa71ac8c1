import { once } from 'node:events';
import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { Kubectl } from './kubectl';
import { Load, LoadOptions, Outcome } from '../load';
import { ServiceAddress } from 'cdk8s-metaparticle/testing';

const NAME = 'client';
const FOLDER = '/opt/client';

/**
 * A pod beside the Services' other callers. What is measured is sent from here: on its way through `kubectl` a
 * connection that a server has closed looks open for milliseconds more than to any real client.
 */
export class Client {
  private readonly tunnels = new Map<string, Promise<Server>>();
  private readonly sockets = new Set<Socket>();

  constructor(private readonly kubectl: Kubectl) {}

  /** Starts the pod; resolves when it runs. */
  public async start(): Promise<void> {
    await this.kubectl.apply(clientObjects());
    await this.kubectl.run(['wait', `pod/${NAME}`, '--for=condition=Ready', '--timeout=60s']);
  }

  /** Resolves when a Service takes connections: kube-proxy hears of ready pods a moment later than `kubectl`. */
  public async reach({ host, port }: ServiceAddress): Promise<void> {
    await this.kubectl.run(program('reach', host, port));
  }

  public load(address: ServiceAddress, options: LoadOptions): Load {
    return new PodLoad(this.kubectl, address, options);
  }

  /** A loopback address whose connections are continued in the pod. */
  public async tunnel({ host, port }: ServiceAddress): Promise<ServiceAddress> {
    const key = `${host}:${port}`;
    const listening = this.tunnels.get(key) ?? this.listen((socket) => this.join(socket, host, port));
    this.tunnels.set(key, listening);
    return { host: '127.0.0.1', port: ((await listening).address() as AddressInfo).port };
  }

  public async stop(): Promise<void> {
    for (const listening of this.tunnels.values()) (await listening).close();
    this.sockets.forEach((socket) => socket.destroy());
  }

  private async listen(onConnection: (socket: Socket) => void): Promise<Server> {
    const server = createServer({ allowHalfOpen: true }, onConnection).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  private join(socket: Socket, host: string, port: number): void {
    const child = this.kubectl.spawn(program('connect', host, port));
    this.sockets.add(socket);
    socket.on('error', () => {}).on('close', () => {
      this.sockets.delete(socket);
      child.kill('SIGKILL');
    });
    child.stdin.on('error', () => socket.destroy());
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
  }
}

/** A load whose requests are made in the client's pod. */
class PodLoad implements Load {
  public readonly outcomes: Outcome[] = [];
  private readonly child;
  private readonly ended: Promise<void>;

  constructor(kubectl: Kubectl, address: ServiceAddress, options: LoadOptions) {
    this.child = kubectl.spawn(program('load', address.host, address.port));
    this.child.stdin.on('error', () => {}).write(`${JSON.stringify(options)}\n`);
    const complaints: Buffer[] = [];
    this.child.stderr.on('data', (part) => complaints.push(part));
    createInterface(this.child.stdout).on('line', (line) => this.outcomes.push(JSON.parse(line)));
    this.ended = once(this.child, 'close').then(([code]) => {
      if (code !== 0) throw new Error(`the load ended with ${code}: ${Buffer.concat(complaints)}`);
    });
    // Told to whoever awaits the end.
    this.ended.catch(() => {});
  }

  public async done(): Promise<readonly Outcome[]> {
    await this.ended;
    return this.outcomes;
  }

  public async stop(): Promise<readonly Outcome[]> {
    this.child.stdin.end();
    return this.done();
  }
}

function program(what: 'load' | 'connect' | 'reach', host: string, port: number): string[] {
  return ['exec', '--stdin', '--quiet', NAME, '--', 'node', `${FOLDER}/client.js`, what, host, `${port}`];
}

function clientObjects(): object[] {
  const { outputFiles: [source] } = buildSync({
    entryPoints: [join(__dirname, 'client-program.ts')],
    bundle: true,
    platform: 'node',
    target: 'node24',
    write: false,
  });
  const labels = { 'app.kubernetes.io/name': NAME };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, labels }, data: { 'client.js': source.text } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: NAME, labels },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{
          name: NAME,
          image: 'node:24-alpine',
          command: ['sleep', '86400'],
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'program', mountPath: FOLDER }],
        }],
        volumes: [{ name: 'program', configMap: { name: NAME } }],
      },
    },
  ];
}
