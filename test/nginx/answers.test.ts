import { Chart, Testing } from 'cdk8s';
import { RawBackend } from './raw-backend';
import { Connection } from '../runtime/connection';
import { ShardKey, Shard, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

let backend: RawBackend;
let cluster: LocalCluster;
let web: Spread;
let users: Shard;

beforeAll(async () => {
  backend = await RawBackend.start();
  const chart = new Chart(Testing.app(), 'test');
  web = new Spread(chart, 'Web', { backend: backend.backend, router: { replicas: 1 } });
  users = new Shard(chart, 'Users', {
    backends: [backend.backend, backend.backend],
    key: ShardKey.fromHeader('x-user'),
    router: { replicas: 1 },
  });
  cluster = await LocalCluster.start(chart);
});
afterAll(async () => {
  await cluster?.stop();
  backend?.stop();
});
beforeEach(() => {
  backend.heads.length = 0;
  backend.reply([]);
});

/** Sends one request; returns all that the router says. */
async function ask(target: Spread | Shard, lines: readonly string[] = [], first = 'GET / HTTP/1.1'): Promise<string> {
  const { host, port } = cluster.address(target);
  const connection = await Connection.open(port, host);
  const last = lines.some((line) => /^connection:/.test(line)) ? [] : ['connection: close'];
  connection.send([first, 'host: shop.example', 'x-user: ada', ...lines, ...last, '', ''].join('\r\n'));
  const { received } = await connection.closed;
  return received;
}

describe('a head of 60 KB', () => {
  test.each([
    ['one header', [`x-long: ${'y'.repeat(60_000)}`]],
    ['fifteen cookies', Array.from({ length: 15 }, (_, n) => `set-cookie: c${n}=${'y'.repeat(3_900)}`)],
  ])('in %s is passed on', async (_, lines) => {
    backend.reply(lines);
    for (const target of [web, users]) {
      const answer = await ask(target);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      for (const line of lines) expect(answer).toContain(`\r\n${line}\r\n`);
    }
  });

  test('in trailers is passed on', async () => {
    backend.answer = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-long: ${'y'.repeat(60_000)}\r\n\r\n`;
    expect(await ask(web)).toContain(`\r\nx-long: ${'y'.repeat(60_000)}\r\n`);
  });
});

describe('what would command nginx', () => {
  test.each([
    'x-accel-redirect: /elsewhere', 'x-accel-redirect: @once_more', 'x-accel-buffering: no', 'x-accel-buffering: yes',
    'x-accel-limit-rate: 1', 'x-accel-charset: koi8-r', 'x-accel-expires: 60',
    'location: http://web-backend/elsewhere', 'refresh: 0; url=http://web-backend/elsewhere', 'status: 404',
  ])('%s is passed on and not obeyed', async (line) => {
    backend.reply(['content-type: text/plain', line]);
    for (const target of [web, users]) {
      const answer = await ask(target, ['content-length: 0'], 'POST /here HTTP/1.1');
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer).toContain(`\r\n${line}\r\n`);
      expect(answer).toContain('\r\nContent-Type: text/plain\r\n');
      expect(answer).toMatch(/\r\n\r\nok$/);
    }
    expect(backend.heads.map((head) => head.split('\r\n')[0])).toEqual(Array(2).fill('POST /here HTTP/1.1'));
  });
});

describe('trailers', () => {
  const CHUNKED =
    'HTTP/1.1 200 OK\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 12\r\n\r\n';

  test('that a replica announces are passed on', async () => {
    backend.answer = CHUNKED;
    for (const target of [web, users]) {
      const answer = await ask(target);
      expect(answer).toContain('\r\ntrailer: x-sum\r\n');
      expect(answer).toMatch(/\r\n2\r\nok\r\n0\r\nx-sum: 12\r\n\r\n$/);
    }
  });

  test.each([
    'trailers', 'Trailers', 'gzip, trailers', 'trailers, deflate;q=0.5',
  ])('are asked for where the client takes them: TE: %s', async (te) => {
    await ask(web, ['connection: close, te', `te: ${te}`]);
    expect(backend.heads[0]).toMatch(/\r\nConnection: te\r\nTE: trailers(\r\n|$)/);
  });

  test.each(['gzip', 'x-trailers', 'notrailers'])('are not asked for where it does not: TE: %s', async (te) => {
    await ask(web, ['connection: close, te', `te: ${te}`]);
    expect(backend.heads[0]).not.toMatch(/\r\n(TE|Connection):/i);
  });

  test('reach no client of HTTP/1.0', async () => {
    backend.answer = CHUNKED;
    expect(await ask(web, [], 'GET / HTTP/1.0')).toMatch(/\r\n\r\nok$/);
  });
});

test('a status, its words and headers with unusual names are those of the replica', async () => {
  backend.reply(
    ['x_under: 1', 'x.dot: 2', 'www-authenticate: Basic', 'www-authenticate: Digest'],
    '',
    '299 Whatever Else',
  );
  const answer = await ask(web);
  expect(answer).toMatch(/^HTTP\/1\.1 299 Whatever Else\r\n/);
  for (const line of ['x_under: 1', 'x.dot: 2', 'www-authenticate: Basic\r\nwww-authenticate: Digest']) {
    expect(answer).toContain(`\r\n${line}\r\n`);
  }
});
