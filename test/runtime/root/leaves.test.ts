import { answer, answers, Behaviour, FakeLeaf } from './fake-leaf';
import { rootOf } from './root';
import type { LeafConfig, RootConfig } from '../../../src/contract';
import type { PodProcess } from '../server';

const never: Behaviour = () => {};
const fails: Behaviour = ({ socket }) => void socket.write(answer('', '', '500 Internal Server Error'));
const broken = answers('neither an array nor an object');

type Own = Partial<LeafConfig>;

/** A root in front of leaves `a`, `b`, `c` …, each a behaviour and what the root is told of it. */
async function rootOfLeaves(
  leaves: readonly (readonly [behaviour: Behaviour, own?: Own])[], config: Partial<RootConfig> = {}, code?: string,
): Promise<PodProcess> {
  const started = await Promise.all(leaves.map(([behaviour]) => FakeLeaf.start(behaviour)));
  const configured = leaves.map(([, own], index) => (
    { name: 'abcdef'[index], host: '127.0.0.1', port: started[index].port, ...own }
  ));
  return rootOf({ leaves: configured, ...config }, code);
}

async function outcome(pod: PodProcess, init?: RequestInit) {
  const start = performance.now();
  const response = await pod.fetch('/', init);
  const text = await response.text();
  return {
    status: response.status,
    responses: response.headers.get('x-gather-responses'),
    fallbacks: response.headers.get('x-gather-fallbacks'),
    text,
    problem: response.status < 400 ? undefined : JSON.parse(text),
    milliseconds: performance.now() - start,
  };
}

