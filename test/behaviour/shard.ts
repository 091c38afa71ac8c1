import { Chart, Duration, Testing } from 'cdk8s';
import { Cluster, clusterPerTest, describeOn, Engine, StartOptions, testNeeding } from './engine';
import { killInTurn } from './kills';
import { quickly } from './liveness';
import { failures, Outcome, reached, until } from './load';
import { servicesKnowPods } from './propagation';
import { random } from '../random';
import { Backend, Code, Shard, ShardKey, ShardProps } from 'cdk8s-metaparticle';

/** Says which shard answers. */
const who = Backend.fromFunction(Code.fromInline('(request, context) => `${context.shard} of ${context.shards}`'));

/** The same, but the fourth shard takes its time to start. */
const slowlyStarting = Backend.fromFunction(Code.fromInline(`(() => {
  if (process.env.SHARD === '3') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8000);
  return (request, context) => context.shard + ' of ' + context.shards;
})()`));

const SHARDS = 3;

export function shardBehaviour(engine: Engine): void {
  describeOn(engine, 'Shard', () => {
    const startCluster = clusterPerTest(engine);

    async function start(props: Partial<ShardProps> = {}, options?: StartOptions): Promise<[Cluster, Shard]> {
      const chart = new Chart(Testing.app(), 'test');
      const users = new Shard(
        chart, 'Users', { shards: SHARDS, key: ShardKey.fromHeader('x-user'), backend: who, ...props },
      );
      return [await startCluster(chart, options), users];
    }

    const requests = Array.from({ length: 500 }, (_, n) => ({ headers: { 'x-user': `user-${n}` }, path: `/?n=${n}` }));
    const loadOn = (running: Cluster, users: Shard) => running.load(users, { clients: 32, pause: 10, requests });

    test('every key is answered by the shard that shardOf names', async () => {
      const [running, users] = await start();
      for (const key of ['ada', 'bob', 'carol', 'dave', 'erin']) {
        const answer = await running.fetch(users, '/', { headers: { 'x-user': key } });
        expect([await answer.text(), answer.headers.get('x-shard')]).toEqual(
          [`${users.shardOf(key)} of ${SHARDS}`, `${users.shardOf(key)}`],
        );
      }
    });

    test('keys of a shard that has not started are refused, and the other shards do not notice', async () => {
      const [running, users] = await start({}, { hold: ['users-1'] });
      const outcomes = await running.load(users, { clients: 8, requests, count: 60 }).done();
      for (const { path, status, headers, body } of outcomes) {
        if (ownerOf(path, users) === 1) {
          expect([[502, 503, 504].includes(status), headers['content-type']]).toEqual(
            [true, 'application/problem+json'],
          );
        } else {expect([status, body]).toEqual([200, `${ownerOf(path, users)} of ${SHARDS}`]);}
      }
    });

    test('a router whose sharding function hangs, in a regular expression that nothing bounds, is restarted', async () => {
      const chart = new Chart(Testing.app(), 'test');
      const key = ShardKey.fromFunction(
        Code.fromInline("({ query }) => /^(a+)+$/.test(query.text) ? 'matched' : 'else'"),
      );
      const users = new Shard(chart, 'Users', { shards: 1, replicas: 1, key, backend: who, router: { replicas: 1 } });
      quickly(users, 'users-router');
      const cluster = await startCluster(chart);
      const [{ name }] = cluster.pods('users-router');
      expect(await cluster.fetch(users, '/?text=aaa').then((answer) => answer.text())).toBe('0 of 1');
      const hanging = cluster.load(users, { clients: 1, count: 1, requests: [{ path: `/?text=${'a'.repeat(60)}b` }] });
      await cluster.pod(name).notReady();
      await cluster.pod(name).ready();
      expect(await hanging.done()).toMatchObject([{ status: 0 }]);
      expect(cluster.pods('users-router')).toMatchObject([{ name, restarts: 1 }]);
      await servicesKnowPods();
      expect(await cluster.fetch(users, '/?text=aaa').then((answer) => answer.text())).toBe('0 of 1');
    });

    test('a further shard, applied under load before the routers, fails no request, and every key is answered by its owner before or after', async () => {
      const [running, users] = await start({ backend: slowlyStarting });
      const chart = new Chart(Testing.app(), 'test');
      const more = new Shard(
        chart, 'Users', { shards: SHARDS + 1, key: ShardKey.fromHeader('x-user'), backend: slowlyStarting },
      );
      const load = running.load(
        users, {
          clients: 32,
          pause: 20,
          requests: requests.map((each, n) => ({ ...each, method: n % 2 ? 'POST' : 'GET' })),
        },
      );
      await reached(load, 500);
      // As docs/shard.md says.
      const objects = chart.toJson();
      await running.apply(
        objects.filter(({ metadata }) => metadata.labels['app.kubernetes.io/component'] !== 'router'),
      );
      await running.apply(objects);
      const answeredBy = ({ body }: Outcome) => Number(body.split(' ')[0]);
      await until(
        () => load.outcomes.slice(-500).every((outcome) => answeredBy(outcome) === ownerOf(outcome.path, more)),
      );
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      expect(
        outcomes.filter(
          (outcome) => ![users, more].some((each) => answeredBy(outcome) === ownerOf(outcome.path, each)),
        ),
      ).toEqual(
        [],
      );
      expect(outcomes.slice(-500).filter((outcome) => answeredBy(outcome) === SHARDS)).not.toEqual([]);
    }, 150_000);

    testNeeding('signals', engine, 'no GET is lost when both replicas of a shard are killed in turn under load, before the router has heard of any pod', async () => {
      const [running, users] = await start();
      const load = loadOn(running, users);
      await killInTurn(running, 'users-0', load);
      expect(failures(await load.stop())).toEqual([]);
    });

    testNeeding('signals', engine, 'while pods are killed, frozen and restarted at random for 20 s, every answer comes from the owner of its key', async () => {
      const [running, users] = await start({ router: { timeout: Duration.seconds(1) } });
      const load = loadOn(running, users);
      const next = random(4711);
      const end = Date.now() + 20_000;
      const faults: string[] = [];
      while (Date.now() < end) {
        const pods = [0, 1, 2].flatMap((shard) => running.pods(`users-${shard}`));
        const { name } = pods[Math.floor(next() * pods.length)];
        if (next() < 0.5) {
          await running.pod(name).kill();
        } else {
          await running.pod(name).freeze();
          await new Promise((resolve) => setTimeout(resolve, 500 + next() * 2000));
          await running.pod(name).thaw();
        }
        faults.push(name);
        await new Promise((resolve) => setTimeout(resolve, next() * 500));
      }
      const outcomes = await load.stop();
      expect(faults.length).toBeGreaterThan(8);
      expect(outcomes.filter(({ status }) => status === 200).length).toBeGreaterThan(500);
      expect(outcomes.filter((outcome) => outcome.status === 200 && !fromOwner(outcome, users))).toEqual([]);
      expect(
        outcomes.filter(({ status }) => ![200, 502, 503, 504].includes(status)).map(
          ({ status, error }) => `${status} ${error}`,
        ),
      ).toEqual(
        [],
      );
    }, 90_000);

    test('while all replicas of a shard are frozen, its keys are refused in time, and the other shards do not notice', async () => {
      const timeout = 2;
      const [running, users] = await start({ router: { timeout: Duration.seconds(timeout) } });
      const pods = running.pods('users-1');
      await Promise.all(pods.map(({ name }) => running.pod(name).freeze()));
      const [own, others] = await askAll(running, users);
      for (const { status, type, shard, problem, seconds } of own) {
        // 504 mostly; 502 or 503 where the last try comes after the probes have noticed.
        expect([[502, 503, 504].includes(status), type, shard, problem]).toEqual(
          [true, 'application/problem+json', '1', status],
        );
        expect(seconds).toBeLessThan(longestWait(timeout));
      }
      for (const { status, seconds } of others) expect([status, seconds < timeout]).toEqual([200, true]);
      await Promise.all(pods.map(({ name }) => running.pod(name).thaw()));
    });

    test('while all replicas of a shard are killed and stay away, its keys are refused at once, and the other shards do not notice', async () => {
      const [running, users] = await start();
      const pods = running.pods('users-1');
      // Their Deployment is told first, so that it does not replace what is killed.
      const gone = running.scale('users-1', 0);
      await Promise.all(pods.map(({ name }) => running.pod(name).kill()));
      await gone;
      const [own, others] = await askAll(running, users);
      for (const { status, type, shard, problem, seconds } of own) {
        expect([[502, 503, 504].includes(status), type, shard, problem]).toEqual(
          [true, 'application/problem+json', '1', status],
        );
        expect(seconds).toBeLessThan(5);
      }
      for (const { status, seconds } of others) expect([status, seconds < 2]).toEqual([200, true]);
    });
  });
}

