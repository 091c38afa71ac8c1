import { join } from 'path';
import { Chart, Testing } from 'cdk8s';
import { Affinity, Backend, Code, Shard, ShardKey, Spread } from '../src';
import { Candidate, compare, costTable, ROUNDS } from './lib/compare';
import { haproxy, haproxyVersion } from './lib/haproxy';
import { get } from './lib/load';
import { nodeProgram } from './lib/node-program';
import type { Program } from './lib/program';
import { addresses, nginxBackend, plain, router, Start, USUAL_HEADERS } from './lib/routers';
import type { Section } from './lib/section';
import { LocalCluster } from '../src/local/testing';

const SHARDS = 3;
const REPLICAS = 2;
const REQUESTS = 5_000;
const BARE = 'nginx, hash';
const USUAL = 'nginx, hash, usual headers';
const LEAST = 'nginx, least_conn, usual headers';
const HASH = 'hash $http_x_user consistent';

/** One of those that are compared. */
type Row = readonly [name: string, start: Start, goal?: Candidate['goal']];

const path = Code.fromInline("(request) => request.path.split('/')[2]");
const header = Code.fromInline("(request) => request.headers['x-user']");

/** CPU time of routers for a request, beside what one would write by hand over the same pods. */
export default async function routers(): Promise<Section[]> {
  const chart = new Chart(Testing.app(), 'bench');
  const pods = Backend.fromImage('bench/backend', { port: 8080 });
  const users = new Shard(chart, 'Users', {
    shards: SHARDS, replicas: REPLICAS, key: ShardKey.fromHeader('x-user'), backend: pods,
  });
  const { backends } = users;
  const key = ShardKey.fromHeader('x-user');
  new Shard(chart, 'Metrics', { key, backends, router: { metrics: true } });
  new Shard(chart, 'Header', { key: ShardKey.fromFunction(header), backends });
  new Shard(chart, 'Path', { key: ShardKey.fromFunction(path), backends });
  const web = new Spread(chart, 'Web', { replicas: SHARDS * REPLICAS, backend: pods });
  const [backend] = web.backends;
  new Spread(chart, 'ByKey', { backend, affinity: Affinity.byKey(key) });
  new Spread(chart, 'Bounded', { backend, affinity: Affinity.byKey(key, { maxRequestsPerPod: 64 }) });
  new Spread(chart, 'Cookie', { backend, affinity: Affinity.byCookie('shop') });
  const objects = Testing.synth(chart);
  const names = objects
    .filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('-router'))
    .map(({ metadata }) => metadata.name);

  const server = nginxBackend();
  const started: Program[] = [];
  let cluster: LocalCluster | undefined;
  try {
    cluster = await LocalCluster.start(objects, { commands: { 'bench/backend': server.command }, hold: names });
    const { dns } = cluster;
    const all = addresses(cluster, 'web-backend');
    const ours = (name: string) => router(objects, `${name}-router`, dns);
    const rows: Row[] = [
      [BARE, plain(HASH, all)],
      [USUAL, plain(HASH, all, USUAL_HEADERS)],
      [LEAST, plain('least_conn', all, USUAL_HEADERS)],
      ...haproxyVersion() === undefined ? [] : [
        ['haproxy, hash, usual headers', haproxy('balance hdr(x-user)\nhash-type consistent', all)],
        ['haproxy, leastconn, usual headers', haproxy('balance leastconn', all)],
      ] as Row[],
      ['Node, @fastify/http-proxy', byNode('fastify.mjs', all)],
      ['Node, http-proxy-3', byNode('http-proxy-3.mjs', all)],
      ['Spread', ours('web'), { atMost: 1.03, of: LEAST }],
      ['Spread, affinity by a header', ours('by-key'), { atMost: 1.15, of: BARE }],
      ['Spread, affinity by a header, bounded', ours('bounded'), { atMost: 1.15, of: BARE }],
      ['Spread, affinity by a cookie', ours('cookie')],
      ['Shard, key of a header', ours('users'), { atMost: 1.11, of: BARE }],
      ['Shard, key of a header, with metrics', ours('metrics')],
      ['Shard, key of a function, a header', ours('header'), { atMost: 1.67, of: BARE }],
      ['Shard, key of a function, the path', ours('path'), { atMost: 1.67, of: BARE }],
    ];
    const userNames = Array.from({ length: 1000 }, (_, n) => `user-${n}`);
    const messages = userNames.map((user) => get(`/users/${user}/profile`, { 'x-user': user }));
    const candidates: Candidate[] = [];
    for (const [at, [name, start, goal]] of rows.entries()) {
      const host = `127.77.${process.pid % 250}.${at + 1}`;
      const program = await start(host);
      started.push(program);
      candidates.push({
        name, load: { host, port: 8080, connections: 16, messages }, processes: program.processes, goal,
      });
    }
    const costs = await compare(candidates, { requests: REQUESTS });
    return [{
      title: 'Routers',
      about: `A router takes a request of 16 kept-alive connections and asks one of ${SHARDS * REPLICAS} pods, which `
        + 'answer with 100 B. Each proxy has one worker or thread. The usual headers are '
        + `${USUAL_HEADERS.map((each) => each.split(' ')[0]).join(', ')}. ${ROUNDS} rounds of ${REQUESTS} requests.`
        + (haproxyVersion() === undefined ? ' haproxy was not on PATH.' : ''),
      tables: [costTable('router', costs, [BARE, USUAL, LEAST])],
    }];
  } finally {
    await Promise.all(started.map((program) => program.stop()));
    await cluster?.stop();
    server.remove();
  }
}

function byNode(file: string, pods: readonly string[]): Start {
  return (host) => nodeProgram({
    node: process.execPath, file: join(__dirname, 'routers', file), address: { host, port: 8080 }, config: { pods },
  });
}
