import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps two clusters from using one folder. Each writes a file with the name of a process of its own into the folder
 * `.clusters` in it, and then looks whether another one's process is alive: of two at the same time at least one sees
 * the other. What a cluster that was killed has left behind locks nobody out.
 */
export class FolderLock {
  /**
   * @param holder the process that lives as long as anything of the cluster does: its watchdog.
   * Throws when another cluster uses the folder.
   */
  public static async take(folder: string, holder = process.pid): Promise<FolderLock> {
    const all = join(folder, '.clusters');
    await mkdir(all, { recursive: true });
    const own = `${holder}-${await startOf(holder)}`;
    const lock = new FolderLock(join(all, own));
    await writeFile(lock.file, String(process.pid));
    for (const other of await readdir(all)) {
      if (other === own) continue;
      const [pid, start] = other.split('-');
      const owner = await readFile(join(all, other), 'utf8').catch(() => undefined);
      if (owner === undefined) continue; // has just been released
      if (await startOf(Number(pid)) === start) {
        await lock.release();
        throw new Error(`data is ${folder}, which a cluster of process ${owner || pid} uses: end that one first, or `
          + 'give this one another folder');
      }
      await rm(join(all, other), { force: true });
    }
    return lock;
  }

  private constructor(private readonly file: string) {}

  public async release(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** When a process started, in ticks since the machine did, which tells it from a later one of its number. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
