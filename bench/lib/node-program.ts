import { execFileSync } from 'child_process';
import { realpathSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import type { Address } from './listening';
import { folderWith, Program } from './program';
import { understood } from '../../src/local/images/node-image';

/** What a Node program is started with. */
export interface NodeProgramProps {
  /** The binary. */
  readonly node: string;
  readonly file: string;
  readonly address: Address;
  /** What is in its config.json, besides the port. */
  readonly config?: object;
  /** Node's own. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is beside its config.json, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts a Node program that reads a configuration: `node program.mjs config.json`. */
export function nodeProgram(
  { node, file, address, config = {}, options = [], env = {}, files = {} }: NodeProgramProps,
): Promise<Program> {
  const text = JSON.stringify({ ...config, port: address.port });
  const folder = folderWith('node', { ...files, 'config.json': text });
  return Program.start(
    [node, ...options, file, join(folder, 'config.json')], folder, address, { ...env, LISTEN_ADDRESS: address.host },
  );
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
