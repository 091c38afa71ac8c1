import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchWithState, serveWithState, stateFolder, testSqlite, testWithoutSqlite } from './sqlite';
import { PodProcess, serve } from '../server';

/** Sets, gets, deletes: the method says which. */
const STORE = `async ({ method, path, body }, { state }) => {
  if (method === 'PUT') return state.set(path, body);
  if (method === 'DELETE') return { existed: await state.delete(path) };
  return { value: await state.get(path) };
}`;

const put = (server: PodProcess, path: string, value: unknown) => server.fetch(path, {
  method: 'PUT', body: JSON.stringify(value), headers: { 'content-type': 'application/json' },
});
const json = async (response: Response | Promise<Response>): Promise<any> => (await response).json();

test('a function without state that reads it fails with what to write; what copies its context does not', async () => {
  const server = await serve('(request, context) => request.path === "/copy" ? { ...context, signal: 0 } : context.state');
  expect(await json(server.fetch('/copy'))).toEqual({ pod: 'web-backend-0', signal: 0 });
  expect((await server.fetch('/')).status).toBe(500);
  const line = await server.logged(({ message }) => message === 'the handler failed');
  expect(line.stack).toContain('context.state is missing: give the backend state, such as Backend.fromFunction(code, { state: '
    + 'State.local({ size: Size.gibibytes(1) }) })');
});

test('the context says which replica it is, where the environment does', async () => {
  const server = await serve('(request, { replica }) => ({ replica })', { env: { REPLICA: '2' } });
  expect(await json(server.fetch('/'))).toEqual({ replica: 2 });
});

testSqlite('what a request sets, others find: also after the process was stopped and started again', async () => {
  const folder = stateFolder();
  const first = await serveWithState(folder, STORE, {}, { config: { drain: 100 } });
  expect((await put(first, '/a', { n: 1 })).status).toBe(204);
  expect(await json(first.fetch('/a'))).toEqual({ value: { n: 1 } });
  first.signal('SIGTERM');
  expect(await first.exited).toBe(0);
  // written back, so that the next start has nothing to do
  expect(readdirSync(folder)).toEqual(['state.db']);
  const second = await serveWithState(folder, STORE);
  expect(await json(second.fetch('/a'))).toEqual({ value: { n: 1 } });
});

testSqlite('a mistake of the function is a 500, and the log has the sentence', async () => {
  const server = await serveWithState(stateFolder(), '(request, { state }) => state.set("", 1)');
  expect((await server.fetch('/')).status).toBe(500);
  const line = await server.logged(({ message }) => message === 'the handler failed');
  expect(line.stack).toContain('key is empty: a key is a text of 1 to 1024 bytes of UTF-8');
});

