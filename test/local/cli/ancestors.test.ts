import { chmod } from 'node:fs/promises';
import { CLI, CommandLine, group } from './command-line';

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(async () => { await cli.close(); });

const HERE = CLI.map((each) => `'${each}'`).join(' ');

/** A process that starts `up` as its child and waits for it; answers the pids, the nearest to `up` last. */
async function startBelow(program: string[], args: string[]): Promise<number[]> {
  cli.start(args, { program });
  await cli.printed(/are ready/);
  return [...cli.output.matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid));
}

/** As jsii's script of a wheel: a program of our name that runs Node as its child, and does not hand signals on. */
async function wrapper(): Promise<string> {
  const file = await cli.write('bin/cdk8s-metaparticle', `#!/bin/sh\necho pid $$\n${HERE} "$@"\necho the end\n`);
  await chmod(file, 0o755);
  return file;
}

describe('up ends', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('when a wrapper of it was ended with %s', async (signal) => {
    const manifest = await cli.write('echo.yaml', group('echo', cli.mark));
    const [pid] = await startBelow([await wrapper()], ['up', manifest]);
    process.kill(pid, signal);

    await cli.exited();
    await cli.clean();
  });

  test('when what called the wrapper was killed', async () => {
    const manifest = await cli.write('echo.yaml', group('echo', cli.mark));
    const program = await cli.write('caller.sh', `echo pid $$\n'${await wrapper()}' "$@"\ntrue\n`);
    const [caller] = await startBelow(['sh', program], ['up', manifest]);
    process.kill(caller, 'SIGKILL');

    await cli.exited();
    await cli.clean();
  });

  test('when its parent was killed before all was ready', async () => {
    const never = group('echo', cli.mark).replace('tcpSocket: { port: 8080 }', 'tcpSocket: { port: 1 }');
    const program = await cli.write('caller.sh', `echo pid $$\n${HERE} "$@"\ntrue\n`);
    cli.start(['up', await cli.write('never.yaml', never)], { program: ['sh', program] });
    await cli.printed(/starting\n/);
    process.kill(Number((await cli.printed(/^pid (\d+)$/m))[1]), 'SIGKILL');

    await cli.exited();
    await cli.clean();
  });

  test('with its command when its parent was killed', async () => {
    const manifest = await cli.write('echo.yaml', group('echo', cli.mark));
    const program = await cli.write('caller.sh', `echo pid $$\n${HERE} "$@"\ntrue\n`);
    cli.start(['up', manifest, '--', 'sh', '-c', 'trap "echo told; exit" TERM; echo started; sleep 60 & wait'], {
      program: ['sh', program],
    });
    await cli.printed(/started/);
    process.kill(Number((await cli.printed(/^pid (\d+)$/m))[1]), 'SIGKILL');

    await cli.printed(/told/);
    await cli.clean();
  });
});

test('up goes on where its parent was the first process from the start, as after setsid --fork', async () => {
  const manifest = await cli.write('echo.yaml', group('echo', cli.mark));
  const program = await cli.write(
    'caller.sh', `setsid --fork sh -c 'echo pid $$; exec ${HERE.replace(/'/g, '')} "$@"' sh "$@"; read line\n`,
  );
  const [up] = await startBelow(['sh', program], ['up', manifest]);
  cli.input('\n');
  await cli.exited();
  await new Promise((resolve) => setTimeout(resolve, 600)); // twice as long as it takes to notice

  expect(process.kill(up, 0)).toBe(true);
  process.kill(up, 'SIGTERM');
  await cli.clean();
});
