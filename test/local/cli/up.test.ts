import { request } from 'node:http';
import { createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CommandLine, group, router } from './command-line';
import { authority } from '../../certificates';

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(async () => { await cli.close(); });

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Not kept alive: the next request shall meet another pod.
    request(url, { agent: false }, (response) => resolve(text(response))).on('error', reject).end();
  });
}

describe('up', () => {
  test('runs a folder of manifests, prints where Services are, and says what changes', async () => {
    await cli.write('dist/charts/echo.yaml', group('echo', cli.mark));
    cli.start(['up', 'dist']);
    await cli.printed(/✓ all 2 pods are ready after \d/);
    const [, url] = await cli.printed(/^service echo (http:\/\/127\.\d+\.\d+\.\d+:8080)$/m);

    expect(await get(url)).toMatch(/^I am echo-/);
    await get(`${url}/crash`).catch(() => {});
    await cli.printed(
      /pod echo-\S+ of echo at 127\.\S+ ready, restarted once|pod echo-\S+ of echo at 127\.\S+ not ready, restarted once[^]*ready$/m,
    );
  });

  test('prints a line for each request a router answered', async () => {
    const file = await cli.write('web.yaml', `${group('echo', cli.mark)}---${router('web', 'echo')}`);
    cli.start(['up', file]);
    await cli.printed(/are ready/);
    const [, url] = await cli.printed(/^service web (\S+)$/m);
    // The router answers for itself until its DNS has heard of the pods.
    while (!(await get(`${url}/hello?name=ada`)).startsWith('I am')) await cli.printed(/ 502 /);

    await cli.printed(/^\d\d:\d\d:\d\d {2}web {2}GET \/hello\?name=ada {2}200 {2}\d+ ms {2}← echo-/m);
  });

  test('reads the standard input', async () => {
    cli.start(['up', '-', '--once']).input(group('echo', cli.mark, 1));

    expect(await cli.ended()).toBe(0);
    expect(cli.output).toContain('✓ all 1 pods are ready');
  });

  test('takes Secrets that the manifests do not contain from a further file, and says so where one is missing', async () => {
    const env = 'env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }, { name:';
    const file = await cli.write(
      'echo.yaml', group('echo', cli.mark, 1).replace('env: [{ name:', env).replace(
        'process.env.HOSTNAME', 'process.env.PASSWORD',
      ),
    );
    cli.start(['up', file]);
    expect(await cli.ended()).toBe(1);
    expect(cli.output).toContain('error: Deployment echo: env PASSWORD of container app: Secret db does not exist: add it to the manifests, give it to LocalCluster.start '
      + "with secrets: { 'db': { 'password': '…' } } or to the command line as a further file, or mark the reference optional");

    cli.start(
      [
        'up',
        file,
        await cli.write(
          'local/db.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: hunter2 }',
        ),
      ],
    );
    const [, url] = await cli.printed(/^service echo (\S+)$/m);
    await cli.printed(/are ready/);
    expect(await get(url)).toBe('I am hunter2');
  });

  test('runs an image with the command that is named for it', async () => {
    const manifest = group('echo', cli.mark, 1).replace('node:24-alpine', 'ghcr.io/acme/echo:1.2');
    const server = await cli.write(
      'server.js', 'require("http").createServer((_, response) => response.end("mine")).listen(8080, process.env.LISTEN_ADDRESS)',
    );
    cli.start(['up', await cli.write('echo.yaml', manifest), '--run', `ghcr.io/acme/echo=node ${server}`]);
    const [, url] = await cli.printed(/^service echo (\S+)$/m);
    await cli.printed(/are ready/);

    expect(await get(url)).toBe('mine');
  });

  test('puts a stand-in in the place of a host outside, and trusts who signs for it', async () => {
    const ca = authority('Stand-ins');
    const rates = createServer(ca.issue({ names: ['rates.example.com'] }), (_, response) => response.end('3.5 %'));
    await new Promise<void>((resolve) => rates.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = rates.address() as AddressInfo;
      const asking = `fetch("https://rates.example.com:${port}").then(async (rate) => response.end(await rate.text()))`;
      const manifest = group('echo', cli.mark, 1).replace('response.end("I am " + process.env.HOSTNAME)', asking);
      const given = ['--host', 'rates.example.com=127.0.0.1', '--authorities', await cli.write('ca.pem', ca.pem)];
      cli.start(['up', await cli.write('echo.yaml', manifest), ...given]);
      const [, url] = await cli.printed(/^service echo (\S+)$/m);
      await cli.printed(/are ready/);

      expect(await get(url)).toBe('3.5 %');
    } finally {
      rates.close().closeAllConnections();
    }
  });

  test.each([
    [['--host', 'rates.example.com'], "give a name and an address, as in 'rates.example.com=127.0.0.1'."],
    [['--host', 'rates.example.com=::1'], 'error: hosts has "::1" for rates.example.com: give the IPv4 address of a stand-in'],
    [['--authorities', 'no.pem'], 'error: --authorities names no.pem, which cannot be read: ENOENT'],
    [['--data', 'echo.yaml'], 'error: data is echo.yaml, where nothing can be kept (EEXIST'],
    [['--authorities', 'echo.yaml'], 'error: authorities has no certificate: give certificates in PEM'],
  ])('refuses %j', async (given, sentence) => {
    await cli.write('echo.yaml', group('echo', cli.mark));
    cli.start(['up', 'echo.yaml', ...given]);

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toContain(sentence);
  });

  test('a reader that goes away ends it', async () => {
    cli.start(['up', await cli.write('echo.yaml', group('echo', cli.mark))]);
    const [, url] = await cli.printed(/^service echo (\S+)$/m);
    await cli.printed(/are ready/);
    cli.closeOutput();
    await get(`${url}/crash`).catch(() => {});

    expect(await cli.ended()).toBe(0);
    expect(cli.leftovers()).toEqual([]);
  });
});

