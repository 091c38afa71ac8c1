import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { asset } from '../assets';

/** A small process that outlives its owner by a moment, to leave nothing behind: not even after SIGKILL. */
export class Watchdog {
  private readonly child: ChildProcess;

  /**
   * @param folder what to remove in the end.
   * @param mark `NAME=value` in the environment of everything the cluster starts.
   */
  public constructor(folder: string, mark: string) {
    const command = [asset('local-watchdog.cjs'), folder, mark];
    this.child = spawn(process.execPath, command, {
      detached: true, env: {}, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.child.on('error', () => {});
    this.child.stdin!.on('error', () => {});
    this.child.unref();
    (this.child.stdin as unknown as { unref(): void }).unref();
  }

  /** Its process id; undefined where it could not be started. */
  public get pid(): number | undefined { return this.child.pid; }

  /** A process group has been started. */
  public started(group: number): void { this.child.stdin!.write(`+${group}\n`); }

  /** A process group has ended: its number may soon be somebody else's. */
  public ended(group: number): void { this.child.stdin!.write(`-${group}\n`); }

  /** Containers run through docker or podman: processes of a daemon, which no signal of ours reaches. */
  public usesEngine(program: string): void {
    this.child.stdin!.write(`!${JSON.stringify({ program, env: process.env })}\n`);
  }

  /** Lets it clean up; resolves when it has. */
  public async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.ref();
    const exited = once(this.child, 'exit');
    this.child.stdin!.end();
    await exited;
  }
}
