import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock whose holder has not touched it for so long belongs to a machine or a container that is gone. */
const STALE = 60_000;
const POLL = 200;

/**
 * Makes a folder once, however many processes ask for it at once: one of them calls `make` with an empty folder to
 * fill, the others wait. The folder appears under its name when it is complete, or never.
 */
export async function makeOnce(
  folder: string, make: (part: string) => Promise<void>, onWait: () => void = () => {},
): Promise<void> {
  if (await exists(folder)) return;
  await fs.mkdir(path.dirname(folder), { recursive: true });
  const release = await lock(`${folder}.lock`, () => exists(folder), onWait);
  if (!release) return;
  try {
    if (!await exists(folder)) await makeAndRename(folder, make);
  } finally {
    await release();
  }
}

async function makeAndRename(folder: string, make: (part: string) => Promise<void>): Promise<void> {
  await removeAbandoned(folder);
  const part = `${folder}.part-${process.pid}-${randomBytes(4).toString('hex')}`;
  // Ctrl-C during a download ends the process: its half stays nowhere.
  const remove = () => rmSync(part, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await fs.mkdir(part);
    await make(part);
    await fs.rename(part, folder);
  } catch (error) {
    // Two makers at once are possible where a lock was taken for stale; the first to finish wins.
    if (!await exists(folder)) throw error;
  } finally {
    process.off('exit', remove);
    await fs.rm(part, { recursive: true, force: true });
  }
}

/** Takes the lock and answers how to give it back, or undefined when meanwhile there is nothing to do any more. */
async function lock(
  file: string, done: () => Promise<boolean>, onWait: () => void,
): Promise<(() => Promise<void>) | undefined> {
  for (let waited = false; !await done(); waited = true) {
    try {
      await fs.writeFile(file, String(process.pid), { flag: 'wx' });
      return holding(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isStale(file)) {
      await fs.rm(file, { force: true });
      continue;
    }
    if (!waited) onWait();
    await sleep(POLL);
  }
  return undefined;
}

function holding(file: string): () => Promise<void> {
  const alive = setInterval(() => void fs.utimes(file, new Date(), new Date()).catch(() => {}), STALE / 10).unref();
  const remove = () => rmSync(file, { force: true });
  process.once('exit', remove);
  return async () => {
    clearInterval(alive);
    process.off('exit', remove);
    await fs.rm(file, { force: true });
  };
}

async function isStale(file: string): Promise<boolean> {
  try {
    const holder = Number(await fs.readFile(file, 'utf8'));
    const { mtimeMs } = await fs.stat(file);
    // An empty file: its holder is between making and writing it.
    return Date.now() - mtimeMs > STALE || (holder > 0 && !isAlive(holder));
  } catch {
    return false; // just given back
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Halves that a killed process left behind. */
async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${path.basename(folder)}.part-`;
  for (const name of await fs.readdir(path.dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (!isAlive(pid)) await fs.rm(path.join(path.dirname(folder), name), { recursive: true, force: true });
  }
}

function exists(file: string): Promise<boolean> {
  return fs.access(file).then(() => true, () => false);
}
