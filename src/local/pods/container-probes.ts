import { ProbeLoop } from './probe';
import { ContainerSpec, Hook, Probe } from '../manifests/kube';

/**
 * How long a container without probes must have run to be ready, in milliseconds. A kubelet looks at its containers
 * once a second, so that it never takes a program for ready that ends at once because it cannot run.
 */
const NOTICED = 100;

/** What the probes of a container act through and report to. */
export interface ContainerProbeHandlers {
  /** Does what a probe says; resolves to undefined on success, else to the failure in words. */
  readonly act: (probe: Hook, timeout: number) => Promise<string | undefined>;
  /** Whether it is ready, or has started, has changed. */
  readonly changed: () => void;
  /** The startup or the liveness probe has given up. */
  readonly dead: (failure: string, probe: Probe) => void;
}

/** The three probes of a container, from one start to its end: the startup probe holds the other two back. */
export class ContainerProbes {
  /** Has the startup probe succeeded? */
  public started = false;
  public ready = false;
  /** What the last failing probe said. */
  public trouble?: string;
  private readonly loops: ProbeLoop[] = [];
  private timer?: NodeJS.Timeout;

  /** @param since when the container started, in milliseconds since 1970: the initial delays begin there. */
  public constructor(
    private readonly spec: ContainerSpec, private readonly since: number,
    private readonly handlers: ContainerProbeHandlers,
  ) {
    const { startupProbe } = spec;
    if (!startupProbe) this.start(NOTICED);
    else this.watch(startupProbe, 'startup', () => this.start(), (failure) => handlers.dead(failure, startupProbe));
  }

  public stop(): void {
    clearTimeout(this.timer);
    for (const loop of this.loops.splice(0)) loop.stop();
  }

  private start(notice = 0): void {
    this.stop();
    this.started = true;
    const { readinessProbe, livenessProbe } = this.spec;
    if (livenessProbe) {
      this.watch(livenessProbe, 'liveness', () => {}, (failure) => this.handlers.dead(failure, livenessProbe));
    }
    if (readinessProbe) this.watch(readinessProbe, 'readiness', () => this.setReady(true), () => this.setReady(false));
    else this.timer = setTimeout(() => this.setReady(true), notice).unref();
    this.handlers.changed();
  }

  private setReady(ready: boolean): void {
    if (this.ready === ready) return;
    this.ready = ready;
    if (ready) this.trouble = undefined;
    this.handlers.changed();
  }

  private watch(probe: Probe, name: string, succeeded: () => void, gaveUp: (failure: string) => void): void {
    this.loops.push(new ProbeLoop(probe, this.since, name !== 'liveness', {
      act: (timeout) => this.handlers.act(probe, timeout),
      failed: (failure) => { this.trouble = `${name} probe: ${failure}`; },
      succeeded,
      gaveUp,
    }));
  }
}
