import { ClientRequest, IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import { mutated, ROUNDS, SEED } from './mutations';
import { fieldsOf } from '../../runtime/root/answer-head';
import { AnswerParser } from '../../runtime/root/answer-parser';
import { BadAnswer } from '../../runtime/root/bad-answer';
import { random } from '../random';
import { answers, FakeLeaf } from '../runtime/root/fake-leaf';
import { root } from '../runtime/root/root';

const LIMIT = 1_000;

const TYPE = 'content-type: application/json\r\n';
const BODY = '{"a":[1,"é"]}';
const LENGTH = `content-length: ${Buffer.byteLength(BODY)}\r\n`;
/** Answers of all framings, in the Latin-1 of their bytes. */
const ANSWERS = [
  `HTTP/1.1 200 OK\r\n${TYPE}${LENGTH}\r\n${BODY}`,
  `HTTP/1.1 200 OK\r\n${TYPE}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n9\r\n[1,"é"]}\r\n0\r\n\r\n`,
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nTrailer: x\r\n\r\n'
    + '4;a="b"\r\n[1.0\r\n001\r\n]\r\n0\r\nx: y\r\n\r\n',
  `HTTP/1.0 200 OK\r\n${TYPE}\r\n${BODY}`,
  `HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${BODY}`,
  'HTTP/1.1 204 No Content\r\nx: \t a  b \t\r\nconnection: keep-alive, x\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncontent-length: 10\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 201 Created\r\n'
    + `${LENGTH}${LENGTH}\r\n${BODY}`,
  'HTTP/1.1 500 \xfc\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n\r\n',
].map((text) => Buffer.from(text, 'utf8').toString('latin1'));

interface Read { readonly status: number; readonly fields: readonly string[]; readonly body: string }

/** What our parser reads, from pieces of any size, and how many bytes it is: a text says why it refuses. */
function ours(answer: string, next: () => number): { readonly read: Read; readonly length: number } | string {
  const parser = new AnswerParser(LIMIT, () => {});
  const bytes = Buffer.from(answer, 'latin1');
  let length = 0;
  try {
    while (length < bytes.length && !parser.done) {
      const end = length + 1 + Math.floor(next() ** 4 * bytes.length);
      // whatever is behind the answer ends its connection, and is no part of it
      if (parser.push(bytes.subarray(length, end))) return ours(answer, () => 0);
      length = end;
    }
    if (!parser.done) parser.end();
  } catch (error) {
    if (error instanceof BadAnswer) return error.message;
    throw error;
  }
  const { status, bytes: body } = parser.answer;
  return { read: { status, fields: fieldsOf(parser.answer), body: body.toString('latin1') }, length };
}

/** What node:http's client reads; undefined where it refuses, or the answer ends too early. */
function nodes(answer: string): Promise<Read | undefined> {
  return new Promise((resolve) => {
    let sent = false;
    const connection = new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        done();
        if (sent) return;
        sent = true;
        setImmediate(() => {
          connection.push(Buffer.from(answer, 'latin1'));
          connection.push(null);
        });
      },
    });
    const req: ClientRequest = request({ createConnection: () => connection as any, host: 'leaf' });
    const refused = () => {
      connection.destroy();
      resolve(undefined);
    };
    req.on('error', refused).on('upgrade', refused).on('response', (res: IncomingMessage) => {
      const body: Buffer[] = [];
      res.on('data', (chunk) => body.push(chunk)).on('error', refused).on('close', refused).on('end', () => {
        if (!res.complete) return refused();
        const fields = res.rawHeaders.map((text, at) => at % 2 ? text : text.toLowerCase());
        resolve({ status: res.statusCode!, fields, body: Buffer.concat(body).toString('latin1') });
        connection.destroy();
      });
    }).end();
  });
}

/** Where we are stricter than node:http: what we say then, and of which answers. */
const STRICTER: readonly (readonly [reason: RegExp, answer: RegExp])[] = [
  // node:http takes any other coding for a body that ends with its connection
  [/^its answer has transfer-encoding /, /transfer-encoding/i],
  // node:http lets a status line hold anything, and passes over line breaks in front of it
  [
    /^the head of its answer holds a control character$/,
    /^[\r\n]|\r\n\r\n[\r\n]+HTTP|HTTP\/1\.[01] \d\d\d[^\n]*(?:[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n))/,
  ],
  // node:http takes it for an answer without a body, where no upgrade is named
  [/^it switched to another protocol$/, /HTTP\/1\.[01] 101/],
  // node:http knows statuses that there are none
  [/^it answered something that is not HTTP\/1\.1$/, /HTTP\/1\.[01] [06-9]\d\d/],
  // node:http passes over empty lines in front of an answer
  [/^it answered something that is not HTTP\/1\.1$/, /^[\r\n]|\r\n\r\n[\r\n]+HTTP/],
];
/** Where node:http is stricter than us. */
const LOOSER: readonly RegExp[] = [
  // a length may stand twice (RFC 9110, section 8.6), as it may for nginx, and a tab may stand behind it (section 5.5)
  /content-length[^]*content-length|content-length:[^\r\n]*\t\r\n/i,
  // extensions of a chunk end with their line, whatever they say; some servers fill up its size with blanks
  /\n[0-9a-f]+[ \t;]/i,
  // trailers are not obeyed
  /\n0+\r\n[^]*(?:content-length|transfer-encoding)/i,
];

test(`of ${ROUNDS} mutated answers our parser reads none in another way than node:http's client`, async () => {
  const next = random(SEED);
  const count = { read: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const answer = mutated(ANSWERS, next);
    const result = ours(answer, next);
    const refused = typeof result === 'string';
    const expected = await nodes(refused ? answer : answer.slice(0, result.length));
    const same = refused ? !expected || STRICTER.some(([reason, of]) => reason.test(result) && of.test(answer))
      : expected ? JSON.stringify(result.read) === JSON.stringify(expected) : LOOSER.some((of) => of.test(answer));
    count[refused ? 'refused' : 'read']++;
    if (!same) {
      throw new Error(`round ${round}: ${JSON.stringify(answer)} is ${JSON.stringify(refused ? result : result.read)} `
        + `for us, and for node:http ${JSON.stringify(expected)}`);
    }
  }
  // one that refuses all, or hardly anything, tests nothing
  expect(Math.min(count.read, count.refused)).toBeGreaterThan(ROUNDS / 5);
}, 10_000 + 10 * ROUNDS);

test('whatever a leaf answers, a root answers in time, with no error of its own, and goes on', async () => {
  const next = random(SEED);
  const mutating = await FakeLeaf.start(({ socket }) => (
    void socket.end(Buffer.from(mutated(ANSWERS, next), 'latin1'))
  ));
  const good = await FakeLeaf.start(answers({ ok: true }));
  for (const gather of ['all', 'first'] as const) {
    const pod = await root([mutating], {
      gather, accept: ['2xx', '3xx', '4xx', '5xx'], timeout: 2_000, minResponses: 1,
    });
    const statuses = new Map<number, number>();
    for (let left = Math.ceil(ROUNDS / 100); left > 0; left--) {
      await Promise.all(Array.from({ length: 10 }, async () => {
        const response = await pod.fetch('/', { redirect: 'manual' });
        const own = response.headers.get('content-type') === 'application/problem+json';
        await response.arrayBuffer();
        if (own) statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      }));
    }
    expect([...statuses.keys()]).toEqual([502]);
    expect(pod.lines.filter(({ level }) => level === 'error')).toEqual([]);
  }
  expect((await (await root([good])).fetch('/')).status).toBe(200);
}, 20_000 + 10 * ROUNDS);
