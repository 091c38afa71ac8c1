import { availableParallelism } from 'node:os';
import { Pod } from './pod';

/** A pod that is not ready by then, in milliseconds, lets the next one start. */
const PATIENCE = 3000;

/**
 * Starts pods a few at a time. A hundred programs that start together on two cores all start so slowly that their
 * probes kill them. The pods in front of others come last: what they ask for at once, the addresses of those others,
 * is then known.
 */
export class StartQueue {
  private readonly waiting: Pod[] = [];
  private readonly inFront: Pod[] = [];
  private readonly starting = new Map<Pod, NodeJS.Timeout>();
  private readonly limit = Math.max(6, 2 * availableParallelism());

  /** @param inFront whether the pod sends requests on to others. */
  public add(pod: Pod, inFront: boolean): void {
    (inFront ? this.inFront : this.waiting).push(pod);
    // Not before all that are added together are here.
    queueMicrotask(() => this.next());
  }

  /** A pod's state has changed: when it is ready or ending it needs no more patience. */
  public changed(pod: Pod): void {
    if (this.starting.has(pod) && (pod.ready || pod.terminating || pod.crashes > 0)) this.done(pod);
  }

  private next(): void {
    while (this.starting.size < this.limit) {
      const pod = this.waiting.shift() ?? this.inFront.shift();
      if (!pod) return;
      if (pod.terminating) continue;
      this.starting.set(pod, setTimeout(() => this.done(pod), PATIENCE).unref());
      void pod.start();
    }
  }

  private done(pod: Pod): void {
    clearTimeout(this.starting.get(pod));
    this.starting.delete(pod);
    this.next();
  }
}
