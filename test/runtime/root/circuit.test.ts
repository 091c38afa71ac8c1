import { answer, answers, Behaviour, FakeLeaf } from './fake-leaf';
import { rootOf } from './root';
import type { RootConfig } from '../../../src/contract';
import type { PodProcess } from '../server';

const PAUSE = 300;
const SKIPPED = 'skipped: its last 3 requests failed';
const status = (line: string): Behaviour => ({ socket }) => void socket.write(answer('', '', line));
const fails = status('500 Internal Server Error');
const works = answers(1);

/** What the leaf does now. */
let now: Behaviour;
let leaf: FakeLeaf;

async function start(config: Partial<RootConfig> = {}): Promise<PodProcess> {
  leaf = await FakeLeaf.start((connection) => now(connection));
  const leaves = [{ name: 'a', host: '127.0.0.1', port: leaf.port }];
  return rootOf({ leaves, circuitBreaker: { failures: 3, pause: PAUSE }, ...config });
}

async function reasonOf(pod: PodProcess, init?: RequestInit): Promise<string | undefined> {
  const response = await pod.fetch('/', init);
  const body: any = await response.json();
  return response.status === 200 ? undefined : body.leaves[0].reason;
}

/** Lets the leaf fail until it is skipped. */
async function open(pod: PodProcess): Promise<void> {
  now = fails;
  for (let i = 0; i < 3; i++) expect(await reasonOf(pod)).toBe('it answered 500');
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE + 10));
const isOpen = (pod: PodProcess) => pod.metric('metaparticle_leaf_circuit_open{leaf="a"}');

test('a leaf whose last requests failed is skipped for the pause, and back when a trial is answered', async () => {
  const pod = await start();
  expect(await isOpen(pod)).toBe(0);
  await open(pod);
  expect(await isOpen(pod)).toBe(1);
  now = works;
  expect([await reasonOf(pod), await reasonOf(pod), leaf.requests.length]).toEqual([SKIPPED, SKIPPED, 3]);
  expect(await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="skipped"}')).toBe(2);
  expect(await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="failure"}')).toBe(3);
  await pause();
  expect([await reasonOf(pod), await reasonOf(pod), await isOpen(pod)]).toEqual([undefined, undefined, 0]);
  expect(leaf.requests).toHaveLength(5);
});

test('a single request is the trial, the others are skipped until it is settled, and its failure is another pause', async () => {
  const pod = await start();
  await open(pod);
  await pause();
  const held: Parameters<Behaviour>[0][] = [];
  now = (connection) => void held.push(connection);
  const trial = reasonOf(pod);
  await leaf.until(({ requests }) => requests.length === 4);
  expect(await Promise.all([reasonOf(pod), reasonOf(pod)])).toEqual([SKIPPED, SKIPPED]);
  fails(held[0]);
  expect(await trial).toBe('it answered 500');
  now = works;
  expect([await reasonOf(pod), leaf.requests.length]).toEqual([SKIPPED, 4]);
  await pause();
  expect(await reasonOf(pod)).toBeUndefined();
});

test('a trial whose client leaves is given back', async () => {
  const pod = await start();
  await open(pod);
  await pause();
  now = () => {};
  const client = await pod.connect();
  client.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await leaf.until(({ requests }) => requests.length === 4);
  client.close();
  while (await pod.metric('metaparticle_leaf_requests_total{leaf="a",outcome="cancelled"}') === 0);
  now = works;
  expect(await reasonOf(pod)).toBeUndefined();
});

test.each<[string, Behaviour, Partial<RootConfig>?]>([
  ['a 503', status('503 Service Unavailable')],
  ['a connection that ends', ({ socket }) => void socket.destroy()],
  ['silence until the time is up', () => {}, { timeout: 50 }],
  ['an answer that cannot be gathered', answers({}), { gather: 'concat' }],
  ['an answer that is too large', answers('x'.repeat(2_000)), { maxAnswerSize: 1_000 }],
  ['garbage', ({ socket }) => void socket.write('garbage\r\n\r\n')],
])('%s is a failure', async (_, behaviour, config = {}) => {
  const pod = await start(config);
  now = behaviour;
  for (let i = 0; i < 3; i++) expect(await reasonOf(pod)).not.toBe(SKIPPED);
  expect(await reasonOf(pod)).toBe(SKIPPED);
});

test.each<[string, Behaviour, Partial<RootConfig>?]>([
  ['a 404', status('404 Not Found')],
  ['a 429', status('429 Too Many Requests')],
  ['an answer for which the root has no memory', answers('x'.repeat(2_000)), { maxHeldSize: 1_000 }],
])('%s counts neither way', async (_, behaviour, config = {}) => {
  const pod = await start(config);
  now = behaviour;
  for (let i = 0; i < 5; i++) expect(await reasonOf(pod)).not.toBe(SKIPPED);
  now = fails;
  for (let i = 0; i < 2; i++) await reasonOf(pod);
  now = behaviour;
  expect(await reasonOf(pod)).not.toBe(SKIPPED);
  now = fails;
  expect([await reasonOf(pod), await reasonOf(pod)]).toEqual(['it answered 500', SKIPPED]);
});

test('an answer in between begins the count anew', async () => {
  const pod = await start();
  for (let i = 0; i < 4; i++) {
    now = fails;
    for (let j = 0; j < 2; j++) expect(await reasonOf(pod)).toBe('it answered 500');
    now = works;
    expect(await reasonOf(pod)).toBeUndefined();
  }
});

test('without it a leaf is asked however often it failed, and nothing is told of circuits', async () => {
  const pod = await start({ circuitBreaker: undefined });
  now = fails;
  for (let i = 0; i < 10; i++) expect(await reasonOf(pod)).toBe('it answered 500');
  expect(await (await pod.admin('/metrics')).text()).not.toMatch(/circuit|skipped/);
});

test('the fallback of a leaf stands in where it is skipped, at once', async () => {
  leaf = await FakeLeaf.start(() => {});
  const leaves = [{ name: 'a', host: '127.0.0.1', port: leaf.port, fallback: '0', timeout: 200 }];
  const pod = await rootOf({ leaves, circuitBreaker: { failures: 1, pause: 60_000 } });
  expect(await (await pod.fetch('/')).json()).toMatchObject([{ body: 0 }]);
  const start_ = performance.now();
  expect(await (await pod.fetch('/')).json()).toMatchObject([{ body: 0 }]);
  expect([performance.now() - start_ < 150, leaf.requests.length]).toEqual([true, 1]);
});
