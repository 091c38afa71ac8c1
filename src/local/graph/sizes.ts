import type { Group } from './groups';
import type { Known } from './kinds';

/** How many pods groups have, by their autoscalers too. */
export class Sizes {
  private readonly scalers = new Map<string, Known>();

  public constructor(objects: readonly Known[]) {
    for (const object of objects) {
      const { kind = 'Deployment', name } = object.spec.scaleTargetRef ?? {};
      if (name !== undefined) this.scalers.set(`${kind}/${object.namespace}/${name}`, object);
    }
  }

  /** In words; nothing where the kind says it. */
  public of({ id, object }: Group): string | undefined {
    if (object.type === 'apps/DaemonSet') return 'a pod on each node';
    if (object.type === 'batch/CronJob') return `at ${object.spec.schedule}`;
    if (object.type === 'batch/Job' || object.type === '/Pod') return undefined;
    return range(this.scalers.get(id)) ?? replicas(object.spec.replicas ?? 1);
  }
}

function range(scaler: Known | undefined): string | undefined {
  if (!scaler) return undefined;
  const { minReplicas, maxReplicas, minReplicaCount, maxReplicaCount } = scaler.spec;
  // What the API server and KEDA fill in.
  const [min, max] = scaler.type.startsWith('keda.sh/')
    ? [minReplicaCount ?? 0, maxReplicaCount ?? 100]
    : [minReplicas ?? 1, maxReplicas ?? 1];
  return min === max ? replicas(min) : `${min} to ${max} replicas`;
}

function replicas(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`;
}
