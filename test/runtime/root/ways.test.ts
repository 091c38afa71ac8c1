import { networkInterfaces } from 'node:os';
import { answers, FakeLeaf } from './fake-leaf';
import { launchRoot, rootOf } from './root';

test('leaves get one request in the ways that lead to them, large bodies too, and to all it has one id', async () => {
  const leaves = [
    await FakeLeaf.start(answers({})), await FakeLeaf.start(answers({})), await FakeLeaf.start(answers({})),
  ];
  const at = (index: number) => ({ name: `leaf-${index}`, host: '127.0.0.1', port: leaves[index].port });
  const pod = await rootOf({
    leaves: [
      at(0),
      { ...at(1), way: { host: 'api.example.com', basePath: '/v1', without: ['x-user'] } },
      { ...at(2), way: { only: [], headers: [{ name: 'authorization', text: 'Bearer ', secret: 'TOKEN' }] } },
    ],
  }, undefined, { TOKEN: 's3cret\n' });
  for (const body of ['small', 'x'.repeat(200_000)]) {
    const headers = { 'x-user': 'ada', 'content-type': 'text/plain', 'x-request-id': 'r-1', 'x-forwarded-host': 'h' };
    expect((await pod.fetch('/a?b', { method: 'PUT', headers, body })).status).toBe(200);
    const rest = `content-length: ${body.length}\r\n\r\n${body}`;
    const [plain, based, own] = leaves.map(({ requests }) => requests.at(-1)!);
    expect(plain).toMatch(/^PUT \/a\?b HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
    expect(plain).toContain('\r\nx-user: ada\r\n');
    expect(based).toMatch(/^PUT \/v1\/a\?b HTTP\/1\.1\r\nhost: api\.example\.com\r\n/);
    expect(based).not.toContain('x-user');
    for (const text of [plain, based]) {
      expect(text).toContain('\r\nx-request-id: r-1\r\n');
      expect(text.endsWith(rest)).toBe(true);
    }
    expect(own).toBe([
      'PUT /a?b HTTP/1.1', `host: 127.0.0.1:${pod.port}`, 'content-type: text/plain', 'authorization: Bearer s3cret',
      'accept-encoding: identity', rest,
    ].join('\r\n'));
  }
});

test('an id that the root makes is the same for all leaves', async () => {
  const leaves = [await FakeLeaf.start(answers({})), await FakeLeaf.start(answers({}))];
  const [first, second] = leaves.map(({ port }, index) => ({ name: `leaf-${index}`, host: '127.0.0.1', port }));
  const pod = await rootOf({ leaves: [first, { ...second, way: { host: 'a' } }] });
  await pod.fetch('/');
  const ids = leaves.map(({ requests: [request] }) => /x-request-id: ([0-9a-f-]{36})\r/.exec(request)?.[1]);
  expect(ids[0]).toBeDefined();
  expect(ids[1]).toBe(ids[0]);
});

test('a path that could lead out of that of a leaf is answered with 400, and no leaf is asked', async () => {
  const leaf = await FakeLeaf.start(answers({}));
  const way = { basePath: '/v1' };
  const pod = await rootOf({ leaves: [{ name: 'leaf', host: '127.0.0.1', port: leaf.port, way }] });
  const client = (await pod.connect()).request('GET', '/../admin');
  expect(await client.take(/\r\n\r\n.*\}/)).toMatch(/^HTTP\/1\.1 400 [^]*which could lead out of the path of a leaf/);
  client.close();
  expect(leaf.requests).toEqual([]);
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
(hasIpv6 ? test : test.skip)('a leaf may be an IPv6 address', async () => {
  const leaf = await FakeLeaf.start(answers('six'), '::1');
  const pod = await rootOf({ leaves: [{ name: 'leaf', host: '::1', port: leaf.port }] });
  expect(await (await pod.fetch('/')).json()).toEqual([{ leaf: 0, status: 200, body: 'six' }]);
});

test('a root does not start with a secret that no header can hold, and its log does not tell it', async () => {
  const way = { headers: [{ name: 'authorization', text: 'Bearer ', secret: 'TOKEN' }] };
  const leaves = [{ name: 'leaf', host: '127.0.0.1', port: 1, way }];
  const pod = launchRoot({ leaves }, undefined, { TOKEN: 's3cret\nx: y' });
  expect(await pod.exited).toBe(1);
  expect(pod.lines.map(({ message }) => message)).toEqual([
    'the environment variable TOKEN has a line break, a control character or a byte that is no UTF-8: the value of a '
      + 'header can have none',
  ]);
  expect(JSON.stringify(pod.lines)).not.toContain('s3cret');
});
