import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { CommandLine, group } from './command-line';
import { ask } from '../../../src/local/cli/control/ask';

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(async () => {
  cli.signal('SIGTERM');
  await cli.exited();
  await cli.close();
});

describe('which cluster', () => {
  test('without a running one, a sentence says what to do', async () => {
    expect(await cli.run(['pods'])).toEqual({
      code: 1,
      output: 'error: no `cdk8s-metaparticle up` of yours is running: start one, or name its socket with --socket or '
        + 'CDK8S_METAPARTICLE_SOCKET\n',
    });
    expect(await cli.run(['pods', '--socket', 'nowhere'])).toEqual({
      code: 1, output: 'error: there is no socket nowhere: has its `cdk8s-metaparticle up` ended?\n',
    });
  });

  test('of several, one must be named: by option or environment', async () => {
    const { socket } = await cli.up(group('echo', cli.mark, 1));
    const other = cli.beside();
    other.start(['up', await cli.write('other.yaml', group('other', cli.mark, 1)), '--json']);
    const [line] = await other.printed(/^{"event":"ready".*$/m);
    const { socket: otherSocket, pods: [{ name }] } = JSON.parse(line);

    const { code, output } = await cli.run(['pods']);
    expect(code).toBe(1);
    expect(output).toMatch(/^error: 2 clusters of yours are running: say which, with one of\n {2}--socket /);
    expect(output).toContain(`  --socket ${otherSocket}  (up ${cli.folder}/other.yaml, in ${cli.folder}, process `);
    expect((await cli.run(['pods', '--socket', otherSocket])).output).toContain(name);
    expect((await cli.run(['pods'], { CDK8S_METAPARTICLE_SOCKET: otherSocket })).output).toContain(name);
    expect((await cli.run(['pods', '--socket', socket])).output).not.toContain(name);
    other.signal('SIGTERM');
    await other.ended();
  });

  test('the socket of one that was killed is passed over', async () => {
    const folder = path.join(cli.folder, 'tmp/cdk8s-metaparticle-killed/control');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const other = cli.beside();
    other.start(['up', await cli.write('other.yaml', group('other', cli.mark, 1)), '--socket', path.join(folder, 'socket')]);
    await other.printed(/are ready/);
    other.signal('SIGKILL');
    await other.exited();
    expect((await stat(path.join(folder, 'socket'))).isSocket()).toBe(true);

    const { pods: [{ name }] } = await cli.up(group('echo', cli.mark, 1));
    expect((await cli.run(['pods'])).output).toContain(name);
    await rm(path.dirname(folder), { recursive: true });
  });

  test('a socket in a folder that others can open is passed over', async () => {
    const { socket, pods: [{ name }] } = await cli.up(group('echo', cli.mark, 1));
    await chmod(path.dirname(socket), 0o755);

    expect((await cli.run(['pods'])).output).toContain('no `cdk8s-metaparticle up` of yours is running');
    expect((await cli.run(['pods', '--socket', socket])).output).toContain(name);
  });

  test('a socket of another program is named as one', async () => {
    const socket = path.join(cli.folder, 'other.sock');
    const other = createHttpServer((_, response) => response.end('<html>')).listen(socket);

    expect(await cli.run(['pods', '--socket', socket])).toEqual({
      code: 1,
      output: `error: ${socket} is the socket of another program: name that of a \`cdk8s-metaparticle up\`\n`,
    });
    other.close();
  });

  test('wait waits for one that starts', async () => {
    const waiting = cli.beside();
    waiting.start(['wait']);
    await cli.up(group('echo', cli.mark, 1));

    expect(await waiting.ended()).toBe(0);
  });

  test('a command that up runs finds its own', async () => {
    cli.start(['up', await cli.write('app.yaml', group('echo', cli.mark, 1)), '--', 'sh', '-c', 'test -S "$CDK8S_METAPARTICLE_SOCKET"']);

    expect(await cli.ended()).toBe(0);
  });
});

describe('up --socket', () => {
  test('opens it there, however long the path, for its user only; a stale one makes room, and it is gone in the end', async () => {
    const socket = path.join(cli.folder, 'x'.repeat(120), 'up.sock');
    await mkdir(path.dirname(socket));
    const killed = cli.beside();
    killed.start(['up', await cli.write('app.yaml', group('echo', cli.mark, 1)), '--socket', socket]);
    await killed.printed(/are ready/);
    killed.signal('SIGKILL');
    await killed.exited();

    const { pods: [{ name }] } = await cli.up(group('echo', cli.mark, 1), '--socket', socket);
    expect((await cli.run(['pods', '--socket', socket])).output).toContain(name);
    expect(((await stat(socket)).mode & 0o777).toString(8)).toBe('600'); // eslint-disable-line no-bitwise
    cli.signal('SIGTERM');
    await cli.ended();
    await expect(stat(socket)).rejects.toThrow('ENOENT');
  });

  test('refuses what is there and is no stale socket', async () => {
    const taken = createServer().listen(path.join(cli.folder, 'taken.sock'));
    const file = await cli.write('app.yaml', group('echo', cli.mark, 1));
    const { code, output } = await cli.run(['up', file, '--socket', 'app.yaml']);
    expect([code, output]).toEqual([1, expect.stringContaining('error: --socket is ')]);
    expect(output).toContain('app.yaml, which is there and is no socket: give another path');

    expect((await cli.run(['up', file, '--socket', 'no/up.sock'])).output).toMatch(/error: the socket .*\/no\/up\.sock cannot be opened \(.*\): give another path with --socket/);
    expect((await cli.run(['up', file, '--socket', 'taken.sock'])).output).toContain('taken.sock, where another program answers');
    taken.close();
  });
});

describe('by HTTP', () => {
  test.each([
    ['kill', 'pods is "x": give an array of names of pods', { pods: 'x' }],
    ['kill', 'pods is []: give an array of names of pods', { pods: [] }],
    ['kill', 'the body is "[]": give an object in JSON', []],
    ['slow', 'seconds is -1: give a number from 0 to 3600', { pods: ['x'], seconds: -1 }],
    ['rollout', 'target is undefined: give a name', {}],
    ['scale', 'replicas is undefined: give a number from 0 to 999', { name: 'echo' }],
    ['constructor', 'there is no POST /constructor: there are kill, freeze, thaw, slow, delete, rollout, scale, wait', {}],
    ['kill', 'the body is longer than 65536 bytes', { pods: ['x'.repeat(70_000)] }],
  ])('POST /%s is refused: %s', async (name, sentence, args) => {
    const { socket } = await cli.up(group('echo', cli.mark, 1));

    await expect(ask(socket, { path: `/${name}`, args })).rejects.toThrow(sentence);
  });

  test('who waits when the cluster ends is told so', async () => {
    const never = group('echo', cli.mark, 1).replace('tcpSocket: { port: 8080 }', 'tcpSocket: { port: 1 }');
    const socket = path.join(cli.folder, 'up.sock');
    cli.start(['up', await cli.write('app.yaml', never), '--socket', socket, '--json']);
    await cli.printed(/"event":"pod"/);
    const waiting = ask(socket, { path: '/wait', args: {} });
    const settled = expect(waiting).rejects.toThrow(`the cluster of ${socket} ended before it answered`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    cli.signal('SIGTERM');

    await settled;
  });
});
