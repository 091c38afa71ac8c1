import { Cluster } from './engine';
import { until } from './load';
import { Target } from 'cdk8s-metaparticle/testing';

/**
 * Restarts what a pattern, a Service or a Deployment has for pods, in steps; resolves when none of the old ones is
 * left, with their names.
 */
export async function replacePods(cluster: Cluster, target: Target): Promise<string[]> {
  const before = cluster.pods(target).map(({ name }) => name);
  await cluster.rollout(target);
  await until(() => !cluster.pods(target).some(({ name }) => before.includes(name)));
  return before;
}

/** Deletes the only pod of each group; resolves when their successors, which have their names, are ready. */
export async function deletePods(cluster: Cluster, groups: readonly string[], options = {}): Promise<void> {
  const before = cluster.pods().map(({ ip }) => ip);
  await Promise.all(groups.map((group) => cluster.pod(`${group}-0`).delete(options)));
  const isReplaced = (group: string) => cluster.pods(group).some(({ ready, ip }) => ready && !before.includes(ip));
  await until(() => groups.every(isReplaced));
}
