import { answer, Behaviour, FakeLeaf } from './fake-leaf';
import { rootOf } from './root';
import type { LeafConfig, RootConfig } from '../../../src/contract';

/** Says once or several times that it is busy, and then answers. */
function busy(retryAfter: string, times = 1, status = '503 Service Unavailable'): Behaviour {
  let left = times;
  return ({ socket }) => {
    const headers = retryAfter && `retry-after: ${retryAfter}\r\n`;
    socket.write(left-- > 0 ? answer('busy', headers, status) : answer('1'));
  };
}

async function start(behaviour: Behaviour, config: Partial<RootConfig> = {}, own: Partial<LeafConfig> = {}) {
  const leaf = await FakeLeaf.start(behaviour);
  const pod = await rootOf({ leaves: [{ name: 'a', host: '127.0.0.1', port: leaf.port, ...own }], ...config });
  const ask = async (init?: RequestInit) => {
    const begun = performance.now();
    const response = await pod.fetch('/', init);
    await response.arrayBuffer();
    return { status: response.status, milliseconds: performance.now() - begun };
  };
  return { leaf, pod, ask };
}

const PAST = 'Sun, 06 Nov 1994 08:49:37 GMT';

test.each(['GET', 'HEAD', 'OPTIONS'])('a leaf that answers a %s with 503 and Retry-After is asked again then', async (method) => {
  const { leaf, pod, ask } = await start(busy('1'));
  const { status, milliseconds } = await ask({ method });
  expect([status, leaf.requests.length, milliseconds > 995]).toEqual([200, 2, true]);
  expect(await pod.metric('metaparticle_leaf_extra_requests_total{leaf="a",kind="retry-after"}')).toBe(1);
  expect(await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="answer"}')).toBe(1);
  expect(await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="failure"}')).toBe(0);
});

test.each([
  ['0 seconds', '0', '429 Too Many Requests'], ['a date that is past', PAST, '503 Service Unavailable'],
])('after %s there is a pause all the same', async (_, retryAfter, status) => {
  const { leaf, ask } = await start(busy(retryAfter, 2, status));
  const { status: code, milliseconds } = await ask();
  expect([code, leaf.requests.length, milliseconds > 195]).toEqual([200, 3, true]);
});

test('it is asked three times more, and then has failed', async () => {
  const { leaf, pod, ask } = await start(busy('0', Infinity));
  expect((await ask()).status).toBe(503);
  expect(leaf.requests).toHaveLength(4);
  expect(await pod.metric('metaparticle_leaf_extra_requests_total{leaf="a",kind="retry-after"}')).toBe(3);
  expect(await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="failure"}')).toBe(1);
});

describe('it has failed at once', () => {
  test.each<[string, Behaviour, { config?: Partial<RootConfig>; own?: Partial<LeafConfig>; method?: string }]>([
    ['where the time is up before', busy('5'), { config: { timeout: 2_000 } }],
    ['where its own time is up before', busy('1'), { own: { timeout: 900 } }],
    ['where it says no time', busy(''), {}],
    ['where that is no number', busy('soon'), {}],
    ['where that is a negative number', busy('-1'), {}],
    ['where that is a fraction', busy('0.1'), {}],
    ['where that is huge', busy('9'.repeat(400)), {}],
    ['where that is a date of next year', busy(new Date(Date.now() + 3e10).toUTCString()), {}],
    ['where the status is another one', busy('0', 1, '500 Internal Server Error'), {}],
    ['where the request is no safe one', busy('0'), { method: 'PUT' }],
    ['where the request is a POST', busy('0'), { method: 'POST' }],
  ])('%s', async (_, behaviour, { config, own, method }) => {
    const { leaf, ask } = await start(behaviour, config, own);
    const { status, milliseconds } = await ask({ method });
    expect([status >= 500, leaf.requests.length, milliseconds < 800]).toEqual([true, 1, true]);
  });
});

test('a status that counts is an answer, whatever it says of another time', async () => {
  const { leaf, ask } = await start(busy('0'), { gather: 'first', accept: ['503'] });
  expect([(await ask()).status, leaf.requests.length]).toEqual([503, 1]);
});

test('a client that leaves is not waited for', async () => {
  const { leaf, pod } = await start(busy('1', Infinity));
  const client = await pod.connect();
  client.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await leaf.until(({ requests }) => requests.length === 1);
  client.close();
  while (await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="cancelled"}') === 0);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(leaf.requests).toHaveLength(1);
});

test('the memory of the answers before is given back', async () => {
  const big: Behaviour = ({ socket }) => void socket.write(
    leafAsked++ < 3 ? answer('x'.repeat(40_000), 'retry-after: 0\r\n', '503 Service Unavailable') : answer('1'),
  );
  let leafAsked = 0;
  const { ask } = await start(big, { maxHeldSize: 60_000, maxAnswerSize: 50_000 });
  expect((await ask()).status).toBe(200);
});

test('a hedge may go out for what is asked again, and the fallback stands in when that fails too', async () => {
  const { pod } = await start(busy('0', Infinity), { hedgeAfter: 20 }, { fallback: '[]' });
  const response = await pod.fetch('/');
  expect([response.status, response.headers.get('x-gather-fallbacks'), await response.json()])
    .toEqual([200, 'a', [{ leaf: 0, status: 200, body: [], fallback: true }]]);
});
