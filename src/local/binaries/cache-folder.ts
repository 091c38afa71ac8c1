import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

const NAME = 'cdk8s-metaparticle';

/**
 * Where something by this name is kept, or can be made, to be found by later runs: in the user's cache folder or, for
 * users without a home they can write to (as in many containers), in a folder of their own below the temporary one.
 */
export async function inCache(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const usual = path.join(env.XDG_CACHE_HOME || path.join(env.HOME || home(), '.cache'), NAME);
  const kept = path.join(usual, name);
  const isKept = await fs.access(kept).then(() => true, () => false);
  return isKept || await canMake(usual) ? kept : path.join(await temporary(env), name);
}

/**
 * The home folder of the user's account; below a place where nothing can be made when the account has none, or there
 * is no account.
 */
function home(): string {
  try {
    return os.homedir();
  } catch {
    return os.devNull;
  }
}

/** Is this a folder to write to? Makes it if need be. */
async function canMake(folder: string): Promise<boolean> {
  try {
    await fs.mkdir(folder, { recursive: true });
    await fs.access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Programs are run from here and everybody knows its name: it must be the user's own, and nobody else may write to it.
 */
async function temporary(env: NodeJS.ProcessEnv): Promise<string> {
  const user = process.getuid?.();
  const folder = path.join(env.TMPDIR || os.tmpdir(), `${NAME}-${user}`);
  await fs.mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return;
    throw new Error(`no folder can be made in ${path.dirname(folder)} (${error.code}): name one that can be written `
      + 'to with XDG_CACHE_HOME');
  });
  const found = await fs.lstat(folder);
  const closed = /^[0-7]+[0145][0145]$/.test(found.mode.toString(8));
  if (!found.isDirectory() || found.uid !== user || !closed) {
    throw new Error(`${folder} is not a folder that only you can write to: remove it, or name another with `
      + 'XDG_CACHE_HOME');
  }
  return folder;
}
