import { serve, PodProcess } from '../server';

describe('a handler that fails', () => {
  let server: PodProcess;
  beforeAll(async () => {
    server = await serve(`async (request, { signal }) => {
      const cycle = {}; cycle.self = cycle;
      switch (request.path) {
        case '/throw': throw new Error('secret of the database', { cause: new Error('the cause') });
        case '/throw-text': throw 'only text';
        case '/throw-undefined': throw undefined;
        case '/throw-nasty': throw Object.create(null, {
          stack: { get() { throw new Error('no'); } },
          message: { get() { throw 1; } },
        });
        case '/throw-response': throw new Response('teapot', { status: 418 });
        case '/bigint': return { n: 1n };
        case '/cycle': return cycle;
        case '/function': return () => {};
        case '/symbol': return Symbol('s');
        case '/error-response': return Response.error();
        case '/used': { const used = new Response('x'); await used.text(); return used; }
        case '/rejects': Promise.reject(new Error('nobody waits')); return 'answered';
        case '/console': console.log('hello %s', { a: 1 }); console.error('multi\\nline'); return 'said';
        case '/console-method': console[request.body.method](...request.body.args); return 'said';
        case '/trace': console.trace('here'); return 'said';
        case '/warning': process.emitWarning('careful'); return 'said';
        case '/deprecation': process.emitWarning('old', { type: 'DeprecationWarning', code: 'DEP9' }); return 'said';
        default: return 'fine';
      }
    }`);
  });

  test.each([
    '/throw', '/throw-text', '/throw-undefined', '/throw-nasty',
  ])('%s is a 500 that tells nothing of the inside', async (path) => {
    const answer = await server.fetch(path);
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'the handler failed; the log of the pod says why',
    });
  });

  test('the stack, its cause and what finds the request again are in the log', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await server.fetch('/throw?token=hidden', { headers: { traceparent, 'x-request-id': 'r-1' } });
    const line = await server.logged((entry) => entry.requestId === 'r-1');
    expect(line).toMatchObject({
      level: 'error', message: 'the handler failed', pod: 'web-backend-0', method: 'GET', path: '/throw', traceparent,
    });
    expect(line.stack).toMatch(/Error: secret of the database[^]*handler\.mjs:\d+[^]*the cause/);
    expect(new Date(line.time).toISOString()).toBe(line.time);
    expect(JSON.stringify(line)).not.toContain('hidden');
  });

  test('a thrown Response is the answer', async () => {
    const answer = await server.fetch('/throw-response');
    expect([answer.status, await answer.text()]).toEqual([418, 'teapot']);
  });

  test.each([
    '/bigint', '/cycle', '/function', '/symbol', '/error-response', '/used',
  ])('a result that cannot be sent, %s, is a 500', async (path) => {
    const answer = await server.fetch(path);
    expect([answer.status, (await answer.json() as any).detail])
      .toEqual([500, 'the result of the handler cannot be sent; the log of the pod says why']);
    expect((await server.logged((line) => line.path === path)).stack).toMatch(/Error/);
  });

  test('a promise nobody waits for is logged, and the pod lives', async () => {
    expect(await (await server.fetch('/rejects')).text()).toBe('answered');
    expect((await server.logged((line) => line.message.startsWith('a promise was rejected'))).stack)
      .toContain('nobody waits');
    expect(await (await server.fetch('/')).text()).toBe('fine');
  });

  test('what a handler says to the console is a line of the log', async () => {
    await server.fetch('/console');
    expect(await server.logged((line) => line.message === 'hello { a: 1 }'))
      .toMatchObject({ level: 'info', pod: 'web-backend-0' });
    expect(await server.logged((line) => line.message === 'multi\nline')).toMatchObject({ level: 'error' });
  });

  test.each([
    ['dir', [{ a: 1 }, { depth: 0 }], '{ a: 1 }', 'info'],
    [
      'table', [[{ a: 1 }]],
      '┌─────────┬───┐\n│ (index) │ a │\n'
        + '├─────────┼───┤\n│ 0       │ 1 │\n'
        + '└─────────┴───┘', 'info',
    ],
    ['count', ['calls'], 'calls: 1', 'info'],
    ['group', ['a\nb'], 'a\nb', 'info'],
    ['groupEnd', [], undefined, undefined],
    ['dirxml', ['xml'], 'xml', 'info'],
    ['debug', ['bug', 7], 'bug 7', 'info'],
    ['assert', [false, 'wrong'], 'Assertion failed: wrong', 'warn'],
    ['warn', ['careful', 'now'], 'careful now', 'warn'],
    ['timeEnd', ['never'], expect.stringContaining('No such label \'never\''), 'warn'],
  ])('console.%s is a line of the log', async (method, args, message, level) => {
    const before = server.lines.length;
    const body = JSON.stringify({ method, args });
    await server.fetch('/console-method', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (message) {
      expect(await server.logged((line) => server.lines.indexOf(line) >= before)).toMatchObject({ level, message });
    }
  });

  test('console.trace says where, in one line', async () => {
    await server.fetch('/trace');
    expect((await server.logged((line) => line.message.startsWith('Trace: here'))).message)
      .toMatch(/^Trace: here\n {4}at .*handler\.mjs/);
  });

  test.each([
    ['/warning', 'Warning: careful'],
    ['/deprecation', 'DeprecationWarning: old'],
  ])('a warning of Node, as of %s, is a line of the log', async (path, message) => {
    await server.fetch(path);
    const line = await server.logged((entry) => entry.message === message);
    expect(line.level).toBe('warn');
    expect(line.stack).toMatch(/handler\.mjs/);
  });

  test('failures are counted', async () => {
    const before = await server.metric('metaparticle_errors_total{kind="handler"}') || 0;
    await server.fetch('/throw');
    expect(await server.metric('metaparticle_errors_total{kind="handler"}')).toBe(before + 1);
  });
});

test('an exception outside of any request ends the process after the requests at hand', async () => {
  const server = await serve(`async (request) => {
    if (request.path === '/crash') { setTimeout(() => { throw new Error('in a callback'); }); return 'going'; }
    await new Promise((resolve) => process.once('uncaughtException', () => setImmediate(resolve)));
    return 'finished';
  }`);
  const slow = await server.connect();
  slow.request('GET', '/slow');
  const crash = await server.connect();
  await crash.request('GET', '/crash').take(/going$/);
  expect(await slow.take(/finished$/)).toMatch(/connection: close/i);
  crash.close();
  expect(await server.exited).toBe(1);
  expect((await server.logged((line) => line.message.startsWith('an exception was not caught'))).stack)
    .toContain('in a callback');
});

test('SIGTERM while an exception ends the process does not cut the requests at hand', async () => {
  const server = await serve(`async (request) => {
    if (request.path === '/crash') { setTimeout(() => { throw new Error('in a callback'); }); return 'going'; }
    console.log('slow');
    await new Promise((resolve) => process.once('SIGTERM', () => setImmediate(resolve)));
    return 'finished';
  }`);
  const slow = await server.connect();
  slow.request('GET', '/slow');
  await server.logged((line) => line.message === 'slow');
  await server.fetch('/crash', { headers: { connection: 'close' } });
  await server.logged((line) => line.message === 'draining');
  server.signal('SIGTERM');
  expect((await slow.closed).received).toMatch(/finished$/);
  expect(await server.exited).toBe(1);
});
