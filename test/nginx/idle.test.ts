import { Chart, Duration, Size, Testing } from 'cdk8s';
import { handshake, SilentBackend } from './silent-backend';
import { Connection } from '../runtime/connection';
import { Code, Pattern, RouterOptions, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const TIMEOUT = 1_000;
const IDLE = 3_000;
const TEXT = { 'content-type': 'text/plain' };
const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { accept: 'text/event-stream' };
const KEY = 'ada l';

let silent: SilentBackend;
let cluster: LocalCluster;
const targets: Record<string, Pattern> = {};

beforeAll(async () => {
  silent = await SilentBackend.start();
  const { backend } = silent;
  const chart = new Chart(Testing.app(), 'test');
  const router: RouterOptions = {
    replicas: 1, timeout: Duration.millis(TIMEOUT), idleTimeout: Duration.millis(IDLE),
  };
  const shard = (id: string, key: ShardKey, more: RouterOptions = {}) => (
    new Shard(chart, id, { backends: [backend, backend], key, router: { ...router, ...more } })
  );
  const memory = { request: Size.gibibytes(2), limit: Size.gibibytes(2) };
  Object.assign(targets, {
    single: new Spread(chart, 'Single', { backend, router }),
    header: shard('Header', ShardKey.fromHeader('x-user')),
    query: shard('Query', ShardKey.fromQuery('user')),
    function: shard('Function', ShardKey.fromFunction(Code.fromInline("({ headers }) => headers['x-user']"))),
    field: shard('Field', ShardKey.fromField('user'), { maxBodySize: Size.mebibytes(20), resources: { memory } }),
    body: shard('Body', ShardKey.fromFunction(Code.fromInline('({ body }) => body?.user'))),
  });
  cluster = await LocalCluster.start(chart);
});
afterAll(async () => {
  await cluster?.stop();
  silent?.stop();
});

const shardOf = (target: string) => {
  const pattern = targets[target];
  return pattern instanceof Shard ? `${pattern.shardOf(KEY)}` : null;
};

const past = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What comes of a promise, and after how many milliseconds, up to 500 more of which are taken for the machine's. */
async function timed<T>(promise: Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await promise;
  return [result, Math.floor((performance.now() - start + 20) / 500) * 500];
}

async function send(target: string, bytes: string): Promise<Connection> {
  const { host, port } = cluster.address(targets[target]);
  return (await Connection.open(port, host)).send(bytes);
}

describe('a WebSocket', () => {
  test('outlives router.timeout, and ends when it was idle for idleTimeout, through each kind of router', async () => {
    await Promise.all([
      ['single', handshake()],
      ['header', handshake('/', [`x-user: ${KEY}`])],
      ['query', handshake('/?user=ada+l')],
      ['function', handshake('/', [`x-user: ${KEY}`])],
    ].map(async ([target, head]) => {
      const socket = await send(target, head);
      const answer = await socket.take(/\r\n\r\n/);
      expect(answer).toMatch(/^HTTP\/1\.1 101 /);
      expect(/\r\nx-shard: (\d)/.exec(answer)?.[1] ?? null).toBe(shardOf(target));
      await past(TIMEOUT * 1.5);
      socket.send('still here');
      await socket.take(/still here/);
      const [, idle] = await timed(socket.closed);
      expect([target, idle]).toEqual([target, IDLE]);
    }));
  });

  test('without a key is refused', async () => {
    const socket = await send('header', handshake());
    expect(await socket.take(/\}$/)).toMatch(/^HTTP\/1\.1 400 [^]*"the request has no key: header x-user is missing/);
    socket.close();
  });
});

describe('an event stream', () => {
  test.each<[string, string, string, RequestInit]>([
    ['a Spread', 'single', '/events', {}],
    ['a Spread, by a POST', 'single', '/events', { method: 'POST', body: 'hello', headers: TEXT }],
    ['a Shard by a script', 'query', '/events?user=ada+l', {}],
    ['a Shard by a script, by a PUT', 'query', '/events?user=ada+l', { method: 'PUT', body: 'hello', headers: TEXT }],
    ['a Shard by a field', 'field', '/events', { method: 'POST', body: `{"user":"${KEY}"}`, headers: JSON_TYPE }],
    ['a Shard by a function', 'body', '/events', { method: 'PUT', body: `{"user":"${KEY}"}`, headers: JSON_TYPE }],
    ['a Shard by a field of a body of 20 MB', 'field', '/events', {
      method: 'POST', body: JSON.stringify({ messages: 'x'.repeat(20_000_000), user: KEY }), headers: JSON_TYPE,
    }],
  ])('through %s may be silent for longer than router.timeout', async (_, target, path, { headers, ...request }) => {
    const answer = await cluster.fetch(targets[target], path, { ...request, headers: { ...headers, ...EVENTS } });
    expect([answer.status, answer.headers.get('x-shard')]).toEqual([200, shardOf(target)]);
    await past(TIMEOUT * 1.5);
    silent.streams.forEach((stream) => stream.end('data: late\n\n'));
    const { method = 'GET', body = '' } = request;
    expect(await answer.text()).toBe(`data: ${method} ${path} ${(body as string).length}\n\ndata: late\n\n`);
  });

  test('may follow a body in chunks that its client waits to be asked for, and another on the same connection', async () => {
    const client = await send('single', '');
    for (const last of ['one', 'two']) {
      const head = ['POST / HTTP/1.1', 'host: x', 'accept: text/event-stream', 'transfer-encoding: chunked'];
      await client.send([...head, 'expect: 100-continue', '', ''].join('\r\n')).take(/ 100 Continue\r\n\r\n/);
      expect(await client.send('5\r\nhello\r\n0\r\n\r\n').take(/data: .*\n\n/)).toMatch(/data: POST \/ 5\n\n/);
      silent.streams.forEach((stream) => stream.end(`data: ${last}\n\n`));
      expect(await client.take(/0\r\n\r\n$/)).toContain(`data: ${last}\n\n`);
    }
    client.close();
  });

  test.each<[string, string, RequestInit, string]>([
    ['header', '/', {}, 'the request has no key: header x-user is missing, empty or not valid UTF-8'],
    ['query', '/?user=%FF', {}, 'the query parameter user is the key, and is not valid UTF-8'],
    ['function', '/', {}, 'the request has no key'],
    ['field', '/', { method: 'POST', body: '[', headers: JSON_TYPE },
      'the content type says JSON, and the body is not'],
  ])('without a key is refused, by a %s too', async (target, path, { headers, ...request }, detail) => {
    const answer = await cluster.fetch(targets[target], path, { ...request, headers: { ...headers, ...EVENTS } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ detail });
  });

  test('that no replica begins is a 504 of the shard that should have', async () => {
    const headers = { ...EVENTS, 'x-user': KEY };
    const answer = await cluster.fetch(targets.header, '/hang', { method: 'POST', headers });
    expect([answer.status, answer.headers.get('x-shard')]).toEqual([504, shardOf('header')]);
    expect(await answer.json()).toMatchObject({ detail: 'no replica answered in time' });
  });
});

test('a replica that hangs is found after router.timeout, by all but what accepts event streams', async () => {
  const hangsFor = async (accept: string | undefined) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const asked = cluster.fetch(targets.single, '/hang', { method: 'POST', headers });
    const [{ status }, milliseconds] = await timed(asked);
    expect(status).toBe(504);
    return [accept, milliseconds];
  };
  const times: [string | undefined, number][] = [
    ['text/event-stream', IDLE],
    ['Text/Event-Stream', IDLE],
    ['application/json, text/event-stream', IDLE],
    ['text/event-stream;q=0.9, */*;q=0.1', IDLE],
    [undefined, TIMEOUT],
    ['*/*', TIMEOUT],
    ['text/event-streams', TIMEOUT],
    ['x-text/event-stream', TIMEOUT],
    ['application/json;profile=text/event-stream', TIMEOUT],
  ];
  expect(await Promise.all(times.map(([accept]) => hangsFor(accept)))).toEqual(times);
  // What asks for an upgrade that is passed on to nobody is no WebSocket.
  const head = handshake('/hang', ['content-length: 0']).replace('websocket', 'h2c').replace('GET', 'POST');
  const h2c = await send('single', head);
  const [answer, milliseconds] = await timed(h2c.take(/\r\n\r\n/));
  expect([answer.slice(9, 12), milliseconds]).toEqual(['504', TIMEOUT]);
  h2c.close();
});
