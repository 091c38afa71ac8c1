import { Chart, Duration, Testing } from 'cdk8s';
import { Busy } from './busy';
import { Cluster, clusterPerTest, describeOn, Engine, StartOptions, testNeeding } from './engine';
import { leafFaults } from './leaf-faults';
import { failures, Outcome, reached, until } from './load';
import { replacePods } from './rollouts';
import { random } from '../random';
import {
  Backend, Code, Gather, Peer, Platform, ScatterGather, ScatterGatherProps, Shard, ShardKey,
} from 'cdk8s-metaparticle';

/** Says which leaf answers, and which of its pods. */
const who = Backend.fromFunction(
  Code.fromInline('(request, context) => [[context.leaf, context.leaves, context.pod]]'),
);

/** What a loaded machine may add. */
const LATE = 250;

export function scatterGatherBehaviour(engine: Engine): void {
  describeOn(engine, 'ScatterGather', () => {
    const startCluster = clusterPerTest(engine);

    async function start(
      props: Partial<ScatterGatherProps>, options?: StartOptions,
    ): Promise<[Cluster, ScatterGather]> {
      const chart = new Chart(Testing.app(), 'test');
      // the tests read the root's metrics
      Platform.configure(chart, { scrapers: [Peer.namespace()] });
      const search = new ScatterGather(chart, 'Search', { gather: Gather.concat(), ...props });
      return [await startCluster(chart, options), search];
    }

    test('every leaf is asked, knows its number, and is there once in the answer', async () => {
      const [running, search] = await start({ leaves: 3, backend: who });
      const answer = await running.fetch(search, '/');
      const leaves = await answer.json() as [number, number, string][];
      expect([answer.status, answer.headers.get('x-gather-responses')]).toEqual([200, '3/3']);
      expect(leaves.map(([leaf, count]) => [leaf, count])).toEqual([[0, 3], [1, 3], [2, 3]]);
      expect(leaves.map(([, , pod]) => pod.replace(/(-\w+){2}$/, ''))).toEqual(['search-0', 'search-1', 'search-2']);
    });

    leafFaults(engine);

    test('a leaf that is not up is left out, and is back within 2 s of its first ready pod', async () => {
      const [running, search] = await start({ leaves: 2, backend: who, minResponses: 1 }, { hold: ['search-1'] });
      const load = running.load(search, { clients: 1, pause: 50 });
      // Long enough that "no such name" is cached. Counted in time: a Service without pods may refuse at once, or,
      // behind a NetworkPolicy, say nothing.
      await until(() => load.outcomes.length > 0 && load.outcomes.at(-1)!.sent - load.outcomes[0].sent > 6_000);
      expect(
        new Set(load.outcomes.map(({ status, headers }) => `${status} ${headers['x-gather-responses']}`)),
      ).toEqual(
        new Set(['200 1/2']),
      );
      await running.release('search-1');
      const ready = performance.now();
      await until(() => load.outcomes.at(-1)!.headers['x-gather-responses'] === '2/2');
      expect(performance.now() - ready).toBeLessThan(2_000);
      expect(failures(await load.stop())).toEqual([]);
    });

    test('a rolling restart of the root and of every leaf loses no request, and no leaf is missing in any answer', async () => {
      const [running, search] = await start({ leaves: 2, backend: who });
      const load = new Busy([true, false].map((keepAlive) => (
        running.load(search, { clients: 4, keepAlive, pause: 20, requests: [{}, { method: 'POST', body: '{}' }] })
      )));
      await load.goesOn(300);
      await replacePods(running, search);
      await load.goesOn(300);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      expect(new Set(outcomes.map(({ headers }) => headers['x-gather-responses']))).toEqual(new Set(['2/2']));
    }, 120_000);

    testNeeding('signals', engine, '10,000 requests while pods are killed at random: every answer is right, and the root keeps neither memory nor sockets', async () => {
      const [running, search] = await start(
        { leaves: 3, backend: who, minResponses: 2, timeout: Duration.seconds(2), root: { replicas: 1 } },
      );
      const [root] = running.pods('search-root');
      await knowsPods(running, root.ip, 3);
      const atRest = (await metricsOf(running, root.ip))('nodejs_active_resources');
      const load = running.load(search, { clients: 8 });
      await reached(load, 1_000);
      const before = await metricsOf(running, root.ip);
      const next = random(815);
      let kills = 0;
      // one at a time: of two replicas one is always there
      while (load.outcomes.length < 9_000 || kills < 4) {
        const pods = [0, 1, 2].flatMap((leaf) => running.pods(`search-${leaf}`));
        // a kubelet lets a pod wait longer before each further restart
        const least = pods.filter(({ restarts }) => restarts === Math.min(...pods.map((each) => each.restarts)));
        const { name } = least[Math.floor(next() * least.length)];
        await running.pod(name).kill();
        await running.pod(name).notReady();
        await running.pod(name).ready();
        kills++;
      }
      await reached(load, load.outcomes.length + 1_000);
      const outcomes = await load.stop();
      const after = await metricsOf(running, root.ip);
      expect(outcomes.filter((outcome) => !isRight(outcome))).toEqual([]);
      expect(outcomes.filter(({ headers }) => headers['x-gather-responses'] !== '3/3').length).toBeLessThanOrEqual(10);
      expect(after('process_resident_memory_bytes') - before('process_resident_memory_bytes')).toBeLessThan(
        40 * 1024 * 1024,
      );
      // idle connections are closed after a few seconds
      await untilMetrics(running, root.ip, (value) => value('nodejs_active_resources') <= atRest);
    }, 120_000);

    testNeeding('signals', engine, 'with one of two replicas of a leaf frozen, hedging bounds the wait', async () => {
      const [running, search] = await start({
        leaves: 2, backend: who, hedgeAfter: Duration.millis(100), timeout: Duration.seconds(5), root: { replicas: 1 },
      });
      const load = running.load(search, { clients: 4, pause: 10 });
      // before the root has heard of the pods, a second request through the Service may lead to the first one's pod
      await knowsPods(running, running.pods('search-root')[0].ip, 2);
      const [frozen] = running.pods('search-0');
      await running.pod(frozen.name).freeze();
      const from = load.outcomes.length;
      await reached(load, from + 600);
      const outcomes = (await load.stop()).slice(from);
      await running.pod(frozen.name).thaw();
      expect(failures(outcomes)).toEqual([]);
      const times = outcomes.map(({ milliseconds }) => milliseconds).sort((x, y) => x - y);
      expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(100 + 100 + LATE);
    }, 90_000);

    test('a Shard and a ScatterGather over it share their pods: one path by key, one over all', async () => {
      const chart = new Chart(Testing.app(), 'test');
      const users = new Shard(chart, 'Users', {
        shards: 3,
        replicas: 1,
        key: ShardKey.fromHeader('x-user'),
        backend: Backend.fromFunction(
          Code.fromInline(
            '(() => { const seen = []; return (request, { shard }) => { if (request.method === "POST") seen.push(request.headers["x-user"]); return seen; }; })()',
          ),
        ),
      });
      const all = new ScatterGather(chart, 'All', { backends: users.backends, gather: Gather.concat() });
      const cluster = await startCluster(chart);
      const names = ['ada', 'bob', 'carol', 'dave', 'erin', 'frank'];
      for (const name of names) await cluster.fetch(users, '/', { method: 'POST', headers: { 'x-user': name } });
      expect((await (await cluster.fetch(all, '/')).json() as string[]).sort()).toEqual(names);
      const byShard = [0, 1, 2].flatMap((shard) => names.filter((name) => users.shardOf(name) === shard));
      expect(await (await cluster.fetch(all, '/')).json()).toEqual(byShard);
    });
  });
}

