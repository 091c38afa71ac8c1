import { serve, PodProcess } from '../server';

describe('what a handler returns', () => {
  let server: PodProcess;
  beforeAll(async () => {
    server = await serve(`(request) => {
      class Point { constructor() { this.x = 1; } }
      const results = {
        '/text': 'grüß dich',
        '/nothing': undefined,
        '/null': null,
        '/object': { a: [1, 'ü'] },
        '/number': 0,
        '/false': false,
        '/empty': '',
        '/instance': new Point(),
        '/bytes': new Uint8Array([0, 255]),
        '/promise': Promise.resolve({ late: true }),
        '/thenable': { then: (resolve) => resolve('thenable') },
        '/echo': request.body,
        '/response': () => new Response('made', {
          status: 201,
          headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2'], ['x-y', 'z'], ['connection', 'upgrade']],
        }),
        '/no-content': () => new Response(null, { status: 304, headers: { etag: '"1"' } }),
        '/json': () => Response.json({ ok: true }),
      };
      const result = results[request.path];
      return typeof result === 'function' ? result() : result;
    }`);
  });

  test.each([
    ['/text', 200, 'text/plain; charset=utf-8', 'grüß dich'],
    ['/nothing', 204, null, ''],
    ['/null', 204, null, ''],
    ['/object', 200, 'application/json', '{"a":[1,"ü"]}'],
    ['/number', 200, 'application/json', '0'],
    ['/false', 200, 'application/json', 'false'],
    ['/empty', 200, 'text/plain; charset=utf-8', ''],
    ['/instance', 200, 'application/json', '{"x":1}'],
    ['/promise', 200, 'application/json', '{"late":true}'],
    ['/thenable', 200, 'text/plain; charset=utf-8', 'thenable'],
    ['/json', 200, 'application/json', '{"ok":true}'],
    ['/no-content', 304, null, ''],
  ])('%s is answered with %i, type %s', async (path, status, type, body) => {
    const answer = await server.fetch(path);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([status, type, body]);
  });

  test('bytes are sent as they are', async () => {
    const answer = await server.fetch('/bytes');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([0, 255]));
  });

  test('a Response keeps its status and headers, each cookie of its own, less what '
    + 'belongs to a connection', async () => {
    const connection = await server.connect();
    const answer = await connection.request('GET', '/response').take(/0\r\n\r\n$/);
    expect(answer).toMatch(/^HTTP\/1.1 201 Created\r\n/);
    expect(answer).toContain('set-cookie: a=1\r\nset-cookie: b=2\r\n');
    expect(answer).toContain('x-y: z\r\n');
    expect(answer.match(/connection: .*/gi)).toEqual(['Connection: keep-alive']);
    expect(answer).toContain('\r\n4\r\nmade\r\n');
    connection.close();
  });

  test.each([
    '/text', '/response', '/bytes', '/object',
  ])('HEAD of %s is answered without a body, and the connection goes on', async (path) => {
    const connection = await server.connect();
    const answer = await connection.request('HEAD', path).take(/\r\n\r\n/);
    expect(answer).toMatch(/^HTTP\/1.1 20[01] /);
    expect(answer).toMatch(/\r\n\r\n$/);
    expect(await connection.request('GET', '/number').take(/\r\n\r\n0/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    connection.close();
  });
});

describe('what a handler is told', () => {
  let server: PodProcess;
  beforeAll(async () => {
    server = await serve(`async (request, { signal, ...context }) => ({
      ...request,
      context,
      aborted: signal.aborted,
      type: request.body?.constructor.name ?? null,
      headers: { ...request.headers, host: '' },
    })`, { env: { SHARD: '2', SHARDS: '4' } });
  });

  test('a request has one shape', async () => {
    const answer = await server.fetch('/a%20b/%C3%BC?q=x+y&q=2&%41=1&__proto__=p', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-User': 'ada', 'cookie': 'a=1; a=2; b="x%20y"; __proto__=c' },
      body: '{"user":{"id":7}}',
    });
    expect(await answer.json()).toMatchObject({
      method: 'POST',
      path: '/a b/ü',
      query: JSON.parse('{"q":"x y","A":"1","__proto__":"p"}'),
      headers: { 'content-type': 'application/json', 'x-user': 'ada' },
      cookies: JSON.parse('{"a":"1","b":"\\"x%20y\\"","__proto__":"c"}'),
      body: { user: { id: 7 } },
      context: { pod: 'web-backend-0', shard: 2, shards: 4 },
      aborted: false,
    });
  });

  test('a request without a body has none', async () => {
    expect(await (await server.fetch('/')).json())
      .toMatchObject({ method: 'GET', path: '/', query: {}, cookies: {}, type: null });
    expect(await (await server.fetch('/', { method: 'POST' })).json()).toMatchObject({ type: null });
  });

  test('a chunked body arrives whole', async () => {
    const connection = await server.connect();
    connection.send('POST /chunked HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
      + 'transfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n5\r\n":12}\r\n0\r\n\r\n');
    expect(await connection.take(/"path".*}$/)).toContain('"body":{"a":12}');
    connection.close();
  });

  test('a request in absolute form has the same path', async () => {
    const connection = await server.connect();
    expect(await connection.request('GET', 'http://example.com?a=b').take(/}$/))
      .toContain('"path":"/","segments":[""],"query":{"a":"b"}');
    connection.close();
  });

  test('a request to upgrade is answered like any other', async () => {
    const connection = await server.connect();
    connection.send('GET /socket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n'
      + 'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
    expect(await connection.take(/}$/)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    connection.close();
  });
});

test('a question whether the server is there does not reach the handler', async () => {
  const server = await serve("() => { throw new Error('called'); }");
  const connection = await server.connect();
  expect(await connection.request('OPTIONS', '*').take(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 204 /);
  connection.close();
  expect((await server.fetch('/', { method: 'OPTIONS' })).status).toBe(500);
});
