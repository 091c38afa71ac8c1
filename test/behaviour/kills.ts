import { Cluster } from './engine';
import { Load, reached } from './load';
import { servicesKnowPods } from './propagation';

/**
 * Kills the pods of a group one after the other, each when the one before is back, while a load goes on; resolves when
 * it has gone on after the last.
 */
export async function killInTurn(cluster: Cluster, group: string, load: Load): Promise<void> {
  for (const { name } of cluster.pods(group)) {
    await reached(load, load.outcomes.length + 200);
    await cluster.pod(name).kill();
    await cluster.pod(name).notReady();
    await cluster.pod(name).ready();
    await servicesKnowPods();
  }
  await reached(load, load.outcomes.length + 200);
}
