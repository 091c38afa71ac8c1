import { existsSync, readdirSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Chart, Testing } from 'cdk8s';
import { find } from '../find';
import { Backend, Code, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const backend = Backend.fromFunction(Code.fromInline('() => "hello"'));

function accessLogOf(chart: Chart, name: string): string {
  const { env } = find(chart, 'Deployment', name).spec.template.spec.containers[0];
  return env.find((each: any) => each.name === 'ACCESS_LOG').value;
}

/** Where the local cluster has a router write its log. */
function logOf(pod: string): string {
  const files = readdirSync(tmpdir()).map((folder) => join(tmpdir(), folder, 'pods', pod, 'access.log'));
  return files.find((file) => existsSync(file))!;
}

test('requests are logged on demand only, to standard output', () => {
  const chart = new Chart(Testing.app(), 'test');
  new Spread(chart, 'Quiet', { backend });
  new Spread(chart, 'Counting', { backend, router: { metrics: true } });
  new Spread(chart, 'Telling', { backend, router: { accessLog: true, metrics: true } });
  expect(['quiet-router', 'counting-router', 'telling-router'].map((name) => accessLogOf(chart, name)))
    .toEqual(['off', '/dev/null json if=0', '/dev/stdout json']);
});

test('a line is JSON, whatever a client sends, with shard, group, replica and trace, '
  + 'and without the query', async () => {
  const chart = new Chart(Testing.app(), 'test');
  const users = new Shard(chart, 'Users', {
    shards: 2,
    replicas: 1,
    key: ShardKey.fromHeader('x-user'),
    backend,
    router: { replicas: 1 },
  });
  const cluster = await LocalCluster.start(chart);
  const shard = users.shardOf('ada');
  const [{ ip }] = cluster.pods(`users-${shard}`);
  // The local cluster has a log of its own, in the same format: it shows the requests of routers to people.
  const records = cluster.requests();
  const first = records.next();
  await (await cluster.fetch(users, '/a"b\\?token=secret', {
    headers: {
      'x-user': 'ada',
      'x-request-id': '"},{"status":200',
      'traceparent': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  })).text();
  await first;
  const [line] = readFileSync(logOf(cluster.pods('users')[0].name), 'utf8').split('\n');
  expect(JSON.parse(line)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    method: 'GET',
    path: expect.stringMatching(/^\/a/),
    status: 200,
    seconds: expect.any(Number),
    bytes: 5,
    client: '127.0.0.1',
    group: `users-${shard}`,
    shard: `${shard}`,
    upstream: expect.stringMatching(`(^|, )${ip}:8080$|^127`),
    upstream_status: '200',
    upstream_seconds: expect.stringMatching(/^[0-9.]+$/),
    request_id: '"},{"status":200',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
  });
  expect(line).not.toContain('secret');
  await cluster.stop();
});
