import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { FakeValkey, HELLO } from './fake-valkey';
import { ValkeyClient } from '../../../runtime/function-server/state/valkey-client';
import { freePort } from '../../free-port';

const open: { stop(): void | Promise<void> }[] = [];
const logged: string[] = [];
const log = (level: string) => (message: string) => { logged.push(`${level}: ${message}`); };
const LOG = { info: log('info'), warn: log('warn'), error: log('error') };

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
  logged.length = 0;
});

async function serverThat(answering: FakeValkey['answering']): Promise<FakeValkey> {
  const server = await FakeValkey.start(answering);
  open.push(server);
  return server;
}

function clientOf(server: FakeValkey, timeout = 5_000): ValkeyClient {
  const client = new ValkeyClient(server.at(timeout), LOG);
  open.push({ stop: () => client.close() });
  return client;
}

/** What becomes of a command, as a text. */
function fate(reply: Promise<unknown>): Promise<string> {
  return reply.then((value) => `${value}`, ({ status, message }) => `${status}: ${message}`);
}

test('commands of one moment leave together, and each gets its own reply', async () => {
  const server = await serverThat(([, key]) => `+value of ${key}\r\n`);
  const client = clientOf(server);
  const replies = await Promise.all(['a', 'b', 'c'].map((key) => client.call('read', ['GET', key])));
  expect(replies).toEqual(['value of a', 'value of b', 'value of c']);
  expect(server.connections).toBe(1);
  expect(logged).toEqual(['info: connected to the server of the state']);
});

test('replies in odd pieces are put together', async () => {
  const server = await serverThat((_, socket) => {
    const bytes = Buffer.from('$6\r\nab\r\ncd\r\n');
    let at = 0;
    const next = () => { if (at < bytes.length) socket.write(bytes.subarray(at, at += 1), () => setImmediate(next)); };
    next();
  });
  expect(await fate(clientOf(server).call('read', ['GET', 'a']))).toBe('ab\r\ncd');
});

test('a read whose connection breaks is sent again, once', async () => {
  const server = await serverThat((_, socket) => { socket.destroy(); });
  const client = clientOf(server);
  const reply = fate(client.call('read', ['GET', 'a']));
  expect(await reply).toBe('503: the server of the state closed the connection');
  expect(server.commands).toEqual([['GET', 'a'], ['GET', 'a']]);
});

test('a read that is sent again may succeed', async () => {
  const server = await serverThat((_, socket) => { socket.destroy(); });
  const client = clientOf(server);
  const reply = fate(client.call('read', ['GET', 'a']));
  server.answering = (_, socket) => {
    server.answering = () => '+here\r\n';
    socket.destroy();
  };
  expect(await reply).toBe('here');
});

test('a write whose connection breaks is never sent again, and nobody says that it was not done', async () => {
  const server = await serverThat((_, socket) => { socket.destroy(); });
  const client = clientOf(server);
  expect(await fate(client.call('write', ['INCR', 'a']))).toBe('503: the server of the state closed the connection: '
    + 'what was to be written may be written, or not');
  server.answering = () => ':1\r\n';
  expect(await fate(client.call('write', ['INCR', 'b']))).toBe('1');
  expect(server.commands).toEqual([['INCR', 'a'], ['INCR', 'b']]);
});

test('a write that was not sent yet waits for the next connection', async () => {
  const server = await serverThat(() => ':1\r\n');
  server.hello = '-LOADING Valkey is loading the dataset in memory\r\n';
  const client = clientOf(server);
  const reply = fate(client.call('write', ['INCR', 'a']));
  await until(() => server.connections === 2);
  server.hello = HELLO;
  expect(await reply).toBe('1');
  expect(logged).toEqual([
    'error: the server of the state is still loading its data',
    'info: connected to the server of the state',
  ]);
});

test('a command that the server is still too busy for is sent again until its time is up', async () => {
  let tries = 0;
  const server = await serverThat(() => ++tries < 3 ? '-LOADING Valkey is loading the dataset\r\n' : ':1\r\n');
  expect(await fate(clientOf(server).call('write', ['INCR', 'a']))).toBe('1');
  server.answering = () => '-BUSY Valkey is busy running a script\r\n';
  expect(await fate(clientOf(server, 150).call('write', ['INCR', 'a'])))
    .toBe('503: the state cannot be reached: its server is busy with a script');
});

