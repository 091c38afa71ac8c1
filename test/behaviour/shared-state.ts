import { Chart, Duration, Size, Testing } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import { Counts, counterWith, SEED } from './counts';
import { Cluster, describeOn, Engine, testNeeding } from './engine';
import { deletePods } from './rollouts';
import { Spread, State, Valkey } from 'cdk8s-metaparticle';

/** What becomes of shared state while those that use it, and the Valkey that keeps it, are killed and replaced. */
export function sharedStateBehaviour(engine: Engine): void {
  describeOn(engine, `State shared through a Valkey (seed ${SEED})`, () => {
    let running: Cluster;
    let counts: Counts;

    beforeAll(async () => {
      const chart = new Chart(Testing.app(), 'test');
      const password = new Secret(chart, 'Password', { stringData: { password: 'correct horse $battery "staple"' } });
      const sessions = Valkey.deploy(chart, 'Sessions', {
        size: Size.gibibytes(1),
        password: EnvValue.fromSecretValue({ secret: password, key: 'password' }),
        pods: { drain: Duration.seconds(1) },
      });
      const hits = new Spread(chart, 'Hits', { replicas: 4, backend: counterWith(State.shared(sessions)) });
      running = await engine.start(chart, { freshDns: true });
      counts = new Counts(running, hits);
    }, 120_000);
    afterAll(() => running?.stop());

    testNeeding('signals', engine, 'of 10,000 increments while pods are killed, every confirmed one is counted, and none twice', async () => {
      await counts.survive(['hits-backend'], 6);
    }, 120_000);

    testNeeding('signals', engine, 'so it is while the Valkey is killed', async () => {
      await counts.survive(['sessions'], 2);
    }, 120_000);

    test('what is counted is there after the pod of the Valkey is deleted by force', async () => {
      const before = await counts.all();
      await deletePods(running, ['sessions'], { force: true });
      expect(await counts.all()).toEqual(before);
    }, 120_000);
  });
}
