import { launch, serve } from '../server';

test('the first line of the log says where it listens; probes and metrics have a port of their own', async () => {
  const server = await serve('() => "hello"');
  expect(server.lines[0]).toMatchObject({
    level: 'info', message: 'listening', host: '127.0.0.1', port: expect.any(Number), adminPort: expect.any(Number),
  });
  expect((await server.admin('/healthz')).status).toBe(200);
  expect((await server.admin('/readyz')).status).toBe(200);
  expect((await server.admin('/else')).status).toBe(404);
  const post = await fetch(`http://127.0.0.1:${server.adminPort}/healthz`, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(await (await server.fetch('/healthz')).text()).toBe('hello');
});

test('metrics count requests by method and code; methods that clients invent are one', async () => {
  const server = await serve('() => "hello"');
  for (const method of ['GET', 'GET', 'PURGE', 'PROPFIND']) await (await server.fetch('/', { method })).text();
  const page = await server.admin('/metrics');
  expect(page.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await page.text();
  expect(text).toContain('metaparticle_requests_total{code="200",method="GET"} 2\n');
  expect(text).toContain('metaparticle_requests_total{code="200",method="other"} 2\n');
  expect(text).toContain('metaparticle_request_duration_seconds_count 4\n');
  expect(text).toContain('metaparticle_request_duration_seconds_bucket{le="+Inf"} 4\n');
  expect(text).toMatch(/\nprocess_resident_memory_bytes \d{7,}\n/);
});

test.each([
  ['a module that throws', 'throw new Error("no database");', {}, 'handler.mjs does not load', 'no database'],
  ['a syntax error', 'export default () => {\n  let = 1 +;\n};', {}, 'handler.mjs does not load', 'SyntaxError'],
  ['a module that is missing', '', { config: { code: 'other.mjs' } }, 'other.mjs does not load', 'other.mjs'],
  [
    'no default export', 'export const handler = () => 1;', {},
    'handler.mjs: the default export is missing: export default a function', undefined,
  ],
  [
    'another default export', 'export default { fetch() {} };', {},
    'handler.mjs: the default export is a object: export default a function', undefined,
  ],
  [
    'a missing number', '', { config: { timeout: undefined } },
    'config.json: timeout is undefined: it is a number from 0 to 2147483647', undefined,
  ],
  [
    'a time that no timer takes', '', { config: { timeout: 2 ** 31 } },
    'config.json: timeout is 2147483648: it is a number from 0 to 2147483647', undefined,
  ],
  [
    'a configuration that is not JSON', '', { files: { 'config.json': '{' } }, 'config.json cannot be read as JSON: ',
    undefined,
  ],
])('%s ends the pod with a sentence', async (_, source, options, message, stack) => {
  const server = launch(source, options);
  expect(await server.exited).toBe(1);
  expect(server.lines).toHaveLength(1);
  expect(server.lines[0].level).toBe('error');
  expect(server.lines[0].message).toContain(message);
  if (stack) expect(server.lines[0].stack).toContain(stack);
  else expect(server.lines[0].stack).toBeUndefined();
});

test('a port that is taken ends the pod with the reason', async () => {
  const first = await serve('() => 1');
  const second = launch('export default () => 1', { config: { port: first.port } });
  expect(await second.exited).toBe(1);
  expect(second.lines[0].stack).toContain('EADDRINUSE');
});

test('a module may take its time: probes are answered, and SIGTERM ends the pod', async () => {
  const server = launch('console.log("loading"); await new Promise(() => {}); export default () => 1;');
  await server.logged((line) => line.message === 'loading');
  server.signal('SIGTERM');
  expect(await server.exited).toBe(0);
});

test('a handler reads files beside it and no others', async () => {
  const server = await serve(`async () => {
    const { readFileSync, writeFileSync } = await import('node:fs');
    const attempt = (action) => { try { return String(action()); } catch (error) { return error.code; } };
    const here = new URL('.', import.meta.url);
    return [
      attempt(() => readFileSync(new URL('words.txt', here))),
      attempt(() => readFileSync('/etc/hostname')),
      attempt(() => writeFileSync(new URL('new.txt', here), '')),
      attempt(() => process.permission.has('child')),
    ];
  }`, { files: { 'words.txt': 'ours' } });
  expect(await (await server.fetch('/')).json()).toEqual(['ours', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'false']);
});
