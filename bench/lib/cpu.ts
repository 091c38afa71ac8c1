import { execFileSync } from 'child_process';
import { readdirSync, readFileSync, readlinkSync } from 'fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

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

/**
 * Seconds of CPU that processes have used so far, all threads, in user and in system mode (proc_pid_stat(5)); exact to
 * 10 ms each.
 */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields are counted after the name, which may hold spaces: utime is the 14th, stime the 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }, 0);
}
