import { Chart, Duration, Testing } from 'cdk8s';
import { Backend, Gather, handler, ScatterGather, Spread } from '../../src';
import { LocalCluster } from '../../src/local/testing';

const pod = Backend.fromFunction(handler(() => [process.env.HOSTNAME]));

/** How many of so many requests each pod answered, the fewest first. */
async function shares(cluster: LocalCluster, target: Spread | ScatterGather, requests: number): Promise<number[]> {
  const counts = new Map<string, number>();
  for (let i = 0; i < requests; i++) {
    for (const name of await (await cluster.fetch(target, '/')).json() as string[]) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => a - b);
}

test('a router finds a Service by its full name alone, as in a cluster: a short one that worked here would be a false promise', async () => {
  const users = new Chart(Testing.app(), 'users', { namespace: 'shop' });
  new Spread(users, 'Users', { replicas: 1, backend: pod });
  const chart = new Chart(Testing.app(), 'test');
  const long = new Spread(chart, 'Long', { backend: Backend.fromUrl('http://users.shop.svc:8080') });
  // Of another app, so that nothing knows at synthesis that the name is short of something.
  const short = new Spread(chart, 'Short', { backend: Backend.fromUrl('http://users.shop:8080') });
  await using cluster = await LocalCluster.start([users, chart]);
  expect([(await cluster.fetch(long, '/')).status, (await cluster.fetch(short, '/')).status]).toEqual([200, 502]);
});

test.each(
  [['fresh DNS answers', 0], ['DNS answers of up to 30 s', 30]],
)('with %s, routers and roots know all their pods when a start is over', async (_, seconds) => {
  const chart = new Chart(Testing.app(), 'test');
  const web = new Spread(chart, 'Web', { replicas: 6, backend: pod });
  const front = new Spread(chart, 'Front', { backend: web });
  const search = new ScatterGather(chart, 'Search', { leaves: 2, replicas: 3, backend: pod, gather: Gather.concat() });
  await using cluster = await LocalCluster.start(chart, { dnsCache: Duration.seconds(seconds) });
  const [fewest, , , , , most, ...more] = await shares(cluster, web, 300);
  expect([fewest >= 48, most <= 52, more]).toEqual([true, true, []]);
  expect((await shares(cluster, front, 30)).length).toBe(6);
  expect(await shares(cluster, search, 90)).toEqual([30, 30, 30, 30, 30, 30]);
});