test('of a server that falls silent, each command is given up in time, and the connection with the first', async () => {
  const server = await serverThat(() => {});
  const client = clientOf(server, 100);
  const start = performance.now();
  const replies = await Promise.all([
    fate(client.call('write', ['INCR', 'a'])),
    fate(client.call('read', ['GET', 'a'])),
  ]);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(replies).toEqual([
    '503: the server of the state has not answered within 100 ms: what was to be written may be written, or not',
    '503: the state cannot be reached: its server has not answered within 100 ms',
  ]);
  await until(() => server.connections === 2);
});

test('a reply that comes too late is for nobody, and the next command has its own', async () => {
  let socket!: Socket;
  let timer!: NodeJS.Timeout;
  const server = await serverThat(([name], on) => {
    socket = on;
    // the server is slow, and not gone: it says something now and then
    if (name !== 'INCR') return;
    on.write('+first\r\n');
    timer = setInterval(() => on.write('>1\r\n+still here\r\n'), 10);
  });
  const client = clientOf(server, 100);
  const first = fate(client.call('read', ['GET', 'a']));
  const late = fate(client.call('write', ['INCR', 'b']));
  expect(await first).toBe('first');
  expect(await late).toContain('has not answered within 100 ms');
  const next = fate(client.call('read', ['GET', 'c']));
  await until(() => server.commands.length === 3);
  clearInterval(timer);
  socket.write(':1\r\n+next\r\n');
  expect(await next).toBe('next');
  expect(server.connections).toBe(1);
});

test('without a server, a command waits its time and says why', async () => {
  const client = new ValkeyClient({ ...serverAt(await freePort()), timeout: 100 }, LOG);
  open.push({ stop: () => client.close() });
  expect(await fate(client.call('read', ['GET', 'a'])))
    .toBe('503: the state cannot be reached: its server refused the connection');
  expect(logged).toEqual(['error: the server of the state refused the connection']);
});

test('a server whose name nobody knows is told by that name', async () => {
  const client = new ValkeyClient({ ...serverAt(1), host: 'nowhere.test', lookup: async () => [], timeout: 100 }, LOG);
  open.push({ stop: () => client.close() });
  await fate(client.call('read', ['GET', 'a']));
  expect(logged).toEqual(["error: the server of the state is not found: there is no name 'nowhere.test'"]);
});

test('a server that takes connections and says nothing is given up in time', async () => {
  const silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  open.push({ stop: () => { silent.close(); } });
  const client = new ValkeyClient({ ...serverAt((silent.address() as any).port), timeout: 100 }, LOG);
  open.push({ stop: () => client.close() });
  await fate(client.call('read', ['GET', 'a']));
  await until(() => logged.length > 0);
  expect(logged).toEqual(['error: the server of the state gave no answer within 100 ms']);
});

test('what is no Valkey at all is told so', async () => {
  const server = await serverThat(() => {});
  server.hello = 'HTTP/1.1 400 Bad Request\r\n\r\n';
  clientOf(server);
  await until(() => logged.length > 0);
  expect(logged).toEqual([
    'error: the server of the state speaks no RESP3: its answer begins with the byte 72, which no answer does',
  ]);
});

test.each([
  ['-WRONGPASS invalid username-password pair', 'refuses the password'],
  ['-NOAUTH HELLO must be called with the client already authenticated', 'asks for a password, and none is given'],
  ['-DENIED Redis is running in protected mode', 'takes no connections from other machines, because it has no '
    + 'password (protected-mode)'],
  ["-ERR unknown command 'HELLO'", 'is too old: Valkey or Redis 6.2 is needed'],
  ['-ERR max number of clients reached', 'has as many clients as it takes (maxclients)'],
  ['%2 +mode +cluster +role +master', 'is a node of a cluster, and the state needs a server that has all '
    + 'keys: one with cluster-enabled no'],
  ['%2 +mode +sentinel +role +sentinel', 'is a Sentinel, which keeps no data: give the address of the '
    + 'primary'],
  ['%2 +mode +standalone +role +replica', 'is a replica, which takes no writes: give the address of the '
    + 'primary'],
])('of a server that greets with %s, commands need not wait to know that it %s', async (hello, says) => {
  const server = await serverThat(() => {});
  server.hello = `${hello.startsWith('%') ? hello.replaceAll(' ', '\r\n') : hello}\r\n`;
  const client = clientOf(server, 60_000);
  expect(await fate(client.call('read', ['GET', 'a']))).toContain(`503: the state cannot be reached: its server ${says}`);
  expect(await fate(client.call('write', ['INCR', 'a']))).toContain(says);
  // once it is mended, all is well
  server.hello = HELLO;
  server.answering = () => '+OK\r\n';
  await until(() => logged.includes('info: connected to the server of the state'));
  expect(await fate(client.call('read', ['GET', 'a']))).toBe('OK');
  expect(server.commands).toEqual([['GET', 'a']]);
});

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", '507: the server of the state is full (maxmemory)'],
  ['MISCONF Errors writing to the AOF file: No space left on device',
    '507: the server of the state has no space left on its disk'],
  ['MISCONF Valkey is configured to save RDB snapshots', '503: the server of the state takes no writes, because it '
    + 'cannot write to its disk'],
  ['NOREPLICAS Not enough good replicas to write.', '503: the server of the state takes no writes, because it has too '
    + 'few replicas (min-replicas-to-write)'],
  ["NOPERM User default has no permissions to run the 'set' command", '503: the server of the state does not let its '
    + 'user do that'],
  ['MOVED 3999 127.0.0.1:6381', '503: the server of the state is a node of a cluster, and the state needs a server '
    + 'that has all keys: one with cluster-enabled no'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', '503: the server of the state has something '
    + 'else under a key of the state: give the state a prefix of its own'],
  ["ERR unknown command 'EVALSHA'", '503: the server of the state refuses the command'],
])('an answer of %s is %s', async (error, expected) => {
  const server = await serverThat(() => `-${error}\r\n`);
  expect(await fate(clientOf(server).call('write', ['SET', 'a', '1']))).toBe(expected);
});

