import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FolderLock } from '../../src/local/storage/folder-lock';

function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(folder);
    } catch {
      return false;
    }
  });
}

function accepts(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(8080, host, () => socket.destroy());
    socket.on('error', () => resolve(false)).on('close', (failed) => resolve(!failed));
  });
}

/** Nobody tells when the last process of others is gone, so it is looked for; never for longer than 10 s. */
async function eventually(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200 && !await done(); i++) await delay(50);
  expect(await done()).toBe(true);
}

test.each<[string, string, NodeJS.Signals | undefined]>([
  ['is killed with SIGKILL', 'stay', 'SIGKILL'],
  ['gets SIGINT', 'stay', 'SIGINT'],
  ['gets SIGTERM', 'stay', 'SIGTERM'],
  ['ends without stopping it', 'return', undefined],
  ['dies of an error', 'throw', undefined],
])('a cluster whose owner %s leaves no process and no folder, and its data to the next one', async (_, what, signal) => {
  const data = mkdtempSync(join(tmpdir(), 'data-'));
  const owner = fork(
    join(__dirname, 'owner.ts'), [what, data], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const exited = once(owner, 'exit');
  const [{ folder, addresses }] = await once(owner, 'message');
  if (signal) {
    await expect(FolderLock.take(data)).rejects.toThrow(`a cluster of process ${owner.pid} uses: end that one first`);
    expect(processesOf(folder).length).toBeGreaterThanOrEqual(3); // two of node and the watchdog
    owner.kill(signal);
  }
  await exited;
  await FolderLock.take(data); // waits until nobody is left to write into it
  await eventually(() => processesOf(folder).length === 0 && !existsSync(folder));
  // nginx writes over its command line and its environment: only its port shows that its workers are gone too.
  await eventually(async () => !(await Promise.all((addresses as string[]).map(accepts))).includes(true));
  rmSync(data, { recursive: true });
});
