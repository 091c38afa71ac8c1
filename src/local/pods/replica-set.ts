import { Pod } from './pod';
import { Version } from './pod-plan';

/** The pods of one version of a Deployment's template: as many as it says, whatever becomes of the Deployment. */
export class ReplicaSet {
  /** How many pods it wants. */
  public replicas = 0;
  private members: Pod[] = [];

  public constructor(public readonly version: Version) {}

  /** Its pods, those that are ending included. */
  public get pods(): readonly Pod[] { return this.members; }

  public get living(): readonly Pod[] { return this.members.filter((pod) => !pod.terminating); }

  /** Is it still there, with pods or with the wish for some? */
  public get isActive(): boolean { return this.replicas > 0 || this.members.length > 0; }

  /** Forgets pods that are gone, and makes and ends pods until there are as many as it wants. */
  public sync(create: (version: Version) => Pod, remove: (pod: Pod) => void): void {
    this.members = this.members.filter((pod) => pod.phase !== 'Gone');
    const missing = this.replicas - this.living.length;
    for (let i = 0; i < missing; i++) this.members.push(create(this.version));
    // Those that are not ready go first, then the youngest.
    const candidates = [...this.living].reverse().sort((a, b) => Number(a.ready) - Number(b.ready));
    candidates.slice(0, Math.max(0, -missing)).forEach(remove);
  }
}
