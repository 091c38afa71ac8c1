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
