import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long what is left of a cluster whose process has been killed may take to end, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Keeps two clusters from using one folder. Each makes a file in the folder `.clusters` of it, whose name tells the
 * process it belongs to, and then looks for those of others: of two at the same time at least one sees the other. What
 * a cluster that was killed has left behind holds nobody up.
 */
export class FolderLock {
  /**
   * Waits for the rest of a cluster whose process is gone already.
   * @param holder a process that lives as long as anything of the cluster does: its watchdog.
   * Throws when another cluster uses the folder.
   */
  public static async take(folder: string, holder = process.pid): Promise<FolderLock> {
    const all = join(folder, '.clusters');
    await mkdir(all, { recursive: true });
    const [watchdog, owner] = [await Life.of(holder), await Life.of(process.pid)];
    const own = `${watchdog}.${owner}`;
    const lock = new FolderLock(join(all, own));
    await writeFile(lock.file, '');
    for (const other of await readdir(all)) {
      if (other === own) continue;
      const [life, user] = other.split('.').map((each) => new Life(each));
      const deadline = Date.now() + PATIENCE;
      while (await life.lasts()) {
        if (!await user.lasts() && Date.now() < deadline) {
          await delay(20);
          continue;
        }
        await lock.release();
        throw new Error(`data is ${folder}, which a cluster of process ${user.pid} uses: end that one first, or give `
          + 'this one another folder');
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

/** A process, known by its number and by when it started: others may have its number later. */
class Life {
  public static async of(pid: number): Promise<Life> {
    return new Life(`${pid}-${await startOf(pid)}`);
  }

  public readonly pid: number;
  private readonly start: string;

  public constructor(private readonly name: string) {
    const [pid, start = ''] = name.split('-');
    this.pid = Number(pid);
    this.start = start;
  }

  public async lasts(): Promise<boolean> {
    return await startOf(this.pid) === this.start;
  }

  public toString(): string { return this.name; }
}

/** When a process started, in ticks since the machine did; undefined where there is none. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
