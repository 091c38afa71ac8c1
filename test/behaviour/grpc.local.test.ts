import { join } from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import { Greeter } from '../grpc-client';
import { Backend, Code, Protocol, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

jest.setTimeout(60_000);

const IMAGE = 'ghcr.io/acme/greeter:1';
const commands = { [IMAGE]: ['node', join(__dirname, '../stand-ins/greeter.mjs')] };
const backend = Backend.fromImage(IMAGE, { port: 50051, protocol: Protocol.GRPC });
const one = { replicas: 1 };
const clients: Greeter[] = [];

function clientOf(cluster: LocalCluster, target: Spread | Shard): Greeter {
  const client = new Greeter(cluster.address(target));
  clients.push(client);
  return client;
}

afterAll(() => { for (const client of clients) client.close(); });

const next = (call: any) => new Promise<any>((resolve) => call.once('data', resolve));

/** Ends a stream, and waits for its other half. */
async function endOf(call: any): Promise<void> {
  const ended = new Promise((resolve) => call.once('end', resolve));
  call.end();
  call.resume();
  await ended;
}

async function all(call: AsyncIterable<any>): Promise<any[]> {
  const found = [];
  for await (const each of call) found.push(each);
  return found;
}

test('a Spread passes calls of every kind on', async () => {
  const chart = new Chart(new App(), 'shop');
  const greeter = new Spread(chart, 'Greeter', { backend, protocol: Protocol.GRPC, router: one });
  const outer = new Spread(chart, 'Outer', { backend: greeter, router: one });
  await using cluster = await LocalCluster.start(chart, { commands });
  for (const target of [greeter, outer]) {
    const client = clientOf(cluster, target);
    const { text, headers } = await client.unary('Hello', { name: 'ada' }, { 'x-user': 'ada' }, 5000);
    expect(text).toBe('hello ada');
    expect(headers).toMatchObject({ 'x-user': 'ada', 'te': 'trailers', 'content-type': 'application/grpc' });
    expect(headers['grpc-timeout']).toMatch(/^\d+[mun]$/i);
    expect([headers[':authority'], headers.host]).toEqual(['greeter-backend', undefined]);
    if (target === greeter) expect(headers['x-forwarded-host']).toMatch(/^127\.\d+\.\d+\.\d+:8080$/);
    expect((await client.clientStream('Count', [{}, {}, {}])).count).toBe(3);
    expect(await all(client.serverStream('List', { count: 3 }))).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
    const chat = client.bidi('Chat');
    for (const word of ['a', 'b', 'c']) {
      chat.write({ word });
      expect((await next(chat)).word).toBe(word);
    }
    await endOf(chat);
    await expect(client.unary('Fail', {})).rejects.toMatchObject({ code: 9, details: 'not now' });
    await expect(client.unary('Nonsense', {})).rejects.toMatchObject({ code: 12 });
    // of 1 MiB
    const name = 'x'.repeat(2 ** 20);
    expect((await client.unary('Hello', { name })).text).toBe(`hello ${name}`);
  }
});

test('a deadline reaches the replica, and ends the call there', async () => {
  const chart = new Chart(new App(), 'shop');
  const greeter = new Spread(chart, 'Greeter', { backend, replicas: 1, router: one });
  await using cluster = await LocalCluster.start(chart, { commands });
  const client = clientOf(cluster, greeter);
  await expect(client.unary('Wait', {}, {}, 300)).rejects.toMatchObject({ code: 4 });
  const [pod] = cluster.pods(greeter).filter(({ group }) => group === 'greeter-backend');
  const heard = () => cluster.pod(pod.name).logs().includes('aborted');
  for (let i = 0; i < 100 && !heard(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(heard()).toBe(true);
});

test.each([
  ['of metadata', ShardKey.fromHeader('x-user'), 'x-user is missing'],
  ['of a function', ShardKey.fromFunction(Code.fromInline("({ headers }) => headers['x-user']")), 'has no key'],
])('a Shard leads calls to the owner of a key %s', async (_, key, missing) => {
  const chart = new Chart(new App(), 'shop');
  const users = new Shard(chart, 'Users', { backend, shards: 3, replicas: 1, key, router: one });
  await using cluster = await LocalCluster.start(chart, { commands });
  const client = clientOf(cluster, users);
  for (const user of ['ada', 'grace', 'alan', 'edsger', 'barbara']) {
    const by = `shard ${users.shardOf(user)}`;
    const metadata = { 'x-user': user };
    expect((await client.unary('Hello', { name: user }, metadata)).by).toBe(by);
    expect((await client.clientStream('Count', [{}], metadata)).by).toBe(by);
    const chat = client.bidi('Chat', metadata);
    chat.write({});
    expect((await next(chat)).by).toBe(by);
    await endOf(chat);
  }
  await expect(client.unary('Hello', {})).rejects.toMatchObject({ code: 3, details: expect.stringContaining(missing) });
});

test('what a router itself answers is a status of gRPC', async () => {
  const chart = new Chart(new App(), 'shop');
  const gone = new Spread(chart, 'Gone', { backend: Backend.fromUrl('http://nobody:1', { protocol: Protocol.GRPC }) });
  const slow = new Spread(chart, 'Slow', { backend, router: { ...one, timeout: Duration.seconds(1) } });
  await using cluster = await LocalCluster.start(chart, { commands });
  await expect(clientOf(cluster, gone).unary('Hello', {}))
    .rejects.toMatchObject({ code: 14, details: expect.stringMatching(/^no replica (is ready|answered properly)$/) });
  await expect(clientOf(cluster, slow).unary('Wait', {}))
    .rejects.toMatchObject({ code: 4, details: 'no replica answered in time' });
  await expect(clientOf(cluster, slow).unary('Crash', {})).rejects.toMatchObject({ code: 14 });
});
