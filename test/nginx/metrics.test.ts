import { Chart, Testing } from 'cdk8s';
import { Backend, Code, Shard, ShardKey } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const backend = Backend.fromFunction(
  Code.fromInline('({ path }) => new Response(null, { status: path === "/missing" ? 404 : 200 })'),
);

async function start(
  metrics: boolean,
  key = ShardKey.fromHeader('x-user'),
): Promise<[LocalCluster, Shard, () => Promise<string>]> {
  const chart = new Chart(Testing.app(), 'test');
  const users = new Shard(chart, 'Users', { shards: 2, replicas: 1, key, backend, router: { replicas: 1, metrics } });
  const cluster = await LocalCluster.start(chart);
  const [{ ip }] = cluster.pods('users');
  const page = async () => {
    const answer = await fetch(`http://${ip}:9090/metrics`);
    expect([answer.status, answer.headers.get('content-type')])
      .toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    return answer.text();
  };
  return [cluster, users, page];
}

test('without metrics a router tells of its connections', async () => {
  const [cluster, , page] = await start(false);
  expect(await page())
    .toMatch(/^# HELP nginx_connections_active Open connections of clients\.\n# TYPE nginx_connections_active gauge\nnginx_connections_active \d+\n/);
  await cluster.stop();
});

test.each([
  ['a header', ShardKey.fromHeader('x-user')],
  ['a function', ShardKey.fromFunction(Code.fromInline("(request) => request.headers['x-user']"))],
])('a router that shards by %s counts requests by group and code, and their latencies', async (_, key) => {
  const [cluster, users, page] = await start(true, key);
  const [zero, one] = [0, 1].map((shard) => (
    ['ada', 'bob', 'carol', 'dave', 'erin'].find((name) => users.shardOf(name) === shard)!
  ));
  const ask = async (user: string, path = '/') =>
    (await cluster.fetch(users, path, { headers: user ? { 'x-user': user } : {} })).text();
  for (let i = 0; i < 5; i++) await ask(zero);
  for (let i = 0; i < 3; i++) await ask(one);
  await ask(one, '/missing');
  await ask('');
  const text = await page();
  for (const line of [
    'metaparticle_group_requests_total{group="users-0",code="200"} 5',
    'metaparticle_group_requests_total{group="users-1",code="200"} 3',
    'metaparticle_group_requests_total{group="users-1",code="404"} 1',
    'metaparticle_group_requests_total{group="none",code="400"} 1',
    'metaparticle_group_retries_total{group="users-0"} 0',
    'metaparticle_group_request_duration_seconds_bucket{group="users-0",le="+Inf"} 5',
    'metaparticle_group_request_duration_seconds_count{group="users-1"} 4',
  ]) expect(text).toContain(`${line}\n`);
  expect(text).toMatch(/\nmetaparticle_group_request_duration_seconds_sum\{group="users-0"\} [0-9.]+\n/);
  expect(text).toMatch(/^nginx_connections_active \d+$/m);
  await cluster.stop();
});