/** Whether an answer holds each leaf once at most, in order, and says how many it holds. */
function isRight({ status, body, headers }: Outcome): boolean {
  if (status !== 200) return false;
  const leaves = (JSON.parse(body) as [number, number, string][]);
  const inOrder = leaves.every(([leaf], i) => i === 0 || leaf > leaves[i - 1][0]);
  const own = leaves.every(([leaf, count, pod]) => count === 3 && pod.startsWith(`search-${leaf}-`));
  return inOrder && own && leaves.length >= 2 && headers['x-gather-responses'] === `${leaves.length}/3`;
}

/**
 * Resolves when a root knows both pods of each leaf by their own addresses; until then it reaches them through their
 * Service. DNS answers may be 30 s old.
 */
async function knowsPods(cluster: Cluster, ip: string, leaves: number): Promise<void> {
  await untilMetrics(
    cluster, ip, (value) => Array.from(
      { length: leaves }, (_, n) => value(`metaparticle_leaf_replicas{leaf="search-${n}"}`),
    ).every(
      (pods) => pods === 2,
    ),
  );
}

/** Resolves when the metrics of a root say something. */
async function untilMetrics(
  cluster: Cluster, ip: string, holds: (value: (name: string) => number) => boolean,
): Promise<void> {
  while (!holds(await metricsOf(cluster, ip))) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** The metrics of a root, by name and labels. */
async function metricsOf(cluster: Cluster, ip: string): Promise<(name: string) => number> {
  const { host, port } = await cluster.reach({ host: ip, port: 9090 });
  const lines = (await (await fetch(`http://${host}:${port}/metrics`)).text()).split('\n');
  return (name) => Number(lines.find((line) => line.startsWith(`${name} `))!.slice(name.length));
}
