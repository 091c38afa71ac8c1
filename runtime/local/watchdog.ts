import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';

/**
 * The watchdog of a local cluster: `watchdog <folder> <mark>`. It holds the reading end of a pipe whose writing end
 * only the owner of the cluster has; when that closes, for whatever reason, it kills what was started and removes the
 * folder. What has left its process group is found by the mark in its environment, or, where it has written over that,
 * as nginx does, by where it works.
 */
const [folder, mark] = process.argv.slice(2);

/** The process groups that were started and have not ended, as lines `+id` and `-id` tell. */
const groups = new Set<number>();

/** How containers are run, as a line `!{…}` tells. */
let engine: { readonly program: string; readonly env: Record<string, string> } | undefined;
let text = '';

// Ctrl-C goes to all processes of a terminal, and this one must outlive the others.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('data', (chunk) => {
  const lines = (text + chunk).split('\n');
  text = lines.pop()!;
  lines.forEach(read);
}).on('error', clean).on('end', clean);

function read(line: string): void {
  if (line[0] === '+') groups.add(Number(line.slice(1)));
  else if (line[0] === '-') groups.delete(Number(line.slice(1)));
  else engine = JSON.parse(line.slice(1));
}

function clean(): void {
  // What is killed may have started something else a moment before.
  for (let round = 0; round < 20 && killAll() > 0; round++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
  }
  try {
    removeContainers();
  } catch {
    // its daemon does not answer any more
  }
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // somebody else's file is in it: nobody is left to be told
  }
  process.exit();
}

/** Answers how much there was to kill. */
function killAll(): number {
  const found = [...groups].filter((group) => kill(-group)).length;
  return found + readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOurs(pid) && kill(Number(pid))).length;
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

function isOurs(pid: string): boolean {
  return Number(pid) !== process.pid && (isInside(pid) || isMarked(pid));
}

function isInside(pid: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
  } catch {
    return false; // it has ended, or belongs to somebody else
  }
}

function isMarked(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
  } catch {
    return false;
  }
}

function removeContainers(): void {
  if (!engine) return;
  const { program, env } = engine;
  const run = (...args: string[]) => execFileSync(program, args, { env, encoding: 'utf8', timeout: 20_000 });
  const containers = run('ps', '--all', '--quiet', '--filter', `label=${mark}`).split(/\s+/).filter(Boolean);
  if (containers.length > 0) run('rm', '--force', ...containers);
}
