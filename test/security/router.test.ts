import { Chart, Testing } from 'cdk8s';
import { Connection } from '../runtime/connection';
import { Backend, Code, IBackend, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

/** Answers with what it received, and counts: a request that was smuggled in shows. */
const echo: IBackend = Backend.fromImage('node:24-alpine', {
  port: 8080,
  command: ['node', '-e', `
    let seen = 0;
    require('http').createServer((req, res) => {
      if (req.url === '/ready') return res.end();
      let body = '';
      req.on('data', (data) => { body += data; }).on('end', () => {
        res.setHeader('x-shard', 'spoofed');
        const { method, url, rawHeaders: headers } = req;
        const shard = Number(process.env.SHARD ?? 0);
        res.end(JSON.stringify({ seen: ++seen, shard, method, url, headers, body }));
      });
    }).listen(8080, process.env.LISTEN_ADDRESS);
  `],
  readinessPath: '/ready',
});

interface Echo { seen: number; shard: number; method: string; url: string; headers: string[]; body: string }

let cluster: LocalCluster;
let web: Spread;
let guarded: Spread;
let users: Shard;
let paths: Shard;
let bodies: Shard;
let open: Spread;

beforeAll(async () => {
  const chart = new Chart(Testing.app(), 'test');
  const router = { replicas: 1, trustedProxies: ['127.0.0.0/8'] };
  web = new Spread(chart, 'Web', { replicas: 1, backend: echo, router });
  guarded = new Spread(chart, 'Guarded', { replicas: 1, backend: echo, router: { replicas: 1 } });
  users = new Shard(chart, 'Users', {
    shards: 3, replicas: 1, key: ShardKey.fromHeader('x-user'), backend: echo, router,
  });
  paths = new Shard(chart, 'Paths', { key: ShardKey.fromPath('^/users/([^/]*)'), backends: users.backends, router });
  const readsBody = ShardKey.fromFunction(Code.fromInline("({ body }) => body?.user ?? 'ada'"));
  bodies = new Shard(chart, 'Bodies', { key: readsBody, backends: users.backends, router });
  open = new Spread(chart, 'Open', { backend: web.backends[0], router: { replicas: 1, allHeaders: true } });
  cluster = await LocalCluster.start(chart);
});
afterAll(() => cluster.stop());

/** Sends bytes; answers with the status lines and the last body, once the router has said all it says. */
async function raw(target: Spread | Shard, bytes: string): Promise<{ statuses: number[]; text: string }> {
  const { host, port } = cluster.address(target);
  const connection = await Connection.open(port, host);
  connection.send(bytes);
  const { received } = await connection.closed;
  return {
    statuses: [...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status)),
    text: received,
  };
}

/** One well-formed request, and what the replica saw of it. */
async function seenOf(target: Spread | Shard, lines: readonly string[], path = '/'): Promise<Echo> {
  const { text } = await raw(
    target, [`GET ${path} HTTP/1.1`, 'host: shop.example', 'connection: close', ...lines, '', ''].join('\r\n'),
  );
  const body = /\r\n\r\n(?:[0-9a-f]+\r\n)?(\{.*\})/s.exec(text)?.[1];
  if (body === undefined || !text.startsWith('HTTP/1.1 200')) throw new Error(`no echo: ${text}`);
  return JSON.parse(body);
}

function valuesOf({ headers }: Echo, name: string): string[] {
  return headers.filter((_, i) => i % 2 === 1 && headers[i - 1].toLowerCase() === name);
}

