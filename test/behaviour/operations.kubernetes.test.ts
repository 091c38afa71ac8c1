import { Chart, Duration, Testing } from 'cdk8s';
import { Busy } from './busy';
import { describeOn, testNeeding } from './engine';
import { KubernetesCluster } from './kubernetes/cluster';
import { kubernetesEngine } from './kubernetes/engine';
import { knownObjects } from './kubernetes/examples';
import { PodHandle } from './kubernetes/pod-handle';
import { failures, Outcome, reached, until } from './load';
import { examplePromises, examples, runsAnywhere, secretsOf } from '../example-promises';
import { Backend, Code, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';

/** Of each kind, on two routers. */
const CLIENTS = 16;

/** Says which pod answers, and which version of the code. */
const who = (version = 1) => Backend.fromFunction(
  Code.fromInline(`(request, context) => '${version} ' + context.pod`),
);

/** Both patterns, two replicas of everything. */
function chartOf(version?: number): { objects: any[]; web: Spread; users: Shard } {
  const chart = new Chart(Testing.app(), 'test');
  const web = new Spread(chart, 'Web', { backend: who(version) });
  const users = new Shard(
    chart, 'Users', { shards: 2, replicas: 2, key: ShardKey.fromQuery('user'), backend: who(version) },
  );
  return { objects: chart.toJson(), web, users };
}

/** The Spread alone, where the Shard would only take time. */
function withoutUsers(objects: readonly any[]): any[] {
  return objects.filter(({ metadata }) => !metadata.name.startsWith('users'));
}

// What operators do to a cluster, and what callers then notice.
describeOn(kubernetesEngine, 'Operations', () => {
  let cluster: KubernetesCluster | undefined;
  afterEach(async () => {
    await cluster?.stop();
    cluster = undefined;
  });

  async function start(
    objects: readonly any[], options?: Parameters<typeof KubernetesCluster.start>[1],
  ): Promise<KubernetesCluster> {
    cluster = await KubernetesCluster.start(objects, options);
    return cluster;
  }

  /** 50 requests/s to each pattern, half of them over kept connections and half over new ones. */
  function busy(running: KubernetesCluster, patterns: readonly (Spread | Shard)[]): Busy {
    const requests = Array.from({ length: 20 }, (_, n) => ({ path: `/?user=user-${n}` }));
    return new Busy(patterns.flatMap((pattern) => [true, false].map((keepAlive) => (
      running.load(pattern, { clients: 5, keepAlive, pause: 200, requests })
    ))));
  }

  for (const example of examples.filter(runsAnywhere)) {
    const { promise, check } = examplePromises[example];
    const secrets = secretsOf(example);
    test(`the example ${example}, accepted without a warning and under its NetworkPolicies, ${promise}`, async () => {
      const running = await start([...secrets, ...knownObjects(example)]);
      await check(
        (service, path, init) => running.fetch(service, path, init),
        async (service) => {
          const { host, port } = await running.address(service);
          return `http://${host}:${port}`;
        },
      );
    });
  }

  test('every object of a chart with every kind of pattern, key and backend is accepted without a warning, and its pods become ready', async () => {
    const chart = new Chart(Testing.app(), 'everything');
    const backend = who();
    const users = new Shard(
      chart, 'Users', { shards: 2, replicas: 1, key: ShardKey.fromHeader('x-user'), backend, router: { replicas: 1 } },
    );
    new Shard(
      chart, 'Fields', {
        shards: 1,
        replicas: 1,
        key: ShardKey.fromField('user.id'),
        backend,
        router: { replicas: 1 },
      },
    );
    const key = ShardKey.fromFunction(Code.fromInline('(request) => request.path.length'));
    new Shard(chart, 'Lengths', { shards: 1, replicas: 1, key, backend, router: { replicas: 1 } });
    const web = new Spread(
      chart, 'Web', {
        replicas: 1,
        backend: Backend.fromImage('node:24-alpine', { port: 8080, command: ['node', '-e', SERVER] }),
      },
    );
    new Spread(chart, 'Front', { backend: users, router: { replicas: 1 } });
    web.exposeViaIngress('/');
    await start(chart.toJson());
  });

  test('a rolling restart of every workload fails no request', async () => {
    const { objects, web, users } = chartOf();
    const running = await start(objects);
    const load = busy(running, [web, users]);
    await load.goesOn();
    await running.rollout(web);
    await running.rollout(users);
    await running.calm('web-router', 2);
    await load.goesOn();
    expect(failures(await load.stop())).toEqual([]);
  }, 240_000);

  test.each(['web-router', 'web-backend'])('the eviction of every pod of %s, one by one, fails no request', async (group) => {
    const { objects, web } = chartOf();
    const running = await start(withoutUsers(objects));
    const load = busy(running, [web]);
    await load.goesOn();
    for (const { name } of running.pods(group)) {
      await running.pod(name).evict();
      await running.calm(group, 2);
    }
    await load.goesOn();
    expect(failures(await load.stop())).toEqual([]);
  }, 240_000);

  test.each([{ force: false }, { force: true }])('a deleted pod of two replicas fails no GET: %j', async (how) => {
    const { objects, web } = chartOf();
    const running = await start(withoutUsers(objects));
    const load = busy(running, [web]);
    await load.goesOn();
    await running.pod(running.pods('web-backend')[0].name).delete(how);
    await running.calm('web-backend', 2);
    // When DNS hears of it, requests are on their way to the address where nobody is.
    await running.routersKnowPods();
    expect(failures(await load.stop())).toEqual([]);
  }, 120_000);

  /**
   * Clients that keep their connections and clients that make new ones, while something happens to one of two routers.
   */
  async function clientsWhile(
    what: (router: PodHandle) => Promise<void>,
  ): Promise<Record<'kept' | 'anew', readonly Outcome[]>> {
    const { objects, web } = chartOf();
    const running = await start(withoutUsers(objects));
    const kept = running.load(web, { clients: CLIENTS, pause: 20 });
    const anew = running.load(web, { clients: CLIENTS, pause: 20, keepAlive: false });
    await Promise.all([reached(kept, 500), reached(anew, 500)]);
    await what(running.pod(running.pods('web-router')[0].name));
    await running.calm('web-router', 2);
    await Promise.all([kept, anew].map((load) => reached(load, load.outcomes.length + 500)));
    const outcomes = { kept: await kept.stop(), anew: await anew.stop() };
    // A router that dies cuts connections; it does not answer anything else than before.
    expect(failures(Object.values(outcomes).flat().filter(({ status }) => status !== 0))).toEqual([]);
    return outcomes;
  }

  /** How often clients got no answer; those that always got one are left out. */
  function broken(outcomes: readonly Outcome[]): number[] {
    const clients = outcomes.filter(({ status }) => status === 0).map(({ client }) => client);
    return [...new Set(clients)].map((client) => clients.filter((each) => each === client).length);
  }

  test('a router deleted by force takes its own open connections along, and nobody else notices', async () => {
    const { kept, anew } = await clientsWhile((router) => router.delete({ force: true }));
    expect(failures(anew)).toEqual([]);
    // Each client of that router loses what it had open, once; those of the other router lose nothing.
    expect(broken(kept).filter((times) => times > 1)).toEqual([]);
    expect(broken(kept).length).toBeLessThan(CLIENTS);
  }, 120_000);

  // The kubelet looks for dead containers once a second, and only then kube-proxy hears of it.
  testNeeding('signals', kubernetesEngine, 'a router whose processes are killed takes its own connections along, and refuses new ones until kube-proxy knows', async () => {
    const { kept, anew } = await clientsWhile((router) => router.kill());
    expect(broken(kept).length).toBeLessThan(CLIENTS);
    for (const outcomes of [kept, anew]) {
      const failed = outcomes.filter(({ status }) => status === 0);
      expect((failed.at(-1)?.sent ?? 0) - (failed[0]?.sent ?? 0)).toBeLessThan(3_000);
    }
  }, 120_000);

  test('Services that are there before their pods lead to them as soon as these are ready', async () => {
    const { objects, web } = chartOf();
    const isService = ({ kind }: any) => kind === 'Service';
    const running = await start(withoutUsers(objects).filter(isService));
    await running.apply(withoutUsers(objects).filter((each) => !isService(each)));
    expect(failures(await running.load(web, { clients: 4, count: 100 }).done())).toEqual([]);
  });

  test('Services that come after their pods are found when DNS has forgotten that they were absent', async () => {
    const { objects, web } = chartOf();
    const isService = ({ kind }: any) => kind === 'Service';
    const running = await start(withoutUsers(objects).filter((each) => !isService(each)));
    await running.apply(withoutUsers(objects).filter(isService));
    const load = running.load(web, { clients: 4, pause: 100 });
    // The answer may be 30 s old, and each router asks again every 5 s.
    const late = ({ sent }: Outcome) => sent - load.outcomes[0].sent > 36_000;
    await until(() => load.outcomes.filter(late).length > 100);
    expect(failures((await load.stop()).filter(late))).toEqual([]);
  }, 120_000);

  test('changed code rolls the pods and fails no request', async () => {
    const { objects, web, users } = chartOf(1);
    const running = await start(objects);
    const load = busy(running, [web, users]);
    await load.goesOn();
    await running.apply(chartOf(2).objects);
    await running.calm('web-router', 2);
    await load.goesOn();
    expect(failures(await load.stop())).toEqual([]);
    const after = await running.load(web, { clients: 4, count: 40 }).done();
    expect(after.filter(({ body }) => !body.startsWith('2 '))).toEqual([]);
  }, 240_000);

  /** The versions that answer. */
  async function versions(running: KubernetesCluster, web: Spread): Promise<string[]> {
    const outcomes = await running.load(web, { clients: 4, count: 40 }).done();
    return [...new Set(outcomes.map(({ body }) => body.split(' ')[0]))];
  }

  test('a rollout that is undone runs the code that ran before, and one of a router its configuration', async () => {
    const routed = (version: number, timeout: number) => {
      const chart = new Chart(Testing.app(), 'test');
      const web = new Spread(chart, 'Web', { backend: who(version), router: { timeout: Duration.seconds(timeout) } });
      return { objects: chart.toJson(), web };
    };
    const { objects, web } = routed(1, 10);
    const running = await start(objects);
    const configuration = async () => (await running.exec('web-router', ['cat', '/run/nginx/nginx.conf'])).match(
      /proxy_read_timeout \S+;/,
    )?.[0];
    await running.apply(routed(2, 20).objects);
    expect([await versions(running, web), await configuration()]).toEqual([['2'], 'proxy_read_timeout 20s;']);
    for (const group of ['web-backend', 'web-router']) {
      await running.undo(group);
      await running.calm(group, 2);
    }
    expect([await versions(running, web), await configuration()]).toEqual([['1'], 'proxy_read_timeout 10s;']);
  }, 240_000);

  test('a pod of the earlier revision that is replaced while a rollout is stuck runs the code of its revision', async () => {
    const { objects, web } = chartOf(1);
    const running = await start(withoutUsers(objects));
    const chart = new Chart(Testing.app(), 'test');
    new Spread(
      chart, 'Web', {
        backend: Backend.fromFunction(
          Code.fromInline('(() => { throw new Error("version 2 does not start"); })()'),
        ),
      },
    );
    await running.begin(chart.toJson());
    const [{ name }] = running.pods('web-backend').filter(({ ready }) => ready);
    await running.pod(name).delete();
    await running.calm('web-backend', 2);
    expect(running.pods('web-backend').filter((pod) => pod.ready && pod.name === name)).toEqual([]);
    expect(await versions(running, web)).toEqual(['1']);
  }, 240_000);
});

const SERVER = "require('http').createServer((req, res) => res.end('hello')).listen(8080)";
