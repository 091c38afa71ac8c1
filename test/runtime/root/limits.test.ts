import { readFileSync } from 'node:fs';
import { PodProcess } from '../server';
import { answer, answers, FakeLeaf } from './fake-leaf';
import { root, RootOptions } from './root';

const problem = async (response: Response) => [response.status, (await response.json() as { detail: string }).detail];

test('a body above maxBodySize is refused, and no leaf hears of it', async () => {
  const leaf = await FakeLeaf.start(answers({}));
  const pod = await root([leaf], { maxBodySize: 10 });
  expect(await problem(await pod.fetch('/', { method: 'POST', body: '12345678901' })))
    .toEqual([413, 'the body is larger than 10 bytes']);
  expect((await pod.fetch('/', { method: 'POST', body: '1234567890' })).status).toBe(200);
  expect(leaf.requests).toHaveLength(1);
});

test('a request above maxConcurrency is answered at once with 503 and retry-after', async () => {
  const leaf = await FakeLeaf.start(({ socket, request }) => {
    if (!request.startsWith('GET /wait')) socket.write(answer('{}'));
  });
  const pod = await root([leaf], { maxConcurrency: 1 });
  const first = await pod.connect();
  first.request('GET', '/wait');
  await leaf.until(({ requests }) => requests.length === 1);
  const refused = await pod.fetch('/');
  expect([refused.headers.get('retry-after'), ...await problem(refused)])
    .toEqual(['1', 503, 'the pod serves 1 requests already: try again']);
  first.close();
  await leaf.until(({ open }) => open.size === 0);
  expect((await pod.fetch('/')).status).toBe(200);
});

test('answers that are more than can be held fail their leaves, and their memory is given back', async () => {
  const large = JSON.stringify('x'.repeat(998));
  const leaf = await FakeLeaf.start(({ socket }) => void socket.write(answer(large)));
  const pod = await root([leaf, leaf, leaf], { maxAnswerSize: 1000, maxHeldSize: 2500, minResponses: 2 });
  for (let i = 0; i < 5; i++) {
    const response = await pod.fetch('/');
    expect([response.status, response.headers.get('x-gather-responses')]).toEqual([200, '2/3']);
    await response.text();
  }
});

test('a body that can never be held is refused, and no leaf hears of it', async () => {
  const leaf = await FakeLeaf.start(answers({}));
  const pod = await root([leaf], { maxHeldSize: 10 });
  const response = await pod.fetch('/', { method: 'POST', body: 'x'.repeat(11) });
  expect(await problem(response)).toEqual([413, 'the body takes 11 bytes of memory, and the pod has 10 for bodies']);
  expect(leaf.requests).toEqual([]);
});

describe('in the memory that a root has by default', () => {
  const MEBIBYTE = 1024 * 1024;
  // The heap is what the manifest says, and the young generation what V8 derives of 256 MiB; without it, it would be
  // as large as this machine allows (192 MiB for Node 24).
  const pod = (leaves: readonly FakeLeaf[], options: RootOptions) => root(leaves, {
    maxHeldSize: 64 * MEBIBYTE,
    maxAnswerSize: 8 * MEBIBYTE,
    env: { NODE_OPTIONS: '--max-old-space-size=128 --max-semi-space-size=1' },
    ...options,
  });
  /** Mebibytes that a process has had at most. */
  const peak = ({ pid }: PodProcess) => (
    Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
  );

  test('an answer in chunks of one byte takes no more than its bytes', async () => {
    const size = 2_000_000;
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
      + `1\r\n"\r\n${'1\r\nx\r\n'.repeat(size)}1\r\n"\r\n0\r\n\r\n`);
    const running = await pod([await FakeLeaf.start(({ socket }) => void socket.write(bytes))], {});
    expect((await (await running.fetch('/')).text()).length).toBe(size + '[{"leaf":0,"status":200,"body":""}]'.length);
    expect(peak(running)).toBeLessThan(200);
  });

  const items = JSON.stringify(Array.from({ length: 14_000 }, (_, id) => (
    { id, name: `product ${id}`, price: 9.5 + id, tags: ['new', 'blue'] }
  )));
  const words = JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`word${n}`, n])));
  test.each([
    ['concat', items, undefined],
    ['merge', words, undefined],
    [
      'an asynchronous function', items,
      'async (answers) => { await new Promise((resolve) => setTimeout(resolve, 200)); return answers.length; }',
    ],
  ])('21 requests at once, each for three times a mebibyte of JSON, are '
    + 'answered or refused by %s', async (gather, body, code) => {
    const bytes = Buffer.from(answer(body));
    const leaf = await FakeLeaf.start(({ socket }) => void socket.write(bytes));
    const running = await pod([leaf, leaf, leaf], { gather: gather as RootOptions['gather'], code, timeout: 20_000 });
    const statuses = await Promise.all(Array.from({ length: 21 }, async () => {
      const response = await running.fetch('/');
      await response.arrayBuffer();
      return response.status;
    }));
    // a leaf whose answer found no room has failed
    expect(statuses.filter((status) => ![200, 502, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    expect(peak(running)).toBeLessThan(256);
    expect((await running.fetch('/')).status).toBe(200);
  });
});

test('the leaves that are not first keep their connections, and the next request uses them', async () => {
  const leaves = await Promise.all([0, 1, 2].map((n) => (
    FakeLeaf.start(({ socket }) => void setTimeout(() => socket.write(answer('{}')), 5 * n))
  )));
  const pod = await root(leaves, { gather: 'first', minResponses: 1 });
  for (let i = 0; i < 50; i++) await Promise.all([0, 1, 2].map(async () => (await pod.fetch('/')).text()));
  for (const leaf of leaves) {
    await leaf.until(({ requests }) => requests.length >= 140);
    // three at a time, and those whose answers were still on their way
    expect(leaf.connections).toBeLessThan(30);
  }
});

describe('after 3,000 requests, many of which fail or are left by their client', () => {
  let pod: PodProcess;
  let leaves: FakeLeaf[];

  beforeAll(() => { jest.setTimeout(60_000); });

  test('memory is flat, and no connection, place or held byte is left', async () => {
    leaves = await Promise.all([0, 1, 2].map((index) => FakeLeaf.start(({ socket, request }) => {
      const n = Number(/n=(\d+)/.exec(request)![1]);
      if (n % 5 === index) return void socket.resetAndDestroy();
      if (n % 7 === index) {
        return void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n' + 'x'.repeat(1000));
      }
      return void socket.write(answer(JSON.stringify('x'.repeat(20_000))));
    })));
    pod = await root(leaves, { minResponses: 1, timeout: 50 });
    let n = 0;
    const round = async () => Promise.all(Array.from({ length: 10 }, async () => {
      for (let i = 0; i < 50; i++) {
        const leave = AbortSignal.timeout(n % 11 === 0 ? 10 : 5_000);
        await pod.fetch(`/?n=${n++}`, { signal: leave }).then((response) => response.text(), () => {});
      }
    }));
    // V8 takes its time to settle: Node 24 by a third of its memory over the first three rounds, and no more after ten
    for (let i = 0; i < 3; i++) await round();
    const before = await pod.metric('process_resident_memory_bytes');
    for (let i = 0; i < 3; i++) await round();
    expect(n).toBe(3_000);
    expect(await pod.metric('process_resident_memory_bytes') - before).toBeLessThan(40_000_000);
    expect(await pod.metric('metaparticle_requests_in_flight')).toBe(0);
    for (const leaf of leaves) await leaf.until(({ open }) => open.size === 0);
  }, 60_000);
});
