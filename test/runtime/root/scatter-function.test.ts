import { answer, answers, FakeLeaf } from './fake-leaf';
import { ask, echoing, scattering, ScatteringOptions, seen, TOLD } from './scattering';
import { ownerOf } from '../../../src/sharding/owner';

const leavesOf = (...values: unknown[]) => Promise.all(values.map((value) => FakeLeaf.start(answers(value))));
/** A leaf that answers with a status. */
const refuses = () => FakeLeaf.start(({ socket }) => socket.write(answer('', '', '500 No')));
const responses = (answered: Response) => answered.headers.get('x-gather-responses');

describe('a leaf for which the function returns nothing', () => {
  test.each(['undefined', 'null'])('but %s is not asked, and does not count', async (nothing) => {
    const leaves = await leavesOf([0], [1], [2]);
    const pod = await scattering(leaves, `(_, { index }) => index === 1 ? ${nothing} : {}`, { gather: 'concat' });
    const answered = await pod.fetch('/');
    expect([answered.status, responses(answered), await answered.json()]).toEqual([200, '2/2', [0, 2]]);
    expect(leaves.map(({ requests }) => requests.length)).toEqual([1, 0, 1]);
    expect(await pod.metric('metaparticle_leaf_requests_total{leaf="leaf-1",outcome="answer"}')).toBe(0);
  });

  test('is none that minResponses waits for', async () => {
    const leaves = [await refuses(), ...await leavesOf([1], [2])];
    const source = '({ query }, { index }) => query.ask.includes(index) ? {} : undefined';
    const pod = await scattering(leaves, source, { gather: 'concat', minResponses: 2 });
    const outcomes = [];
    for (const asked of ['12', '2', '01', '012']) {
      const answered = await pod.fetch(`/?ask=${asked}`);
      outcomes.push([answered.status, responses(answered), (await answered.json() as any).detail]);
    }
    expect(outcomes).toEqual([
      [200, '2/2', undefined], [200, '1/1', undefined],
      [502, '1/2', '1 of 2 leaves answered, and 2 must'], [200, '2/3', undefined],
    ]);
  });

  test('keeps its number from the others: answers and failures tell of theirs', async () => {
    const pod = await scattering([...await leavesOf('a', 'b'), await refuses()], '(_, { index }) => index ? {} : undefined', {
      minResponses: 1,
    });
    expect(await (await pod.fetch('/')).json()).toEqual([{ leaf: 1, status: 200, body: 'b' }]);
    const all = await scattering([...await leavesOf('a'), await refuses()], '(_, { index }) => index ? {} : undefined');
    expect(await (await all.fetch('/')).json())
      .toMatchObject({ leaves: [{ leaf: 1, name: 'leaf-1', reason: 'it answered 500' }] });
  });
});

describe('where no leaf is asked,', () => {
  test.each<[string, ScatteringOptions, string]>([
    ['an empty list by concat', { gather: 'concat' }, '[]'],
    ['an empty object by merge', { gather: 'merge' }, '{}'],
    ['an empty list by all', { gather: 'all' }, '[]'],
    ['what a function makes of no answers', { code: '(answers) => ({ answers })' }, '{"answers":[]}'],
  ])('the answer is %s', async (_, options, text) => {
    const leaves = await leavesOf(1, 2);
    const pod = await scattering(leaves, '() => undefined', options);
    const answered = await pod.fetch('/');
    expect([answered.status, responses(answered), await answered.text()]).toEqual([200, '0/0', text]);
    expect(leaves.flatMap(({ requests }) => requests)).toEqual([]);
  });

  test('there is none to be the first, and the client is told', async () => {
    const pod = await scattering(await leavesOf(1), '() => undefined', { gather: 'first', minResponses: 1 });
    const answered = await pod.fetch('/');
    expect([responses(answered), await answered.json()]).toEqual(['0/0', {
      type: 'about:blank', title: 'Bad Gateway', status: 502, detail: 'no leaf was asked', leaves: [],
    }]);
  });
});

