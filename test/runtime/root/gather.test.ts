import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { answer, answers, Behaviour, FakeLeaf } from './fake-leaf';
import { root } from './root';

/** Answers every request with bytes. */
const sends = (headers: string, body: Buffer): Behaviour => ({ socket }) => {
  const head = `HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), body]));
};
const leavesOf = (...values: unknown[]) => Promise.all(values.map((value) => FakeLeaf.start(answers(value))));

test('arrays are concatenated in the order of the leaves', async () => {
  const pod = await root(await leavesOf([1, [2]], [], ['x']), { gather: 'concat' });
  const response = await pod.fetch('/');
  expect([response.status, await response.json(), response.headers.get('x-gather-responses')])
    .toEqual([200, [1, [2], 'x'], '3/3']);
});

test('objects are merged deep: arrays are appended, and of what differs the first leaf wins', async () => {
  const pod = await root(await leavesOf(
    { hits: [1], by: { a: 1, tags: ['x'] }, n: 1, mixed: [1] },
    { hits: [2, 3], by: { a: 2, b: 2, tags: ['y'] }, n: 2, mixed: { a: 1 } },
    { hits: [], by: { c: [] }, n: 1, only: null },
  ), { gather: 'merge' });
  expect(await (await pod.fetch('/')).json())
    .toEqual({ hits: [1, 2, 3], by: { a: 1, b: 2, c: [], tags: ['x', 'y'] }, n: 1, mixed: [1], only: null });
});

test('a name such as __proto__ is merged like any other', async () => {
  const leaves = await Promise.all(['{"__proto__":{"a":[1]}}', '{"__proto__":{"a":[2]}}'].map((text) => (
    FakeLeaf.start(({ socket }) => socket.write(answer(text)))
  )));
  const pod = await root(leaves, { gather: 'merge' });
  expect(await (await pod.fetch('/')).text()).toBe('{"__proto__":{"a":[1,2]}}');
});

describe('numbers are printed as the text that leaves sent', () => {
  const LITERALS = [
    '12345678901234567890', '9007199254740993', '1e400', '-1E-400', '1.0', '1e2', '0.10', '-0',
    '3.141592653589793238462643',
  ];
  const texts = (...bodies: string[]) => (
    Promise.all(bodies.map((body) => FakeLeaf.start(({ socket }) => socket.write(answer(body)))))
  );
  const list = LITERALS.join(',');
  const deep = `{"deep":[{"n":${LITERALS[0]}}]}`;

  test.each([
    ['concat', [`[${list}]`, `[${deep}]`], `[${list},${deep}]`],
    [
      'merge', [`{"a":[${list}],"n":${LITERALS[0]}}`, `{"a":[${list}],"n":1,"o":${deep}}`],
      `{"a":[${list},${list}],"n":${LITERALS[0]},"o":${deep}}`,
    ],
    [
      'all', [`[${list}]`, LITERALS[2]],
      `[{"leaf":0,"status":200,"body":[${list}]},{"leaf":1,"status":200,"body":${LITERALS[2]}}]`,
    ],
  ] as const)('by %s', async (gather, bodies, text) => {
    const response = await (await root(await texts(...bodies), { gather })).fetch('/');
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['application/json', text]);
  });

  test('and a gather function, which gets what JavaScript makes of them, can read that text', async () => {
    const pod = await root(await texts(...LITERALS), {
      code: '(answers) => answers.map(({ body, text }) => `${body} ${text}`).join()',
    });
    expect(await (await pod.fetch('/')).text())
      .toBe(LITERALS.map((literal) => `${JSON.parse(literal)} ${literal}`).join());
  });
});

test('all answers are listed with leaf, status and body', async () => {
  const pod = await root([
    await FakeLeaf.start(answers({ a: 1 })),
    await FakeLeaf.start(({ socket }) => socket.write(answer('', '', '201 Created'))),
    await FakeLeaf.start(({ socket }) => socket.write(answer('plain', 'content-type: text/plain\r\n'))),
  ]);
  expect(await (await pod.fetch('/')).json()).toEqual([
    { leaf: 0, status: 200, body: { a: 1 } }, { leaf: 1, status: 201, body: null },
    { leaf: 2, status: 200, body: 'plain' },
  ]);
});

test('a body that is neither JSON nor text is no item of a list', async () => {
  const leaf = await FakeLeaf.start(({ socket }) => socket.write(answer('x', 'content-type: image/png\r\n')));
  const pod = await root([leaf]);
  expect(await (await pod.fetch('/')).json())
    .toMatchObject({ status: 502, leaves: [{ leaf: 0, reason: 'its body is neither JSON nor text' }] });
});

test('texts are listed whatever their characters', async () => {
  const pod = await root([
    await FakeLeaf.start(({ socket }) => socket.write(answer('"é\n', 'content-type: text/plain; charset=utf-8\r\n'))),
    await FakeLeaf.start(({ socket }) => socket.write(Buffer.from(
      answer('?', 'content-type: text/plain; charset=iso-8859-1\r\n').replace('?', '\xe9'), 'latin1',
    ))),
  ]);
  expect(await (await pod.fetch('/')).text())
    .toBe('[{"leaf":0,"status":200,"body":"\\"é\\n"},{"leaf":1,"status":200,"body":"é"}]');
});

describe('a leaf that compresses, although it is asked not to,', () => {
  const text = '{"n":12345678901234567890}';
  const compressed: readonly [string, Buffer][] = [
    ['gzip', gzipSync(text)], ['x-gzip', gzipSync(text)], ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)], ['deflate', deflateRawSync(text)], ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))], ['identity', Buffer.from(text)],
  ];

  test('is heard, in any way that it may', async () => {
    const leaves = await Promise.all(compressed.map(([coding, body]) => (
      FakeLeaf.start(sends(`content-type: application/json\r\ncontent-encoding: ${coding}\r\n`, body))
    )));
    const response = await (await root(leaves)).fetch('/');
    expect(await response.text())
      .toBe(`[${compressed.map((_, leaf) => `{"leaf":${leaf},"status":200,"body":${text}}`).join()}]`);
  });

  test('is seen by a function without what only holds for the compressed body', async () => {
    const leaf = await FakeLeaf.start(sends(
      'content-type: text/plain\r\nx-own: 1\r\ncontent-encoding: gzip\r\n', gzipSync('hello'),
    ));
    const pod = await root([leaf], { code: '([{ headers, body }]) => new Response(body, { headers })' });
    const response = await pod.fetch('/');
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([200, '1', 'hello']);
  });

  test('and has nothing to send has answered', async () => {
    const leaves = await Promise.all([
      FakeLeaf.start(({ socket }) => socket.write('HTTP/1.1 204 No Content\r\ncontent-encoding: gzip\r\n\r\n')),
      FakeLeaf.start(sends('content-type: application/json\r\ncontent-encoding: br\r\n', Buffer.alloc(0))),
    ]);
    expect(await (await (await root(leaves)).fetch('/')).text())
      .toBe('[{"leaf":0,"status":204,"body":null},{"leaf":1,"status":200,"body":null}]');
  });
});

test('the first answer passes as it came, and the other leaves are left', async () => {
  const slow = await FakeLeaf.start(() => {});
  const fast = await FakeLeaf.start(({ socket }) => socket.write(answer(
    '{ "as": "sent" }',
    'content-type: application/json\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-own: yes\r\nkeep-alive: timeout=5\r\n',
  )));
  const pod = await root([slow, fast], { gather: 'first', minResponses: 1 });
  const response = await pod.fetch('/');
  expect(await response.text()).toBe('{ "as": "sent" }');
  expect([response.headers.getSetCookie(), response.headers.get('x-own'), response.headers.get('x-gather-responses')])
    .toEqual([['a=1', 'b=2'], 'yes', '1/2']);
  await slow.until(({ open, connections }) => connections === 1 && open.size === 0);
});

test.each([
  ['304 Not Modified', 'GET', { 'if-none-match': '"a"' }],
  ['304 Not Modified', 'HEAD', { 'if-modified-since': 'Thu, 26 Nov 2026 00:00:00 GMT' }],
  ['412 Precondition Failed', 'PUT', { 'if-match': '"a"' }],
  ['412 Precondition Failed', 'GET', { 'if-unmodified-since': 'Thu, 26 Nov 2026 00:00:00 GMT' }],
  ['206 Partial Content', 'GET', { range: 'bytes=0-1' }],
  ['416 Range Not Satisfiable', 'GET', { range: 'bytes=9-' }],
])('a first answer of %s passes, where a %s with %j asks for it', async (status, method, headers) => {
  const leaf = await FakeLeaf.start(({ socket }) => socket.write(
    /^30/.test(status) ? `HTTP/1.1 ${status}\r\netag: "a"\r\n\r\n` : answer('', 'etag: "a"\r\n', status),
  ));
  const pod = await root([leaf], { gather: 'first' });
  const response = await pod.fetch('/', { method, headers: headers as Record<string, string> });
  expect([`${response.status}`, response.headers.get('etag'), response.headers.get('x-gather-responses')])
    .toEqual([status.slice(0, 3), '"a"', '1/1']);
  // nobody has asked for it: it is no answer that counts
  const unasked = await pod.fetch('/', { method: 'POST' });
  expect([unasked.status, unasked.headers.get('x-gather-responses')]).toEqual({
    206: [206, '1/1'], 304: [502, '0/1'], 412: [412, '0/1'], 416: [416, '0/1'],
  }[status.slice(0, 3)]);
});

test('a header that no header can be fails its leaf, and the root goes on', async () => {
  const controls = Array.from({ length: 32 }, (_, code) => code).concat(0x7f).filter((code) => code !== 9);
  let n = 0;
  const leaf = await FakeLeaf.start(({ socket }) => (
    socket.write(answer('{}', `x: a${String.fromCharCode(controls[n++])}b\r\n`))
  ));
  const pod = await root([leaf], { gather: 'first' });
  for (const _ of controls) expect((await pod.fetch('/')).status).toBe(502);
  expect(n).toBe(controls.length);
});

test('when the fastest leaf fails, the next one is passed on', async () => {
  const fails = await FakeLeaf.start(({ socket }) => socket.write(answer('no', '', '500 Internal Server Error')));
  const late = await FakeLeaf.start(({ socket }) => fails.until(({ requests }) => requests.length > 0)
    .then(() => socket.write(answer('yes', 'content-type: text/plain\r\n'))));
  const pod = await root([fails, late], { gather: 'first', minResponses: 1 });
  expect(await (await pod.fetch('/')).text()).toBe('yes');
});

describe('a gather function', () => {
  test('gets the answers and the request, and what it returns is sent', async () => {
    const leaves = await Promise.all([7, 8].map((n) => (
      FakeLeaf.start(answers({ n }, 'content-type: application/json\r\nx-a: 1\r\nX-A: 2\r\n'))
    )));
    const pod = await root(leaves, {
      code: '(answers, request) => ({ answers, request: { ...request, headers: request.headers["x-user"] } })',
    });
    const response = await pod.fetch('/find%20it?q=a+b', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': 'ada', 'cookie': 'c=1' },
      body: '{"k":1}',
    });
    expect(await response.json()).toEqual({
      answers: [7, 8].map((n, leaf) => ({
        leaf,
        status: 200,
        headers: { 'content-type': 'application/json', 'x-a': '1, 2', 'content-length': '7' },
        body: { n },
        text: `{"n":${n}}`,
        fallback: false,
      })),
      request: {
        method: 'POST',
        path: '/find it',
        segments: ['find it'],
        query: { q: 'a b' },
        headers: 'ada',
        cookies: { c: '1' },
        text: '{"k":1}',
        body: { k: 1 },
      },
    });
  });

  test('may be asynchronous and return a Response', async () => {
    const pod = await root(await leavesOf(1, 2), {
      code: `async (answers) => (
        new Response(answers.map((a) => a.body).join("+"), { status: 203, headers: { "x-sum": "3" } })
      )`,
    });
    const response = await pod.fetch('/');
    const { status, headers } = response;
    expect([status, await response.text(), headers.get('x-sum'), headers.get('x-gather-responses')])
      .toEqual([203, '1+2', '3', '2/2']);
  });

  test.each([
    ['throws', '() => { throw new Error("secret") }'], ['rejects', 'async () => { throw new Error("secret") }'],
  ])('that %s is a 500 whose stack is in the log only', async (_, code) => {
    const pod = await root(await leavesOf(1), { code });
    const response = await pod.fetch('/');
    const body = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
    expect(body).not.toContain('secret');
    expect(JSON.parse(body).detail).toBe('the gather failed; the log of the pod says why');
    expect((await pod.logged((line) => line.level === 'error')).stack).toMatch(/Error: secret\n +at /);
  });

  test('that never ends is answered for', async () => {
    const pod = await root(await leavesOf(1), { code: '() => new Promise(() => {})', timeout: 200 });
    const response = await pod.fetch('/');
    expect([response.status, (await response.json() as { detail: string }).detail])
      .toEqual([504, 'the gather has not answered within 200 ms']);
  });
});
