import { Pod } from './pod';
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
 * Keeps the pods of a Deployment as it says, and replaces them in steps when its template changes: never more than `maxSurge` above
 * the wanted number, never fewer available than `maxUnavailable` below it.
 * It has no clock of its own: `reconcile` is called when something has changed.
 */
export class DeploymentController {
  /** Not started yet, because the user holds it back. */
  public held = false;
  private members: Pod[] = [];
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
  public get pods(): readonly Pod[] { return this.members; }

  /** How many pods it wants. */
  public get wanted(): number { return this.host.replicas(this.deployment); }

  /** Are all wanted pods there, of the newest template, and available? */
  public get complete(): boolean {
    if (this.held) return true;
    const living = this.living();
    return living.length === this.wanted && living.every((pod) => pod.revision === this.revision && this.isAvailable(pod));
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
    this.members = this.members.filter((pod) => pod.phase !== 'Gone');
    const { revision, wanted } = this;
    const old = this.living().filter((pod) => pod.revision !== revision);
    if (this.deployment.spec.strategy?.type === 'Recreate') this.recreate(old, wanted);
    else this.roll(old, wanted);
    this.hasBeenComplete ||= this.complete;
    this.wakeWhenAvailable();
  }

  private recreate(old: readonly Pod[], wanted: number): void {
    old.forEach((pod) => this.remove(pod));
    if (this.members.some((pod) => pod.revision !== this.revision)) return; // they are still ending
    this.grow(wanted - this.living().length);
    this.shrink(this.living().length - wanted);
  }

  private roll(old: readonly Pod[], wanted: number): void {
    const { maxSurge, maxUnavailable } = this.limits(wanted);
    this.grow(Math.min(wanted + maxSurge - this.living().length, wanted - (this.living().length - old.length)));
    this.shrink(this.living().length - old.length - wanted);
    // Old pods that serve nobody go first; then as many others as the number of available pods allows.
    let spare = this.living().filter((pod) => this.isAvailable(pod)).length - (wanted - maxUnavailable);
    const broken = old.filter((pod) => !this.isAvailable(pod));
    const fresh = this.living().length - old.length;
    broken.slice(0, Math.max(0, old.length + fresh - (wanted - maxUnavailable))).forEach((pod) => this.remove(pod));
    for (const pod of old.filter((each) => this.isAvailable(each))) {
      if (spare-- > 0) this.remove(pod);
    }
  }

  private grow(count: number): void {
    for (let i = 0; i < count; i++) this.members.push(this.host.create(this.deployment, this.revision));
  }

  /** Removes pods of the newest template: first those that are not ready, then the youngest. */
  private shrink(count: number): void {
    const candidates = this.living().filter((pod) => pod.revision === this.revision).reverse().sort((a, b) => Number(a.ready) - Number(b.ready));
    candidates.slice(0, Math.max(0, count)).forEach((pod) => this.remove(pod));
  }

  private remove(pod: Pod): void {
    if (!pod.terminating) this.host.remove(pod);
  }

  private living(): Pod[] {
    return this.members.filter((pod) => !pod.terminating);
  }

  private isAvailable(pod: Pod): boolean {
    return pod.readySince !== undefined && Date.now() - pod.readySince >= 1000 * (this.deployment.spec.minReadySeconds ?? 0);
  }

  /** A ready pod becomes available by the mere passing of time, which nobody tells. */
  private wakeWhenAvailable(): void {
    clearTimeout(this.timer);
    const waiting = this.living().find((pod) => pod.readySince !== undefined && !this.isAvailable(pod));
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
