import { answer, answers, Behaviour, FakeLeaf } from './fake-leaf';
import { root, rootOf } from './root';

const says = (status: string, headers = ''): Behaviour => ({ socket }) => void socket.write(answer('{}', headers, status));
const leavesOf = (...behaviours: Behaviour[]) => Promise.all(behaviours.map((each) => FakeLeaf.start(each)));

describe('where all leaves answer with one status that does not count', () => {
  test.each(['400 Bad Request', '404 Not Found', '408 Request Timeout', '413 Content Too Large', '500 Internal Server Error', '504 Gateway Timeout'])(
    'the client gets %s, and what each leaf said', async (status) => {
      const code = Number(status.slice(0, 3));
      const pod = await root(await leavesOf(says(status), says(status)));
      const start = performance.now();
      const response = await pod.fetch('/', { method: 'POST', body: 'x' });
      expect([response.status, response.headers.get('content-type'), response.headers.get('x-gather-responses')])
        .toEqual([code, 'application/problem+json', '0/2']);
      expect(await response.json()).toMatchObject({
        status: code,
        detail: `all 2 leaves answered ${code}`,
        leaves: [0, 1].map((leaf) => ({ leaf, name: `leaf-${leaf}`, reason: `it answered ${code}` })),
      });
      // the request is here whole: neither its connection nor its place need to wait for more of it
      expect([response.headers.get('connection'), performance.now() - start < 1_000]).toEqual(['keep-alive', true]);
      expect(await pod.metric('metaparticle_requests_in_flight')).toBe(0);
      // a fault of the client's is none of the leaves'
      expect(await pod.metric('metaparticle_errors_total{kind="leaves"}')).toBe(code < 500 ? NaN : 1);
    });

  test('the first of them tells how to authenticate, and what is allowed', async () => {
    const pod = await root(await leavesOf(
      ({ socket, request }) => socket.write(request.startsWith('GET')
        ? answer('', 'www-authenticate: Basic realm="a"\r\nwww-authenticate: Bearer\r\nset-cookie: a=1\r\n', '401 Unauthorized')
        : answer('', 'allow: GET, HEAD\r\n', '405 Method Not Allowed')),
      ({ socket, request }) => socket.write(request.startsWith('GET')
        ? answer('', 'www-authenticate: Basic realm="b"\r\n', '401 Unauthorized')
        : answer('', 'allow: GET\r\n', '405 Method Not Allowed')),
    ));
    const get = await pod.fetch('/');
    expect([get.status, get.headers.get('www-authenticate'), get.headers.get('set-cookie')])
      .toEqual([401, 'Basic realm="a", Bearer', null]);
    const put = await pod.fetch('/', { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toUTCString();
  test.each([
    ['seconds', ['30', '120'], '120'],
    ['seconds and no number', ['junk', '7'], '7'],
    ['a negative number', ['-5', ''], null],
    ['other numbers', ['1.5', '0x10'], null],
    ['a huge number', ['9'.repeat(400), '1'], '2147483647'],
    ['a date that is past', [inHours(-1), '0'], '0'],
    ['a date', ['60', inHours(10)], '36000'],
    ['a date as in RFC 850', ['60', inHours(10).replace(/^..., (\d\d) (...) \d\d/, 'Sunday, $1-$2-')], '36000'],
    ['a date as of asctime', ['60', inHours(10).replace(/^(...), 0?(\d+) (...) (\d{4}) (\S+) GMT/, (_, day, date, month, year, time) => (
      `${day} ${month} ${date.padStart(2)} ${time} ${year}`
    ))], '36000'],
    ['a date that is none', ['60', 'Thu, 99 Nov 2026 00:00:00 GMT'], '60'],
  ])('the longest Retry-After counts, of %s', async (_, waits, longest) => {
    const pod = await root(await leavesOf(...waits.map((wait) => says('429 Too Many Requests', `retry-after: ${wait}\r\n`))));
    const response = await pod.fetch('/', { method: 'POST' });
    const said = response.headers.get('retry-after');
    expect(response.status).toBe(429);
    // a date is some seconds older now
    if (longest === '36000') expect(Math.abs(Number(said) - 36_000)).toBeLessThan(100);
    else expect(said).toBe(longest);
  });
});

test.each<[string, Behaviour[]]>([
  ['statuses differ', [says('404 Not Found'), says('403 Forbidden')]],
  ['one leaf has answered', [says('404 Not Found'), answers(1)]],
  ['one leaf gives none', [says('404 Not Found'), ({ socket }) => void socket.destroy()]],
  ['it is no error', [says('302 Found', 'location: /\r\n'), says('302 Found', 'location: /\r\n')]],
])('where %s the client gets a 502', async (_, behaviours) => {
  const pod = await root(await leavesOf(...behaviours));
  expect((await pod.fetch('/', { method: 'POST', redirect: 'manual' })).status).toBe(502);
});

test('a leaf that is silent while all others say 404 is waited for until the time is up', async () => {
  const pod = await root(await leavesOf(says('404 Not Found'), () => {}), { timeout: 200 });
  expect((await pod.fetch('/')).status).toBe(504);
});

test('a status that all leaves agree on is no answer where one has a fallback that is enough', async () => {
  const leaves = (await leavesOf(says('404 Not Found'), says('404 Not Found'))).map(({ port }, index) => (
    { name: `leaf-${index}`, host: '127.0.0.1', port, fallback: index === 0 ? '[1]' : undefined }
  ));
  const some = await rootOf({ leaves, minResponses: 1 });
  expect((await some.fetch('/')).status).toBe(200);
  const all = await rootOf({ leaves, minResponses: 2 });
  expect((await all.fetch('/')).status).toBe(404);
});
