import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ValkeyProcess } from './valkey-process';
import type { SharedStateConfig } from '../../../src/contract';
import { authority } from '../../certificates';
import { freePort } from '../../free-port';
import { launch, PodProcess, serve, ServeOptions } from '../server';

const COUNT = 'async ({ path }, { state }) => path === "/plain" ? "plain" : { count: await state.increment(path) }';

const open: ValkeyProcess[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

async function valkey(...options: string[]): Promise<ValkeyProcess> {
  const server = await ValkeyProcess.start('--appendonly', 'yes', '--appendfsync', 'always', ...options);
  open.push(server);
  return server;
}

/** A function server whose state is at that port. */
function at(port: number, config: Partial<SharedStateConfig> = {}, options: ServeOptions = {}): ServeOptions {
  const state = { kind: 'shared', host: '127.0.0.1', port, prefix: 'state', timeout: 30_000, ...config } as const;
  return { ...options, config: { state, ...options.config }, pod: { beside: ['state-valkey.mjs'] } };
}

async function answer(server: PodProcess, path = '/a'): Promise<unknown> {
  const response = await server.fetch(path);
  return [response.status, response.headers.get('retry-after'), await response.json()];
}

test('what one pod counts, another goes on counting', async () => {
  const { port } = await valkey();
  const [one, other] = await Promise.all([serve(COUNT, at(port)), serve(COUNT, at(port))]);
  expect(await answer(one)).toEqual([200, null, { count: 1 }]);
  expect(await answer(other)).toEqual([200, null, { count: 2 }]);
});

test('without its server a pod starts, and says 503 where it needs the state; it goes on when the server is there', async () => {
  const port = await freePort();
  const pod = await serve(COUNT, at(port, { timeout: 300 }));
  expect(await (await pod.fetch('/plain')).text()).toBe('plain');
  expect(await answer(pod)).toEqual([503, '1', {
    type: 'about:blank',
    status: 503,
    title: 'Service Unavailable',
    detail: 'the state cannot be reached: its server refused the connection',
  }]);
  const line = await pod.logged(({ level }) => level === 'error');
  expect(line).toMatchObject({ message: 'the server of the state refused the connection', host: '127.0.0.1', port });
  await valkey('--port', `${port}`);
  await pod.logged(({ message }) => message === 'connected to the server of the state');
  expect((await answer(pod) as unknown[])[0]).toBe(200);
});

test('a request that comes while the server restarts waits for it', async () => {
  const server = await valkey();
  const pod = await serve(COUNT, at(server.port));
  expect(await answer(pod)).toEqual([200, null, { count: 1 }]);
  await server.kill();
  // a command that leaves before the pod knows is lost with the connection
  await pod.logged(({ level }) => level === 'error');
  const [waiting] = await Promise.all([answer(pod), server.start()]);
  expect(waiting).toEqual([200, null, { count: 2 }]);
});

test('a full server is a 507, in words that may leave the pod', async () => {
  const { port } = await valkey('--maxmemory', '2mb');
  const pod = await serve('({ path }, { state }) => path === "/get" ? state.get("0") : '
    + 'Promise.all(Array.from({ length: 40 }, (_, at) => state.set(String(at), "v".repeat(100_000))))', at(port));
  expect(await answer(pod, '/set')).toEqual([507, null, {
    type: 'about:blank', status: 507, title: 'Insufficient Storage', detail: 'the server of the state is full (maxmemory)',
  }]);
  expect((await pod.fetch('/get')).status).toBe(200);
});

test('by TLS, with a certificate and a password of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valkey-tls-'));
  const ca = authority('State');
  const written = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const own = ca.issue({ names: ['cache.test'] });
  const client = ca.issue({ names: ['web'], client: true });
  const server = await valkey('--requirepass', 's3cret', '--tls-port', `${await freePort()}`,
    '--tls-cert-file', written('tls.crt', own.cert), '--tls-key-file', written('tls.key', own.key),
    '--tls-ca-cert-file', written('ca.crt', ca.pem));
  const port = Number(server.option('--tls-port'));
  const files = { 'ca.crt': ca.pem, 'tls.crt': client.cert, 'tls.key': client.key };
  const env = { CA: '$CODE/ca.crt', CERT: '$CODE/tls.crt', KEY: '$CODE/tls.key', PASSWORD: 's3cret' };
  const tls = { serverName: 'cache.test', ca: 'CA', client: { certificate: 'CERT', key: 'KEY' } };
  const [good, unnamed, unknown] = await Promise.all([
    serve(COUNT, at(port, { tls, password: 'PASSWORD' }, { env, files })),
    serve(COUNT, at(port, { tls: { ...tls, serverName: 'other.test' }, password: 'PASSWORD' }, { env, files })),
    serve(COUNT, at(port, { tls: { ...tls, client: undefined }, password: 'PASSWORD' }, { env, files })),
  ]);
  rmSync(folder, { recursive: true });
  expect(await answer(good)).toEqual([200, null, { count: 1 }]);
  expect(await answer(unnamed)).toEqual([503, '1', expect.objectContaining({
    detail: 'the state cannot be reached: its server cannot be trusted: its certificate is for other names than other.test '
      + '(ERR_TLS_CERT_ALTNAME_INVALID)',
  })]);
  expect(await answer(unknown)).toEqual([503, '1', expect.objectContaining({
    detail: expect.stringContaining('it asks for a client certificate'),
  })]);
});

test.each<[string, Partial<SharedStateConfig>, NodeJS.ProcessEnv, string]>([
  ['without its password', { password: 'PASSWORD' }, {}, 'the environment variable PASSWORD is missing or empty: it has the '
    + 'password of the server that keeps the state'],
  ['with an empty one', { password: 'PASSWORD' }, { PASSWORD: '' }, 'the environment variable PASSWORD is missing or empty'],
  ['without its certificates', { tls: { serverName: 'cache.test', ca: 'CA' } }, { CA: '/nowhere/ca.crt' },
    '/nowhere/ca.crt (CA) cannot be read'],
])('a pod %s does not start', async (_, config, env, message) => {
  const pod = launch(`export default ${COUNT};`, at(1, config, { env }));
  expect(await pod.exited).toBe(1);
  expect(pod.lines.at(-1)!.message).toContain(message);
});