describe('up --try', () => {
  test('sends requests and shows who answered; with --once it ends with 0 when all replicas did', async () => {
    const file = await cli.write('web.yaml', `${group('echo', cli.mark, 3)}---${router('web', 'echo')}`);
    cli.start(['up', file, '--try', 'web:/?name=ada', '--requests', '9', '--once']);

    expect(await cli.ended()).toBe(0);
    expect(cli.output).toMatch(
      /9 requests to http:\/\/127\.\S+:8080\/\?name=ada\n\n( {2}echo-\S+ {2}3 {2}█+\n){3}\nan answer {2}I am echo-\S+\n✓ all 9 answered, by all 3 replicas\n/,
    );
    expect(cli.leftovers()).toEqual([]);
  });

  test('ends with 1 when requests are refused', async () => {
    const file = await cli.write(
      'web.yaml', `${group('echo', cli.mark, 1)}---${router('web', 'echo').replace(
        'proxy_pass http://group', 'return 418',
      )}`,
    );
    cli.start(['up', file, '--try', 'web', '--requests', '2', '--once']);

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toContain('✗ 2 of 2 requests failed: status 418');
  });

  test('a Service that is not there is refused before anything is waited for', async () => {
    const file = await cli.write('echo.yaml', group('echo', cli.mark));
    cli.start(['up', file, '--try', 'wbe:/']);

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toContain('error: there is no Service wbe: there are echo');
    expect(cli.output).not.toContain('are ready');
  });
});

describe('the end', () => {
  test.each(
    [['SIGINT', 0], ['SIGTERM', 0]] as const,
  )('%s ends what is ready with exit code %d and leaves no process and no folder', async (signal, code) => {
    cli.start(['up', await cli.write('web.yaml', `${group('echo', cli.mark)}---${router('web', 'echo')}`)]);
    await cli.printed(/are ready/);
    expect(cli.leftovers().length).toBeGreaterThan(3);
    cli.signal(signal);

    expect(await cli.ended()).toBe(code);
    expect(cli.leftovers()).toEqual([]);
  });

  test.each(
    [['SIGINT', 130], ['SIGTERM', 143]] as const,
  )('%s before all is ready ends it with exit code %d', async (signal, code) => {
    const never = group('echo', cli.mark).replace('tcpSocket: { port: 8080 }', 'tcpSocket: { port: 1 }');
    cli.start(['up', await cli.write('never.yaml', never)]);
    await cli.printed(/starting\n/);
    cli.signal(signal);

    expect(await cli.ended()).toBe(code);
    expect(cli.leftovers()).toEqual([]);
  });

  test('a second Ctrl-C does not wait for pods that do not end', async () => {
    const stubborn = group('echo', cli.mark, 1).replace(
      'require("http")', 'process.on("SIGTERM", () => {}); require("http")',
    );
    cli.start(['up', await cli.write('stubborn.yaml', stubborn)]);
    await cli.printed(/are ready/);
    cli.signal('SIGINT');
    await cli.printed(/Ctrl-C again does not wait/);
    cli.signal('SIGINT');

    expect(await cli.ended()).toBe(130);
    await cli.clean();
  });

  test('a pod that never becomes ready ends it with the reason, what the pod wrote, and 1', async () => {
    const broken = group('echo', cli.mark, 1).replace(
      'require("http")', 'console.log("no database"); process.exit(7); require("http")',
    );
    cli.start(['up', await cli.write('broken.yaml', broken)]);

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toMatch(/error: a container of pod echo-\S+ has ended 5 times without becoming ready/);
    expect(cli.output).toContain('no database');
    expect(cli.output).not.toMatch(/^\s+at /m);
    expect(cli.leftovers()).toEqual([]);
  });
});

describe('on a terminal', () => {
  test('the view is redrawn in place, and Ctrl-C gives the cursor back', async () => {
    const file = await cli.write('web.yaml', `${group('echo', cli.mark)}---${router('web', 'echo')}`);
    cli.start(['up', file, '--try', 'web:/?name=ada'], { terminal: true });
    await cli.printed(/✓ all 12 answered[^]*REQUESTS[^]*GET \/\?name=ada {2}200/);
    cli.pressCtrlC();

    expect(await cli.ended()).toBe(0);
    expect(cli.output).toMatch(/\x1b\[\d+A\r/);
    expect(cli.output).not.toContain('\x1b[?1049h');
    expect(cli.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(cli.output.lastIndexOf('\x1b[?25l'));
    expect(cli.output).not.toMatch(/\x1b\[3\dm/);
    expect(cli.leftovers()).toEqual([]);
  });

  test('an error leaves the cursor visible', async () => {
    const file = await cli.write('echo.yaml', group('echo', cli.mark, 1));
    cli.start(['up', file, '--try', 'wbe:/'], { terminal: true });

    expect(await cli.ended()).toBe(1);
    expect(cli.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(cli.output.lastIndexOf('\x1b[?25l'));
  });
});