test.each([
  ['maxmemory_policy:allkeys-lru aof_enabled:1', ['throws entries away when it is full (maxmemory-policy allkeys-lru): set '
    + 'noeviction']],
  ['maxmemory_policy:noeviction aof_enabled:0', ['may lose what it has confirmed when it ends (appendonly no): set yes']],
  ['maxmemory_policy:noeviction aof_enabled:1', []],
  ['redis_version:7.2.0', []],
])('of a server that says %s, the log warns once of what it may lose', async (info, flaws) => {
  const server = await serverThat((_, socket) => { socket.destroy(); });
  const lines = info.replaceAll(' ', '\r\n');
  server.info = `=${lines.length + 4}\r\ntxt:${lines}\r\n`;
  const client = clientOf(server);
  await until(() => logged.length > flaws.length);
  // over the next connection too, it is the same server
  await fate(client.call('write', ['SET', 'a', '1']));
  await until(() => logged.filter((line) => line.startsWith('info')).length === 2);
  expect(logged.filter((line) => line.startsWith('warn'))).toEqual(flaws.map((flaw) => `warn: the server of the state ${flaw}`));
});

test('from a primary that has become a replica, the client goes on to the primary', async () => {
  const server = await serverThat(() => "-READONLY You can't write against a read only replica.\r\n");
  const client = clientOf(server);
  expect(await fate(client.call('write', ['SET', 'a', '1']))).toBe('503: the server of the state is a replica, which '
    + 'takes no writes: give the address of the primary');
  server.answering = () => '+OK\r\n';
  await until(() => server.connections === 2);
  await until(() => logged.filter((line) => line.startsWith('info')).length === 2);
  expect(await fate(client.call('write', ['SET', 'a', '1']))).toBe('OK');
});

test('no more waits than there is room for', async () => {
  const server = await serverThat(() => {});
  const client = clientOf(server, 300);
  const value = 'v'.repeat(1024 ** 2);
  const large = Array.from({ length: 40 }, () => fate(client.call('write', ['SET', 'a', value])));
  const full = '503: too much waits for the server of the state already: try again';
  expect((await Promise.all(large)).filter((each) => each === full)).toHaveLength(9);
  const small = Array.from({ length: 10_010 }, () => fate(client.call('read', ['GET', 'a'])));
  expect((await Promise.all(small)).filter((each) => each === full)).toHaveLength(10);
});

test('one that is larger than all that may wait goes alone', async () => {
  const server = await serverThat(() => '+OK\r\n');
  const value = Buffer.alloc(33 * 1024 ** 2);
  expect(await fate(clientOf(server).call('write', ['SET', 'a', value]))).toBe('OK');
});

test('after close, nothing is sent any more', async () => {
  const server = await serverThat(() => '+OK\r\n');
  const client = clientOf(server);
  expect(await fate(client.call('read', ['GET', 'a']))).toBe('OK');
  client.close();
  expect(await fate(client.call('read', ['GET', 'a'])))
    .toBe('503: the state cannot be reached: its server is not needed any more');
  expect(server.commands).toHaveLength(1);
});

function serverAt(port: number) {
  return { host: '127.0.0.1', port, lookup: async (host: string) => [host] };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
