import { CommandLine, group } from './command-line';

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(async () => { await cli.close(); });

/** `up` of a group echo with what is to follow `--`. */
async function upWith(command: string[], { options = [] as string[], manifest = group('echo', cli.mark, 1) } = {}) {
  cli.start(['up', await cli.write('echo.yaml', manifest), ...options, '--', ...command]);
}

/** A Node program as a command. */
function program(code: string): string[] {
  return [process.execPath, '-e', code];
}

describe('up -- COMMAND', () => {
  test('runs it when all is ready, with addresses in its environment; its are the standard output and the exit code', async () => {
    await upWith(program(`
      const { ECHO_URL, ECHO_SERVICE_HOST: host, ECHO_SERVICE_PORT: port } = process.env;
      fetch(ECHO_URL).then((answer) => answer.text()).then((text) => {
        console.log(text, ECHO_URL === 'http://' + host + ':' + port);
        process.exitCode = 3;
      });
    `));

    expect(await cli.ended()).toBe(3);
    expect(cli.standardOutput).toMatch(/^I am echo-\S+ true\n$/);
    expect(cli.output).toContain('✓ all 1 pods are ready');
    expect(cli.leftovers()).toEqual([]);
  });

  test('names Services of other namespaces after these', async () => {
    const elsewhere = (text: string) => text.replace(/metadata: \{ name: echo \}/g, 'metadata: { name: echo, namespace: big-shop }');
    await upWith(['sh', '-c', 'echo "$BIG_SHOP_ECHO_URL" "$ECHO_URL"'], { manifest: elsewhere(group('echo', cli.mark, 1)) });

    expect(await cli.ended()).toBe(0);
    expect(cli.standardOutput).toMatch(/^http:\/\/127\.\S+:8080 \n$/);
  });

  test('hands it arguments and the standard input as they are', async () => {
    await upWith(['sh', '-c', 'read line; echo "$line" "$1" "$2"', 'sh', '--json', 'a  $HOME']);
    cli.input('hello\n');

    expect(await cli.ended()).toBe(0);
    expect(cli.standardOutput).toBe('hello --json a  $HOME\n');
  });

  test('reports go to the standard error, with --json too', async () => {
    await upWith(['echo', 'mine'], { options: ['--json'] });

    expect(await cli.ended()).toBe(0);
    expect(cli.standardOutput).toBe('mine\n');
    expect(cli.output).toContain('{"event":"ready"');
  });

  test('once all is ready, people are told only what goes wrong', async () => {
    await upWith(['sh', '-c', `${process.execPath} -e 'fetch(process.env.ECHO_URL + "/crash").catch(() => {})'; sleep 0.5`]);

    expect(await cli.ended()).toBe(0);
    expect(cli.output.split('are ready after')[1]).toMatch(
      /^ \S+ s\n\npod echo-\S+: container app ended with exit code 3; restarting now\n$/,
    );
  });

  test.each([
    ['nowhere/to-be-found', 127, 'error: cannot run nowhere/to-be-found: spawn nowhere/to-be-found ENOENT: give a program that is on PATH, or its path'],
    ['/etc/passwd', 126, 'error: cannot run /etc/passwd: spawn /etc/passwd EACCES: give a program that is on PATH, or its path'],
  ])('%s cannot be started: exit code %d and a sentence', async (command, code, sentence) => {
    await upWith([command]);

    expect(await cli.ended()).toBe(code);
    expect(cli.output).toContain(sentence);
    expect(cli.leftovers()).toEqual([]);
  });

  test('a pod that does not become ready ends it with 1, and the command does not run', async () => {
    const broken = group('echo', cli.mark, 1).replace('require("http")', 'process.exit(7); require("http")');
    await upWith(['echo', 'it runs'], { manifest: broken });

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toContain('has ended 5 times without becoming ready');
    expect(cli.output).not.toContain('it runs');
  });

  test.each([
    [['--once'], ['true'], 'error: --once cannot be given with a command, which ends it: leave one out'],
    [[], [], 'error: no command follows --: give one, or leave -- out'],
  ])('%j and the command %j are refused', async (options, command, sentence) => {
    await upWith(command, { options });

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toContain(sentence);
  });
});

describe('signals', () => {
  test.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s is for the command: exit code %d', async (signal, code) => {
    await upWith(['sh', '-c', 'echo started; exec sleep 60']);
    await cli.printed(/started/);
    cli.signal(signal);

    expect(await cli.ended()).toBe(code);
    expect(cli.leftovers()).toEqual([]);
  });

  test('a command that goes on after Ctrl-C is not cut short, however often it comes', async () => {
    await upWith(program(`
      let count = 0;
      process.on('SIGINT', () => { console.log('interrupted', ++count); if (count === 3) process.exit(5); });
      setInterval(() => {}, 1000);
      console.log('started');
    `));
    await cli.printed(/started/);
    for (const count of [1, 2, 3]) {
      cli.signal('SIGINT');
      await cli.printed(new RegExp(`interrupted ${count}`));
    }

    expect(await cli.ended()).toBe(5);
  });

  test('Ctrl-C in a terminal reaches it once', async () => {
    const file = await cli.write('echo.yaml', group('echo', cli.mark, 1));
    const code = 'process.on("SIGINT", () => { console.log("interrupted"); setTimeout(process.exit, 300, 4) }); console.log("started"); setInterval(() => {}, 1000)';
    cli.start(['up', file, '--', 'node', '-e', code], { terminal: true });
    await cli.printed(/started/);
    cli.pressCtrlC();

    expect(await cli.ended()).toBe(4);
    expect(cli.output.match(/interrupted/g)).toHaveLength(1);
  });

  test('what the command leaves in its group ends with it', async () => {
    await upWith(['sh', '-c', 'sleep 60 & sleep 60 & exit 0']);

    expect(await cli.ended()).toBe(0);
    expect(cli.leftovers()).toEqual([]);
  });

  test('the command ends with a killed up', async () => {
    // An answer comes by way of `up`, which has told its watchdog of the command by then.
    await upWith(program('fetch(process.env.ECHO_URL).then(() => console.log("started")); setInterval(() => {}, 1000)'));
    await cli.printed(/started/);
    cli.signal('SIGKILL');
    await cli.exited();

    await cli.clean();
  });
});
