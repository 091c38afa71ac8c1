import { Duration } from 'cdk8s';
import { byUser, homes, of, users } from './affinity-users';
import { describeOn, Engine, testNeeding } from './engine';
import { failures, reached } from './load';
import { replacePods } from './rollouts';
import { spreadPerTest, who } from './spread-per-test';

/** Which keys move while replicas are killed, frozen, added and replaced: those that must. */
export function affinityChangesBehaviour(engine: Engine): void {
  describeOn(engine, 'Spread with affinity, whose pods change,', () => {
    const start = spreadPerTest(engine);

    testNeeding('signals', engine, 'when a replica is killed no GET fails and all keys are back with it; while one is not ready only its keys move, each to one other', async () => {
      const [running, web] = await start(who, {
        replicas: 4, ...byUser(), router: { timeout: Duration.seconds(2) },
      }, { freshDns: true });
      await running.routersKnowPods();
      const before = await homes(running, web, 100);
      const load = running.load(web, { clients: 8, pause: 5, requests: users(100).map(of) });
      await reached(load, 100);
      const [{ name }] = running.pods('web-backend');
      await running.pod(name).kill();
      await running.pod(name).notReady();
      await running.pod(name).ready();
      await reached(load, load.outcomes.length + 300);
      expect(failures(await load.stop())).toEqual([]);
      await running.routersKnowPods();
      expect(await homes(running, web, 100)).toEqual(before);

      await running.pod(name).freeze();
      await running.pod(name).notReady();
      await running.routersKnowPods();
      const during = await homes(running, web, 100);
      const moved = [...before].filter(([user, pod]) => during.get(user) !== pod);
      expect(new Set(moved.map(([, pod]) => pod))).toEqual(new Set([name]));
      expect(new Set(moved.map(([user]) => during.get(user))).size).toBe(3);
      await running.pod(name).thaw();
    }, 150_000);

    test('a further replica takes its share of keys and no other key moves; a rolling restart loses neither GET nor POST', async () => {
      const [running, web] = await start(who, { replicas: 3, ...byUser() }, { freshDns: true });
      await running.routersKnowPods();
      const before = await homes(running, web, 300);
      const load = running.load(web, {
        clients: 8, pause: 10, requests: users(100).flatMap((user) => [of(user), { method: 'POST', body: '{}', ...of(user) }]),
      });
      await reached(load, 100);
      await running.scale('web-backend', 4);
      await running.routersKnowPods();
      const after = await homes(running, web, 300);
      const moved = [...after].filter(([user, pod]) => before.get(user) !== pod);
      const old = new Set(before.values());
      expect(moved.filter(([, pod]) => old.has(pod))).toEqual([]);
      expect(moved.length).toBeGreaterThan(20);
      expect(moved.length).toBeLessThan(140);
      await replacePods(running, 'web-backend');
      await reached(load, load.outcomes.length + 300);
      expect(failures(await load.stop())).toEqual([]);
    }, 150_000);
  });
}
