import { Chart, Size, Testing } from 'cdk8s';
import { Cluster, clusterPerTest, describeOn, Engine } from './engine';
import { failures, Load, reached } from './load';
import { Backend, Code, Shard, ShardKey, Storage } from 'cdk8s-metaparticle';

/** Says who answers: of the only replica of a shard, always the same. */
const who = Code.fromInline('(request, context) => `${context.pod} of ${context.shard}`');

const SHARDS = 3;
/** Clients that make one request each in so many milliseconds: 50 requests in a second. */
const CLIENTS = 25;
const PAUSE = 500;

/** What callers notice while the only replicas of shards, which keep data, are replaced: that it takes a while. */
export function storageChangesBehaviour(engine: Engine): void {
  describeOn(engine, 'Shard with a volume for each shard, whose pods change,', () => {
    const startCluster = clusterPerTest(engine);

    async function start(): Promise<[Cluster, Shard, Load]> {
      const chart = new Chart(Testing.app(), 'test');
      const users = new Shard(chart, 'Users', {
        shards: SHARDS,
        key: ShardKey.fromHeader('x-user'),
        backend: Backend.fromFunction(who, {
          storage: Storage.volume({ mountPath: '/data', size: Size.mebibytes(16) }),
        }),
      });
      const running = await startCluster(chart);
      const requests = Array.from({ length: 100 }, (_, n) => ({
        method: n % 2 ? 'POST' : 'GET',
        body: n % 2 ? '{}' : undefined,
        path: `/?shard=${users.shardOf(`user-${Math.floor(n / 2)}`)}`,
        headers: { 'x-user': `user-${Math.floor(n / 2)}`, 'content-type': 'application/json' },
      }));
      const load = running.load(users, { clients: CLIENTS, pause: PAUSE, requests });
      await reached(load, 100);
      return [running, users, load];
    }

    /** Nothing failed, and each shard's only replica answered all that is its own. */
    async function checkAll(load: Load): Promise<void> {
      await reached(load, load.outcomes.length + 200);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      for (const { path, body } of outcomes) {
        const shard = path.slice(-1);
        expect(body).toBe(`users-${shard}-0 of ${shard}`);
      }
    }

    test('a rolling restart of all shards at once under load loses neither a GET nor a POST', async () => {
      const [running, , load] = await start();
      await Promise.all(Array.from({ length: SHARDS }, (_, shard) => running.rollout(`users-${shard}`)));
      await checkAll(load);
    }, 120_000);

    test('a drained node loses neither: its pods end, and their successors get the volumes', async () => {
      const [running, , load] = await start();
      await Promise.all(Array.from({ length: SHARDS }, (_, shard) => running.pod(`users-${shard}-0`).delete()));
      await checkAll(load);
    }, 120_000);
  });
}
