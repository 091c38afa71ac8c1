import { Pod } from './pod';
import { statefulPod, Version } from './pod-plan';
import { WorkloadController, WorkloadHost } from './workload-controller';
import { namespaceOf } from '../manifests/kube';
import { claimName, StatefulSet } from '../manifests/workload';

/**
 * Keeps numbered pods: before there is another pod of a number, the one before it is gone. It takes the steps of
 * Kubernetes' controller (updateStatefulSet in pkg/controller/statefulset/stateful_set_control.go), so that a rollout
 * that is stuck is stuck at the same pod, and stays so when it is undone while pods start in order.
 */
export class StatefulSetController extends WorkloadController<StatefulSet> {
  /** By number; those that are ending included. */
  private readonly members = new Map<number, Pod>();
  /** The template when all pods were of one for the last time. */
  private before: Version;
  /** Pods that end because there are to be fewer, and whose claims go with them. */
  private readonly surplus = new WeakSet<Pod>();
  /** The names of all claims that pods have had. */
  private readonly claims = new Set<string>();

  public constructor(workload: StatefulSet, host: WorkloadHost) {
    super(workload, host);
    this.before = this.version;
  }

  public get pods(): readonly Pod[] { return this.ascending.map(([, pod]) => pod); }

  protected isWanted(pod: Pod): boolean {
    const [ordinal] = this.ascending.find(([, each]) => each === pod)!;
    return this.isInRange(ordinal) && (!this.updates(ordinal) || this.isNew(pod));
  }

  protected step(): boolean {
    this.forget();
    if (this.fill() && this.shrink()) this.replace();
    if (this.pods.every((pod) => pod.ready && this.isNew(pod))) this.before = this.version;
    return false;
  }

  /** Pods that are gone leave room for others of their numbers. */
  private forget(): void {
    for (const [ordinal, pod] of this.members) {
      if (pod.phase !== 'Gone') continue;
      this.members.delete(ordinal);
      if (this.surplus.has(pod)) this.deleteClaims(this.claimsOf(pod));
    }
    if (this.members.size === 0 && this.host.isDeleted(this.workload) && this.retention.whenDeleted === 'Delete') {
      this.deleteClaims([...this.claims]);
    }
  }

  private deleteClaims(names: readonly string[]): void {
    for (const name of names) {
      this.host.deleteClaim(namespaceOf(this.workload), name);
      this.claims.delete(name);
    }
  }

  private claimsOf({ name }: Pod): string[] {
    return (this.workload.spec.volumeClaimTemplates ?? []).map((template) => claimName(template, name));
  }

  /** Makes the pods that are missing. Answers whether what comes after that may be done. */
  private fill(): boolean {
    for (let ordinal = this.first; this.isInRange(ordinal); ordinal++) {
      const pod = this.members.get(ordinal);
      if (!pod) {
        const made = this.host.create(statefulPod(this.workload, this.versionFor(ordinal), ordinal));
        this.members.set(ordinal, made);
        this.claimsOf(made).forEach((name) => this.claims.add(name));
      }
      if (this.inOrder && !(pod && this.isAvailable(pod))) return false;
    }
    return true;
  }

  /** Ends the pods that are too many, the highest numbers first. Answers whether what comes after that may be done. */
  private shrink(): boolean {
    const tooMany = this.ascending.filter(([ordinal]) => !this.isInRange(ordinal)).map(([, pod]) => pod);
    const firstUnavailable = tooMany.find((pod) => !this.isAvailable(pod));
    const claimsGo = this.retention.whenScaled === 'Delete' && !this.host.isDeleted(this.workload);
    for (const pod of tooMany.reverse()) {
      if (!pod.terminating) {
        if (this.inOrder && !this.isAvailable(pod) && pod !== firstUnavailable) return false;
        if (claimsGo) this.surplus.add(pod);
        this.host.remove(pod);
      }
      if (this.inOrder) return false;
    }
    return true;
  }

  /** Ends the highest pod of an old version; waits for each that is new before it goes on to the next. */
  private replace(): void {
    for (const [ordinal, pod] of this.ascending.reverse()) {
      if (!this.isInRange(ordinal)) continue;
      if (!this.updates(ordinal)) return;
      if (!this.isNew(pod) && !pod.terminating) return this.host.remove(pod);
      if (!this.isAvailable(pod)) return;
    }
  }

  /** A pod that ends while a rollout is under way comes back old where the rollout has not been. */
  private versionFor(ordinal: number): Version {
    const { type, rollingUpdate } = this.workload.spec.updateStrategy ?? {};
    // An API server writes a partition of 0 into a strategy without a type, and none into one with a type alone.
    if (type !== 'RollingUpdate' || rollingUpdate) return this.isPartOfOld(ordinal) ? this.before : this.version;
    const old = this.pods.filter((pod) => !pod.terminating && pod.revision === this.before.revision);
    return ordinal < this.first + old.length ? this.before : this.version;
  }

  /** Does a rollout get to this number? */
  private updates(ordinal: number): boolean {
    return this.workload.spec.updateStrategy?.type !== 'OnDelete' && !this.isPartOfOld(ordinal);
  }

  private isPartOfOld(ordinal: number): boolean {
    return ordinal < this.first + (this.workload.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  }

  private get retention() { return this.workload.spec.persistentVolumeClaimRetentionPolicy ?? {}; }

  private isNew(pod: Pod): boolean { return pod.revision === this.version.revision; }

  /** Does each pod wait for those before it? */
  private get inOrder(): boolean { return this.workload.spec.podManagementPolicy !== 'Parallel'; }

  private get first(): number { return this.workload.spec.ordinals?.start ?? 0; }

  /** Should there be a pod of this number? */
  private isInRange(ordinal: number): boolean {
    return ordinal >= this.first && ordinal < this.first + this.wanted;
  }

  private get ascending(): [number, Pod][] {
    return [...this.members].sort(([a], [b]) => a - b);
  }
}