describe('the leaf that the function sees', () => {
  test('has index, name and count, and cannot be changed', async () => {
    const pod = await scattering(
      await echoing(2), '(_, { index, name, count }) => ({ query: { index, name, count } })', {},
    );
    expect([...(await seen(await pod.fetch('/'))).values()].map((request) => request.split(' ', 2)[1]))
      .toEqual(['/?index=0&name=leaf-0&count=2', '/?index=1&name=leaf-1&count=2']);
    const other = await scattering(await echoing(1), '(_, leaf) => { leaf.index = 7; }');
    expect((await other.fetch('/')).status).toBe(500);
  });

  test('owns the keys that the router leads to its shard, in whatever order and number leaves are given', async () => {
    const shards = [3, 0, 5];
    const pod = await scattering(
      await echoing(3),
      '({ query }, { owns }) => ({ query: { own: query.keys.split(",").filter((key) => owns(key)).join() } })',
      { leaf: (leaf) => ({ owns: { shard: shards[leaf], of: 7 } }) },
    );
    const keys = Array.from({ length: 200 }, (_, n) => `${n} é日😀`[n % 2 ? 'slice' : 'repeat'](n % 3));
    const owned = await seen(await pod.fetch(`/?keys=${encodeURIComponent(keys.join())}`));
    shards.forEach((shard, leaf) => {
      const target = new URL(owned.get(leaf)!.split(' ', 2)[1], 'http://x');
      expect(target.searchParams.get('own')).toBe(keys.filter((key) => key && ownerOf(key, 7) === shard).join());
    });
  });

  test.each([
    ['0', 'true,false'], ['7', 'false,true'], ['12', 'true,false'], ['9007199254740991', 'false,true'],
    ['""', 'false,false'], ['"\\ud800"', 'false,false'], ['"12"', ownerOf('12', 2) === 0 ? 'true,false' : 'false,true'],
  ])('owns the key %s as the router says, or not', async (key, owners) => {
    const pod = await scattering(await echoing(2), TOLD, { leaf: (shard) => ({ owns: { shard, of: 2 } }) });
    const requests = await seen(await ask(pod, `(_, leaf) => ({ path: "/" + leaf.owns(${key}) })`));
    expect([...requests.values()].map((request) => /^GET \/(\w+)/.exec(request)![1]).join()).toBe(owners);
  });

  test.each([
    ['-1', '-1'], ['1.5', '1.5'], ['NaN', 'NaN'], ['2 ** 53', '9007199254740992'], ['undefined', 'undefined'],
    ['null', 'null'], ['1n', '1'], ['{}', 'a value of type object'], ['["a"]', 'a value of type object'],
  ])('does not know whether it owns %s', async (key, shown) => {
    const pod = await scattering(await echoing(1), TOLD, { leaf: { owns: { shard: 0, of: 1 } } });
    expect((await ask(pod, `(_, leaf) => leaf.owns(${key})`)).status).toBe(500);
    const { stack } = await pod.logged(({ message }) => message === 'the scatter function failed');
    expect(stack).toContain(`leaf.owns() was asked for ${shown}: a key is a text, or a whole number from 0 to 2^53 - 1`);
  });

  test('owns nothing that it knows of where the leaves are no shards', async () => {
    const pod = await scattering(await echoing(1), '(_, leaf) => leaf.owns("a")');
    expect((await pod.fetch('/')).status).toBe(500);
    const { stack } = await pod.logged(({ message }) => message === 'the scatter function failed');
    expect(stack).toContain('leaf.owns() needs leaves that are the shards of one Shard: give its backends, `backends: users.backends`');
  });
});

describe('a function that throws', () => {
  test('is a 500 for the client and a stack in the log, and no leaf is asked, not even those before', async () => {
    const leaves = await echoing(2);
    const pod = await scattering(leaves, '(_, { index }) => { if (index === 1) throw new Error("s3cret"); return {}; }');
    const answered = await pod.fetch('/a?token=x', { method: 'POST', body: '{}', headers: { 'x-request-id': 'r1' } });
    expect([answered.status, responses(answered), await answered.json()]).toEqual([500, null, {
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'the scatter function failed; the log of the pod says why',
    }]);
    expect(await pod.logged(({ level }) => level === 'error')).toMatchObject({
      message: 'the scatter function failed',
      method: 'POST',
      path: '/a',
      requestId: 'r1',
      stack: expect.stringMatching(/Error: s3cret\n.*scatter\.mjs/),
    });
    expect(await pod.metric('metaparticle_errors_total{kind="scatter function"}')).toBe(1);
    expect(leaves.flatMap(({ requests }) => requests)).toEqual([]);
    expect(await pod.metric('metaparticle_requests_in_flight')).toBe(0);
  });

  test.each(['undefined', 'null', '"text"', '{ status: 200 }', 'Object.create(null)'])(
    '%s does no more harm', async (thrown) => {
      const pod = await scattering(await echoing(1), `({ path }) => { if (path === "/") throw ${thrown}; return {}; }`);
      expect([(await pod.fetch('/')).status, (await pod.fetch('/a')).status]).toEqual([500, 200]);
    },
  );

  test('a Response has the client get that, as one of a handler does', async () => {
    const leaves = await echoing(1);
    const pod = await scattering(leaves, '() => { throw new Response("ids is missing", { status: 400 }); }');
    const answered = await pod.fetch('/');
    expect([answered.status, await answered.text(), leaves[0].requests]).toEqual([400, 'ids is missing', []]);
  });

  test('later, because it is asynchronous, is told to be synchronous, and the root lives on', async () => {
    const pod = await scattering(await echoing(1), 'async ({ path }) => { if (path === "/") throw new Error("late"); }');
    expect((await pod.fetch('/')).status).toBe(500);
    await pod.logged(({ message }) => message.includes('the result is a Promise: a scatter function is synchronous'));
    expect((await pod.fetch('/a')).status).toBe(500);
    expect((await pod.admin('/healthz')).status).toBe(200);
  });

  test('keeps its own mistakes apart from those of the client', async () => {
    const pod = await scattering(await echoing(1), '() => ({})');
    expect((await pod.fetch('/%zz')).status).toBe(400);
    const json = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };
    expect((await pod.fetch('/', json)).status).toBe(400);
  });
});

