import { connect } from 'node:net';
import { Chart, Testing } from 'cdk8s';
import { mutated, ROUNDS, SEED } from './mutations';
import { random } from '../random';
import { Backend, Code, Gather, ScatterGather, Shard, ShardKey } from 'cdk8s-metaparticle';
import { LocalCluster, Target } from 'cdk8s-metaparticle/testing';

/** Requests of all framings, which bring every key, in the Latin-1 of their bytes. */
const REQUESTS = [
  'GET /u/ada?user=ada HTTP/1.1\r\nhost: x\r\nx-user: ada\r\ncookie: user=ada; a=b\r\n\r\n',
  'GET /u/%C3%A9%2F%25a?user=%C3%A9+%41 HTTP/1.1\r\nHost: x:80\r\nX-User: é\r\naccept-encoding: gzip\r\n\r\n',
  'POST /u/a//b/../c?user=1&user=2 HTTP/1.1\r\nhost: x\r\nx-user: a\r\ncontent-type: application/json\r\n'
    + 'content-length: 26\r\n\r\n{"user":"ada","n":1.0e400}',
  'POST /u/1 HTTP/1.1\r\nhost: x\r\nx-user: a\r\ntransfer-encoding: chunked\r\ncontent-type: text/json\r\n'
    + 'trailer: x\r\n\r\n9;a="b"\r\n{"user":1\r\n1\r\n}\r\n0\r\nx: y\r\n\r\n',
  'PUT http://x/u/ada HTTP/1.1\r\nhost: y\r\nx-user: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\nabcde',
  'HEAD /u/ada HTTP/1.0\r\nx-user: a\r\nconnection: keep-alive\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 1.2.3.4\r\nx-forwarded-proto: wss\r\n\r\n',
  'GET /u/a HTTP/1.1\r\nhost: x\r\nif-none-match: "a"\r\nrange: bytes=0-1\r\nconnection: upgrade\r\n'
    + 'upgrade: websocket\r\n\r\n',
].map((text) => Buffer.from(text, 'utf8').toString('latin1'));

const PARTS = [
  '%', '%2', '%00', '%ff', '%2F', '%ED%A0%80', '/../', '//', '?', '&user=', '#', '+', '\\', 'host: x\r\n', 'host:\r\n',
  'HTTP/2.0', 'HTTP/1.0', 'TRACE ', 'CONNECT x:1 ', 'x-user: b\r\n', 'x-user:\r\n', 'cookie: user=\r\n',
  'content-encoding: gzip\r\n', 'content-type: image/png\r\n', 'te: trailers\r\n', 'expect: x\r\n', 'x_user: a\r\n',
  '{"user":', '"user":"\\ud800"', '1e2', '9007199254740993', `x: ${'a'.repeat(20_000)}\r\n`, 'a'.repeat(9_000),
];

/**
 * Milliseconds after which a program that says nothing waits for more: as long as it may, which other tests measure.
 */
const SILENCE = 100;
const CLIENTS = 16;

/** The statuses that a request gets which may be anything; a connection that nobody answers or ends is given up. */
function statusesOf({ host, port }: { host: string; port: number }, request: string): Promise<number[]> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, host, () => socket.write(request, 'latin1'));
    socket.setTimeout(SILENCE, () => socket.destroy());
    socket.on('data', (data) => { answer += data.toString('latin1'); }).on('error', () => {});
    socket.on('close', () => {
      resolve([...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)));
    });
  });
}

test(`whatever ${ROUNDS} mutated requests say, routers, roots and functions go on, and none `
  + 'has an error of its own', async () => {
  const chart = new Chart(Testing.app(), 'test');
  const backend = Backend.fromFunction(Code.fromInline('(request) => ({ user: request.headers["x-user"] })'));
  const one = { replicas: 1, router: { replicas: 1 } };
  const users = new Shard(chart, 'Header', { shards: 2, key: ShardKey.fromHeader('x-user'), backend, ...one });
  const { backends } = users;
  const keys = {
    Query: ShardKey.fromQuery('user'),
    Cookie: ShardKey.fromCookie('user'),
    Path: ShardKey.fromPath('^/u/(.+)$'),
    Field: ShardKey.fromField('user'),
    Function: ShardKey.fromFunction(Code.fromInline('({ headers, query, segments, body }) => '
      + 'headers["x-user"] ?? query.user ?? segments[1] ?? (body && String(body.user))')),
  };
  const sharded = Object.entries(keys)
    .map(([id, key]) => new Shard(chart, id, { backends, key, router: { replicas: 1 } }));
  // What leaves refuse is theirs to say.
  const accept = ['2xx', '3xx', '4xx', '501', '505'];
  const search = new ScatterGather(chart, 'Search', { backends, gather: Gather.all(), accept, root: { replicas: 1 } });
  await using cluster = await LocalCluster.start(chart);
  const targets: Target[] = [users, ...sharded, search, 'header-0'];

  const next = random(SEED);
  const counts = new Map<number, number>();
  let left = ROUNDS;
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (left-- > 0) {
      const target = targets[left % targets.length];
      const request = mutated(REQUESTS, next, PARTS);
      for (const status of await statusesOf(cluster.address(target), request)) {
        counts.set(status, (counts.get(status) ?? 0) + 1);
        // 501: a transfer coding or method that nobody knows; 505: another version of HTTP
        if (status >= 500 && status !== 501 && status !== 505) {
          throw new Error(`${typeof target === 'string' ? target : target.service.name} answers ${status} to `
            + `${JSON.stringify(request)}`);
        }
      }
    }
  }));
  // One that refuses all, or hardly anything, tests nothing.
  expect(Math.min(counts.get(200) ?? 0, counts.get(400) ?? 0)).toBeGreaterThan(ROUNDS / 20);

  expect(cluster.pods().filter(({ restarts, ready }) => restarts > 0 || !ready)).toEqual([]);
  for (const target of targets) {
    const headers = { 'x-user': 'ada', 'cookie': 'user=ada', 'content-type': 'application/json' };
    const answer = await cluster.fetch(target, '/u/ada?user=ada', { method: 'POST', headers, body: '{"user":"ada"}' });
    expect([target, answer.status]).toEqual([target, 200]);
  }
}, 60_000 + 20 * ROUNDS);
