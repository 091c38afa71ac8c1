import { Agent, request } from 'http';
import { Chart, Testing } from 'cdk8s';
import { Affinity, Backend, Code, ShardKey, Spread } from '../src';
import type { Section } from './lib/section';
import { LocalCluster, ServiceAddress } from '../src/local/testing';

const REPLICAS = 4;
/** Milliseconds that an answer takes: as long as a short one of a model. */
const ANSWER = 20;
const BOUND = 8;

/** One answer: what it says of its affinity, and who gave it. */
interface Place {
  readonly user: string;
  readonly status: number;
  readonly kind: string;
  readonly pod: string;
}

/** Where the requests of a key go, and what becomes of one key that has half of the load. */
export default async function affinity(): Promise<Section[]> {
  const chart = new Chart(Testing.app(), 'bench');
  const slow = Code.fromInline(
    `(request, context) => new Promise((answer) => setTimeout(answer, ${ANSWER}, context.pod))`,
  );
  const first = new Spread(chart, 'Any', { replicas: REPLICAS, backend: Backend.fromFunction(slow) });
  const spread = (id: string, maxRequestsPerPod?: number) => new Spread(chart, id, {
    backend: first.backends[0],
    affinity: Affinity.byKey(ShardKey.fromHeader('x-user'), { maxRequestsPerPod }),
    router: { replicas: 2 },
  });
  const [free, bound] = [spread('Free'), spread('Bound', BOUND)];
  const cluster = await LocalCluster.start(chart);
  try {
    const users = Array.from({ length: 500 }, (_, n) => `user-${n}`);
    const hot = users.flatMap((user) => ['hot', user]);
    // Until the routers have heard of each replica by name, they have no ring.
    for (const each of [free, bound]) {
      while ((await ask(cluster, each, users, 8)).some(({ kind }) => kind !== 'home'));
    }
    const rows = [
      ['500 keys, below the bound', await ask(cluster, bound, repeated(users, 4), 4)],
      ['one key has half of the load, without a bound', await ask(cluster, free, repeated(hot, 4), 24)],
      ['one key has half of the load, bounded', await ask(cluster, bound, repeated(hot, 4), 24)],
      ['the same, more than all may have', await ask(cluster, bound, repeated(hot, 4), 64)],
    ] as const;
    return [{
      title: 'Affinity',
      about: `Two routers over ${REPLICAS} replicas that answer after ${ANSWER} ms. Where it is bounded, a router `
        + `opens at most ${BOUND} requests to a replica. The goals are 99 % at home below the bound, at most 1.35 of `
        + 'its fair share for the busiest replica where it is bounded, and no failed request.',
      tables: [{
        header: ['load', 'at the first replica of the key', 'home', 'spill', 'busiest, of its fair share', 'failed'],
        rows: rows.map(([name, answers]) => [
          name,
          share(atFirst(answers), answers),
          ...['home', 'spill'].map((kind) => share(answers.filter((each) => each.kind === kind).length, answers)),
          (busiest(answers) * REPLICAS / answers.length).toFixed(2),
          answers.filter(({ status }) => status !== 200).length,
        ]),
      }],
    }];
  } finally {
    await cluster.stop();
  }
}

function repeated(users: readonly string[], times: number): string[] {
  return Array.from({ length: times }, () => users).flat();
}

async function ask(
  cluster: LocalCluster, spread: Spread, users: readonly string[], clients: number,
): Promise<Place[]> {
  const answers: Place[] = [];
  let next = 0;
  const { host, port }: ServiceAddress = cluster.address(spread);
  await Promise.all(Array.from({ length: clients }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (next < users.length) answers.push(await one({ host, port, agent }, users[next++]));
    agent.destroy();
  }));
  return answers;
}

function one(where: { host: string; port: number; agent: Agent }, user: string): Promise<Place> {
  return new Promise((resolve, reject) => {
    request({ ...where, headers: { 'x-user': user } }, (res) => {
      let pod = '';
      res.setEncoding('utf8').on('data', (part) => { pod += part; }).on('end', () => {
        resolve({ user, pod, status: res.statusCode!, kind: String(res.headers['x-affinity']) });
      });
    }).on('error', reject).end();
  });
}

/** How many requests met the replica that most requests of their key met. */
function atFirst(answers: readonly Place[]): number {
  const byKey = new Map<string, Place[]>();
  for (const answer of answers) byKey.set(answer.user, [...byKey.get(answer.user) ?? [], answer]);
  return [...byKey.values()].reduce((sum, each) => sum + busiest(each), 0);
}

/** How many requests the busiest replica got. */
function busiest(answers: readonly Place[]): number {
  const counts = new Map<string, number>();
  for (const { pod } of answers) counts.set(pod, (counts.get(pod) ?? 0) + 1);
  return Math.max(...counts.values());
}

function share(part: number, of: readonly unknown[]): string {
  return `${(part / of.length * 100).toFixed(1)} %`;
}
