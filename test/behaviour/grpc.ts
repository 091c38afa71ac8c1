import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Cluster, clusterPerTest, describeOn, Engine, testNeeding } from './engine';
import { until } from './load';
import { replacePods } from './rollouts';
import { authority } from '../certificates';
import { Greeter } from '../grpc-client';
import {
  Backend, CaBundle, Code, IBackend, Protocol, RouterOptions, Shard, ShardKey, Spread,
} from 'cdk8s-metaparticle';

const PROGRAM = readFileSync(join(__dirname, '../stand-ins/greeter.mjs'), 'utf8');

/** Pods of test/stand-ins/greeter.mjs, which need no image but Node's; where they are named, they speak TLS. */
function greeterPods(chart: Chart, serverName?: string): IBackend {
  const program = new kplus.ConfigMap(chart, 'Program', {
    metadata: { name: 'greeter-program' }, data: { 'greeter.mjs': PROGRAM },
  });
  const app = { path: '/app', volume: kplus.Volume.fromConfigMap(chart, 'App', program), readOnly: true };
  const name = kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME);
  const options = { port: 50051, protocol: Protocol.GRPC, args: ['node', '/app/greeter.mjs'] };
  if (serverName === undefined) {
    return Backend.fromImage('node:24-alpine', { ...options, env: { POD_NAME: name }, volumeMounts: [app] });
  }
  const ca = authority('Greeters');
  const { cert, key } = ca.issue({ names: [serverName] });
  const secret = new kplus.Secret(chart, 'Secret', {
    metadata: { name: 'greeter-tls' }, stringData: { 'tls.crt': cert, 'tls.key': key },
  });
  return Backend.fromImage('node:24-alpine', {
    ...options,
    env: { POD_NAME: name, TLS: kplus.EnvValue.fromValue('/tls') },
    volumeMounts: [app, { path: '/tls', volume: kplus.Volume.fromSecret(chart, 'Tls', secret), readOnly: true }],
    tls: { serverName, ca: CaBundle.fromPem(ca.pem) },
    // The kubelet asks no health check by TLS.
    readiness: kplus.Probe.fromTcpSocket(),
  });
}

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

