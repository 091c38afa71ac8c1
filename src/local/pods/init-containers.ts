import { BackOff } from './back-off';
import { Container } from './container';
import { isSidecar } from '../manifests/kube';
import { later } from '../timers';

/** What init containers need of their pod. */
export interface InitHost {
  /** The base of the back-off, in milliseconds. */
  readonly restartBackOff: number;
  /** Is the pod being ended? */
  isEnding(): boolean;
  /** The state has changed. */
  changed(): void;
  /** Something worth telling. */
  tell(type: string, message: string): void;
}

/**
 * The init containers of a pod: each runs to its end before the next one starts; a sidecar goes on, and need only have
 * started.
 */
export class InitContainers {
  /** The sidecar that has not started yet. */
  private awaited?: Container;
  private failure?: string;
  private wake?: () => void;

  public constructor(public readonly all: readonly Container[], private readonly host: InitHost) {}

  /** Those that go on beside the containers. */
  public get sidecars(): Container[] { return this.all.filter(({ spec }) => isSidecar(spec)); }

  /** Why they have not all ended well, in words. */
  public get trouble(): string | undefined {
    const { awaited } = this;
    if (awaited?.trouble === undefined) return this.failure;
    return `sidecar ${awaited.spec.name} has not started: ${awaited.trouble}`;
  }

  /** Resolves when all have ended well or, sidecars, have started; or when the pod is being ended. */
  public async run(): Promise<void> {
    for (const each of this.all) {
      if (this.host.isEnding()) return;
      await (isSidecar(each.spec) ? this.startSidecar(each) : this.complete(each));
    }
  }

  /** Something has changed: perhaps what is waited for. */
  public look(): void {
    this.wake?.();
  }

  private async complete(container: Container): Promise<void> {
    const { name } = container.spec;
    const backOff = new BackOff(this.host.restartBackOff);
    for (;;) {
      const start = Date.now();
      const exit = await container.runOnce();
      if (exit.code === 0 || this.host.isEnding()) break;
      const wait = backOff.next(Date.now() - start);
      this.failure = `init container ${name} ended with ${exit.error ?? exit.signal ?? `exit code ${exit.code}`}`;
      this.host.tell('restarting', `${this.failure}; restarting ${wait ? `in ${wait / 1000} s` : 'now'}`);
      this.host.changed();
      if (wait > 0) await this.pause(wait);
      if (this.host.isEnding()) return;
      container.restarts++;
    }
    this.failure = undefined;
  }

  private async startSidecar(container: Container): Promise<void> {
    void container.start();
    this.awaited = container;
    while (!container.started && !this.host.isEnding()) await new Promise<void>((resolve) => { this.wake = resolve; });
    this.awaited = undefined;
  }

  /** Ends early when the pod does. */
  private async pause(wait: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = later(wait, resolve);
      this.wake = () => {
        if (!this.host.isEnding()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