test('a root does not start with a scatter function that is none', async () => {
  await expect(scattering(await echoing(1), '42')).rejects.toThrow('scatter.mjs: the default export is a number');
});

test('a gather function gets the request of the client, and answers of those that were asked', async () => {
  const pod = await scattering(await leavesOf('a', 'b'), '(_, { index }) => index ? { path: "/other" } : undefined', {
    code: '(answers, { path }) => ({ path, of: answers.map(({ leaf, body }) => [leaf, body]) })',
  });
  expect(await (await pod.fetch('/mine')).json()).toEqual({ path: '/mine', of: [[1, 'b']] });
});

test('the function and the gather function read the environment', async () => {
  const pod = await scattering(await echoing(1), '() => ({ headers: { "x-key": process.env.API_KEY } })', {
    env: { API_KEY: 'k3y' }, code: '([{ body }]) => [process.env.API_KEY, body.includes("x-key: k3y")]',
  });
  expect(await (await pod.fetch('/')).json()).toEqual(['k3y', true]);
});

describe('whether a request is sent again', () => {
  /** Closes the first connection on its request, and answers over the next ones. */
  const failsOnce = () => FakeLeaf.start(({ socket, index }) => (
    index === 0 ? socket.destroy() : socket.write(answer('[]'))
  ));

  test.each([
    ['GET', '{ method: "POST" }', 502], ['POST', '{ method: "GET" }', 200], ['POST', '{}', 502],
    ['POST', '{ method: "DELETE" }', 200],
  ])('is decided by its own method: %s of the client, and %s', async (method, own, status) => {
    const pod = await scattering([await failsOnce()], `() => (${own})`, {
      gather: 'concat', leaf: { podsHost: '127.0.0.1' },
    });
    expect((await pod.fetch('/', { method })).status).toBe(status);
  });
});

describe('the way to a leaf', () => {
  const own = (way: object, source: string, env: NodeJS.ProcessEnv = {}) => (
    echoing(1).then((leaves) => scattering(leaves, source, { leaf: { way }, env }))
  );

  test('has headers that win over those of the function', async () => {
    const way = { headers: [{ name: 'authorization', text: 'Bearer ', secret: 'TOKEN' }, { name: 'content-type', text: 'a/b' }] };
    const pod = await own(way, '() => ({ method: "POST", headers: { authorization: "x", a: "b" }, body: "c" })', { TOKEN: 't' });
    const request = (await seen(await pod.fetch('/'))).get(0);
    expect(request).toContain('\r\nauthorization: Bearer t\r\n');
    expect(request).toContain('\r\na: b\r\n');
    expect(request).not.toMatch(/authorization: x|text\/plain/);
  });

  test('keeps out what the client says, and not what the function says', async () => {
    const pod = await own({ without: ['authorization', 'cookie'] }, '() => ({ headers: { authorization: "ours" } })');
    const answered = await pod.fetch('/', { headers: { authorization: 'mine', cookie: 'a=1' } });
    expect((await seen(answered)).get(0)).toContain('\r\nauthorization: ours\r\n');
  });

  test('has a path that stands in front of that of the function, which does not lead out of it', async () => {
    const pod = await own({ basePath: '/v1' }, '({ query }) => ({ path: query.path, query: {} })');
    expect((await seen(await pod.fetch('/?path=/a'))).get(0)).toMatch(/^GET \/v1\/a HTTP/);
    expect((await pod.fetch('/?path=/../a')).status).toBe(400);
  });
});

describe('memory', () => {
  test('is taken for what the function makes, and given back', async () => {
    const leaves = await leavesOf([1], [1], [1]);
    const pod = await scattering(leaves, '({ query }) => ({ method: "PUT", body: "x".repeat(query.size) })', {
      gather: 'concat', maxHeldSize: 250_000,
    });
    const statuses = [];
    for (const size of [100_000, 70_000, 100_000, 300_000, 70_000]) {
      statuses.push((await pod.fetch(`/?size=${size}`)).status);
    }
    expect(statuses).toEqual([503, 200, 503, 500, 200]);
  });

  test('is not taken once more for each leaf that gets the body of the client', async () => {
    const leaves = await leavesOf(...Array.from({ length: 8 }, () => [1]));
    const pod = await scattering(leaves, '(_, { index }) => ({ query: { index } })', {
      gather: 'concat', maxHeldSize: 900_000,
    });
    const answered = await pod.fetch('/', { method: 'PUT', body: Buffer.alloc(300_000), headers: { 'content-type': 'image/x' } });
    expect(answered.status).toBe(200);
    expect(leaves.map(({ requests: [request] }) => request.length > 300_000)).toEqual(leaves.map(() => true));
  });
});
