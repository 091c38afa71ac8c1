import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { PodProcess } from '../server';
import { answer, answers, Behaviour, FakeLeaf } from './fake-leaf';
import { root, rootOf } from './root';

const OK = answers({ ok: true });
const TIMEOUT = 400;
const BODY = '{"ok":true}';
const BOMB = gzipSync(' '.repeat(100_000));
const JSON_TYPE = 'content-type: application/json\r\n';
const write = (text: string): Behaviour => ({ socket }) => void socket.write(text);
const writeAndEnd = (text: string): Behaviour => ({ socket }) => void socket.end(text);

/** How a leaf misbehaves, and what the client is told of it. */
const FAULTS: readonly [name: string, behaviour: Behaviour, reason: RegExp, late?: 'late'][] = [
  ['closes without an answer', ({ socket }) => void socket.end(), /^it closed the connection without an answer$/],
  ['resets the connection', ({ socket }) => void socket.resetAndDestroy(), /^the connection broke: ECONNRESET$/],
  [
    'resets in the middle of its answer', ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\n${JSON_TYPE}content-length: 100\r\n\r\n{`, () => void socket.resetAndDestroy());
    },
    /^the connection broke: ECONNRESET$|^it closed the connection within its answer$/,
  ],
  [
    'ends in the middle of its answer', writeAndEnd(`HTTP/1.1 200 OK\r\n${JSON_TYPE}content-length: 100\r\n\r\n{`),
    /^it closed the connection within its answer$/,
  ],
  [
    'ends in the middle of a chunk',
    writeAndEnd(`HTTP/1.1 200 OK\r\n${JSON_TYPE}transfer-encoding: chunked\r\n\r\n5\r\n[`),
    /^it closed the connection within its answer$/,
  ],
  ['never answers', () => {}, /^no answer within 400 ms$/, 'late'],
  [
    'trickles its head a byte at a time', ({ socket }) => trickle(socket, answer(BODY)),
    /^no answer within 400 ms$/, 'late',
  ],
  [
    'trickles its body a byte at a time',
    ({ socket }) => trickle(socket, ' '.repeat(1000), `HTTP/1.1 200 OK\r\n${JSON_TYPE}content-length: 1000\r\n\r\n`),
    /^no answer within 400 ms$/, 'late',
  ],
  [
    'announces a gigabyte', write(`HTTP/1.1 200 OK\r\ncontent-length: ${1e9}\r\n\r\nx`),
    /^its answer is larger than 1000 bytes$/,
  ],
  [
    'sends a chunk of a gigabyte', write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3b9aca00\r\nx'),
    /^its answer is larger than 1000 bytes$/,
  ],
  [
    'sends a gigabyte without saying so', ({ socket }) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n'),
    /^its answer is larger than 1000 bytes$/,
  ],
  [
    'sends a head without end', ({ socket }) => flood(socket, 'HTTP/1.1 200 OK\r\nx: '),
    /^the head of its answer is larger than 65536 bytes$/,
  ],
  ['sends garbage', write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc'), /^it answered something that is not HTTP\/1\.1$/],
  ['speaks HTTP/2', write('HTTP/2 200\r\n\r\n'), /^it answered something that is not HTTP\/1\.1$/],
  [
    'says two lengths', write(`HTTP/1.1 200 OK\r\n${JSON_TYPE}content-length: 11\r\ncontent-length: 2\r\n\r\n${BODY}`),
    /^its answer has content-length 11 and 2$/,
  ],
  [
    'says a length that is no number', write(`HTTP/1.1 200 OK\r\ncontent-length: +11\r\n\r\n${BODY}`),
    /^its answer has content-length \+11$/,
  ],
  [
    'says a length and chunks',
    write('HTTP/1.1 200 OK\r\ncontent-length: 11\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
    /^its answer has both content-length and transfer-encoding$/,
  ],
  [
    'uses an unknown coding', write('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'),
    /^its answer has transfer-encoding gzip, chunked$/,
  ],
  [
    'chunks in HTTP/1.0', write('HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
    /^its answer has transfer-encoding chunked$/,
  ],
  [
    'sends a chunk without a size', write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'),
    /^a chunk of its answer has no proper size$/,
  ],
  [
    'sends a chunk longer than it said',
    write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n'),
    /^a chunk of its answer is longer than it said$/,
  ],
  [
    'sends a lone line feed in its head', write('HTTP/1.1 200 OK\nx: y\r\n\r\n'),
    /^the head of its answer holds a control character$/,
  ],
  [
    'folds a header', write('HTTP/1.1 200 OK\r\nx: y\r\n z\r\ncontent-length: 0\r\n\r\n'),
    /^its answer has a header without a proper name$/,
  ],
  [
    'has a space before a colon', write('HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n'),
    /^its answer has a header without a proper name$/,
  ],
  [
    'switches protocols', write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'),
    /^it switched to another protocol$/,
  ],
  ['sends invalid JSON', write(answer('{"ok":')), /^the content type says JSON, and the body is not$/],
  [
    'sends JSON that is not UTF-8', ({ socket }) => {
      socket.write(Buffer.from(`HTTP/1.1 200 OK\r\n${JSON_TYPE}content-length: 3\r\n\r\n"\xff"`, 'latin1'));
    },
    /^the content type says JSON, and the body is not$/,
  ],
  [
    'sends a body that is not compressed as it says', write(answer('xx', 'content-encoding: gzip\r\n')),
    /^its body is not the gzip that its head says$/,
  ],
  [
    'compresses in an unknown way', write(answer('xx', 'content-encoding: compress\r\n')),
    /^its body is encoded as compress: only gzip, deflate and br are understood$/,
  ],
  [
    'sends a zip bomb', ({ socket }) => {
      const head = `HTTP/1.1 200 OK\r\n${JSON_TYPE}content-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\n\r\n`;
      socket.write(Buffer.concat([Buffer.from(head), BOMB]));
    },
    /^its answer is larger than 1000 bytes$/,
  ],
  [
    'sends a control character in a header', write(answer(BODY, `${JSON_TYPE}x: a\x01b\r\n`)),
    /^the head of its answer holds a control character$/,
  ],
  [
    'sends a DEL in a header', write(answer(BODY, `${JSON_TYPE}x: a\x7fb\r\n`)),
    /^the head of its answer holds a control character$/,
  ],
  ['answers 500', write(answer('', '', '500 Internal Server Error')), /^it answered 500$/],
  ['answers 404', write(answer('', '', '404 Not Found')), /^it answered 404$/],
];

/** What the second leaf does now. */
let fault: Behaviour;
/** Two roots in front of three leaves: for one two answers are enough, for the other all must answer. */
let lenient: PodProcess;
let strict: PodProcess;

beforeAll(async () => {
  const leaves = [
    await FakeLeaf.start(OK), await FakeLeaf.start((connection) => fault(connection)), await FakeLeaf.start(OK),
  ];
  lenient = await root(leaves, { minResponses: 2, timeout: TIMEOUT, maxAnswerSize: 1000 });
  strict = await root(leaves, { timeout: TIMEOUT, maxAnswerSize: 1000 });
});

describe.each([['GET', undefined], ['POST', '{"q":1}']])('a %s', (method, body) => {
  const ask = async (pod: PodProcess) => {
    const start = performance.now();
    const response = await pod.fetch('/', { method, body });
    return {
      status: response.status,
      header: response.headers.get('x-gather-responses'),
      body: await response.json() as any,
      milliseconds: performance.now() - start,
    };
  };

  describe.each(FAULTS)('when one of three leaves %s', (_, behaviour, reason, late) => {
    beforeEach(() => { fault = behaviour; });

    test('is answered without it when two answers are enough', async () => {
      // twice: the fault leaves nothing behind
      for (const outcome of [await ask(lenient), await ask(lenient)]) {
        expect(outcome).toMatchObject({
          status: 200, header: '2/3', body: [{ leaf: 0, body: { ok: true } }, { leaf: 2, body: { ok: true } }],
        });
        if (late) expect(outcome.milliseconds).toBeGreaterThan(TIMEOUT - 5);
        expect(outcome.milliseconds).toBeLessThan(TIMEOUT + 250);
      }
    });

    test('is refused when all must answer, and the leaf and its reason are named', async () => {
      const outcome = await ask(strict);
      expect(outcome).toMatchObject({
        status: late ? 504 : 502,
        header: expect.stringMatching(/^[012]\/3$/),
        body: {
          type: 'about:blank',
          detail: expect.stringMatching(/^[012] of 3 leaves answered, and 3 must$/),
          status: late ? 504 : 502,
        },
      });
      expect(outcome.body.leaves).toContainEqual({ leaf: 1, name: 'leaf-1', reason: expect.stringMatching(reason) });
      expect(outcome.milliseconds).toBeLessThan(TIMEOUT + 250);
    });
  });

  test('to a leaf that refuses connections is answered without it, or refused at once', async () => {
    const port = await closedPort();
    const leaf = await FakeLeaf.start(OK);
    const leaves = [{ name: 'up', host: '127.0.0.1', port: leaf.port }, { name: 'down', host: '127.0.0.1', port }];
    expect(await ask(await rootOf({ leaves, minResponses: 1 }))).toMatchObject({ status: 200, header: '1/2' });
    const reasons = expect.arrayContaining([{ leaf: 1, name: 'down', reason: 'no connection: ECONNREFUSED' }]);
    expect(await ask(await rootOf({ leaves, minResponses: 2 })))
      .toMatchObject({ status: 502, body: { leaves: reasons } });
  });

  test('to a leaf whose name does not exist is answered without it', async () => {
    const leaf = await FakeLeaf.start(OK);
    const leaves = [
      { name: 'up', host: '127.0.0.1', port: leaf.port },
      { name: 'lost', host: 'no-such-name.invalid.', port: 1 },
    ];
    const outcome = await ask(await rootOf({ leaves, minResponses: 1 }));
    expect(outcome).toMatchObject({ status: 200, header: '1/2' });
  });
});

test('a leaf that sends two answers to one request never has the second taken '
  + 'for the answer to the next', async () => {
  let n = 0;
  const leaf = await FakeLeaf.start(({ socket }) => {
    socket.write(answer(JSON.stringify({ n: ++n })) + answer('{"n":"stray"}'));
  });
  const pod = await root([leaf]);
  for (let i = 1; i <= 20; i++) {
    expect(await (await pod.fetch('/')).json()).toEqual([{ leaf: 0, status: 200, body: { n: i } }]);
  }
});

test('bytes that nobody asked for end an idle connection', async () => {
  const leaf = await FakeLeaf.start(({ socket, index, requests }) => {
    socket.write(answer(`{"n":"${index}.${requests}"}`));
    if (index === 0) setImmediate(() => socket.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n'));
  });
  const pod = await root([leaf]);
  expect(await (await pod.fetch('/')).json()).toMatchObject([{ body: { n: '0.0' } }]);
  await leaf.until(({ open }) => open.size === 0);
  expect(await (await pod.fetch('/')).json()).toMatchObject([{ body: { n: '1.0' } }]);
});

test('a leaf that answers before it has taken the whole request is not sent another one behind it', async () => {
  const body = 'x'.repeat(8_000_000);
  const sockets: Socket[] = [];
  const early = createServer((socket) => {
    sockets.push(socket);
    // takes the head, answers, and leaves the rest where it is
    socket.on('error', () => {}).once('data', () => socket.pause().write(answer('{"early":true}')));
  });
  await new Promise<void>((resolve) => early.listen(0, '127.0.0.1', resolve));
  const { port } = early.address() as { port: number };
  const pod = await rootOf({ leaves: [{ name: 'early', host: '127.0.0.1', port }], maxBodySize: 10_000_000 });
  for (let i = 1; i <= 3; i++) {
    expect(await (await pod.fetch('/', { method: 'POST', body })).json())
      .toEqual([{ leaf: 0, status: 200, body: { early: true } }]);
    expect(sockets.length).toBe(i);
  }
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => early.close(resolve));
});

test('a leaf that closes kept-alive connections at random loses no GET', async () => {
  const leaf = await FakeLeaf.start(({ socket, requests }) => {
    // instead of an answer, as when a server's patience ends just as a request arrives
    if (requests > 0 && requests % 3 === 0) socket.end();
    else socket.write(answer('{}'));
  });
  const pod = await root([leaf]);
  for (let i = 0; i < 60; i++) expect((await pod.fetch('/')).status).toBe(200);
  expect(leaf.connections).toBeGreaterThan(10);
});

test('a POST that a closing connection may have swallowed is not sent again', async () => {
  const leaf = await FakeLeaf.start(({ socket, index, requests }) => {
    if (index === 0 && requests === 1) socket.end();
    else socket.write(answer('{}'));
  });
  const pod = await root([leaf]);
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await pod.fetch('/', { method: 'POST', body: 'x' })).status);
  expect(statuses).toEqual([200, 502, 200]);
  expect(leaf.requests).toHaveLength(3);
});

test.each([
  ['in one piece', [answer(BODY)]],
  ['in chunks', [
    `HTTP/1.1 200 OK\r\n${JSON_TYPE}transfer-encoding: Chunked\r\n\r\n`
      + '3\r\n{"o\r\n8 ;a=b\r\nk":true}\r\n0\r\nx-trailer: 1\r\n\r\n',
  ]],
  ['after 100 Continue and 103 Early Hints', [
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${answer(BODY)}`,
  ]],
  ['as HTTP/1.0', [answer(BODY).replace('1.1', '1.0')]],
  ['with a status line without a reason', [answer(BODY).replace(' OK', '')]],
  ['with the same length twice', [
    `HTTP/1.1 200 OK\r\n${JSON_TYPE}content-length: 11\r\ncontent-length: 11\r\n\r\n${BODY}`,
  ]],
  ['until the connection closes', [`HTTP/1.1 200 OK\r\n${JSON_TYPE}\r\n${BODY}`, null]],
  ['byte by byte', [...answer(BODY)]],
  ['in chunks, byte by byte', [
    ...`HTTP/1.1 200 OK\r\n${JSON_TYPE}transfer-encoding: chunked\r\n\r\nb\r\n${BODY}\r\n0\r\n\r\n`,
  ]],
])('an answer counts that comes %s', async (_, pieces) => {
  const leaf = await FakeLeaf.start(({ socket }) => send(socket, pieces));
  const pod = await root([leaf]);
  for (let i = 0; i < 3; i++) {
    expect(await (await pod.fetch('/')).json()).toEqual([{ leaf: 0, status: 200, body: { ok: true } }]);
  }
});

type Socket = Parameters<Behaviour>[0]['socket'];

/** Sends pieces in packets of their own; null ends the connection. */
function send(socket: Socket, [piece, ...rest]: readonly (string | null)[]): void {
  if (piece === null) socket.end();
  else if (piece !== undefined) socket.write(piece, () => setImmediate(() => send(socket, rest)));
}

/** A byte every 20 ms: too slow for the time that the tests give, and ended with the connection. */
function trickle(socket: Socket, text: string, before = ''): void {
  socket.write(before);
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++] ?? ''), 20);
  socket.once('close', () => clearInterval(timer));
}

/** Writes for as long as the other side reads. */
function flood(socket: Socket, before: string): void {
  const piece = Buffer.alloc(65_536, 'x');
  const more = () => { while (!socket.destroyed && socket.write(piece)); };
  socket.on('drain', more).write(before);
  more();
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
