import { Chart, Testing } from 'cdk8s';
import { Backend, Code, Shard, ShardKey, Spread } from '../src';
import { Candidate, compare } from './lib/compare';
import { get } from './lib/load';
import type { Nginx } from './lib/nginx';
import { addresses, nginxBackend, plain, router, Start, USUAL_HEADERS } from './lib/routers';
import { table } from './lib/table';
import { LocalCluster } from '../src/local/testing';

const SHARDS = 3;
const REPLICAS = 2;
const ROUNDS = 9;
const REQUESTS = 30_000;

/** How many requests per CPU second something must reach, as a part of what another one reaches. */
interface Goals {
  /** Of plain nginx that hashes over the same pods. */
  readonly ofPlain?: number;
  /** Of plain nginx that does the same, and sets the usual headers too. */
  readonly ofLike?: number;
}

/** Each kind of key. */
const KEYS: readonly ({ readonly name: string; readonly key: ShardKey; readonly metrics?: boolean } & Goals)[] = [
  { name: 'header key', key: ShardKey.fromHeader('x-user'), ofPlain: 0.9, ofLike: 0.95 },
  { name: 'header key, with metrics', key: ShardKey.fromHeader('x-user'), metrics: true },
  {
    name: 'function key, a header',
    key: ShardKey.fromFunction(Code.fromInline("(request) => request.headers['x-user']")),
    ofPlain: 0.6,
  },
  {
    name: 'function key, the path',
    key: ShardKey.fromFunction(Code.fromInline("(request) => request.path.split('/')[2]")),
    ofPlain: 0.6,
  },
];

/** One row of the table. */
interface Row extends Goals {
  readonly name: string;
  readonly start: Start;
  /** The place of what does the same in plain nginx. */
  readonly like?: number;
}

/** CPU time of routers per request, against plain nginx over the same pods. */
export default async function shard(): Promise<void> {
  const chart = new Chart(Testing.app(), 'bench');
  const pods = () => Backend.fromImage('bench/backend', { port: 8080 });
  const first = new Shard(chart, 'Key0', { shards: SHARDS, replicas: REPLICAS, key: KEYS[0].key, backend: pods() });
  KEYS.slice(1).forEach(
    ({ key, metrics }, at) => new Shard(chart, `Key${at + 1}`, { key, backends: first.backends, router: { metrics } }),
  );
  new Spread(chart, 'Web', { replicas: SHARDS * REPLICAS, backend: pods() });
  const objects = Testing.synth(chart);

  const backend = nginxBackend();
  const started: Nginx[] = [];
  let cluster: LocalCluster | undefined;
  try {
    cluster = await LocalCluster.start(objects, {
      commands: { 'bench/backend': backend.command }, hold: ['web-router', ...KEYS.map((_, at) => `key${at}-router`)],
    });
    const { dns } = cluster;
    const sharded = Array.from({ length: SHARDS }, (_, at) => addresses(cluster!, `key0-${at}`)).flat();
    const rows: Row[] = [
      { name: 'plain nginx, hash consistent', start: plain('hash $http_x_user consistent', sharded) },
      { name: '  … and the usual headers', start: plain('hash $http_x_user consistent', sharded, USUAL_HEADERS) },
      ...KEYS.map((key, at) => ({ ...key, like: 1, start: router(objects, `key${at}-router`, dns) })),
      {
        name: 'plain nginx, least_conn, the usual headers',
        start: plain('least_conn', addresses(cluster, 'web-backend'), USUAL_HEADERS),
      },
      { name: 'Spread', like: KEYS.length + 2, ofLike: 0.97, start: router(objects, 'web-router', dns) },
    ];
    const users = Array.from({ length: 1000 }, (_, n) => `user-${n}`);
    const candidates: Candidate[] = [];
    for (const [at, { name, start }] of rows.entries()) {
      const host = `127.77.${process.pid % 250}.${at + 1}`;
      const nginx = await start(host);
      started.push(nginx);
      candidates.push({
        name,
        load: {
          host,
          port: 8080,
          connections: 16,
          messages: users.map((user) => get(`/users/${user}/profile`, { 'x-user': user })),
        },
        processes: nginx.processes,
      });
    }
    const costs = await compare(candidates, { rounds: ROUNDS, requests: REQUESTS });
    const least = (goal?: number) => goal === undefined ? '' : `≥ ${goal}`;
    console.log(table([
      'router',
      'µs CPU a request',
      'requests per CPU second',
      'of plain nginx',
      'goal',
      'of the same with headers',
      'goal',
    ], costs.map(({ name, cpu, ratio, ratios }, at) => {
      const { like, ofPlain, ofLike } = rows[at];
      return [
        name, cpu.toFixed(1), Math.round(1e6 / cpu), ratio.toFixed(2), least(ofPlain),
        like === undefined ? '' : ratios[like].toFixed(2), least(ofLike),
      ];
    })));
    console.log(
      `medians of ${ROUNDS} rounds of ${REQUESTS} requests each, one worker, `
        + `${SHARDS} shards of ${REPLICAS} replicas\n`
        + `the usual headers: ${USUAL_HEADERS.map((header) => header.split(' ')[0]).join(', ')}`,
    );
  } finally {
    await Promise.all(started.map((nginx) => nginx.stop()));
    await cluster?.stop();
    backend.remove();
  }
}
