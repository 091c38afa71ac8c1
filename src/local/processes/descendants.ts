import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** How the processes of a container are known, also those that have left its process group, as daemons do. */
export interface Trace {
  /** `NAME=value` in their environment. */
  readonly mark: string;
  /** Where those work that have overwritten their environment, as nginx does. */
  readonly folder: string;
}

/** The processes with that trace, zombies left out. */
export function processesOf({ mark, folder }: Trace): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d/.test(pid) && (isIn(folder, pid) || isMarked(mark, pid)))
    .map(Number);
}

function isIn(folder: string, pid: string): boolean {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`);
  } catch {
    return false; // it has ended, or belongs to somebody else
  }
}

function isMarked(mark: string, pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    return false;
  }
}
