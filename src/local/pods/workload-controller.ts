import { Pod } from './pod';
import { PodPlan, Version } from './pod-plan';
import { fingerprint } from '../manifests/object-store';
import { Workload } from '../manifests/workload';

/** What a controller needs of its cluster. */
export interface WorkloadHost {
  /** How many pods a workload wants. */
  replicas(workload: Workload): number;
  /** Is it to have no pods because there is no such object any more? */
  isDeleted(workload: Workload): boolean;
  /** Makes a pod and starts it. */
  create(plan: PodPlan): Pod;
  /** Ends a pod, as a kubelet does. */
  remove(pod: Pod): void;
  /** Deletes a claim that no pod uses any more, and what is in it. */
  deleteClaim(namespace: string, name: string): void;
  /** A pod has become available. */
  changed(): void;
}

/**
 * Keeps the pods of a workload as it says, and replaces them in steps when its template changes. It has no clock of
 * its own: `reconcile` is called when something has changed.
 */
export abstract class WorkloadController<W extends Workload = Workload> {
  /** Not started yet, because the user holds it back. */
  public held = false;
  /** The template as it is now. */
  protected version: Version;
  private hasBeenComplete = false;
  private restarts = 0;
  private timer?: NodeJS.Timeout;
  private busy = false;
  private stale = false;

  public constructor(public workload: W, protected readonly host: WorkloadHost) {
    this.version = this.newVersion();
  }

  public get name(): string { return this.workload.metadata.name; }

  /** Its pods, those that are ending included. */
  public abstract get pods(): readonly Pod[];

  /** How many pods it wants. */
  public get wanted(): number { return this.host.replicas(this.workload); }

  /** Are all wanted pods there, of the version they should have, and available? */
  public get complete(): boolean {
    if (this.held) return true;
    const living = this.pods.filter((pod) => !pod.terminating);
    return living.length === this.wanted && living.every((pod) => this.isWanted(pod) && this.isAvailable(pod));
  }

  /** Is it still on the way to having all its pods for the first time? */
  public get isStarting(): boolean { return !this.held && !this.hasBeenComplete; }

  /** Takes a changed object. */
  public update(workload: W): void {
    this.workload = workload;
    this.version = this.newVersion();
    this.reconcile();
  }

  /** Replaces every pod, as `kubectl rollout restart` does. */
  public restart(): void {
    this.restarts++;
    this.version = this.newVersion();
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
        if (this.step()) this.stale = true; // which a change in the step's middle may have said already
        this.hasBeenComplete ||= this.complete;
        this.wakeWhenAvailable();
      }
    } finally {
      this.busy = false;
    }
  }

  /** Takes a step. Answers whether another one may be possible at once. */
  protected abstract step(): boolean;

  /** Is a pod what the workload wants, or still what it wanted before? */
  protected abstract isWanted(pod: Pod): boolean;

  protected isAvailable(pod: Pod): boolean {
    const { minReadySeconds = 0 } = this.workload.spec;
    return pod.readySince !== undefined && Date.now() - pod.readySince >= 1000 * minReadySeconds;
  }

  /** A ready pod becomes available by the mere passing of time, which nobody tells. */
  private wakeWhenAvailable(): void {
    clearTimeout(this.timer);
    const isWaiting = (pod: Pod) => !pod.terminating && pod.readySince !== undefined && !this.isAvailable(pod);
    const waiting = this.pods.find(isWaiting);
    if (!waiting) return;
    const due = waiting.readySince! + 1000 * (this.workload.spec.minReadySeconds ?? 0);
    this.timer = setTimeout(() => {
      this.reconcile();
      this.host.changed();
    }, 1 + Math.max(0, due - Date.now())).unref();
  }

  private newVersion(): Version {
    const { template } = this.workload.spec;
    return { revision: fingerprint([template, this.restarts], 9), template };
  }
}
