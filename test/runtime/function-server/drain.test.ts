import { connect } from 'node:net';
import { serve, PodProcess } from '../server';

const ECHO = `async (request) => {
  if (request.path === '/slow') { console.log('slow'); await new Promise((resolve) => { globalThis.go = resolve; }); }
  globalThis.go?.();
  return request.method + ' ' + request.path + ' ' + request.body;
}`;

async function drained(server: PodProcess): Promise<void> {
  server.signal('SIGTERM');
  await server.logged((line) => line.message === 'draining');
}

test('a POST on an idle kept-alive connection is answered after SIGTERM, and the connection closed', async () => {
  const server = await serve(ECHO);
  const idle = await server.connect();
  await idle.request('GET', '/').take(/GET \/ undefined$/);
  await drained(server);
  const { received, reset } = await idle.request('POST', '/late', 'body').closed;
  expect(received).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*connection: close\r\n[^]*POST \/late body$/i);
  expect(reset).toBe(false);
  expect(await server.exited).toBe(0);
});

test('an idle connection is left open until its peer closes it', async () => {
  const server = await serve(ECHO);
  const [first, second] = [await server.connect(), await server.connect()];
  await first.request('GET', '/').take(/undefined$/);
  await drained(server);
  // a whole request through the other: the idle one had its time to be cut
  await second.request('GET', '/').closed;
  expect(first.socket.readyState).toBe('open');
  first.close();
  expect(await server.exited).toBe(0);
  expect(server.lines.at(-1)!.message).toBe('drained');
});

test('a request in flight is finished, with connection: close, while readyz is 503 and new '
  + 'connections are refused', async () => {
  const server = await serve(ECHO);
  const [slow, idle] = [await server.connect(), await server.connect()];
  slow.request('POST', '/slow', 'x');
  await server.logged((line) => line.message === 'slow');
  await drained(server);
  expect((await server.admin('/readyz')).status).toBe(503);
  expect((await server.admin('/healthz')).status).toBe(200);
  const refused = connect(server.port, '127.0.0.1');
  expect(await new Promise((resolve) => refused.once('error', resolve).once('connect', () => resolve('connected'))))
    .toMatchObject({ code: 'ECONNREFUSED' });
  idle.request('GET', '/go');
  expect((await slow.closed).received).toMatch(/connection: close\r\n[^]*POST \/slow x$/i);
  expect(await server.exited).toBe(0);
});

test('without open connections it ends at once', async () => {
  const server = await serve(ECHO, { config: { drain: 100_000 } });
  server.signal('SIGTERM');
  expect(await server.exited).toBe(0);
});

test('when the drain time is over, what is open is cut', async () => {
  const server = await serve(ECHO, { config: { drain: 200 } });
  const connection = await server.connect();
  connection.request('GET', '/slow');
  await server.logged((line) => line.message === 'slow');
  server.signal('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(server.lines.at(-1)).toMatchObject({
    level: 'warn', message: 'the drain time is over: connections are cut', connections: 1,
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)('a second signal, %s, ends it at once', async (signal) => {
  const server = await serve(ECHO, { config: { drain: 100_000 } });
  await server.connect();
  await drained(server);
  server.signal(signal);
  expect(await server.exited).toBe(1);
});

test('connections that the kernel has accepted when SIGTERM comes are served', async () => {
  const server = await serve(ECHO);
  // stopped, it cannot accept: the kernel does it in its place
  server.signal('SIGSTOP');
  const waiting = await Promise.all(Array.from({ length: 20 }, () => server.connect()));
  for (const connection of waiting) connection.request('POST', '/', 'b');
  server.signal('SIGTERM');
  server.signal('SIGCONT');
  for (const connection of waiting) expect((await connection.closed).received).toMatch(/^HTTP\/1.1 200 /);
  expect(await server.exited).toBe(0);
});
