import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { mkdtempSync, rmSync } from 'fs';
import { AddressInfo, createServer } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { findValkey } from '../../src/local/binaries/valkey';
import { listening } from '../lib/listening';

/** A Valkey that confirms what is on the disk. */
export class ValkeyServer {
  public static async start(): Promise<ValkeyServer> {
    const { server: [program, ...first] } = await findValkey({
      otherwise: ['by other means', async () => { throw new Error('there are none'); }],
    });
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'bench-valkey-'));
    const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const child = spawn(program, [...first, ...where, ...durable], { stdio: 'ignore' });
    await listening(child, { host: '127.0.0.1', port });
    return new ValkeyServer(child, port, folder);
  }

  private constructor(
    private readonly child: ChildProcess, public readonly port: number, private readonly folder: string,
  ) {}

  public get processes(): number[] {
    return [this.child.pid!];
  }

  public async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