describe('request smuggling', () => {
  const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';

  test.each([
    ['both a length and chunks', `content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['two lengths', `content-length: 0\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['a length with a sign', `content-length: +0\r\n\r\n${SMUGGLED}`],
    ['a list of lengths', `content-length: 0, ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['an unknown coding', 'transfer-encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a coding under chunked', 'transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['two codings', 'transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n'],
    [
      'a coding behind a tab in its name',
      `content-length: 5\r\ntransfer-encoding\t: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['a space in front of a colon', `content-length : ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['a chunk size that is none', 'transfer-encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n'],
  ])('%s is refused, and no replica hears of it', async (_, rest) => {
    const { seen } = await seenOf(web, []);
    const { statuses } = await raw(web, `POST / HTTP/1.1\r\nhost: x\r\n${rest}`);
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(statuses).toHaveLength(1);
    expect((await seenOf(web, [])).seen).toBeLessThanOrEqual(seen + 1 + (statuses[0] === 502 ? 1 : 0));
  });

  test('a body that looks like a request is a body', async () => {
    const { seen } = await seenOf(web, []);
    const { statuses, text } = await raw(
      web, `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    );
    expect(statuses).toEqual([200]);
    expect(text).toContain(JSON.stringify(SMUGGLED));
    expect((await seenOf(web, [])).seen).toBe(seen + 2);
  });

  test('chunks with extensions and trailers reach the replica as one clean body', async () => {
    const { text } = await raw(web, 'POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n'
      + 'transfer-encoding: chunked\r\n\r\n3;a="b\\""\r\nabc\r\n0\r\nx-user: eve\r\n\r\n');
    expect(text).toContain('"body":"abc"');
    expect(text).not.toContain('eve');
  });

  test('an upgrade to HTTP/2 is not passed on', async () => {
    const seen = await seenOf(web, ['upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__']);
    expect(valuesOf(seen, 'upgrade')).toEqual([]);
  });
});

describe('headers', () => {
  test('x-shard is the router’s to say: what a client or a replica says of it is dropped', async () => {
    expect(valuesOf(await seenOf(users, ['x-user: ada', 'x-shard: 7']), 'x-shard')).toEqual([]);
    const answer = await cluster.fetch(users, '/', { headers: { 'x-user': 'ada', 'x-shard': '7' } });
    expect(answer.headers.get('x-shard')).toBe(String(users.shardOf('ada')));
  });

  test('a key is kept though Connection names it', async () => {
    const seen = await seenOf(users, ['x-user: ada', 'connection: close, x-user']);
    expect([seen.shard, valuesOf(seen, 'x-user')]).toEqual([users.shardOf('ada'), ['ada']]);
  });

  test('a header with an underscore does not pass for the key', async () => {
    const { statuses } = await raw(users, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx_user: ada\r\n\r\n');
    expect(statuses).toEqual([400]);
    expect(valuesOf(await seenOf(users, ['x-user: ada', 'x_user: eve']), 'x_user')).toEqual([]);
  });

  test('a repeated key is one key of both values, for the router and the replica alike', async () => {
    const seen = await seenOf(users, ['x-user: ada', 'X-User: eve']);
    expect([seen.shard, valuesOf(seen, 'x-user').join(', ')]).toEqual([users.shardOf('ada, eve'), 'ada, eve']);
  });

  test('hop-by-hop headers end at the router, and so does one that CGI would take for a setting', async () => {
    const seen = await seenOf(web, [
      'keep-alive: timeout=9', 'te: gzip', 'trailer: x', 'proxy-connection: keep-alive', 'proxy: evil.example',
    ]);
    for (const name of ['keep-alive', 'te', 'trailer', 'proxy-connection', 'proxy']) {
      expect(valuesOf(seen, name)).toEqual([]);
    }
  });

  const CLAIMS = [
    'x-forwarded-for: 203.0.113.7', 'x-forwarded-proto: https', 'x-forwarded-host: evil.example',
    'x-forwarded-port: 443', 'x-forwarded-prefix: /x',
    'x-real-ip: 203.0.113.7', 'forwarded: for=203.0.113.7',
  ];

  test('a trusted gateway is believed about the client, and its own address is added', async () => {
    const seen = await seenOf(web, CLAIMS);
    expect(CLAIMS.map((line) => `${line.split(':')[0]}: ${valuesOf(seen, line.split(':')[0])}`))
      .toEqual([`${CLAIMS[0]}, ${valuesOf(seen, 'x-forwarded-for')[0].split(', ')[1]}`, ...CLAIMS.slice(1)]);
    expect(valuesOf(seen, 'x-forwarded-for')[0]).toMatch(/^203\.0\.113\.7, 127\.\d+\.\d+\.\d+$/);
  });

  test('nobody else is: loopback is no private network of a cluster', async () => {
    const seen = await seenOf(guarded, CLAIMS);
    expect(valuesOf(seen, 'x-forwarded-for')[0]).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect([valuesOf(seen, 'x-forwarded-proto'), valuesOf(seen, 'x-forwarded-host')])
      .toEqual([['http'], ['shop.example']]);
    for (const name of ['x-forwarded-port', 'x-forwarded-prefix', 'x-real-ip', 'forwarded']) {
      expect(valuesOf(seen, name)).toEqual([]);
    }
  });

  test.each([
    [['wss'], 'https'],
    [['ws'], 'http'],
    [['HTTPS'], 'https'],
    [['https,http'], 'https'],
    [['http, https'], 'http'],
    [['wss , http'], 'https'],
    [['\thttps'], 'https'],
    [['https', 'http'], 'https'],
    [['http', 'https'], 'http'],
    [[', https'], 'https'],
    [['httpsx'], 'http'],
    [['ftp'], 'http'],
    [[''], 'http'],
    [[], 'http'],
  ])('x-forwarded-proto %j of a trusted gateway is %s', async (lines, scheme) => {
    expect(valuesOf(await seenOf(web, lines.map((line) => `x-forwarded-proto: ${line}`)), 'x-forwarded-proto'))
      .toEqual([scheme]);
    expect(valuesOf(await seenOf(guarded, lines.map((line) => `x-forwarded-proto: ${line}`)), 'x-forwarded-proto'))
      .toEqual(['http']);
  });

  const UNUSUAL = ['x_tenant: 1', 'x.trace: 2', 'x~y: 3'];

  test('with unusual names reach a replica only where the router is told so', async () => {
    for (const line of UNUSUAL) {
      const [name, value] = line.split(': ');
      expect(valuesOf(await seenOf(web, UNUSUAL), name)).toEqual([]);
      expect(valuesOf(await seenOf(open, UNUSUAL), name)).toEqual([value]);
    }
  });

  test.each([
    'X_Forwarded_For', 'X-Forwarded_For', 'x_forwarded-for', 'X_Forwarded_Proto', 'X_Forwarded_Host',
    'X-Forwarded_Port', 'X_Forwarded_Prefix', 'X_Real_IP',
    'X_Shard', 'Content_Length', 'Transfer_Encoding', 'X_Request_Id',
  ])('%s never passes for what the router says', async (name) => {
    const seen = await seenOf(open, [`${name}: 203.0.113.7`]);
    expect(valuesOf(seen, name.toLowerCase())).toEqual([]);
    if (name !== 'X_Request_Id') expect(seen.headers).not.toContain('203.0.113.7');
  });

  test('64 KB of headers are refused with 431', async () => {
    const { statuses } = await raw(web, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`);
    expect(statuses).toEqual([431]);
  });

  test('a control character in a header is refused', async () => {
    const { statuses } = await raw(web, 'GET / HTTP/1.1\r\nhost: x\r\nx-a: b\0c\r\n\r\n');
    expect(statuses).toEqual([400]);
  });
});

describe('the host', () => {
  test.each([
    ['none', 'GET / HTTP/1.1\r\n\r\n'],
    ['two', 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'],
    ['twice the same', 'GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n'],
    ['one with a port that is none', 'GET / HTTP/1.1\r\nhost: a:80x\r\n\r\n'],
    ['one with a name in front', 'GET / HTTP/1.1\r\nhost: eve@a\r\n\r\n'],
    ['one with a path', 'GET / HTTP/1.1\r\nhost: a/../b\r\n\r\n'],
    ['one with a space', 'GET / HTTP/1.1\r\nhost: a b\r\n\r\n'],
    ['one with a control character', 'GET / HTTP/1.1\r\nhost: a\x01b\r\n\r\n'],
  ])('%s is refused', async (_, bytes) => {
    expect((await raw(web, bytes)).statuses).toEqual([400]);
  });

  test.each([
    ['shop.example:8080', 'shop.example:8080'],
    ['shop.example', 'shop.example'],
    ['Shop.Example.:8080', 'shop.example:8080'],
    ['[::1]:8080', '[::1]:8080'],
    ['203.0.113.7:80', '203.0.113.7:80'],
  ])('%s reaches replicas as %s', async (host, seen) => {
    for (const target of [web, guarded, users]) {
      const { text } = await raw(
        target, `GET / HTTP/1.1\r\nhost: ${host}\r\nx-user: ada\r\nconnection: close\r\n\r\n`,
      );
      const got = JSON.parse(/\{.*\}/.exec(text)![0]);
      expect([valuesOf(got, 'host'), valuesOf(got, 'x-forwarded-host')]).toEqual([[seen], [seen]]);
    }
  });

  test('need not be named in HTTP/1.0: the replica gets the name of the Service', async () => {
    const { text } = await raw(web, 'GET / HTTP/1.0\r\n\r\n');
    const seen = JSON.parse(/\{.*\}/.exec(text)![0]);
    expect([valuesOf(seen, 'host'), valuesOf(seen, 'x-forwarded-host')]).toEqual([['web'], ['web']]);
  });

  test('of the target counts where both are named (RFC 9112, section 3.2.2)', async () => {
    const { text } = await raw(
      web, 'GET http://other.example:81/x HTTP/1.1\r\nhost: a:82\r\nconnection: close\r\n\r\n',
    );
    const seen = JSON.parse(/\{.*\}/.exec(text)![0]);
    expect([seen.url, valuesOf(seen, 'host'), valuesOf(seen, 'x-forwarded-host')])
      .toEqual(['/x', ['other.example:81'], ['other.example:81']]);
  });

  test('decides nothing about where a request goes, and is passed on without tricks', async () => {
    expect(valuesOf(await seenOf(web, []), 'host')).toEqual(['shop.example']);
    const { text } = await raw(web, 'GET http://users-1:8080/x HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n');
    expect(JSON.parse(/\{.*\}/.exec(text)![0])).toMatchObject({ shard: 0, url: '/x' });
  });
});

describe('paths', () => {
  const keyed = async (path: string) => (await seenOf(paths, [], path)).shard;

  test('keep their segments: no way round leads to the shard of another key, and the '
    + 'replica gets what was sent', async () => {
    for (const path of ['/users/ada', '/users/%61da']) {
      expect([path, await keyed(path)]).toEqual([path, users.shardOf('ada')]);
    }
    for (const path of ['/users/eve/../ada', '/users/eve/%2e%2e/ada', '/users/eve//ada']) {
      const { shard, url } = await seenOf(paths, [], path);
      expect([url, shard]).toEqual([path, users.shardOf('eve')]);
    }
    for (const path of ['/x/../users/ada', '//users//ada', '/./users/ada/.', '/users%2fada']) {
      expect((await raw(paths, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).statuses)
        .toEqual([400]);
    }
  });

  test.each([
    '/a//b/../c/./d', '/%2F/%3F/%23/%25/%5C', '/%61%C3%A9?q=%41+b&&=', '//',
  ])('as %s reach the replica as sent, whichever way', async (path) => {
    for (const target of [web, users, bodies]) expect((await seenOf(target, ['x-user: ada'], path)).url).toBe(path);
  });

  test.each([
    ['a null byte', '/users/ad%00a', 400],
    ['a raw null byte', '/users/a\0', 400],
    ['a way out of the root', '/../../users/ada', 400],
    ['a broken escape', '/users/%zz', 400],
    ['64 KB', `/users/${'a'.repeat(65_536)}`, 414],
  ])('with %s are refused', async (_, path, status) => {
    const { statuses, text } = await raw(paths, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(statuses).toEqual([status]);
    expect(text).toContain(`"status":${status}`);
  });

  test('never lead to the admin port or to a page of the router’s own', async () => {
    for (const path of ['/stub_status', '/readyz', '/healthz', '/metrics', '/problem-400', '/.problem-400']) {
      expect((await seenOf(web, [], path)).url).toBe(path);
    }
  });
});

describe('what nginx itself refuses is problem+json:', () => {
  test.each([
    ['TRACE', 'TRACE / HTTP/1.1\r\nhost: x\r\n\r\n', 405],
    ['CONNECT', 'CONNECT users-0:8080 HTTP/1.1\r\nhost: users-0:8080\r\n\r\n', 405],
    ['CONNECT with a path', 'CONNECT / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['a coding under chunked', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n', 501],
    ['an unknown coding', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n', 501],
    ['another version', 'GET / HTTP/2.0\r\nhost: x\r\n\r\n', 505],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a method in lower case', 'get / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['a large body', 'POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 200000000\r\n\r\nx', 413],
    ['a long path', `GET /${'a'.repeat(65_536)} HTTP/1.1\r\nhost: x\r\n\r\n`, 414],
    ['a long header', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`, 431],
  ])('%s', async (_, bytes, status) => {
    const { statuses, text } = await raw(web, bytes);
    expect(statuses).toEqual([status]);
    expect(text).toMatch(/\r\nContent-Type: application\/problem\+json\r\n/);
    expect(JSON.parse(text.split('\r\n\r\n')[1])).toMatchObject({ type: 'about:blank', status });
  });
});

test('a client that sends its header by the drop is cut off after 10 s, and the others do not notice', async () => {
  const { host, port } = cluster.address(web);
  const slow = await Promise.all(Array.from({ length: 50 }, () => Connection.open(port, host)));
  const start = performance.now();
  const dripping = setInterval(
    () => slow.forEach((connection) => connection.socket.writable && connection.send('x')), 200,
  );
  slow.forEach((connection) => connection.send('GET / HTTP/1.1\r\nx: '));
  expect((await seenOf(web, [])).url).toBe('/');
  await Promise.all(slow.map(({ closed }) => closed));
  clearInterval(dripping);
  expect(performance.now() - start).toBeGreaterThan(9_000);
  expect(performance.now() - start).toBeLessThan(13_000);
}, 30_000);
