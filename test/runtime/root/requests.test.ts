import { answer, answers, FakeLeaf } from './fake-leaf';
import { root } from './root';

test('every leaf gets method, target, headers and body; what belongs to the connection stays behind', async () => {
  const leaves = [await FakeLeaf.start(answers({})), await FakeLeaf.start(answers({}))];
  const pod = await root(leaves);
  const client = await pod.connect();
  client.send([
    'PUT /a%2Fb/../c?x=1&y=%41 HTTP/1.1', 'Host: shop.example:8080',
    'X-User: ada', 'x-multi: 1', 'X-Multi: 2', 'cookie: a=1', 'traceparent: 00-1-2-03',
    'Connection: keep-alive, x-user', 'Keep-Alive: timeout=5', 'TE: trailers', 'Upgrade: h2c',
    'Proxy-Connection: close', 'Accept-Encoding: gzip',
    'X-Forwarded-For: 203.0.113.7', 'x-request-id: r-1', 'transfer-encoding: chunked', '', '4', 'body', '0', '', '',
  ].join('\r\n'));
  await client.take(/200 OK/);
  for (const leaf of leaves) {
    expect(leaf.requests).toEqual([[
      'PUT /a%2Fb/../c?x=1&y=%41 HTTP/1.1', 'host: shop.example:8080',
      'x-user: ada', 'x-multi: 1', 'x-multi: 2', 'cookie: a=1', 'traceparent: 00-1-2-03',
      'x-forwarded-for: 203.0.113.7, 127.0.0.1', 'x-forwarded-host: shop.example:8080', 'x-forwarded-proto: http',
      'x-request-id: r-1',
      'accept-encoding: identity', 'content-length: 4', '', 'body',
    ].join('\r\n')]);
  }
  client.close();
});

test('a HEAD asks the leaves with GET, and is answered without a body', async () => {
  const leaf = await FakeLeaf.start(answers({ a: 1 }));
  const response = await (await root([leaf])).fetch('/', { method: 'HEAD' });
  expect([response.status, response.headers.get('content-length'), await response.text()])
    .toEqual([200, String('[{"leaf":0,"status":200,"body":{"a":1}}]'.length), '']);
  expect(leaf.requests[0]).toMatch(/^GET \/ HTTP/);
});

test('a target in absolute form is asked for by its path', async () => {
  const leaf = await FakeLeaf.start(answers({}));
  const client = await (await root([leaf])).connect();
  client.send('GET http://elsewhere.example/a?b HTTP/1.1\r\nhost: x\r\n\r\n');
  await client.take(/200 OK/);
  expect(leaf.requests[0]).toMatch(/^GET \/a\?b HTTP\/1\.1\r\n/);
  client.close();
});

test.each([
  ['a host that is none', 'GET / HTTP/1.1\r\nhost: a/b\r\n\r\n', 400, 'the host header is not a host'],
  ['a second host', 'GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n', 400, 'the request has more than one host header'],
  ['TRACE', 'TRACE / HTTP/1.1\r\nhost: x\r\n\r\n', 405, 'TRACE is not served'],
])('%s is refused, and no leaf hears of it', async (_, request, status, detail) => {
  const leaf = await FakeLeaf.start(answers({}));
  const client = await (await root([leaf])).connect();
  const received = await client.send(request).take(/\}\n$/);
  expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(received.slice(received.indexOf('{'))).detail).toBe(detail);
  expect(leaf.requests).toEqual([]);
  client.close();
});

test.each([
  ['an HTTP/1.0 request without a host', 'GET / HTTP/1.0\r\n\r\n'],
  ['a request with an empty host', 'GET / HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n'],
])('%s is served, and leaves get the address that it came to', async (_, request) => {
  const leaf = await FakeLeaf.start(answers({}));
  const pod = await root([leaf]);
  expect((await (await pod.connect()).send(request).closed).received).toMatch(/^HTTP\/1\.1 200 /);
  expect(leaf.requests[0]).toContain(`\r\nhost: 127.0.0.1:${pod.port}\r\n`);
});

test('connections to leaves are kept and used again', async () => {
  const leaf = await FakeLeaf.start(answers({}));
  const pod = await root([leaf]);
  for (let i = 0; i < 50; i++) await (await pod.fetch('/')).text();
  expect([leaf.requests.length, leaf.connections]).toEqual([50, 1]);
});

test('an idle connection is closed by the root, after 4 to 5 s: before a stock Node '
  + 'server loses its patience', async () => {
  const leaf = await FakeLeaf.start(answers({}));
  const pod = await root([leaf]);
  await (await pod.fetch('/')).text();
  const idle = performance.now();
  await leaf.until(({ open }) => open.size === 0);
  expect(performance.now() - idle).toBeGreaterThan(3_900);
  expect(performance.now() - idle).toBeLessThan(5_000);
});

test('a client that goes away cancels the leaves', async () => {
  const leaves = [await FakeLeaf.start(() => {}), await FakeLeaf.start(() => {})];
  const pod = await root(leaves);
  const client = (await pod.connect()).request('GET', '/');
  for (const leaf of leaves) await leaf.until(({ requests }) => requests.length === 1);
  client.close();
  for (const leaf of leaves) await leaf.until(({ open }) => open.size === 0);
  expect(await pod.metric('metaparticle_requests_total{code="499",method="GET"}')).toBe(1);
  expect(await pod.metric('metaparticle_leaf_requests_total{leaf="leaf-0",outcome="cancelled"}')).toBe(1);
  expect(await pod.metric('metaparticle_requests_in_flight')).toBe(0);
});

test('statuses that accept names count as answers', async () => {
  const pod = await root(await Promise.all(['404 Not Found', '200 OK', '302 Found', '500 Internal Server Error'].map(
    (status) => FakeLeaf.start(({ socket }) => socket.write(answer('', '', status))),
  )), { accept: ['2xx', '404'], minResponses: 1 });
  const response = await pod.fetch('/');
  const statuses = (await response.json() as { status: number }[]).map(({ status }) => status);
  expect([statuses, response.headers.get('x-gather-responses')]).toEqual([[404, 200], '2/4']);
});
