import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findValkey } from '../../../src/local/binaries/valkey';
import { freePort } from '../../free-port';

/** The programs of a Valkey or Redis, found as a local cluster finds them. */
export async function serverCommand(): Promise<string[]> {
  const none = async () => { throw new Error('tests need it as a program'); };
  return (await findValkey<never>({ otherwise: ['docker', none] })).server;
}

/** A real server with a folder of its own, at a port of its own, which stays the same when it starts again. */
export class ValkeyProcess {
  public static async start(...options: string[]): Promise<ValkeyProcess> {
    const server = new ValkeyProcess(await serverCommand(), await freePort(), options);
    await server.start();
    return server;
  }

  private readonly folder = mkdtempSync(join(tmpdir(), 'valkey-'));
  private child!: ChildProcess;

  private constructor(
    private readonly command: readonly string[],
    public readonly port: number,
    private readonly options: readonly string[],
  ) {}

  /** Starts it, again where it has ended, on the data that it has. */
  public async start(): Promise<void> {
    const [program, ...args] = this.command;
    this.child = spawn(program, [
      ...args, '--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.folder, '--save', '',
      ...this.options,
    ], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(this.child.stdout!);
    for await (const line of lines) {
      if (line.includes('Ready to accept connections')) {
        this.child.stdout!.resume();
        return;
      }
    }
    throw new Error(`the server did not start with ${this.options.join(' ')}`);
  }

  /** What one of its options says. */
  public option(name: string): string {
    return this.options[this.options.indexOf(name) + 1];
  }

  public signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  public async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.signal('SIGKILL');
    await ended;
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true });
  }
}
