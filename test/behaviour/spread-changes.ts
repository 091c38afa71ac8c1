import { Duration } from 'cdk8s';
import { describeOn, Engine, testNeeding } from './engine';
import { killInTurn } from './kills';
import { failures, reached, until } from './load';
import { replacePods } from './rollouts';
import { spreadPerTest, who } from './spread-per-test';
import { Backend, Code, Scaling } from 'cdk8s-metaparticle';

/** What callers notice while the pods of a Spread are killed, replaced, and become more or fewer: nothing. */
export function spreadChangesBehaviour(engine: Engine): void {
  describeOn(engine, 'Spread, whose pods change,', () => {
    const start = spreadPerTest(engine);

    testNeeding('signals', engine, 'no GET is lost when each replica is killed in turn under load, before the router has heard of any pod', async () => {
      const [running, web] = await start(who, { replicas: 3 });
      const load = running.load(web, { clients: 32, pause: 5 });
      await killInTurn(running, 'web-backend', load);
      expect(failures(await load.stop())).toEqual([]);
    });

    testNeeding('signals', engine, 'no GET is lost when a replica is killed under load, once the router has heard of all pods', async () => {
      const [running, web] = await start(who, { replicas: 3 }, { freshDns: true });
      await running.routersKnowPods();
      const load = running.load(web, { clients: 32, pause: 5 });
      await reached(load, 200);
      const [{ name }] = running.pods('web-backend');
      await running.pod(name).kill();
      await running.pod(name).notReady();
      await running.pod(name).ready();
      await reached(load, load.outcomes.length + 200);
      expect(failures(await load.stop())).toEqual([]);
    }, 90_000);

    test.each([1, 2])('a rolling restart of a group of %d under load loses neither a GET nor a POST', async (replicas) => {
      const [running, web] = await start(who, { replicas });
      const load = running.load(web, {
        clients: 8,
        pause: 20,
        requests: [{}, { method: 'POST', body: '{"n":1}', headers: { 'content-type': 'application/json' } }],
      });
      await reached(load, 100);
      const before = await replacePods(running, 'web-backend');
      await reached(load, load.outcomes.length + 500);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      const answered = new Set(outcomes.slice(-100).map(({ body }) => body));
      expect([...answered].filter((name) => before.includes(name))).toEqual([]);
    }, 90_000);

    test('an autoscaled group starts with its fewest replicas, and gets more and fewer of them under load without a lost request', async () => {
      const [running, web] = await start(who, { scaling: Scaling.cpu({ min: 2, max: 4 }) });
      const ready = () => running.pods('web-backend').filter((pod) => pod.ready).length;
      await until(() => ready() === 2);
      const load = running.load(web, { clients: 8, pause: 20, requests: [{}, { method: 'POST', body: '{}' }] });
      const answering = () => new Set(load.outcomes.slice(-400).map(({ body }) => body)).size;
      // What an autoscaler does, of which nobody here knows how much CPU is used.
      await running.scale('web-backend', 4);
      await until(() => answering() === 4);
      await running.scale('web-backend', 2);
      await until(() => ready() === 2 && answering() === 2);
      expect(failures(await load.stop())).toEqual([]);
    }, 150_000);

    test('a router that ends lets what is open go on for as long as its pods are told, and cuts it then', async () => {
      const slow = Backend.fromFunction(
        Code.fromInline('() => new Promise((answer) => setTimeout(answer, 20_000, "late"))'),
      );
      const pods = { drain: Duration.seconds(1), terminationGracePeriod: Duration.seconds(9) };
      const [running, web] = await start(slow, { router: { pods } });
      const open = running.fetch(web, '/').then(({ status }) => status, () => 'cut');
      await replacePods(running, 'web-router');
      expect(await open).toBe('cut');
    });

    test('a group that something else scales starts with one replica, and while it has none, requests fail', async () => {
      const [running, web] = await start(who, { scaling: Scaling.external({ min: 0, max: 4 }) });
      const ready = () => running.pods('web-backend').filter((pod) => pod.ready).length;
      await until(() => ready() === 1);
      const load = running.load(web, { clients: 1, pause: 50 });
      const status = () => load.outcomes.at(-1)?.status;
      // Which of them depends on how the network refuses.
      const failing = () => [502, 503, 504].includes(status() ?? 0);
      await until(() => status() === 200);
      // What KEDA does, of which there is none here.
      await running.scale('web-backend', 0);
      await until(failing);
      await running.scale('web-backend', 2);
      await until(() => ready() === 2 && status() === 200);
      expect((await load.stop()).filter(({ status: each }) => ![200, 502, 503, 504].includes(each))).toEqual([]);
    }, 90_000);

    test('a rolling restart of the routers loses no request of clients that keep their connections', async () => {
      const [running, web] = await start(who);
      const load = running.load(web, { clients: 32, pause: 5 });
      await reached(load, 500);
      await replacePods(running, 'web-router');
      await reached(load, load.outcomes.length + 500);
      expect(failures(await load.stop())).toEqual([]);
    }, 90_000);
  });
}
