import { Duration } from 'cdk8s';
import { byUser, homes, kinds, of, users } from './affinity-users';
import { describeOn, Engine, testNeeding } from './engine';
import { failures, reached, until } from './load';
import { spreadPerTest, who } from './spread-per-test';
import { Affinity, Backend, Code } from 'cdk8s-metaparticle';

/** Says which pod answers, after a while. */
const slow = Backend.fromFunction(
  Code.fromInline('(request, context) => new Promise((answer) => setTimeout(answer, 50, context.pod))'),
);
/** Says how much it got. */
const counting = Backend.fromFunction(Code.fromInline('(request) => String(request.text.length)'));

/** What callers notice of a Spread whose requests go where their kin went before. */
export function affinityBehaviour(engine: Engine): void {
  describeOn(engine, 'Spread with affinity', () => {
    const start = spreadPerTest(engine);

    test('a key meets the same replica through every router, keys are shared out, and what has none is spread', async () => {
      const [running, web] = await start(who, { replicas: 4, ...byUser() }, { freshDns: true });
      await running.routersKnowPods();
      const found = await homes(running, web, 200);
      const all = [...found.values()];
      const counts = [...new Set(all)].map((pod) => all.filter((each) => each === pod).length);
      expect(counts).toHaveLength(4);
      expect(Math.min(...counts)).toBeGreaterThan(20);
      const requests = [...users(40).map(of), {}];
      const outcomes = await running.load(web, { clients: 8, count: 800, requests }).done();
      expect(failures(outcomes)).toEqual([]);
      const { home, none, ...others } = kinds(outcomes);
      expect(others).toEqual({});
      expect(Math.abs(none - 800 / 41)).toBeLessThan(2);
      expect(home + none).toBe(800);
    }, 90_000);

    test('a key that has half of the load does not sink its replica, and where all have as many as they may, none is refused', async () => {
      const [running, web] = await start(slow, {
        replicas: 4, ...byUser({ maxRequestsPerPod: 8 }), router: { replicas: 1 },
      }, { freshDns: true });
      await running.routersKnowPods();
      const requests = users(100).flatMap((user) => [of('hot'), of(user)]);
      const hot = await running.load(web, { clients: 24, count: 1200, requests }).done();
      expect(failures(hot)).toEqual([]);
      const counts = new Map<string, number>();
      for (const { body } of hot) counts.set(body, (counts.get(body) ?? 0) + 1);
      expect(Math.max(...counts.values()) / 300).toBeLessThan(1.5);
      const full = await running.load(web, { clients: 64, count: 1000, requests }).done();
      expect(failures(full)).toEqual([]);
      const { home, spill } = kinds(full);
      expect(home + spill).toBe(1000);
      expect(spill).toBeGreaterThan(100);
    }, 90_000);

    test('bodies of every size arrive whole where all replicas have as many requests as they may', async () => {
      const [running, web] = await start(counting, {
        replicas: 2, ...byUser({ maxRequestsPerPod: 1 }), router: { replicas: 1 },
      }, { freshDns: true });
      await running.routersKnowPods();
      const sizes = [1, 2_000, 9_999, 10_000, 20_000, 300_000];
      const requests = sizes.map((size) => ({ method: 'POST', body: 'x'.repeat(size), ...of('hot') }));
      const outcomes = await running.load(web, { clients: 16, count: 300, requests }).done();
      expect(failures(outcomes)).toEqual([]);
      const got = new Set(outcomes.map(({ body }) => Number(body)));
      expect([...got].sort((a, b) => a - b)).toEqual(sizes);
    }, 90_000);

    testNeeding('signals', engine, 'a client meets the replica of its cookie again through every router, and another one when that is gone', async () => {
      const affinity = Affinity.byCookie('shop', { maxAge: Duration.hours(8) });
      const [running, web] = await start(who, { replicas: 3, affinity }, { freshDns: true });
      await running.routersKnowPods();
      const [first] = await running.load(web, { clients: 1, count: 1 }).done();
      expect(first.headers['x-affinity']).toBe('none');
      const [sent] = [first.headers['set-cookie']].flat() as string[];
      expect(sent).toMatch(/^shop=[0-9a-f]{32}; expires=.*; max-age=28800; httponly; samesite=lax; path=\/$/);
      const headers = { cookie: `theme=dark; ${sent.split(';')[0]}` };
      const again = await running.load(web, {
        clients: 4, keepAlive: false, count: 40, requests: [{ headers }],
      }).done();
      expect(failures(again)).toEqual([]);
      expect(new Set(again.map(({ body }) => body))).toEqual(new Set([first.body]));
      expect(kinds(again)).toEqual({ home: 40 });
      // A killed replica may be back before anyone could begin to ask.
      const load = running.load(web, { clients: 1, pause: 10, requests: [{ headers }] });
      await reached(load, 1);
      await running.pod(first.body).kill();
      const elsewhere = () => load.outcomes.filter(({ body }) => body !== first.body);
      await until(() => elsewhere().length > 0);
      expect(failures(await load.stop())).toEqual([]);
      for (const { headers: answer } of elsewhere()) {
        expect(answer).toMatchObject({ 'x-affinity': 'spill', 'set-cookie': [expect.stringMatching(/^shop=[0-9a-f]{32}; /)] });
        expect(answer['set-cookie']).not.toEqual([sent]);
      }
    }, 90_000);
  });
}
