import { Kubectl } from './kubectl';
import { Pods, PodView } from './pods';
import { Signals } from './signals';

/** A pod to lay hands on. */
export class PodHandle {
  constructor(
    public readonly name: string,
    private readonly pods: Pods,
    private readonly signals: Signals,
    private readonly kubectl: Kubectl,
  ) {}

  /**
   * SIGKILL to every process of it, as an out-of-memory kill; resolves when the kubelet knows. The kubelet then
   * restarts it in the same pod.
   */
  public async kill(): Promise<void> {
    const { restarts } = this.view();
    await this.signals.send('KILL', this.view());
    await this.pods.until(
      () => !this.pods.find(this.name)?.ready || this.view().restarts > restarts, `the end of pod ${this.name}`,
    );
  }

  /** Stops every process of it where it is: connections stay open, and nobody answers. */
  public async freeze(): Promise<void> {
    await this.signals.send('STOP', this.view());
  }

  public async thaw(): Promise<void> {
    await this.signals.send('CONT', this.view());
  }

  /**
   * Deletes it as the drain of a node does: as soon as its disruption budget allows. Resolves when it has been told to
   * end.
   */
  public async evict(): Promise<void> {
    const { namespace } = this.kubectl;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: this.name, namespace } };
    const path = `/api/v1/namespaces/${namespace}/pods/${this.name}/eviction`;
    for (let tries = 0; ; tries++) {
      try {
        const { uid } = this.view();
        await this.kubectl.run(['create', '--raw', path, '--filename=-'], JSON.stringify(eviction));
        return await this.ending(uid);
      } catch (error) {
        // The controller of budgets counts ready pods a moment later than the kubelet.
        if (tries === 30 || !/disruption budget/.test((error as Error).message)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  /** Deletes it; resolves when it has been told to end. */
  public async delete({ force = false } = {}): Promise<void> {
    const { uid } = this.view();
    await this.kubectl.run(
      ['delete', 'pod', this.name, '--wait=false', ...force ? ['--grace-period=0', '--force'] : []],
    );
    await this.ending(uid);
  }

  public async ready(): Promise<void> {
    await this.pods.until(() => this.view().ready, `readiness of pod ${this.name}`);
  }

  public async notReady(): Promise<void> {
    await this.pods.until(() => !this.pods.find(this.name)?.ready, `the end of the readiness of pod ${this.name}`);
  }

  private async ending(uid: string): Promise<void> {
    await this.pods.until(() => {
      const found = this.pods.find(this.name);
      return found?.uid !== uid || found.terminating;
    }, `the end of pod ${this.name}`);
  }

  private view(): PodView {
    const found = this.pods.find(this.name);
    if (!found) throw new Error(`pod ${this.name} is gone`);
    return found;
  }
}
