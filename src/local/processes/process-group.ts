import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** How a process ended; one that could not be started has the exit code that shells give it, and an error. */
export interface Exit { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly error?: string }

/** What a program is started with. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
}

/** A program that runs in a pod, and everything it started. */
export interface Running {
  /** Resolves when the program has ended, and nothing it started runs any more. */
  readonly exited: Promise<Exit>;
  /** Sends a signal to the main process, or to all of them. */
  signal(signal: NodeJS.Signals, all?: boolean): void;
}

/**
 * Runs a program as the leader of a process group of its own.
 * @param log a file for its output: nginx opens `/dev/stdout`, which works on a file and not on the sockets that
 * Node's pipes are. Without one it has the input and output of this process.
 * @param onStart told the group's id as soon as there is one.
 * @param others answers which of its processes have left the group.
 */
export function runInGroup(
  command: Command, log: string | undefined, onStart: (group: number) => void, others: () => number[],
): Running {
  const output = log === undefined ? undefined : openSync(log, 'a');
  const [file, ...args] = command.argv;
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: output === undefined ? 'inherit' : ['ignore', output, output],
    });
  } catch (error) {
    // Node throws for what no system could run, such as an empty name, and for arguments that are too long.
    return { exited: Promise.resolve(cannotRun(file, error as Error)), signal: () => {} };
  } finally {
    if (output !== undefined) closeSync(output);
  }
  child.unref();
  const group = child.pid;
  if (group !== undefined) onStart(group);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => group === undefined && resolve(cannotRun(file, error)));
    child.once('exit', (code, signal) => void killAll(group!, others).then(() => resolve({ code, signal })));
  });
  return {
    exited,
    signal: (signal, all = false) => {
      if (group === undefined || child.exitCode !== null || child.signalCode !== null) return;
      for (const pid of all ? [-group, ...others()] : [group]) sendSignal(pid, signal);
    },
  };
}

function cannotRun(file: string, { code, message }: NodeJS.ErrnoException): Exit {
  return { code: code === 'ENOENT' ? 127 : 126, signal: null, error: `cannot run ${file || "''"}: ${message}` };
}

/** Sends a signal; a process that has ended by itself is no mistake. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * When the first process of a container ends, the kernel kills the others. Here they must be killed, and gone before a
 * restart: a worker of nginx that is left over would hold the port.
 */
async function killAll(group: number, others: () => number[]): Promise<void> {
  for (let i = 0; i < 400; i++) {
    sendSignal(-group, 'SIGKILL');
    const left = others();
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    if (left.length === 0 && !alive(group)) return;
    await delay(5);
  }
}

function alive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  // Orphans that nobody has reaped still count as a group, but hold nothing.
  return readdirSync('/proc').some((pid) => /^\d/.test(pid) && groupOf(pid) === group);
}

/** The group of a process that is not a zombie. */
function groupOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : Number(group);
  } catch {
    return undefined;
  }
}
