import type { RequestListener, Server } from 'node:http';
import { createHttpServer, listen, ServerOptions } from '../../../runtime/shared/http-server';
import { Connection } from '../connection';

const servers: Server[] = [];

/** A server in this process. `/wait` is answered when `release` is called, `/large` with more than buffers hold. */
async function server(options: ServerOptions = {}) {
  const waiting: (() => void)[] = [];
  const listener: RequestListener = (req, res) => {
    if (req.url === '/wait') waiting.push(() => res.end('waited'));
    else if (req.url === '/large') res.end(Buffer.alloc(50_000_000));
    else req.resume().on('end', () => res.end(`${req.method} ${req.headers.host}`));
  };
  const made = createHttpServer(listener, options);
  servers.push(made);
  const port = await listen(made, 0, '127.0.0.1');
  return {
    port,
    connect: () => Connection.open(port),
    release: () => waiting.splice(0).forEach((go) => go()),
    waiting,
  };
}

afterAll(() => servers.forEach((each) => { each.close(); each.closeAllConnections(); }));

let shared: Awaited<ReturnType<typeof server>>;
beforeAll(async () => { shared = await server(); });

/** Behind it stands what the parser says. */
const UNREADABLE = expect.stringMatching(/^the request cannot be read: [A-Z]/);
const MANY = 'x: y\r\n'.repeat(1000);

test.each([
  // RFC 9112, section 3.2
  ['two hosts', 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', 400, 'the request has more than one host header'],
  [
    'the same host twice', 'GET / HTTP/1.1\r\nhost: a\r\nHOST: a\r\n\r\n', 400,
    'the request has more than one host header',
  ],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'the request has no host header'],
  ['a host that is none', 'GET / HTTP/1.1\r\nhost: a/b\r\n\r\n', 400, 'the host header is not a host'],
  [
    'two hosts in HTTP/1.0', 'GET / HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n', 400,
    'the request has more than one host header',
  ],
  // RFC 9112, section 6.1
  [
    'a coding besides chunks', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n', 501,
    'the only transfer-encoding that is understood is chunked',
  ],
  [
    'codings in two lines',
    'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 501,
    'the only transfer-encoding that is understood is chunked',
  ],
  [
    'an unknown coding', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n', 501,
    'the only transfer-encoding that is understood is chunked',
  ],
  [
    'chunks in HTTP/1.0', 'POST / HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 400,
    'an HTTP/1.0 request has no transfer-encoding',
  ],
  [
    'a coding that does not end in chunks',
    'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n', 400, UNREADABLE,
  ],
  ['TRACE', 'TRACE / HTTP/1.1\r\nhost: x\r\n\r\n', 405, 'TRACE is not served'],
  ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n', 405, 'CONNECT is not served'],
  ['a method that nobody knows', 'FETCH / HTTP/1.1\r\nhost: x\r\n\r\n', 501, 'the method is not known'],
  [
    'another expectation', 'POST / HTTP/1.1\r\nhost: x\r\nexpect: gold\r\ncontent-length: 1\r\n\r\n', 417,
    'the only expectation that is met is 100-continue',
  ],
  [
    'a thousand headers and more', `GET / HTTP/1.1\r\nhost: x\r\n${MANY}\r\n`, 431,
    'the request has more than 1000 headers',
  ],
  [
    'a head of more than 64 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`, 431,
    'the head of the request is too large',
  ],
  [
    'a target of more than 64 KiB', `GET /${'y'.repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431,
    'the head of the request is too large',
  ],
  ['HTTP/3', 'GET / HTTP/3.0\r\nhost: x\r\n\r\n', 505, 'the version is not one of HTTP/1'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505, 'the version is not one of HTTP/1'],
  ['a space in front of a colon', 'GET / HTTP/1.1\r\nhost : x\r\n\r\n', 400, UNREADABLE],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400, UNREADABLE],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, UNREADABLE],
  [
    'a chunk size that is none', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400,
    UNREADABLE,
  ],
  [
    'extensions of a chunk without end',
    `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1;${'y'.repeat(20_000)}\r\n`, 413,
    'the extensions of a chunk are too large',
  ],
])('%s is refused with a problem, and the connection ends', async (_, request, status, detail) => {
  const connection = await shared.connect();
  connection.socket.write(Buffer.from(request, 'latin1'));
  const { received, reset } = await connection.closed;
  const [head, body] = received.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*content-type: application/problem\\+json`));
  expect(head).toMatch(/\r\nconnection: close(\r\n|$)/i);
  expect(JSON.parse(body)).toMatchObject({ status, detail });
  expect(reset).toBe(false);
});

