import { serve, PodProcess } from '../server';

/** Waits for a request to arrive, and answers it only on request: `/hold` holds, `/release` lets all go. */
const HOLD = `(request, { signal }) => {
  globalThis.held ??= [];
  if (request.path === '/release') {
    for (const release of globalThis.held.splice(0)) release('released');
    return 'ok';
  }
  if (request.path !== '/hold') return 'free';
  console.log('held');
  signal.addEventListener('abort', () => console.log('aborted: ' + signal.reason.name));
  return new Promise((resolve) => globalThis.held.push(resolve));
}`;

describe('a request that asks too much', () => {
  let server: PodProcess;
  beforeAll(async () => {
    server = await serve('(request) => ({ length: request.body?.length ?? 0 })', { config: { maxBodySize: 1000 } });
  });

  test('a body of exactly maxBodySize passes', async () => {
    expect(await (await server.fetch('/', { method: 'POST', body: 'x'.repeat(1000) })).json())
      .toEqual({ length: 1000 });
  });

  test('a longer body is refused by its announced length, before it is sent', async () => {
    const connection = await server.connect();
    connection.send('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1001\r\nexpect: 100-continue\r\n\r\n');
    const answer = await connection.take(/}\n$/);
    expect(answer).toMatch(
      /^HTTP\/1.1 413 Payload Too Large\r\n[^]*connection: close[^]*"detail":"the body is larger than 1000 bytes"/i,
    );
    connection.close();
  });

  test('a client that waits for 100 Continue and is refused cannot take its body for the next request', async () => {
    const connection = await server.connect();
    connection.send('POST /%zz HTTP/1.1\r\nhost: x\r\ncontent-length: 18\r\nexpect: 100-continue\r\n\r\n');
    expect(await connection.take(/}\n$/)).toMatch(/^HTTP\/1.1 400 [^]*connection: close/i);
    connection.send('GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n');
    expect((await connection.closed).received).toBe('');
  });

  test('a client that waits for 100 Continue gets it when its body is welcome', async () => {
    const connection = await server.connect();
    connection.send('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n');
    await connection.take(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    expect(await connection.send('abc').take(/}$/)).toContain('{"length":3}');
    connection.close();
  });

  test('a chunked body is refused as soon as it is too long, and its sender sees the answer', async () => {
    const connection = await server.connect();
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    connection.send('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n' + chunk);
    expect(await connection.take(/}\n$/)).toMatch(/^HTTP\/1.1 413 [^]*connection: close/i);
    // still sending, as a client does that writes before it reads
    connection.send(chunk.repeat(50) + '0\r\n\r\n');
    expect((await connection.closed).reset).toBe(false);
  });

  test('a client that never stops sending is cut off, and costs no memory', async () => {
    const connection = await server.connect();
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    connection.send('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const before = await server.metric('process_resident_memory_bytes');
    const flood = () => { while (!connection.socket.destroyed && connection.socket.write(chunk)); };
    connection.socket.on('drain', flood);
    flood();
    expect((await connection.closed).received).toMatch(/^HTTP\/1.1 413 /);
    expect(await server.metric('process_resident_memory_bytes') - before).toBeLessThan(60e6);
    expect(await (await server.fetch('/')).json()).toEqual({ length: 0 });
  });

  test.each([
    [
      'a malformed path', 'GET', '/%zz', {}, undefined, 400,
      'the path holds a % that is not followed by the hexadecimal digits of UTF-8 text',
    ],
    [
      'malformed JSON', 'POST', '/', { 'content-type': 'application/problem+json; charset=utf-8' }, '{"a":', 400,
      'the content type says JSON, and the body is not',
    ],
    [
      'a compressed body', 'POST', '/', { 'content-encoding': 'gzip' }, 'x', 415,
      'the body is encoded as gzip: send it as it is',
    ],
    [
      'an unknown charset', 'POST', '/', { 'content-type': 'text/plain; charset=klingon' }, 'x', 415,
      'the charset klingon is not known: send UTF-8',
    ],
  ])('%s is a problem', async (_, method, path, headers, body, status, detail) => {
    const answer = await server.fetch(path, { method, headers, body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ type: 'about:blank', status, detail });
  });

  test('a client that leaves in the middle of its body is not an error', async () => {
    const connection = await server.connect();
    connection.send('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\nexpect: 100-continue\r\n\r\n');
    await connection.take(/100 Continue/);
    connection.send('abc').close();
    while (await server.metric('metaparticle_requests_in_flight') > 0);
    expect(await server.metric('metaparticle_requests_total{code="499",method="POST"}')).toBe(1);
    expect(server.lines.filter((line) => line.level !== 'info')).toEqual([]);
  });
});

