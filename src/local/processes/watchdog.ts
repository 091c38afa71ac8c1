import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * The program of the watchdog. It holds the reading end of a pipe whose writing end only the owner of the cluster has; when that
 * closes, for whatever reason, it kills what was started and removes the folder. What has left its process group is
 * found by the mark in its environment, or, where it has written over that, as nginx does, by where it works.
 */
const PROGRAM = `
const { execFileSync } = require('node:child_process');
const { readFileSync, readdirSync, readlinkSync, rmSync } = require('node:fs');
const [folder, mark] = process.argv.slice(1);
const groups = new Set();
let text = '', engine;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('data', (chunk) => {
  const lines = (text + chunk).split('\\n');
  text = lines.pop();
  for (const line of lines) {
    if (line[0] === '+') groups.add(Number(line.slice(1)));
    else if (line[0] === '-') groups.delete(Number(line.slice(1)));
    else engine = JSON.parse(line.slice(1));
  }
}).on('error', clean).on('end', clean);
function kill(pid) { try { process.kill(pid, 'SIGKILL'); return true; } catch { return false; } }
function marked(pid) { try { return readFileSync('/proc/' + pid + '/environ', 'latin1').includes(mark); } catch { return false; } }
function inside(pid) {
  try { return readlinkSync('/proc/' + pid + '/cwd').startsWith(folder + '/'); } catch { return false; }
}
function ours(pid) { return Number(pid) !== process.pid && (inside(pid) || marked(pid)); }
function clean() {
  for (let round = 0; round < 20; round++) {
    const found = [...groups].filter((group) => kill(-group)).length
      + readdirSync('/proc').filter((pid) => /^\\d+$/.test(pid) && ours(pid) && kill(Number(pid))).length;
    if (!found) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
  }
  if (engine) {
    const run = (...args) => execFileSync(engine.program, args, { env: engine.env, encoding: 'utf8', timeout: 20_000 });
    try {
      const containers = run('ps', '--all', '--quiet', '--filter', 'label=' + mark).split(/\\s+/).filter(Boolean);
      if (containers.length) run('rm', '--force', ...containers);
    } catch {}
  }
  try { rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); } catch {}
  process.exit();
}
`;

/** A small process that outlives its owner by a moment, to leave nothing behind: not even after SIGKILL. */
export class Watchdog {
  private readonly child: ChildProcess;

  /**
   * @param folder what to remove in the end.
   * @param mark `NAME=value` in the environment of everything the cluster starts.
   */
  public constructor(folder: string, mark: string) {
    this.child = spawn(process.execPath, ['-e', PROGRAM, folder, mark], { detached: true, env: {}, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
    this.child.on('error', () => {});
    this.child.stdin!.on('error', () => {});
    this.child.unref();
    (this.child.stdin as unknown as { unref(): void }).unref();
  }

  /** A process group has been started. */
  public started(group: number): void { this.child.stdin!.write(`+${group}\n`); }

  /** A process group has ended: its number may soon be somebody else's. */
  public ended(group: number): void { this.child.stdin!.write(`-${group}\n`); }

  /** Containers run through docker or podman: processes of a daemon, which no signal of ours reaches. */
  public usesEngine(program: string): void { this.child.stdin!.write(`!${JSON.stringify({ program, env: process.env })}\n`); }

  /** Lets it clean up; resolves when it has. */
  public async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.ref();
    const exited = once(this.child, 'exit');
    this.child.stdin!.end();
    await exited;
  }
}