test.each([
  ['HTTP/1.0 without a host', 'GET / HTTP/1.0\r\n\r\n', 'GET undefined'],
  ['an empty host', 'GET / HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n', 'GET '],
  [
    'chunks, in capitals',
    'POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n', 'POST x',
  ],
  [
    'an IPv6 address with a port as host', 'GET / HTTP/1.1\r\nhost: [::1]:8080\r\nconnection: close\r\n\r\n',
    'GET [::1]:8080',
  ],
])('%s is served', async (_, request, body) => {
  const { received } = await (await shared.connect()).send(request).closed;
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
  expect(received.split('\r\n\r\n')[1]).toContain(body);
});

test('what cannot be read is answered after the requests before it', async () => {
  const own = await server();
  const connection = await own.connect();
  connection.send('GET /wait HTTP/1.1\r\nhost: x\r\n\r\nFETCH / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n');
  while (own.waiting.length === 0) await new Promise(setImmediate);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(connection.received).toBe('');
  own.release();
  expect((await connection.closed).received).toMatch(/^HTTP\/1\.1 200 [^]*waitedHTTP\/1\.1 501 [^]*\}\n$/);
});

test('a client that takes nothing of what is sent to it is cut off; one that '
  + 'waits for its answer is not', async () => {
  const own = await server({ sendTimeout: 200 });
  const [deaf, patient] = [await own.connect(), await own.connect()];
  patient.request('GET', '/wait');
  deaf.request('GET', '/large').socket.pause();
  while (servers.at(-1)!.listening && await connections() > 1) await new Promise((resolve) => setTimeout(resolve, 20));
  own.release();
  expect(await patient.take(/waited/)).toContain('200 OK');
  for (const each of [deaf, patient]) each.close();
});

test('a client that reads slowly gets all of it', async () => {
  const own = await server({ sendTimeout: 200 });
  const slow = await own.connect();
  slow.request('GET', '/large');
  let bytes = 0;
  slow.socket.on('data', (data) => { bytes += data.length; });
  // stops often, each time for half of the time it may
  for (let i = 0; i < 6; i++) {
    slow.socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = bytes;
    slow.socket.resume();
    while (bytes < before + 5_000_000) await new Promise(setImmediate);
  }
  while (bytes < 50_000_000) await new Promise(setImmediate);
  slow.close();
});

test('a head that does not arrive in time is answered with 408; a connection without a byte is closed', async () => {
  const own = await server({ headTimeout: 1_000 });
  const [half, silent] = [await own.connect(), await own.connect()];
  half.send('GET / HTTP/1.1\r\n');
  expect((await half.closed).received).toMatch(/^HTTP\/1\.1 408 [^]*"detail":"the request did not arrive in time"/);
  expect((await silent.closed).received).toBe('');
});

test('a connection on which a hundred requests wait is cut, and nothing is kept of it', async () => {
  const own = await server();
  const connection = await own.connect();
  connection.send('GET /wait HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2000));
  await connection.closed;
  expect(own.waiting).toHaveLength(100);
  expect(await connections()).toBe(0);
});

test('connections above the limit are closed at once', async () => {
  const own = await server({ maxConnections: 1 });
  const first = await own.connect();
  await first.request('GET', '/').take(/GET x/);
  expect((await (await own.connect()).closed).received).toBe('');
  expect(await first.request('GET', '/').take(/GET x/)).toContain('200 OK');
  first.close();
});

/** How many are open at the server that was started last. */
function connections(): Promise<number> {
  return new Promise((resolve) => servers.at(-1)!.getConnections((_, count) => resolve(count)));
}
