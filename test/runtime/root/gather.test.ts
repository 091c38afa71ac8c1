import { answer, answers, FakeLeaf } from './fake-leaf';
import { root } from './root';

const leavesOf = (...values: unknown[]) => Promise.all(values.map((value) => FakeLeaf.start(answers(value))));

test('arrays are concatenated in the order of the leaves', async () => {
  const pod = await root(await leavesOf([1, [2]], [], ['x']), { gather: 'concat' });
  const response = await pod.fetch('/');
  expect([response.status, await response.json(), response.headers.get('x-gather-responses')]).toEqual([200, [1, [2], 'x'], '3/3']);
});

test('objects are merged deep: arrays are appended, and of what differs the first leaf wins', async () => {
  const pod = await root(await leavesOf(
    { hits: [1], by: { a: 1, tags: ['x'] }, n: 1, mixed: [1] },
    { hits: [2, 3], by: { a: 2, b: 2, tags: ['y'] }, n: 2, mixed: { a: 1 } },
    { hits: [], by: { c: [] }, n: 1, only: null },
  ), { gather: 'merge' });
  expect(await (await pod.fetch('/')).json()).toEqual({ hits: [1, 2, 3], by: { a: 1, b: 2, c: [], tags: ['x', 'y'] }, n: 1, mixed: [1], only: null });
});

test('a name such as __proto__ is merged like any other', async () => {
  const pod = await root(await Promise.all(['{"__proto__":{"a":[1]}}', '{"__proto__":{"a":[2]}}'].map((text) => FakeLeaf.start(({ socket }) => socket.write(answer(text))))), { gather: 'merge' });
  expect(await (await pod.fetch('/')).text()).toBe('{"__proto__":{"a":[1,2]}}');
});

test('all answers are listed with leaf, status and body', async () => {
  const pod = await root([
    await FakeLeaf.start(answers({ a: 1 })),
    await FakeLeaf.start(({ socket }) => socket.write(answer('', '', '201 Created'))),
    await FakeLeaf.start(({ socket }) => socket.write(answer('plain', 'content-type: text/plain\r\n'))),
  ]);
  expect(await (await pod.fetch('/')).json()).toEqual([{ leaf: 0, status: 200, body: { a: 1 } }, { leaf: 1, status: 201, body: null }, { leaf: 2, status: 200, body: 'plain' }]);
});

test('the first answer passes as it came, and the other leaves are left', async () => {
  const slow = await FakeLeaf.start(() => {});
  const fast = await FakeLeaf.start(({ socket }) => socket.write(answer('{ "as": "sent" }', 'content-type: application/json\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-own: yes\r\nkeep-alive: timeout=5\r\n')));
  const pod = await root([slow, fast], { gather: 'first', minResponses: 1 });
  const response = await pod.fetch('/');
  expect(await response.text()).toBe('{ "as": "sent" }');
  expect([response.headers.getSetCookie(), response.headers.get('x-own'), response.headers.get('x-gather-responses')]).toEqual([['a=1', 'b=2'], 'yes', '1/2']);
  await slow.until(({ open, connections }) => connections === 1 && open.size === 0);
});

test('when the fastest leaf fails, the next one is passed on', async () => {
  const fails = await FakeLeaf.start(({ socket }) => socket.write(answer('no', '', '500 Internal Server Error')));
  const late = await FakeLeaf.start(({ socket }) => fails.until(({ requests }) => requests.length > 0).then(() => socket.write(answer('yes', 'content-type: text/plain\r\n'))));
  const pod = await root([fails, late], { gather: 'first', minResponses: 1 });
  expect(await (await pod.fetch('/')).text()).toBe('yes');
});

describe('a gather function', () => {
  test('gets the answers and the request, and what it returns is sent', async () => {
    const pod = await root(await Promise.all([7, 8].map((n) => FakeLeaf.start(answers({ n }, 'content-type: application/json\r\nx-a: 1\r\nX-A: 2\r\n')))), {
      code: '(answers, request) => ({ answers, request: { ...request, headers: request.headers["x-user"] } })',
    });
    const response = await pod.fetch('/find%20it?q=a+b', { method: 'POST', body: '{"k":1}', headers: { 'content-type': 'application/json', 'x-user': 'ada', 'cookie': 'c=1' } });
    expect(await response.json()).toEqual({
      answers: [7, 8].map((n, leaf) => ({ leaf, status: 200, headers: { 'content-type': 'application/json', 'x-a': '1, 2', 'content-length': '7' }, body: { n }, text: `{"n":${n}}` })),
      request: { method: 'POST', path: '/find it', segments: ['find it'], query: { q: 'a b' }, headers: 'ada', cookies: { c: '1' }, text: '{"k":1}', body: { k: 1 } },
    });
  });

  test('may be asynchronous and return a Response', async () => {
    const pod = await root(await leavesOf(1, 2), { code: 'async (answers) => new Response(answers.map((a) => a.body).join("+"), { status: 203, headers: { "x-sum": "3" } })' });
    const response = await pod.fetch('/');
    expect([response.status, await response.text(), response.headers.get('x-sum'), response.headers.get('x-gather-responses')]).toEqual([203, '1+2', '3', '2/2']);
  });

  test.each([['throws', '() => { throw new Error("secret") }'], ['rejects', 'async () => { throw new Error("secret") }']])('that %s is a 500 whose stack is in the log only', async (_, code) => {
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
    expect([response.status, (await response.json() as { detail: string }).detail]).toEqual([504, 'the gather has not answered within 200 ms']);
  });
});
