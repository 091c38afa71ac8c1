import { CommandLine, group, router } from './command-line';

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(async () => {
  cli.signal('SIGTERM');
  await cli.exited();
  await cli.close();
});

const nothing = { code: 0, output: '' };

describe('pods', () => {
  test('lists pods for people, or those of a target, and for programs with their labels', async () => {
    const { pods } = await cli.up(`${group('echo', cli.mark, 1)}---${group('other', cli.mark, 1)}`);
    const [echo, other] = pods;

    expect(await cli.run(['pods'])).toEqual({
      code: 0,
      output: `${echo.name}   echo   ${echo.ip}  ready\n${other.name}  other  ${other.ip}  ready\n`,
    });
    const { output } = await cli.run(['pods', 'other', '--json']);
    expect(JSON.parse(output)).toEqual(other);
    expect(other.labels).toMatchObject({ app: 'other' });
  });
});

describe('what is done to pods', () => {
  test('kill ends them, and wait waits until they are ready again', async () => {
    const { pods: [{ name }] } = await cli.up(group('echo', cli.mark, 1));

    expect(await cli.run(['kill', name])).toEqual(nothing);
    expect(await cli.run(['wait', name])).toEqual(nothing);
    expect((await cli.run(['pods'])).output).toMatch(/ready {2}1 restart\n$/);
  });

  test('freeze and slow make them late, thaw and 0 seconds end that', async () => {
    const { pods: [{ name }], services: [{ url }] } = await cli.up(group('echo', cli.mark, 1));
    const seconds = async () => {
      const start = Date.now();
      await fetch(url, { signal: AbortSignal.timeout(700), headers: { connection: 'close' } }).catch(() => {});
      return (Date.now() - start) / 1000;
    };

    expect(await cli.run(['freeze', name])).toEqual(nothing);
    expect(await seconds()).toBeGreaterThan(0.6);
    expect(await cli.run(['thaw', name])).toEqual(nothing);
    expect(await cli.run(['slow', name, '0.5'])).toEqual(nothing);
    expect(await seconds()).toBeGreaterThan(0.4);
    expect(await cli.run(['slow', name, '0'])).toEqual(nothing);
    expect(await seconds()).toBeLessThan(0.4);
  });

  test('delete, scale and rollout end when the pods are there', async () => {
    const { pods } = await cli.up(group('echo', cli.mark, 2));
    const names = async () => (await cli.run(['pods'])).output.split('\n').filter((line) => / ready$/.test(line)).map(
      (line) => line.split(' ')[0],
    );

    expect(await cli.run(['delete', pods[0].name, pods[1].name, '--force'])).toEqual(nothing);
    expect(await cli.run(['wait'])).toEqual(nothing);
    const second = await names();
    expect(second).toHaveLength(2);
    expect(second.filter((name) => pods.some((pod: any) => pod.name === name))).toEqual([]);

    expect(await cli.run(['scale', 'echo', '3'])).toEqual(nothing);
    expect(await names()).toHaveLength(3);

    expect(await cli.run(['rollout', 'echo'])).toEqual(nothing);
    expect((await names()).filter((name) => second.includes(name))).toEqual([]);
  });

  test('nothing is done to any pod where one is not there', async () => {
    const { pods: [{ name }] } = await cli.up(group('echo', cli.mark, 1));

    expect(await cli.run(['kill', name, 'ehco'])).toEqual(
      { code: 1, output: `error: there is no pod ehco: there are ${name}\n` },
    );
    expect((await cli.run(['pods'])).output).toMatch(/ready\n$/);
  });

  test.each([
    [['kill', 'x', '--signal', 'KILL'], 'error: signal is "KILL": give a name such as SIGTERM\n'],
    [['scale', 'ehco', '1'], 'error: there is no Deployment or StatefulSet ehco: there are echo\n'],
    [['rollout', 'ehco'], 'error: there is no Service ehco: there are echo\n'],
    [['pods', 'ehco'], 'error: there is no Service ehco: there are echo\n'],
  ])('%j is refused with a sentence', async (args, output) => {
    const { pods: [{ name }] } = await cli.up(group('echo', cli.mark, 1));

    expect(await cli.run(args.map((each) => each === 'x' ? name : each))).toEqual({ code: 1, output });
  });
});

describe('requests', () => {
  test('lists those that were answered, and follows those to come until the cluster ends', async () => {
    const { services } = await cli.up(`${group('echo', cli.mark)}---${router('web', 'echo')}`);
    const { url } = services.find(({ name }: any) => name === 'web');
    while ((await fetch(url)).status !== 200) await cli.printed(/"status":502/);
    await cli.printed(/"status":200/);

    expect((await cli.run(['requests'])).output).toMatch(/^\d\d:\d\d:\d\d {2}web {2}GET \/ {2}200 {2}\d+ ms {2}← echo-\S+$/m);
    const followed = cli.beside();
    followed.start(['requests', '--json', '--follow']);
    await followed.printed(/"status":200/);
    await fetch(`${url}/next`);
    const [line] = await followed.printed(/^.*"\/next".*$/m);
    expect(JSON.parse(line)).toMatchObject({ method: 'GET', path: '/next', status: 200, servedBy: expect.stringMatching(/^echo-/) });

    cli.signal('SIGTERM');
    expect(await followed.ended()).toBe(0);
  });
});
