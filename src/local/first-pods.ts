import { setTimeout as delay } from 'node:timers/promises';
import { Changes } from './events';
import { Workload } from './manifests/workload';
import { Pod } from './pods/pod';
import { Services } from './services';

/** How long a question may wait for its answer, in milliseconds: nginx and Node give up after 2 s. */
const PATIENCE = 1500;

/** How long `settled` waits for a router that was told to ask again, in milliseconds: nginx does so after 2 s. */
const ASKED_AGAIN = 5000;

/** Is this pod one that sends requests on, and whose own readiness does not depend on those it sends them to? */
export function isInFront(pod: Pod): boolean {
  return ['router', 'root'].includes(pod.labels['app.kubernetes.io/component']);
}

/**
 * While workloads start, a router that asks for its pods would learn of those that happen to be up, and ask again
 * after 5 s, or get the same answer for as long as DNS keeps it. So what routers and roots ask waits until all pods of
 * that name are ready.
 */
export class FirstPods {
  /** What was asked and has not been answered yet. */
  private readonly open = new Map<string, Pod>();

  /** @param isStarting whether a workload has not had all its pods ready yet. */
  public constructor(
    private readonly services: Services, private readonly changes: Changes,
    private readonly isStarting: (workload: Workload) => boolean,
  ) {}

  /** Whether a name stands for pods that are still starting. */
  public areStarting(name: string): boolean {
    const fresh = this.services.selectedByName(name)
      .filter((pod) => !pod.ready && !pod.terminating && pod.crashes === 0);
    return fresh.some((pod) => this.isStarting(pod.workload));
  }

  /**
   * Resolves when no pod of this name is starting any more. Rejects when that takes longer than the one who asks can
   * wait.
   */
  public async wait(asker: Pod, name: string): Promise<void> {
    const question = `${asker.name} ${name}`;
    this.open.set(question, asker);
    await this.changes.until(() => !this.areStarting(name), {
      timeout: PATIENCE, explain: () => `${name} is starting`,
    });
    this.open.delete(question);
    this.changes.notify();
  }

  /** Resolves when all that was asked is answered. */
  public async settled(): Promise<void> {
    // A question may have arrived that has not been read yet.
    await delay(0);
    const waiting = () => [...this.open].some(([, pod]) => !pod.terminating);
    await this.changes.until(() => !waiting(), { timeout: ASKED_AGAIN, explain: () => '' }).catch(() => {});
  }
}
