import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { CommandLine, group, router } from './command-line';

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(async () => { await cli.close(); });

/** The events that it has written; each line must be JSON. */
function events(): any[] {
  return cli.standardOutput.split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

function get(url: string, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { path, agent: false }, (response) => resolve(text(response))).on('error', reject).end();
  });
}

describe('up --json', () => {
  test('says where Services and pods are when all is ready, and what becomes of pods', async () => {
    cli.start(['up', await cli.write('echo.yaml', group('echo', cli.mark, 1)), '--json']);
    await cli.printed(/"event":"ready"/);
    const ready = events().at(-1);
    const [pod] = ready.pods;
    const [service] = ready.services;
    expect(ready).toEqual({
      event: 'ready',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      seconds: expect.any(Number),
      socket: expect.stringMatching(/^\/.*\/socket$/),
      services: [{
        name: 'echo',
        namespace: 'default',
        host: expect.stringMatching(/^127\./),
        port: 8080,
        url: `http://${service.host}:8080`,
      }],
      pods: [{
        name: expect.stringMatching(/^echo-/),
        group: 'echo',
        namespace: 'default',
        labels: expect.objectContaining({ app: 'echo' }),
        ip: expect.stringMatching(/^127\./),
        ready: true,
        restarts: 0,
        phase: 'Running',
        ports: [8080],
      }],
    });
    await get(service.url, '/crash').catch(() => {});
    await cli.printed(/"state":"ready"[^\n]*"restarts":1/);

    const states = events().filter(({ event, name }) => event === 'pod' && name === pod.name).map(({ state }) => state);
    expect(states.join(' ')).toMatch(/^starting ready( not ready)+ ready$/);
    expect(events()).toContainEqual({
      event: 'restarting',
      time: expect.any(String),
      pod: pod.name,
      group: 'echo',
      message: 'container app ended with exit code 3; restarting now',
    });
    cli.signal('SIGTERM');
    expect(await cli.ended()).toBe(0);
    expect(cli.output).toBe(cli.standardOutput);
  });

  test('says of each request who served it; every text is one line of ASCII', async () => {
    cli.start(['up', await cli.write('web.yaml', `${group('echo', cli.mark)}---${router('web', 'echo')}`), '--json']);
    await cli.printed(/"event":"ready"/);
    const { url } = events().at(-1).services.find(({ name }: { name: string }) => name === 'web');
    const path = '/caf%C3%A9?q="\u00e4\u2028"'.replace(/[\u0080-\uffff]/g, encodeURIComponent);
    while (!(await get(url, path)).startsWith('I am')) await cli.printed(/"status":502/);
    await cli.printed(/"status":200/);

    expect(events()).toContainEqual({
      event: 'request',
      time: expect.any(String),
      router: expect.stringMatching(/^web-/),
      method: 'GET',
      path,
      status: 200,
      seconds: expect.any(Number),
      upstream: expect.stringMatching(/^127\.\S+:8080$/),
      servedBy: expect.stringMatching(/^echo-/),
    });
    expect(cli.standardOutput).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test('an error is the last event, and a sentence on the standard error', async () => {
    cli.start(['up', 'nowhere', '--json']);

    expect(await cli.ended()).toBe(1);
    expect(events()).toEqual([{
      event: 'error', time: expect.any(String), message: expect.stringMatching(/^there is no file or folder nowhere:/),
    }]);
    expect(cli.output).toContain('error: there is no file or folder nowhere:');
  });

  test('a reader that stops reading holds nothing up', async () => {
    cli.start(['up', await cli.write('web.yaml', `${group('echo', cli.mark, 1)}---${router('web', 'echo')}`), '--json']);
    await cli.printed(/"event":"ready"/);
    const { url } = events().at(-1).services.find(({ name }: { name: string }) => name === 'web');
    cli.pauseOutput();
    const long = `/${'x'.repeat(900)}`; // more in all than a pipe takes
    for (let i = 0; i < 600; i++) await get(url, long);

    cli.signal('SIGTERM');
    expect(await cli.exited()).toBe(0);
    expect(cli.leftovers()).toEqual([]);
  });

  test('cannot be given with --try, which is for people', async () => {
    cli.start(['up', 'dist', '--json', '--try', 'web']);

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toContain("option '--json' cannot be used with option '--try <service:/path>'");
  });
});
