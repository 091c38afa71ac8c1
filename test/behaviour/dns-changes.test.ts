import { Chart, Duration, Testing } from 'cdk8s';
import { HttpLoad, reached } from './load';
import { Backend, Code, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

/** Says which pod answers; not at once, so that requests which come together are spread. */
const backend = Backend.fromFunction(
  Code.fromInline('(request, context) => new Promise((resolve) => setTimeout(resolve, 200, context.pod))'),
);
// Longer than two probes take to fail (4 s), and the router to ask DNS again (5 s).
const router = { timeout: Duration.seconds(12), replicas: 1 };

// Here only, because DNS answers are fresh: on other engines it would take half a minute more.
test('GETs that wait for a replica which fell silent, while DNS hears of it, are given to another; POSTs are not', async () => {
  const chart = new Chart(Testing.app(), 'test');
  const readsBody = ShardKey.fromFunction(Code.fromInline('({ body }) => String(body)'));
  const patterns = [
    { pattern: new Spread(chart, 'Web', { backend, router }), group: 'web-backend' },
    {
      pattern: new Shard(chart, 'Paths', { shards: 1, key: ShardKey.fromPath('^(/)'), backend, router }),
      group: 'paths-0',
    },
    { pattern: new Shard(chart, 'Bodies', { shards: 1, key: readsBody, backend, router }), group: 'bodies-0' },
  ];
  await using cluster = await LocalCluster.start(chart);
  await Promise.all(patterns.map(async ({ pattern, group }) => {
    const warm = new HttpLoad(cluster.address(pattern), { clients: 4 });
    await reached(warm, 120); // 6 s: by then the router knows both replicas
    await warm.stop();
    const [frozen] = cluster.pods(group);
    await cluster.pod(frozen.name).freeze();
    const requests = [{}, { method: 'POST', body: '{}' }];
    const outcomes = await new HttpLoad(cluster.address(pattern), { clients: 32, count: 32, requests }).done();
    const gets = outcomes.filter(({ method }) => method === 'GET');
    expect(gets.filter(({ status, body }) => status !== 200 || body === frozen.name)).toEqual([]);
    expect(gets.filter(({ milliseconds }) => milliseconds > 11_000)).not.toEqual([]);
    expect(new Set(outcomes.filter(({ method }) => method === 'POST').map(({ status }) => status))).toEqual(
      new Set([200, 504]),
    );
  }));
});
