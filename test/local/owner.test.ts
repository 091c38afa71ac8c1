import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(folder);
    } catch {
      return false;
    }
  });
}

/** Nobody tells when the last process of others is gone, so it is looked for; never for longer than 10 s. */
async function eventually(done: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !done(); i++) await delay(50);
  expect(done()).toBe(true);
}

test.each<[string, string, NodeJS.Signals | undefined]>([
  ['is killed with SIGKILL', 'stay', 'SIGKILL'],
  ['gets SIGINT', 'stay', 'SIGINT'],
  ['gets SIGTERM', 'stay', 'SIGTERM'],
  ['ends without stopping it', 'return', undefined],
  ['dies of an error', 'throw', undefined],
])('a cluster whose owner %s leaves no process and no folder', async (_, what, signal) => {
  const owner = fork(join(__dirname, 'owner.ts'), [what], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const exited = once(owner, 'exit');
  const [{ folder }] = await once(owner, 'message');
  if (signal) {
    expect(processesOf(folder).length).toBeGreaterThanOrEqual(3); // two pods and the watchdog
    owner.kill(signal);
  }
  await exited;
  await eventually(() => processesOf(folder).length === 0 && !existsSync(folder));
});