/**
 * Seconds within which an answer must begin or be refused, as `RouterOptions.timeout` says, and one for a busy
 * machine.
 */
const longestWait = (timeout: number) => 3 * timeout + 6 + 1;

/** What 30 keys get who ask at the same time: those of shard 1, and the others'. */
async function askAll(running: Cluster, users: Shard) {
  const requests = Array.from({ length: 30 }, (_, n) => ({ headers: { 'x-user': `user-${n}` }, path: `/?n=${n}` }));
  const outcomes = await running.load(users, { clients: requests.length, requests, count: requests.length }).done();
  const answers = outcomes.map((outcome) => {
    const { status, headers, body, milliseconds, path } = outcome;
    if (status === 200) expect(fromOwner(outcome, users)).toBe(true);
    const type = headers['content-type'];
    return {
      owner: ownerOf(path, users),
      status,
      type,
      shard: headers['x-shard'],
      problem: type?.includes('problem') ? JSON.parse(body).status : undefined,
      seconds: milliseconds / 1000,
    };
  });
  return [answers.filter(({ owner }) => owner === 1), answers.filter(({ owner }) => owner !== 1)];
}

function fromOwner({ body, path, headers }: Outcome, users: Shard): boolean {
  const owner = ownerOf(path, users);
  return body === `${owner} of ${SHARDS}` && headers['x-shard'] === `${owner}`;
}

function ownerOf(path: string, users: Shard): number {
  return users.shardOf(`user-${new URL(path, 'http://x').searchParams.get('n')}`);
}
