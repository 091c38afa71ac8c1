import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { processesIn } from './cpu';
import { Address, listening } from './listening';

/** A server that is measured: a process that works in a folder of its own, and all that it starts there. */
export class Program {
  /** Resolves when it listens. Its folder goes with it. */
  public static async start(
    [file, ...args]: readonly string[], folder: string, address: Address, env: NodeJS.ProcessEnv = process.env,
  ): Promise<Program> {
    // What it logs is of no interest, and writing it is a cost.
    const child = spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
    await listening(child, address);
    return new Program(child, folder);
  }

  private constructor(private readonly child: ChildProcess, private readonly folder: string) {}

  /** The process and its workers. */
  public get processes(): number[] {
    return processesIn(this.folder);
  }

  public async stop(): Promise<void> {
    for (const pid of this.processes) process.kill(pid, 'SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A new folder with these files, for a program to work in. */
export function folderWith(name: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `bench-${name}-`)));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}
