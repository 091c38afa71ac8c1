import { Cluster } from './engine';
import { failures, LoadRequest, Outcome } from './load';
import { Affinity, KeyAffinityOptions, ShardKey, Spread } from 'cdk8s-metaparticle';

export const byUser = (options: KeyAffinityOptions = {}) => ({
  affinity: Affinity.byKey(ShardKey.fromHeader('x-user'), options),
});
export const of = (user: string): LoadRequest => ({ headers: { 'x-user': user } });
export const users = (count: number) => Array.from({ length: count }, (_, n) => `user-${n}`);

/** What answers say of their affinity, and how often. */
export function kinds(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { headers } of outcomes) {
    const kind = String(headers['x-affinity']);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Which pod each user meets now, where that is the same for all routers. */
export async function homes(running: Cluster, web: Spread, count: number): Promise<Map<string, string>> {
  const names = users(count);

  const load = running.load(web, { clients: 1, count: count * 2, keepAlive: false, requests: names.map(of) });
  const outcomes = await load.done();
  expect(failures(outcomes)).toEqual([]);
  const found = new Map<string, string>();
  outcomes.forEach(({ body }, at) => {
    const name = names[at % count];
    expect([name, found.get(name) ?? body]).toEqual([name, body]);
    found.set(name, body);
  });
  return found;
}