describe('a time of its own', () => {
  test('is up for one leaf, and the others go on', async () => {
    const late: Behaviour = ({ socket }) => void setTimeout(() => socket.write(answer('[2]')), 300);
    const pod = await rootOfLeaves([[never, { timeout: 50 }], [late]], { gather: 'concat', minResponses: 1 });
    const { status, responses, text, milliseconds } = await outcome(pod);
    expect([status, responses, text]).toEqual([200, '1/2', '[2]']);
    expect(milliseconds).toBeGreaterThan(290);
    expect(await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="late"}')).toBe(1);
    expect(await pod.metric('metaparticle_leaf_requests_total{leaf="b",outcome="answer"}')).toBe(1);
  });

  test('makes a 504 at once where too few others are left', async () => {
    const pod = await rootOfLeaves([[never, { timeout: 50 }], [never]], { timeout: 20_000 });
    const { status, problem, milliseconds } = await outcome(pod);
    expect([status, problem.leaves]).toEqual([504, [
      { leaf: 0, name: 'a', reason: 'no answer within 50 ms' }, { leaf: 1, name: 'b', reason: 'not waited for' },
    ]]);
    expect(milliseconds).toBeLessThan(5_000);
  });

  test('that is not used up leaves nothing behind', async () => {
    const pod = await rootOfLeaves([[answers(1), { timeout: 100 }]]);
    for (let i = 0; i < 3; i++) expect((await outcome(pod)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="late"}')).toBe(0);
  });
});

describe('a leaf that must answer', () => {
  test('and fails ends the request at once, and is named, however many others have answered', async () => {
    const pod = await rootOfLeaves([[fails, { required: true }], [answers(1)], [never]], {
      minResponses: 1, timeout: 20_000,
    });
    const { status, problem, milliseconds } = await outcome(pod);
    expect([status, problem.detail]).toEqual([502, expect.stringMatching(/^[01] of 3 leaves answered, and not a, which must$/)]);
    expect(problem.leaves).toContainEqual({ leaf: 0, name: 'a', reason: 'it answered 500' });
    expect(milliseconds).toBeLessThan(5_000);
  });

  test.each([
    ['pattern', {}], ['leaf', { timeout: 100 }],
  ])('and is silent until the time of the %s is up makes a 504', async (_, own) => {
    const leaves = [[answers(1)], [never, { required: true, ...own }]] as const;
    const pod = await rootOfLeaves(leaves, { minResponses: 1, timeout: 200 });
    const { status, problem } = await outcome(pod);
    expect([status, problem.detail]).toEqual([504, '1 of 2 leaves answered, and not b, which must']);
  });

  test('and fails makes a 502 where another one was late', async () => {
    const failsLate: Behaviour = (connection) => void setTimeout(() => fails(connection), 100);
    const pod = await rootOfLeaves([[never, { timeout: 50 }], [failsLate, { required: true }]], { minResponses: 1 });
    const { status, problem } = await outcome(pod);
    expect([status, problem.leaves.map(({ reason }: { reason: string }) => reason)])
      .toEqual([502, ['no answer within 50 ms', 'it answered 500']]);
  });

  test('is waited for when enough others have answered', async () => {
    const late: Behaviour = ({ socket }) => void setTimeout(() => socket.write(answer('[2]')), 200);
    const pod = await rootOfLeaves([[answers([1])], [late, { required: true }]], { minResponses: 1, gather: 'concat' });
    expect(await outcome(pod)).toMatchObject({ status: 200, responses: '2/2', text: '[1,2]' });
  });
});

describe('a fallback stands in for a leaf', () => {
  test.each<[string, Behaviour, Own]>([
    ['that fails', fails, {}],
    ['whose body is none that is gathered', broken, {}],
    ['that closes its connection', ({ socket }) => void socket.destroy(), {}],
    ['that is silent for its own time', never, { timeout: 50 }],
    ['that is silent for the time of all', never, {}],
  ])('%s', async (_, behaviour, own) => {
    const pod = await rootOfLeaves([[answers([1])], [behaviour, { ...own, fallback: '[2]' }], [answers([3])]], {
      gather: 'concat', timeout: 200,
    });
    expect(await outcome(pod)).toMatchObject({ status: 200, responses: '2/3', fallbacks: 'b', text: '[1,2,3]' });
  });

  test('only where that gives no answer', async () => {
    const pod = await rootOfLeaves([[answers([1]), { fallback: '[2]' }]], { gather: 'concat' });
    expect(await outcome(pod)).toMatchObject({ status: 200, responses: '1/1', fallbacks: null, text: '[1]' });
  });

  test('also of all, and the header names each', async () => {
    const pod = await rootOfLeaves([[fails, { fallback: '{"a":1}' }], [fails, { fallback: '{"b":2}' }]], { gather: 'merge' });
    expect(await outcome(pod)).toMatchObject({ status: 200, responses: '0/2', fallbacks: 'a, b', text: '{"a":1,"b":2}' });
  });

  test('and cannot stand in for another one, of which too few have answered', async () => {
    const pod = await rootOfLeaves([[broken, { fallback: '[1]' }], [broken], [answers([3])]], {
      gather: 'concat', minResponses: 3,
    });
    const { status, fallbacks, problem } = await outcome(pod);
    expect([status, fallbacks, problem.detail]).toEqual([
      502, null, expect.stringMatching(/^[01] of 3 leaves answered, 1 have a fallback, and 3 must$/),
    ]);
  });

  test.each([
    'null', '0', '""', '[]', '{}', '{"__proto__":{"a":1}}', '"9007199254740993"', '[12345678901234567890,1e400]',
    JSON.stringify('x'.repeat(65_000)), '"\\ud800"',
  ])('as the text that it is: %.40s', async (fallback) => {
    const leaves = [[answers(1)], [fails, { fallback }]] as const;
    expect(await outcome(await rootOfLeaves(leaves))).toMatchObject({
      status: 200,
      text: `[{"leaf":0,"status":200,"body":1},{"leaf":1,"status":200,"body":${fallback},"fallback":true}]`,
    });
    const read = await rootOfLeaves(leaves, {}, '([, { text }]) => new Response(text)');
    expect((await outcome(read)).text).toBe(fallback);
  });

  test('to a gather function as an answer of its own for each request', async () => {
    const pod = await rootOfLeaves([[answers(1)], [fails, { fallback: '{"n":0}' }]], {}, `(answers) => {
      const [real, { body, ...rest }] = answers;
      body.n++;
      return [real.fallback, { body, ...rest }];
    }`);
    for (let i = 0; i < 2; i++) {
      expect(JSON.parse((await outcome(pod)).text)).toEqual([false, {
        leaf: 1,
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: { n: 1 },
        text: '{"n":0}',
        fallback: true,
      }]);
    }
  });

  test('as the first answer where no leaf has any, and the first of them', async () => {
    const late: Behaviour = ({ socket }) => void setTimeout(() => socket.write(answer('"late"')), 100);
    const own = [{}, { fallback: '"b"' }, { fallback: '"c"' }];
    const config = { gather: 'first', minResponses: 1, timeout: 1000 } as const;
    const one = await rootOfLeaves([[late, own[0]], [fails, own[1]], [fails, own[2]]], config);
    expect(await outcome(one)).toMatchObject({ status: 200, responses: '1/3', fallbacks: null, text: '"late"' });
    const none = await rootOfLeaves([[fails, own[0]], [fails, own[1]], [fails, own[2]]], config);
    const response = await none.fetch('/');
    expect([response.status, response.headers.get('content-type'), await response.text()])
      .toEqual([200, 'application/json', '"b"']);
    expect([response.headers.get('x-gather-responses'), response.headers.get('x-gather-fallbacks')]).toEqual(['0/3', 'b']);
  });

  test('and what a leaf says of fallbacks of its own does not pass for it', async () => {
    const pod = await rootOfLeaves([[answers(1, 'x-gather-fallbacks: z\r\n')]], { gather: 'first' });
    expect(await outcome(pod)).toMatchObject({ status: 200, fallbacks: null });
  });
});
