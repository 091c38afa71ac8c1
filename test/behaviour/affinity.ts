import { Duration } from 'cdk8s';
import { Cluster, describeOn, Engine, testNeeding } from './engine';
import { failures, LoadRequest, Outcome, reached, until } from './load';
import { replacePods } from './rollouts';
import { spreadPerTest, who } from './spread-per-test';
import { Affinity, Backend, Code, ShardKey, Spread } from 'cdk8s-metaparticle';

/** Says which pod answers, after a while. */
const slow = Backend.fromFunction(
  Code.fromInline('(request, context) => new Promise((answer) => setTimeout(answer, 50, context.pod))'),
);
/** Says how much it got. */
const counting = Backend.fromFunction(Code.fromInline("(request) => String(request.text.length)"));

const byUser = (options = {}) => ({ affinity: Affinity.byKey(ShardKey.fromHeader('x-user'), options) });
const of = (user: string): LoadRequest => ({ headers: { 'x-user': user } });
const users = (count: number) => Array.from({ length: count }, (_, n) => `user-${n}`);

/** What answers say of their affinity, and how often. */
function kinds(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { headers } of outcomes) {
    const kind = String(headers['x-affinity']);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Which pod each user meets now, where that is the same for all routers. */
async function homes(running: Cluster, web: Spread, count: number): Promise<Map<string, string>> {
  const names = users(count);
 
  const load = running.load(web, { clients: 1, count: count * 2, keepAlive: false, requests: names.map(of) });
  const outcomes = await load.done();
  expect(failures(outcomes)).toEqual([]);
  const found = new Map<string, string>();
  outcomes.forEach(({ body }, at) => {
    const name = names[at % count];
    expect([name, found.get(name) ?? body]).toEqual([name, body]);
    found.set(name, body);
  });
  return found;
}

/** What callers notice of a Spread whose requests go where their kin went before. */
export function affinityBehaviour(engine: Engine): void {
  describeOn(engine, 'Spread with affinity', () => {
    const start = spreadPerTest(engine);

    test('a key meets the same replica through every router, keys are shared out, and what has none is spread', async () => {
      const [running, web] = await start(who, { replicas: 4, ...byUser() }, { freshDns: true });
      await running.routersKnowPods();
      const found = await homes(running, web, 200);
      const counts = [...new Set(found.values())].map((pod) => [...found.values()].filter((each) => each === pod).length);
      expect(counts).toHaveLength(4);
      expect(Math.min(...counts)).toBeGreaterThan(20);
      const outcomes = await running.load(web, { clients: 8, count: 800, requests: [...users(40).map(of), {}] }).done();
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

    testNeeding('signals', engine, 'when a replica is killed only its keys move, and they come back with it; no GET fails', async () => {
      const [running, web] = await start(who, { replicas: 4, ...byUser() }, { freshDns: true });
      await running.routersKnowPods();
      const before = await homes(running, web, 100);
      const load = running.load(web, { clients: 8, pause: 5, requests: users(100).map(of) });
      await reached(load, 100);
      const [{ name }] = running.pods('web-backend');
      await running.pod(name).kill();
      await running.pod(name).notReady();
      await running.pod(name).ready();
      await reached(load, load.outcomes.length + 300);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      await running.routersKnowPods();
      expect(await homes(running, web, 100)).toEqual(before);
    }, 120_000);

    testNeeding('signals', engine, 'the keys of a replica that is not ready go to others, each to one, and those of others stay', async () => {
      const [running, web] = await start(who, {
        replicas: 4, ...byUser(), router: { timeout: Duration.seconds(2) },
      }, { freshDns: true });
      await running.routersKnowPods();
      const before = await homes(running, web, 100);
      const [{ name }] = running.pods('web-backend');
      await running.pod(name).freeze();
      await running.pod(name).notReady();
      await running.routersKnowPods();
      const during = await homes(running, web, 100);
      const moved = [...before].filter(([user, pod]) => during.get(user) !== pod);
      expect(new Set(moved.map(([, pod]) => pod))).toEqual(new Set([name]));
      expect(new Set(moved.map(([user]) => during.get(user))).size).toBe(3);
      await running.pod(name).thaw();
    }, 120_000);

    test('a further replica takes its share of keys and no other key moves; a rolling restart loses neither GET nor POST', async () => {
      const [running, web] = await start(who, { replicas: 4, ...byUser() }, { freshDns: true });
      await running.routersKnowPods();
      const before = await homes(running, web, 300);
      const load = running.load(web, {
        clients: 8, pause: 10, requests: users(100).flatMap((user) => [of(user), { method: 'POST', body: '{}', ...of(user) }]),
      });
      await reached(load, 100);
      await running.scale('web-backend', 5);
      await running.routersKnowPods();
      const after = await homes(running, web, 300);
      const moved = [...after].filter(([user, pod]) => before.get(user) !== pod);
      const old = new Set(before.values());
      expect(moved.filter(([, pod]) => old.has(pod))).toEqual([]);
      expect(moved.length).toBeGreaterThan(20);
      expect(moved.length).toBeLessThan(120);
      await replacePods(running, 'web-backend');
      await reached(load, load.outcomes.length + 300);
      expect(failures(await load.stop())).toEqual([]);
    }, 150_000);

    testNeeding('signals', engine, 'a client meets the replica of its cookie again through every router, and another one when that is gone', async () => {
      const affinity = Affinity.byCookie('shop', { maxAge: Duration.hours(8) });
      const [running, web] = await start(who, { replicas: 3, affinity }, { freshDns: true });
      await running.routersKnowPods();
      const [first] = await running.load(web, { clients: 1, count: 1 }).done();
      expect(first.headers['x-affinity']).toBe('none');
      const [sent] = [first.headers['set-cookie']].flat() as string[];
      expect(sent).toMatch(/^shop=[0-9a-f]{32}; expires=.*; max-age=28800; httponly; samesite=lax; path=\/$/);
      const headers = { cookie: `theme=dark; ${sent.split(';')[0]}` };
      const again = await running.load(web, { clients: 4, keepAlive: false, count: 40, requests: [{ headers }] }).done();
      expect(failures(again)).toEqual([]);
      expect(new Set(again.map(({ body }) => body))).toEqual(new Set([first.body]));
      expect(kinds(again)).toEqual({ home: 40 });
      await running.pod(first.body).kill();
      const [moved] = await running.load(web, { clients: 1, count: 1, requests: [{ headers }] }).done();
      expect(moved).toMatchObject({ status: 200, headers: { 'x-affinity': 'spill' } });
      expect(moved.body).not.toBe(first.body);
      expect(String(moved.headers['set-cookie'])).toMatch(/^shop=[0-9a-f]{32}; /);
    }, 90_000);
  });
}
