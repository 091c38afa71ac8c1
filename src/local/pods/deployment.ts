import { Pod } from './pod';
import { deploymentPod, Version } from './pod-plan';
import { ReplicaSet } from './replica-set';
import { WorkloadController } from './workload-controller';
import { Deployment } from '../manifests/workload';

/**
 * Never makes more pods than `maxSurge` above the wanted number, never leaves fewer available than `maxUnavailable`
 * below it. It counts as Kubernetes' controller does, so that a rollout that is stuck is stuck at the same pods.
 */
export class DeploymentController extends WorkloadController<Deployment> {
  /** The oldest first. */
  private sets: ReplicaSet[] = [];

  public get pods(): readonly Pod[] { return this.sets.flatMap((each) => each.pods); }

  protected isWanted(pod: Pod): boolean { return pod.revision === this.version.revision; }

  protected step(): boolean {
    const newest = this.newest();
    const old = this.sets.filter((each) => each !== newest);
    const again = this.workload.spec.strategy?.type === 'Recreate'
      ? this.recreate(newest, old)
      : this.roll(newest, old);
    const create = (version: Version) => this.host.create(deploymentPod(this.workload, version));
    for (const each of this.sets) each.sync(create, (pod) => this.host.remove(pod));
    this.sets = this.sets.filter((each) => each.isActive || each === newest);
    return again;
  }

  /** The pods of the template as it is now: also one that was there before, when a rollout is undone. */
  private newest(): ReplicaSet {
    const known = this.sets.find(({ version }) => version.revision === this.version.revision);
    if (known) return known;
    const made = new ReplicaSet(this.version);
    this.sets.push(made);
    return made;
  }

  private recreate(newest: ReplicaSet, old: readonly ReplicaSet[]): boolean {
    for (const each of old) each.replicas = 0;
    if (old.every((each) => each.pods.every((pod) => pod.phase === 'Gone'))) newest.replicas = this.wanted;
    return false;
  }

  /** One step at a time, up or down: what the next one may do depends on its outcome. */
  private roll(newest: ReplicaSet, old: readonly ReplicaSet[]): boolean {
    const { wanted } = this;
    const { maxSurge, maxUnavailable } = this.limits(wanted);
    const total = this.sets.reduce((sum, each) => sum + each.replicas, 0);
    const more = Math.min(wanted + maxSurge - total, wanted - newest.replicas);
    if (newest.replicas > wanted) newest.replicas = wanted;
    else if (more > 0) newest.replicas += more;
    else return this.reduce(newest, old, total, wanted - maxUnavailable);
    return true;
  }

  /** Takes away old pods, the ones that serve nobody first. Answers whether there was something to take. */
  private reduce(newest: ReplicaSet, old: readonly ReplicaSet[], total: number, least: number): boolean {
    // New ones that are not available yet may stay so: they do not count as a reason to go on.
    const most = total - least - (newest.replicas - this.available(newest));
    let broken = Math.max(0, most);
    let spare = most > 0 ? this.sets.reduce((sum, each) => sum + this.available(each), 0) - least : 0;
    const before = total;
    for (const each of old) {
      const count = Math.min(broken, Math.max(0, each.replicas - this.available(each)));
      each.replicas -= count;
      broken -= count;
    }
    for (const each of old) {
      const count = Math.min(each.replicas, Math.max(0, spare));
      each.replicas -= count;
      spare -= count;
    }
    return this.sets.reduce((sum, each) => sum + each.replicas, 0) < before;
  }

  private available(set: ReplicaSet): number {
    return set.living.filter((pod) => this.isAvailable(pod)).length;
  }

  private limits(wanted: number): { maxSurge: number; maxUnavailable: number } {
    const { maxSurge = '25%', maxUnavailable = '25%' } = this.workload.spec.strategy?.rollingUpdate ?? {};
    const surge = share(maxSurge, wanted, Math.ceil);
    const unavailable = share(maxUnavailable, wanted, Math.floor);
    return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
  }
}

function share(value: number | string, of: number, round: (n: number) => number): number {
  return typeof value === 'number' ? value : round(of * Number.parseFloat(value) / 100);
}
