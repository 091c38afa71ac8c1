import { Chart, Size, Testing } from 'cdk8s';
import { Cluster, clusterPerTest, describeOn, Engine } from './engine';
import { failures, Load, reached } from './load';
import { deletePods } from './rollouts';
import { Backend, Code, Shard, ShardKey, Storage } from 'cdk8s-metaparticle';

/** Says who answers: of the only replica of a shard, always the same. */
const who = Code.fromInline('(request, context) => `${context.pod} of ${context.shard}`');

const SHARDS = 3;
const GROUPS = Array.from({ length: SHARDS }, (_, shard) => `users-${shard}`);
/** Clients that make one request each in so many milliseconds: 50 requests in a second. */
const CLIENTS = 25;
const PAUSE = 500;

/** What callers notice while the only replicas of shards, which keep data, are replaced: that it takes a while. */
export function storageChangesBehaviour(engine: Engine): void {
  describeOn(engine, 'Shard with a volume for each shard, whose pods change,', () => {
    const startCluster = clusterPerTest(engine);

    async function start(): Promise<[Cluster, Load]> {
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
      return [running, load];
    }

    test('neither a rolling restart of all shards nor a drained node loses a GET or a POST under load', async () => {
      const [running, load] = await start();
      await Promise.all(GROUPS.map((group) => running.rollout(group)));
      await reached(load, load.outcomes.length + 100);
      await deletePods(running, GROUPS);
      await reached(load, load.outcomes.length + 200);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      for (const { path, body } of outcomes) {
        const shard = path.slice(-1);
        expect(body).toBe(`users-${shard}-0 of ${shard}`);
      }
    }, 150_000);
  });
}
