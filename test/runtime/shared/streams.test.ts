import { serve, PodProcess } from '../server';

let server: PodProcess;
beforeAll(async () => {
  server = await serve(`(request, { signal }) => {
    const bytes = (text) => new TextEncoder().encode(text);
    const log = (text) => console.log(request.path + ' ' + text);
    signal.addEventListener('abort', () => log('aborted'));
    let sent = 0;
    const streams = {
      // sends one event for each request to /next
      '/events': {
        start(controller) {
          globalThis.next = () => controller.enqueue(bytes('data: ' + ++sent + '\\n\\n'));
          log('open');
        },
        cancel() { log('cancelled'); },
      },
      '/endless': {
        pull(controller) {
          globalThis.sent = ++sent;
          controller.enqueue(new Uint8Array(65536));
        },
        cancel() { log('cancelled after ' + sent); },
      },
      '/breaks': {
        start(controller) {
          controller.enqueue(bytes('half'));
          setTimeout(() => controller.error(new Error('the source broke')), 20);
        },
      },
      '/strings': { start(controller) { controller.enqueue('grü'); controller.enqueue('ß'); controller.close(); } },
      '/numbers': { start(controller) { controller.enqueue(7); controller.close(); } },
      '/long': {
        start(controller) {
          controller.enqueue(bytes('12345'));
          controller.enqueue(bytes('HTTP/1.1 200 smuggled'));
          controller.close();
        },
      },
      '/short': { start(controller) { controller.enqueue(bytes('123')); controller.close(); } },
    };
    if (request.path === '/next') { globalThis.next(); return 'ok'; }
    if (request.path === '/sent') return globalThis.sent;
    const headers = ['/long', '/short'].includes(request.path)
      ? { 'content-length': '5' }
      : { 'content-type': 'text/event-stream' };
    return new Response(new ReadableStream(streams[request.path]), { headers });
  }`);
});

test('the head of a stream arrives before its first event, and each event when it happens', async () => {
  const connection = await server.connect();
  expect(await connection.request('GET', '/events').take(/\r\n\r\n$/)).toContain('content-type: text/event-stream');
  for (const n of [1, 2]) {
    await server.fetch('/next');
    expect(await connection.take(/data: \d\n\n\r\n$/)).toContain(`data: ${n}\n\n`);
  }
  connection.close();
  await server.logged((line) => line.message === '/events cancelled');
  await server.logged((line) => line.message === '/events aborted');
});

test('a source is asked for no more than its client reads, and cancelled when the client goes', async () => {
  const connection = await server.connect();
  connection.request('GET', '/endless').socket.pause();
  // the source stands still once the buffers between are full
  let [last, now] = [-1, 0];
  while (last !== now || now === 0) {
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await (await server.fetch('/sent')).json() as number;
  }
  // the kernel's socket buffers hold some megabytes
  expect(now).toBeLessThan(200);
  connection.close();
  await server.logged((line) => line.message.startsWith('/endless cancelled'));
  expect(await server.metric('metaparticle_requests_in_flight')).toBe(0);
});

test('a source whose answer waits behind another is cancelled too when the connection closes', async () => {
  const connection = await server.connect();
  connection.request('GET', '/events').request('GET', '/endless?queued');
  while (await server.metric('metaparticle_requests_in_flight') < 2);
  const cancelled = () => server.lines.filter((line) => line.message.startsWith('/endless cancelled')).length;
  const before = cancelled();
  connection.close();
  await server.logged(() => cancelled() > before);
  expect(await server.metric('metaparticle_requests_in_flight')).toBe(0);
});

test('text may be streamed as text', async () => {
  expect(await (await server.fetch('/strings')).text()).toBe('grüß');
});

test.each([
  ['/breaks', 'the source broke'],
  ['/numbers', 'a piece of the stream is a number: let it yield text or bytes, such as JSON.stringify(value)'],
  ['/short', 'content-length'],
  ['/long', 'content-length'],
])('an answer whose body fails, %s, never looks complete', async (path, reason) => {
  const connection = await server.connect();
  const { received } = await connection.request('GET', path).closed;
  expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
  expect(received).not.toContain('smuggled');
  const line = await server.logged((entry) => (
    entry.message === 'the body of the answer failed' && entry.path === path
  ));
  expect(line.stack).toContain(reason);
});

test('HEAD of a stream is answered without asking the source for more', async () => {
  const connection = await server.connect();
  await connection.request('HEAD', '/endless').take(/^HTTP\/1.1 200 OK[^]*\r\n\r\n$/);
  await server.logged((line) => /^\/endless cancelled after [01]$/.test(line.message));
  connection.close();
});

test('an answer of fetch may be passed on, also one that came compressed', async () => {
  const upstream = await serve(`() => {
    const gzip = new Blob(['unpacked '.repeat(100)]).stream().pipeThrough(new CompressionStream('gzip'));
    return new Response(gzip, { headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' } });
  }`);
  const passing = await serve(`() => fetch('http://127.0.0.1:${upstream.port}/')`);
  const answer = await passing.fetch('/');
  expect(await answer.text()).toBe('unpacked '.repeat(100));
  expect(answer.headers.get('content-encoding')).toBeNull();
  expect(answer.headers.get('content-type')).toBe('text/plain');
});
