import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { runOrThrow } from './run';
import { older } from './version';

const MINUTE = 60_000;

/** Files of a package of the npm registry. */
export interface NpmPackage {
  readonly name: string;
  /** Of the versions that this names, such as `24`, the newest is taken. */
  readonly range: string;
  /** The files that are wanted, by their paths in the package. */
  readonly files: readonly string[];
}

interface Version {
  readonly version: string;
  /** What the bytes of the package hash to: `sha512-` and base64. */
  readonly integrity: string;
}

/**
 * Downloads files of a package to a folder. npm does it, as this machine configures it: from its mirror, through its
 * proxy, with its credentials. Throws what prevents it.
 */
export async function fromNpm(
  { name, range, files }: NpmPackage, folder: string, env: NodeJS.ProcessEnv, onProgress: (line: string) => void,
): Promise<void> {
  const newest = await newestOf(name, range, env);
  onProgress(`downloading ${name} ${newest.version} by npm, this first time only`);
  const pack = ['npm', 'pack', `${name}@${newest.version}`, '--pack-destination', folder];
  await runOrThrow(pack, { timeout: 10 * MINUTE, env });
  const archive = (await fs.readdir(folder)).find((each) => each.endsWith('.tgz'));
  if (!archive) throw new Error('`npm pack` ended well, but left no package');
  const file = path.join(folder, archive);
  await compare(file, newest.integrity);
  onProgress('unpacking');
  const inside = files.map((each) => `package/${each}`);
  const unpack = ['tar', '-xzf', file, '-C', folder, '--strip-components=1', ...inside];
  await runOrThrow(unpack, { timeout: MINUTE, env });
  await fs.rm(file);
}

async function newestOf(name: string, range: string, env: NodeJS.ProcessEnv): Promise<Version> {
  const view = ['npm', 'view', `${name}@${range}`, 'version', 'dist.integrity', '--json'];
  const { stdout } = await runOrThrow(view, { timeout: MINUTE, env });
  const [newest] = versionsIn(stdout).sort((a, b) => older(a.version, b.version) ? 1 : -1);
  if (!newest) throw new Error(`the registry has no version ${range} of it with a sha512 to check it by`);
  return newest;
}

/** `npm view` answers an array, the only one itself, or nothing. */
function versionsIn(said: string): Version[] {
  if (!said.trim()) return [];
  const all = [JSON.parse(said)].flat() as { 'version'?: unknown; 'dist.integrity'?: unknown }[];
  return all.flatMap(({ version, 'dist.integrity': integrity }) => {
    const sha = /sha512-[\w+/=]+/.exec(String(integrity))?.[0];
    return sha && typeof version === 'string' ? [{ version, integrity: sha }] : [];
  });
}

/** npm has compared them too, unless it has been told not to, or the file comes from somewhere else meanwhile. */
async function compare(file: string, integrity: string): Promise<void> {
  const hash = `sha512-${createHash('sha512').update(await fs.readFile(file)).digest('base64')}`;
  if (hash === integrity) return;
  throw new Error(`${path.basename(file)} is not what the registry says: ${hash}, not ${integrity}`);
}
