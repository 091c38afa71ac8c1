import { Chart, Size, Testing } from 'cdk8s';
import { scriptLimits } from '../../src/nginx/limits';
import { Backend, Code, Shard, ShardKey, ShardProps } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const MIB = 2 ** 20;

/** Answers after a second, so that requests which come together are open together. */
const backend = Backend.fromFunction(Code.fromInline('() => new Promise((resolve) => setTimeout(resolve, 1000, 1))'));

function shard(props: Partial<ShardProps> = {}): Shard {
  const chart = new Chart(Testing.app(), 'test');
  return new Shard(chart, 'Users', { shards: 1, replicas: 1, key: ShardKey.fromField('user'), backend, ...props });
}

test.each([
  ['128 MiB, one worker, no bodies', [128 * MIB, 1], { requests: 346 }],
  ['256 MiB, one worker, bodies of 1 MiB', [256 * MIB, 1, MIB], { requests: 295, bodies: 25 }],
  ['1 GiB, two workers, bodies of 4 MiB', [1024 * MIB, 2, 4 * MIB], {
    requests: 466, bodies: 20, smallerBodies: [{ digits: 5, requests: 209 }, { digits: 6, requests: 20 }],
  }],
  ['2 GiB, one worker, bodies of 20 MiB', [2048 * MIB, 1, 20 * MIB], {
    requests: 770, bodies: 6, smallerBodies: [{ digits: 5, requests: 346 }, { digits: 6, requests: 34 }],
  }],
  ['1 PiB: nginx counts no further', [2 ** 50, 1], { requests: 65_535 }],
] as const)('a router holds as many requests as fit into %s', (_, [memory, workers, maxBodySize], limits) => {
  expect(scriptLimits(memory, workers, maxBodySize)).toEqual(limits);
});

test('a router that has no memory for one body of the size that it may have is refused', () => {
  expect(() => shard({ router: { maxBodySize: Size.mebibytes(500) } })).toThrow(
    '[test/Users] router.maxBodySize is 512000 KiB: to read such a body for a key, '
      + 'the router needs 31024 MiB of memory, and has 256; raise router.resources.memory, or lower router.maxBodySize');
});

test.each([
  ['a header', ShardKey.fromHeader('x-user')],
  ['a function', ShardKey.fromFunction(Code.fromInline('() => 1'))],
])('all headers are refused where %s is the key: one with an underscore could be taken for it', (_, key) => {
  expect(() => shard({ key, router: { allHeaders: true } }))
    .toThrow(/^\[test\/Users\] router\.allHeaders is true, but the key may be read from a header/);
});

test('of more bodies than a router may hold, the others are told to come back', async () => {
  const users = shard({ router: { replicas: 1 } });
  await using cluster = await LocalCluster.start(users.node.scope as Chart);
  const body = JSON.stringify({ user: 'ada', text: 'x'.repeat(20_000) });
  const ask = () =>
    cluster.fetch(users, '/', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const answers = await Promise.all(Array.from({ length: 40 }, ask));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused).toHaveLength(15);
  expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')]))
    .toEqual(refused.map(() => [503, '1']));
  expect((await ask()).status).toBe(200);
});

test('a body that is smaller than it might be takes no more room than it needs', async () => {
  const resources = { memory: { request: Size.mebibytes(512), limit: Size.mebibytes(512) } };
  const users = shard({ router: { replicas: 1, maxBodySize: Size.mebibytes(4), resources } });
  await using cluster = await LocalCluster.start(users.node.scope as Chart);
  const accepted = async (size: number) => {
    const body = JSON.stringify({ user: 'ada', text: 'x'.repeat(size) });
    const ask = () => cluster.fetch(users, '/', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body,
    });
    const answers = await Promise.all(Array.from({ length: 40 }, ask));
    return answers.filter(({ status }) => status === 200).length;
  };
  expect([await accepted(20_000), await accepted(200_000), await accepted(1_000_000)]).toEqual([40, 10, 9]);
});
