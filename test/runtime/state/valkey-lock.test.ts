import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Chart, Size, Testing } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import { serverCommand } from './valkey-process';
import { Valkey } from '../../../src';
import { find } from '../../find';
import { freePort } from '../../free-port';

const folder = mkdtempSync(join(tmpdir(), 'valkey-lock-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Runs what the container of a Valkey runs, in a folder that stands for its volume. */
async function pod(data: string): Promise<{ child: ChildProcess; printed(text: string): Promise<void> }> {
  const chart = new Chart(Testing.app(), 'shop');
  const secret = Secret.fromSecretName(chart, 'Login', 'login');
  Valkey.deploy(chart, 'Sessions', {
    size: Size.gibibytes(1), password: EnvValue.fromSecretValue({ secret, key: 'password' }),
  });
  const { command, args } = find(chart, 'StatefulSet', 'sessions').spec.template.spec.containers[0];
  const port = String(await freePort());
  const known: Record<string, string> = { '/data': data, '6379': port, '$(REDISCLI_AUTH)': 's3cret' };
  const [program, ...rest] = [...command, ...args.map((each: string) => known[each] ?? each)];
  const child = spawn(program, rest, {
    env: { PATH: `${folder}:${process.env.PATH}` }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  createInterface(child.stdout!).on('line', (line) => {
    lines.push(line);
    child.emit('printed');
  });
  return {
    child,
    async printed(text) {
      while (!lines.some((line) => line.includes(text))) await new Promise((resolve) => child.once('printed', resolve));
    },
  };
}

test('of two servers of one volume, the second waits for the end of the first, however that comes', async () => {
  const quoted = (await serverCommand()).map((part) => `'${part}'`).join(' ');
  writeFileSync(join(folder, 'valkey-server'), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  const data = mkdtempSync(join(folder, 'data-'));
  const first = await pod(data);
  await first.printed('Ready to accept connections');
  const second = await pod(data);
  await second.printed('is held by a server that has not ended yet: waiting');
  first.child.kill('SIGKILL');
  await second.printed('Ready to accept connections');
  // the shell has become the server, which hears the signal
  second.child.kill('SIGTERM');
  await second.printed('ready to exit, bye bye');
});
