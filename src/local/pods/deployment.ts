import { Pod } from './pod';
import { ReplicaSet } from './replica-set';
import { Deployment } from '../manifests/kube';
import { fingerprint } from '../manifests/object-store';

/** What a Deployment's controller needs of its cluster. */
export interface DeploymentHost {
  /** How many pods it wants. */
  replicas(deployment: Deployment): number;
  /** Makes a pod and starts it. */
  create(deployment: Deployment, revision: string): Pod;
  /** Ends a pod, as a kubelet does. */
  remove(pod: Pod): void;
  /** A pod has become available. */
  changed(): void;
}

/**
 * Keeps the pods of a Deployment as it says, and replaces them in steps when its template changes: never more than
 * `maxSurge` above the wanted number, never fewer available than `maxUnavailable` below it. It counts as Kubernetes'
 * controller does, so that a rollout that is stuck is stuck at the same pods. It has no clock of its own: `reconcile`
 * is called when something has changed.
 */
export class DeploymentController {
  /** Not started yet, because the user holds it back. */
  public held = false;
  /** The oldest first. */
  private sets: ReplicaSet[] = [];
  private hasBeenComplete = false;
  private restarts = 0;
  private timer?: NodeJS.Timeout;
  private busy = false;
  private stale = false;
  private revision: string;

  public constructor(public deployment: Deployment, private readonly host: DeploymentHost) {
    this.revision = this.fingerprint();
  }

  public get name(): string { return this.deployment.metadata.name; }

  /** Its pods, those that are ending included. */
  public get pods(): readonly Pod[] { return this.sets.flatMap((each) => each.pods); }

  /** How many pods it wants. */
  public get wanted(): number { return this.host.replicas(this.deployment); }

  /** Are all wanted pods there, of the newest template, and available? */
  public get complete(): boolean {
    if (this.held) return true;
    const living = this.pods.filter((pod) => !pod.terminating);
    return living.length === this.wanted
      && living.every((pod) => pod.revision === this.revision && this.isAvailable(pod));
  }

  /** Is it still on the way to having all its pods for the first time? */
  public get isStarting(): boolean { return !this.held && !this.hasBeenComplete; }

  /** Takes a changed object. */
  public update(deployment: Deployment): void {
    this.deployment = deployment;
    this.revision = this.fingerprint();
    this.reconcile();
  }

  /** Replaces every pod, as `kubectl rollout restart` does. */
  public restart(): void {
    this.restarts++;
    this.revision = this.fingerprint();
    this.reconcile();
  }

  /** Stops looking after its pods. */
  public stop(): void {
    this.held = true;
    clearTimeout(this.timer);
  }

  /** Takes the next steps that are possible now. */
  public reconcile(): void {
    // Removing a pod is a change, which calls this again: the steps below must not be taken in each other's middle.
    this.stale = true;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.stale && !this.held) {
        this.stale = false;
        this.step();
      }
    } finally {
      this.busy = false;
    }
  }

  private step(): void {
    const newest = this.newest();
    const old = this.sets.filter((each) => each !== newest);
    if (this.deployment.spec.strategy?.type === 'Recreate') this.recreate(newest, old);
    else this.roll(newest, old);
    const create = (deployment: Deployment, revision: string) => this.host.create(deployment, revision);
    for (const each of this.sets) each.sync(create, (pod) => this.host.remove(pod));
    this.sets = this.sets.filter((each) => each.isActive || each === newest);
    this.hasBeenComplete ||= this.complete;
    this.wakeWhenAvailable();
  }

  /** The pods of the template as it is now: also one that was there before, when a rollout is undone. */
  private newest(): ReplicaSet {
    const known = this.sets.find(({ revision }) => revision === this.revision);
    if (known) return known;
    const made = new ReplicaSet(this.revision, this.deployment);
    this.sets.push(made);
    return made;
  }

  private recreate(newest: ReplicaSet, old: readonly ReplicaSet[]): void {
    for (const each of old) each.replicas = 0;
    if (old.every((each) => each.pods.every((pod) => pod.phase === 'Gone'))) newest.replicas = this.wanted;
  }

  /** One step at a time, up or down: what the next one may do depends on its outcome. */
  private roll(newest: ReplicaSet, old: readonly ReplicaSet[]): void {
    const { wanted } = this;
    const { maxSurge, maxUnavailable } = this.limits(wanted);
    const total = this.sets.reduce((sum, each) => sum + each.replicas, 0);
    const more = Math.min(wanted + maxSurge - total, wanted - newest.replicas);
    if (newest.replicas > wanted) newest.replicas = wanted;
    else if (more > 0) newest.replicas += more;
    else if (!this.reduce(newest, old, total, wanted - maxUnavailable)) return;
    this.stale = true;
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

  private isAvailable(pod: Pod): boolean {
    const { minReadySeconds = 0 } = this.deployment.spec;
    return pod.readySince !== undefined && Date.now() - pod.readySince >= 1000 * minReadySeconds;
  }

  /** A ready pod becomes available by the mere passing of time, which nobody tells. */
  private wakeWhenAvailable(): void {
    clearTimeout(this.timer);
    const isWaiting = (pod: Pod) => !pod.terminating && pod.readySince !== undefined && !this.isAvailable(pod);
    const waiting = this.pods.find(isWaiting);
    if (!waiting) return;
    const due = waiting.readySince! + 1000 * (this.deployment.spec.minReadySeconds ?? 0);
    this.timer = setTimeout(() => {
      this.reconcile();
      this.host.changed();
    }, 1 + Math.max(0, due - Date.now())).unref();
  }

  private limits(wanted: number): { maxSurge: number; maxUnavailable: number } {
    const { maxSurge = '25%', maxUnavailable = '25%' } = this.deployment.spec.strategy?.rollingUpdate ?? {};
    const surge = share(maxSurge, wanted, Math.ceil);
    const unavailable = share(maxUnavailable, wanted, Math.floor);
    return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
  }

  private fingerprint(): string {
    return fingerprint([this.deployment.spec.template, this.restarts], 9);
  }
}

function share(value: number | string, of: number, round: (n: number) => number): number {
  return typeof value === 'number' ? value : round(of * Number.parseFloat(value) / 100);
}