test('a handler that is slower than the timeout is answered for with 504, and told to stop', async () => {
  const server = await serve(HOLD, { config: { timeout: 100 } });
  const answer = await server.fetch('/hold');
  expect([answer.status, await answer.json()]).toEqual([
    504, {
      type: 'about:blank', title: 'Gateway Timeout', status: 504, detail: 'the handler has not answered within 100 ms',
    },
  ]);
  await server.logged((line) => line.message === 'aborted: TimeoutError');
  // its late answer is nobody's
  expect(await (await server.fetch('/release')).text()).toBe('ok');
  expect(await server.metric('metaparticle_errors_total{kind="timeout"}')).toBe(1);
});

test('a handler that stops because it was told to is not a failure of its own; '
  + 'another late error is logged', async () => {
  const server = await serve(`(request, { signal }) => new Promise((_, reject) => {
    const stop = () => reject(request.path === '/obeys' ? signal.reason : new Error('too late'));
    signal.addEventListener('abort', stop);
  })`, { config: { timeout: 50 } });
  expect((await server.fetch('/obeys')).status).toBe(504);
  expect((await server.fetch('/breaks')).status).toBe(504);
  expect((await server.logged((line) => line.message === 'the handler failed')).path).toBe('/breaks');
});

test('requests above maxConcurrency are answered with 503 and a time to come back', async () => {
  const server = await serve(HOLD, { config: { maxConcurrency: 2 } });
  const held = [await server.connect(), await server.connect()];
  for (const connection of held) connection.request('GET', '/hold');
  await server.logged(() => server.lines.filter((line) => line.message === 'held').length === 2);
  const refused = await server.fetch('/release', { method: 'POST', body: 'x'.repeat(100_000) });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await refused.json() as any).detail).toBe('the pod serves 2 requests already: try again');
  expect(await server.metric('metaparticle_requests_in_flight')).toBe(2);
  for (const connection of held) connection.close();
});

test('requests whose bodies have not arrived hold no place', async () => {
  const server = await serve('(request) => request.body ?? "none"', { config: { maxConcurrency: 2 } });
  const waiting = await Promise.all(Array.from({ length: 10 }, () => server.connect()));
  for (const connection of waiting) {
    await connection.send('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n')
      .take(/100 Continue/);
  }
  expect(await (await server.fetch('/')).text()).toBe('none');
  expect(await waiting[0].send('late').take(/late/)).toContain('200 OK');
  for (const connection of waiting) connection.close();
});

test('bodies are counted with what they take once they are parsed, for as long as '
  + 'a handler works on them', async () => {
  const server = await serve(HOLD, { config: { maxHeldSize: 10_000 } });
  const post = (path: string, body: string, type = 'text/plain') => server.fetch(path, {
    method: 'POST', body, headers: { 'content-type': type },
  });
  const held = post('/hold', 'x'.repeat(2_000));
  await server.logged((line) => line.message === 'held');
  const refused = await post('/', 'x'.repeat(2_000));
  expect([refused.status, refused.headers.get('retry-after'), (await refused.json() as any).detail])
    .toEqual([503, '1', 'the pod holds too many bodies already: try again']);
  expect((await post('/', 'x'.repeat(1_000))).status).toBe(200);
  await server.fetch('/release');
  expect(await (await held).text()).toBe('released');
  expect((await post('/', 'x'.repeat(2_000))).status).toBe(200);
  expect((await post('/', 'x'.repeat(9_000), 'image/png')).status).toBe(200);
  const never = await post('/', `[${'{},'.repeat(200)}{}]`, 'application/json');
  expect([never.status, (await never.json() as any).detail])
    .toEqual([413, 'the body takes 15712 bytes of memory, and the pod has 10000 for bodies']);
});

test('a place is held by a handler whose client has gone, until it ends', async () => {
  const server = await serve(HOLD, { config: { maxConcurrency: 1, timeout: 300 } });
  const connection = await server.connect();
  connection.request('GET', '/hold');
  await server.logged((line) => line.message === 'held');
  connection.close();
  await server.logged((line) => line.message === 'aborted: AbortError');
  expect((await server.fetch('/')).status).toBe(503);
  // a handler out of time has no claim to its place any more
  await server.logged((line) => line.message.includes('within 300 ms'));
  expect((await server.fetch('/')).status).toBe(200);
});

test('requests that wait behind another on a connection that closes give their places back, and '
  + 'their handlers are told', async () => {
  const server = await serve(HOLD);
  const connection = await server.connect();
  for (let i = 0; i < 20; i++) connection.request('GET', '/hold');
  await server.logged(() => server.lines.filter((line) => line.message === 'held').length === 20);
  connection.close();
  await server.logged(() => server.lines.filter((line) => line.message === 'aborted: AbortError').length === 20);
  expect(await (await server.fetch('/release')).text()).toBe('ok');
  expect(await server.metric('metaparticle_requests_in_flight')).toBe(0);
});
