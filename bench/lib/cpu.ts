import { readdirSync, readFileSync, readlinkSync } from 'fs';

/**
 * The processes that run in a folder or below it: a server and its workers, where each server has a folder of its own.
 */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return `${readlinkSync(`/proc/${pid}/cwd`)}/`.includes(`${folder}/`);
    } catch {
      return false; // it has ended, or is not ours
    }
  });
}

/** Seconds of CPU that processes have used so far, all threads, in user and in system mode. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((thread) => {
    // Nanoseconds, where /proc/<pid>/stat has hundredths of a second.
    const [running] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
    return Number(running) / 1e9;
  })).reduce((sum, each) => sum + each, 0);
}