/** What gRPC is promised: what the same suite promises of HTTP, and what only gRPC has. */
export function grpcBehaviour(engine: Engine): void {
  describeOn(engine, 'gRPC', () => {
    const start = clusterPerTest(engine);
    const clients: Greeter[] = [];
    const loads: { stop(): Promise<unknown> }[] = [];
    afterEach(async () => {
      for (const each of loads.splice(0)) await each.stop();
      for (const client of clients.splice(0)) client.close();
    });

    const clientOf = async (cluster: Cluster, target: Spread | Shard) => {
      const client = new Greeter(await cluster.address(target));
      clients.push(client);
      return client;
    };

    const spread = (router: RouterOptions = {}, replicas = 2) => {
      const chart = new Chart(Testing.app(), 'test');
      const backend = greeterPods(chart);
      return { chart, greeter: new Spread(chart, 'Greeter', { backend, replicas, router: { replicas: 1, ...router } }) };
    };

    test('calls of every kind pass, through one router and through two', async () => {
      const { chart, greeter } = spread();
      const outer = new Spread(chart, 'Outer', { backend: greeter, protocol: Protocol.GRPC, router: { replicas: 1 } });
      const cluster = await start(chart);
      for (const target of [greeter, outer]) {
        const client = await clientOf(cluster, target);
        const { text, headers } = await client.unary('Hello', { name: 'ada' }, { 'x-user': 'ada' }, 5000);
        expect(text).toBe('hello ada');
        expect(headers).toMatchObject({
          ':authority': 'greeter-backend', 'x-user': 'ada', 'te': 'trailers', 'content-type': 'application/grpc',
        });
        expect(headers['grpc-timeout']).toMatch(/^\d+[mun]$/i);
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
        const name = 'x'.repeat(2 ** 20);
        expect((await client.unary('Hello', { name })).text).toBe(`hello ${name}`);
      }
    });

    test('calls pass to replicas that speak TLS', async () => {
      const chart = new Chart(Testing.app(), 'test');
      const backend = greeterPods(chart, 'greeter.example.com');
      const greeter = new Spread(chart, 'Greeter', { backend, replicas: 1, router: { replicas: 1 } });
      const client = await clientOf(await start(chart), greeter);
      const { text, headers } = await client.unary('Hello', { name: 'ada' });
      expect([text, headers[':scheme']]).toEqual(['hello ada', 'https']);
      const chat = client.bidi('Chat');
      chat.write({ word: 'a' });
      expect((await next(chat)).word).toBe('a');
      await endOf(chat);
    });

    test('a deadline reaches the replica, and ends the call there', async () => {
      const { chart, greeter } = spread({}, 1);
      const cluster = await start(chart);
      const client = await clientOf(cluster, greeter);
      await expect(client.unary('Wait', {}, {}, 300)).rejects.toMatchObject({ code: 4 });
      while ((await client.unary('Aborted', {})).aborted === 0);
    });

    test.each([
      ['of metadata', ShardKey.fromHeader('x-user'), 'x-user is missing'],
      ['of a function', ShardKey.fromFunction(Code.fromInline("({ headers }) => headers['x-user']")), 'has no key'],
    ])('a Shard leads calls to the owner of a key %s', async (_, key, missing) => {
      const chart = new Chart(Testing.app(), 'test');
      const users = new Shard(chart, 'Users', {
        backend: greeterPods(chart), shards: 3, replicas: 1, key, router: { replicas: 1 },
      });
      const cluster = await start(chart);
      const client = await clientOf(cluster, users);
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
      await expect(client.unary('Hello', {}))
        .rejects.toMatchObject({ code: 3, details: expect.stringContaining(missing) });
    });

    test('what a router itself answers is a status of gRPC', async () => {
      const { chart, greeter } = spread({ timeout: Duration.seconds(1), metrics: true });
      const backend = Backend.fromUrl('http://nobody:1', { protocol: Protocol.GRPC });
      const gone = new Spread(chart, 'Gone', { backend, router: { replicas: 1 } });
      const cluster = await start(chart);
      await expect((await clientOf(cluster, gone)).unary('Hello', {}))
        .rejects.toMatchObject({ code: 14, details: expect.stringMatching(/^no replica (is ready|answered properly)$/) });
      const client = await clientOf(cluster, greeter);
      await expect(client.unary('Wait', {})).rejects.toMatchObject({ code: 4, details: 'no replica answered in time' });
      await expect(client.unary('Crash', {}))
        .rejects.toMatchObject({ code: 14, details: 'no replica answered properly' });
      await expect(client.unary('Fail', {})).rejects.toMatchObject({ code: 9 });

      const [{ ip }] = cluster.pods('greeter');
      const admin = await cluster.reach({ host: ip, port: 9090 });
      const page = await (await fetch(`http://${admin.host}:${admin.port}/metrics`)).text();
      for (const code of [4, 9, 14]) {
        expect(page).toContain(`metaparticle_group_requests_total{group="greeter-backend",code="${code}"} 1\n`);
      }
    });

    /** Calls one after the other, of several at a time, until stopped; what became of them. */
    function load(client: Greeter) {
      const outcomes: { code: number; sent: number; by?: string }[] = [];
      const pause = () => new Promise((resolve) => setTimeout(resolve, 2));
      let stopped = false;
      const running = Promise.all(Array.from({ length: 8 }, async () => {
        while (!stopped) {
          const sent = performance.now();
          outcomes.push(await client.unary('Hello', { name: 'ada' }).then(
            ({ by }) => ({ code: 0, sent, by }), ({ code }) => ({ code, sent }),
          ));
          await pause();
        }
      }));
      const made = { outcomes, stop: async () => { stopped = true; await running; return outcomes; } };
      loads.push(made);
      return made;
    }

    test('a rolling restart of the replicas loses no call, and lets streams end', async () => {
      const { chart, greeter } = spread();
      const cluster = await start(chart);
      const client = await clientOf(cluster, greeter);
      const calls = load(client);
      const chat = client.bidi('Chat');
      chat.write({ word: 'before' });
      const { by } = await next(chat);
      const replaced = replacePods(cluster, 'greeter-backend');
      await until(() => !cluster.pods('greeter-backend').some((pod) => pod.name === by && pod.ready));
      chat.write({ word: 'during' });
      expect(await next(chat)).toEqual({ word: 'during', by });
      await endOf(chat);
      await replaced;
      const outcomes = await calls.stop();
      expect(outcomes.filter(({ code }) => code !== 0)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(100);
    }, 120_000);

    test('a rolling restart of the routers loses no call of a client that keeps its connection', async () => {
      const { chart, greeter } = spread({ replicas: 2 });
      const cluster = await start(chart);
      const calls = load(await clientOf(cluster, greeter));
      await until(() => calls.outcomes.length > 100);
      await replacePods(cluster, 'greeter-router');
      const before = calls.outcomes.length;
      await until(() => calls.outcomes.length > before + 100);
      expect((await calls.stop()).filter(({ code }) => code !== 0)).toEqual([]);
    }, 120_000);

    testNeeding('signals', engine, 'a killed replica fails only the calls that it has got, and they are not repeated', async () => {
      const { chart, greeter } = spread({}, 3);
      const cluster = await start(chart, { freshDns: true });
      await cluster.routersKnowPods();
      const client = await clientOf(cluster, greeter);
      const calls = load(client);
      await until(() => calls.outcomes.length > 200);
      const { by } = calls.outcomes.at(-1)!;
      await cluster.pod(by!).kill();
      const before = calls.outcomes.length;
      await until(() => calls.outcomes.length > before + 500);
      const failed = (await calls.stop()).filter(({ code }) => code !== 0);
      expect(failed.length).toBeLessThanOrEqual(8);
      expect(failed.filter(({ code }) => code !== 14 && code !== 13)).toEqual([]);
    }, 120_000);

    testNeeding('signals', engine, 'calls that a frozen replica has got end by their deadlines, and others go elsewhere', async () => {
      const { chart, greeter } = spread({ timeout: Duration.seconds(2) });
      const cluster = await start(chart, { freshDns: true });
      await cluster.routersKnowPods();
      const client = await clientOf(cluster, greeter);
      const { by } = await client.unary('Hello', { name: 'ada' });
      await cluster.pod(by).freeze();
      try {
        const calls = load(client);
        await cluster.pod(by).notReady();
        await cluster.routersKnowPods();
        const known = performance.now();
        await until(() => calls.outcomes.filter(({ sent }) => sent > known).length > 500);
        const outcomes = await calls.stop();
        expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set([0, 4]));
        expect(outcomes.filter(({ code, sent }) => code !== 0 && sent > known)).toEqual([]);
      } finally {
        await cluster.pod(by).thaw();
      }
    }, 120_000);
  });
}