testSqlite('what was confirmed is there after SIGKILL in the midst of thousands of writes, and increments count once', async () => {
  const folder = stateFolder();
  const first = await serveWithState(folder, `async ({ path }, { state }) => {
    await Promise.all([0, 1, 2, 3, 4].map((each) => state.set(path + '/' + each, path)));
    return String(await state.increment('n'));
  }`);
  const confirmed: string[] = [];
  let counted = 0;
  const client = async (name: number) => {
    for (let i = 0; ; i++) {
      const path = `/${name}/${i}`;
      counted = Math.max(counted, Number(await (await first.fetch(path)).text()));
      if (confirmed.push(path) === 500) first.signal('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: 20 }, (_, name) => client(name)));
  await first.exited;
  expect(existsSync(join(folder, 'state.db-wal'))).toBe(true);

  const second = await serveWithState(folder, `async ({ body }, { state }) => ({
    missing: (await Promise.all(body.flatMap((path) => [0, 1, 2, 3, 4].map(async (each) => (
      await state.get(path + '/' + each) === path ? [] : [path]
    ))))).flat(),
    n: await state.get('n'),
  })`);
  const { missing, n } = await json(second.fetch('/', {
    method: 'POST', body: JSON.stringify(confirmed), headers: { 'content-type': 'application/json' },
  }));
  expect(missing).toEqual([]);
  expect(confirmed.length).toBeGreaterThanOrEqual(500);
  expect(n).toBeGreaterThanOrEqual(counted);
  // of each client, one that was on its way may count or not
  expect(n).toBeLessThanOrEqual(confirmed.length + 20);
});

testSqlite('a full database answers writes with 507 and goes on to read and delete, which makes room', async () => {
  const folder = stateFolder();
  const server = await serveWithState(folder, STORE, { size: 2 ** 20 });
  const value = 'x'.repeat(50_000);
  let written = 0;
  let answer = await put(server, '/0', value);
  while (answer.status === 204 && written < 100) answer = await put(server, `/${++written}`, value);
  expect(answer.status).toBe(507);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await json(answer)).toEqual({
    type: 'about:blank',
    title: 'Insufficient Storage',
    status: 507,
    detail: 'the state is full: nothing was written; entries can be read and deleted, and State.local({ size }) makes room '
      + 'for more',
  });
  // three quarters: the rest is for the journal
  expect(written * value.length).toBeGreaterThan(600_000);
  expect(written * value.length).toBeLessThan(786_432);
  expect(await server.metric('metaparticle_errors_total{kind="state"}')).toBe(1);
  expect(await json(server.fetch(`/${written}`))).toEqual({});
  expect(await json(server.fetch('/0'))).toEqual({ value });
  expect((await put(server, '/small', 1)).status).toBe(204);
  expect(await json(server.fetch('/0', { method: 'DELETE' }))).toEqual({ existed: true });
  expect((await put(server, '/again', value)).status).toBe(204);

  // full, it starts again all the same
  await server.close();
  const next = await serveWithState(folder, STORE, { size: 2 ** 20 });
  expect(await json(next.fetch('/again'))).toEqual({ value });
});

testSqlite('a function may answer for full state itself', async () => {
  const server = await serveWithState(stateFolder(), `async (request, { state }) => {
    try {
      for (let i = 0; ; i++) await state.set('k' + i, 'x'.repeat(100000));
    } catch (error) {
      return { status: error.status };
    }
  }`, { size: 2 ** 20 });
  expect(await json(server.fetch('/'))).toEqual({ status: 507 });
});

testSqlite('a second process waits for the first one, which still has the state, and takes over when it ends', async () => {
  const folder = stateFolder();
  const first = await serveWithState(folder, STORE);
  await put(first, '/a', 1);
  const second = launchWithState(folder, STORE);
  const waiting = await second.logged(({ level }) => level === 'warn');
  expect(waiting.message).toBe('another process has the state: waiting for it to end');
  await put(first, '/a', 2);
  await first.close();
  await second.logged(({ message }) => message === 'listening');
  expect(await json(second.fetch('/a'))).toEqual({ value: 2 });
});

testSqlite('a file that is no database ends the pod with a sentence', async () => {
  const folder = stateFolder();
  writeFileSync(join(folder, 'state.db'), 'no database at all, but of some length'.repeat(100));
  const server = launchWithState(folder, STORE);
  expect(await server.exited).toBe(1);
  expect(server.lines.map(({ message }) => message)).toEqual([
    `${folder}/state.db cannot be opened (file is not a database): the volume must be writable for the user of the pod, and `
      + 'the file a database; if it is damaged, restore a copy, or move it away to start with empty state',
  ]);
});

testSqlite('a damaged part of the file is a 503 for what is in it, and other entries go on', async () => {
  const folder = stateFolder();
  const first = await serveWithState(folder, STORE, {}, { config: { drain: 100 } });
  const paths = Array.from({ length: 20 }, (_, n) => `/${n}`);
  for (const path of paths) await put(first, path, path.repeat(1000));
  first.signal('SIGTERM');
  await first.exited;
  const file = join(folder, 'state.db');
  const bytes = readFileSync(file);
  const page = Math.floor(bytes.lastIndexOf('/7/7/7') / 4096) * 4096;
  bytes.fill(0xff, page, page + 4096);
  writeFileSync(file, bytes);

  const server = await serveWithState(folder, STORE);
  const answers = await Promise.all(paths.map((path) => server.fetch(path)));
  const { status, headers } = answers[7];
  expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  expect((await json(answers[7])).detail).toMatch(/^the state is damaged \(.+\)$/);
  expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThan(10);
});

testSqlite('a folder that is missing ends the pod with a sentence', async () => {
  const folder = join(stateFolder(), 'none');
  const server = launchWithState(folder, STORE);
  expect(await server.exited).toBe(1);
  expect(server.lines).toHaveLength(1);
  expect(server.lines[0].message).toContain(`${folder}/state.db cannot be opened (`);
  expect(server.lines[0].message).toContain('unable to open database file');
});

const asRoot = process.getuid?.() === 0;
(asRoot ? test.skip : testSqlite)(`a folder that is read-only ends the pod${asRoot ? ' [root may write]' : ''}`, async () => {
  const folder = stateFolder();
  chmodSync(folder, 0o500);
  const server = launchWithState(folder, STORE);
  expect(await server.exited).toBe(1);
  expect(server.lines[0].message).toContain(`${folder}/state.db cannot be opened (unable to open database file)`);
});

testWithoutSqlite('a Node without node:sqlite [older than 22.13] ends the pod with a sentence', async () => {
  const server = launchWithState(stateFolder(), STORE);
  expect(await server.exited).toBe(1);
  expect(server.lines).toHaveLength(1);
  expect(server.lines[0].message).toMatch(/^state needs node:sqlite, of Node 22.13 or newer, and this is v2\d\./);
});

testSqlite('a function that has closed the database does not keep the pod from ending as it should', async () => {
  const server = await serveWithState(stateFolder(), '(request, { state }) => state.sql.close()', {}, {
    config: { drain: 100 },
  });
  expect((await server.fetch('/')).status).toBe(204);
  server.signal('SIGTERM');
  expect(await server.exited).toBe(0);
});
