import { ChildProcess, execFileSync, spawn } from 'child_process';
import { once } from 'events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { Address, listening } from './listening';
import { understood } from '../../src/local/images/node-image';

/** A Node program that reads a configuration: `node program.mjs config.json`. */
export class NodeProgram {
  /**
   * Resolves when it listens.
   * @param node the binary
   * @param options of Node's
   * @param files what stands beside the configuration, by name
   */
  public static async start(
    node: string,
    file: string,
    config: object,
    address: Address,
    options: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    files: Readonly<Record<string, string>> = {},
  ): Promise<NodeProgram> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bench-node-')));
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, port: address.port }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const child = spawn(node, [...options, file, join(folder, 'config.json')], {
      // what it logs is of no interest, and writing it is a cost
      env: { ...env, LISTEN_ADDRESS: address.host }, stdio: ['ignore', 'ignore', 'inherit'],
    });
    await listening(child, address);
    return new NodeProgram(child, folder);
  }

  private constructor(private readonly child: ChildProcess, private readonly folder: string) {}

  public get processes(): number[] {
    return [this.child.pid!];
  }

  public async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Such as `24.18.0`. */
export function versionOf(node: string): string {
  return execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
}

/** Node's options as pods have them: a program may read its own folders, and no other file. */
export function guarded(node: string, ...files: readonly string[]): string[] {
  const readable = [...files.map(dirname), realpathSync(tmpdir())].map((folder) => `--allow-fs-read=${folder}`);
  return understood(['--permission', ...readable, '--disable-warning=ExperimentalWarning'], versionOf(node));
}
