import { Chart, Duration, Size, Testing } from 'cdk8s';
import { Counts, counterWith, SEED } from './counts';
import { Cluster, describeOn, Engine, testNeeding } from './engine';
import { deletePods } from './rollouts';
import { Shard, ShardKey, State } from 'cdk8s-metaparticle';

/** What becomes of the state of shards while their pods are killed and replaced: nothing confirmed is lost. */
export function stateBehaviour(engine: Engine): void {
  describeOn(engine, `State of its own in each shard (seed ${SEED})`, () => {
    let running: Cluster;
    let counts: Counts;

    beforeAll(async () => {
      const chart = new Chart(Testing.app(), 'test');
      const hits = new Shard(chart, 'Hits', {
        shards: 3,
        key: ShardKey.fromQuery('key'),
        backend: counterWith(State.local({ size: Size.mebibytes(64) })),
        pods: { drain: Duration.seconds(1) },
      });
      running = await engine.start(chart, { freshDns: true });
      counts = new Counts(running, hits);
    }, 120_000);
    afterAll(() => running?.stop());

    testNeeding('signals', engine, 'of 10,000 increments while pods are killed, every confirmed one is counted, and none twice', async () => {
      await counts.survive(['hits-0', 'hits-1', 'hits-2'], 6);
    }, 120_000);

    test('what is counted is there after a rolling restart, and after pods are deleted, also by force', async () => {
      const before = await counts.all();
      await running.rollout('hits-0');
      await deletePods(running, ['hits-1']);
      await deletePods(running, ['hits-2'], { force: true });
      expect(await counts.all()).toEqual(before);
    }, 120_000);
  });
}
