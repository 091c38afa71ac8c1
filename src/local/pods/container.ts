import { BackOff } from './back-off';
import { endContainer, Ending } from './container-end';
import { ContainerProbes } from './container-probes';
import { lastLines } from './log-file';
import { act } from './probe-actions';
import { ContainerContext } from '../images/container-context';
import { ImageRunner, Launch } from '../images/images';
import { ContainerSpec, Hook, portOf, Probe } from '../manifests/kube';
import { processesOf } from '../processes/descendants';
import { Exit, runInGroup, Running } from '../processes/process-group';
import { later } from '../timers';

/** What a container needs of the pod it is in. */
export interface ContainerHost {
  readonly images: ImageRunner;
  readonly ip: string;
  /** The base of the restart back-off, in milliseconds. */
  readonly restartBackOff: number;
  /** How long it may take to end when its liveness probe fails, in milliseconds. */
  readonly grace: number;
  /** What the container is to run as; asked before every start. */
  context(container: Container): Promise<ContainerContext>;
  /** Does the whole cluster end? */
  isClosing(): boolean;
  /** Readiness or the state may have changed. */
  changed(): void;
  /** Something worth telling. */
  tell(type: string, message: string): void;
  groupStarted(group: number): void;
  groupEnded(group: number): void;
}

/** One container of a pod: runs it, restarts it when it ends, probes it, and stops it. */
export class Container {
  public restarts = 0;
  /** How often it has ended since it was last ready. */
  public crashes = 0;
  private lastExit?: Exit;
  private running?: Running;
  private launch?: Launch;
  private launching?: Promise<Running | undefined>;
  private probes?: ContainerProbes;
  private failure?: string;
  /** Why it was killed as it had started. */
  private hookFailure?: string;
  private startedAt = 0;
  private readonly backOff: BackOff;
  private timer?: NodeJS.Timeout;
  /** Whether it runs to its end, and is not restarted. */
  private once = false;
  private stopping = false;

  /** @param log the file that its output goes to. */
  public constructor(
    public readonly spec: ContainerSpec, public readonly log: string, private readonly host: ContainerHost,
  ) {
    this.backOff = new BackOff(host.restartBackOff);
  }

  public get isRunning(): boolean { return this.running !== undefined; }

  public get ready(): boolean { return this.isRunning && (this.probes?.ready ?? false); }

  /** Has its startup probe succeeded? */
  public get started(): boolean { return this.isRunning && (this.probes?.started ?? false); }

  /** Why it is not ready: what its last probe, or its last end, said. */
  public get trouble(): string | undefined { return this.probes?.trouble ?? this.failure; }

  /** Starts it and keeps it running. Resolves when what it does as it starts is done. */
  public async start(): Promise<void> {
    this.launching = this.begin();
    const running = await this.launching;
    if (running) await this.welcome(running);
  }

  /** Runs it once, to its end. */
  public async runOnce(): Promise<Exit> {
    this.once = true;
    this.launching = this.begin();
    await (await this.launching)?.exited;
    return this.lastExit!;
  }

  /**
   * Sends a signal: SIGKILL, SIGSTOP and SIGCONT to all its processes, any other to the first one. After SIGKILL,
   * waits for its end.
   */
  public async signal(signal: NodeJS.Signals): Promise<void> {
    const { running } = this;
    this.send(signal, signal === 'SIGKILL' || signal === 'SIGSTOP' || signal === 'SIGCONT');
    if (signal === 'SIGKILL') await running?.exited;
  }

  /** Ends it for good. */
  public async stop(ending: Ending): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.launching;
    await this.end(ending);
  }

  /** The last lines it wrote. */
  public lastLines(count: number): string[] {
    return lastLines(this.log, count);
  }

  /** Lets its first process begin. Resolves to undefined when it cannot. */
  private async begin(): Promise<Running | undefined> {
    this.startedAt = 0;
    try {
      this.launch = await this.host.images.launch(await this.host.context(this));
    } catch (error) {
      this.exited({ code: null, signal: null, error: (error as Error).message });
      return undefined;
    }
    let group: number | undefined;
    const running = runInGroup(this.launch, this.log, (started) => {
      group = started;
      this.host.groupStarted(started);
    }, () => this.others());
    if (group === undefined) {
      this.exited(await running.exited);
      return undefined;
    }
    this.running = running;
    this.startedAt = Date.now();
    void running.exited.then((exit) => {
      this.host.groupEnded(group!);
      this.exited(exit);
    });
    this.host.tell('started', `container ${this.spec.name} started`);
    return running;
  }

  /** Runs its postStart hook, for as long as that takes, and probes it after that. */
  private async welcome(running: Running): Promise<void> {
    const hook = this.spec.lifecycle?.postStart;
    const failure = hook && await Promise.race([this.act(hook, Infinity), running.exited.then(() => undefined)]);
    if (this.running !== running || this.stopping) return;
    if (failure) {
      this.hookFailure = `postStart: ${failure}`;
      this.send('SIGKILL', true);
    } else {
      this.probe();
    }
  }

  /** Its processes outside of its group. When the whole cluster ends, the watchdog looks for those of all at once. */
  private others(): number[] {
    return this.host.isClosing() ? [] : processesOf(this.launch!.trace);
  }

  private exited(exit: Exit): void {
    this.running = undefined;
    this.probes?.stop();
    this.probes = undefined;
    this.lastExit = exit;
    const done = this.once && exit.code === 0;
    if (done) this.crashes = 0;
    if (!this.stopping && !done) {
      this.crashes++;
      const how = exit.signal ?? `exit code ${exit.code}`;
      this.failure = this.hookFailure ?? exit.error ?? `container ${this.spec.name} ended with ${how}`;
      if (!this.once) this.restartLater();
    }
    this.hookFailure = undefined;
    this.host.changed();
  }

  private restartLater(): void {
    const wait = this.backOff.next(this.startedAt ? Date.now() - this.startedAt : 0);
    this.host.tell('restarting', `${this.failure}; restarting ${wait ? `in ${wait / 1000} s` : 'now'}`);
    this.timer = later(wait, () => {
      this.restarts++;
      void this.start();
    });
  }

  private probe(): void {
    this.probes = new ContainerProbes(this.spec, this.startedAt, {
      act: (probe, timeout) => this.act(probe, timeout),
      changed: () => {
        if (this.ready) this.crashes = 0;
        this.host.changed();
      },
      dead: (failure, { terminationGracePeriodSeconds: seconds }) => {
        this.probes?.stop();
        this.host.tell('unhealthy', `${failure}; container ${this.spec.name} is restarted`);
        void this.end({ grace: seconds === undefined ? this.host.grace : 1000 * seconds, gentle: true });
      },
    });
  }

  private async end(ending: Ending): Promise<void> {
    const { running, launch } = this;
    const hook = this.spec.lifecycle?.preStop;
    if (!running || !launch) return;
    await endContainer(ending, {
      stopSignal: launch.stopSignal,
      signalsAll: launch.signalsAll,
      exited: running.exited,
      preStop: async (timeout) => hook && this.act(hook, timeout),
      send: (signal, all) => this.running === running && this.send(signal, all),
    });
  }

  private send(signal: NodeJS.Signals, all: boolean): void {
    const { running, launch } = this;
    if (!running) return;
    if (!launch?.engine) return running.signal(signal, all);
    // `docker run` passes on what it gets, but neither SIGKILL nor SIGSTOP nor SIGCONT; it is asked only when nothing
    // else works.
    void launch.engine.signal(signal).then((sent) => sent || running.signal(signal, all));
  }

  private act(action: Probe & Hook, timeout: number): Promise<string | undefined> {
    const launch = this.launch!;
    return act(action, {
      ip: this.host.ip,
      port: (port) => portOf([this.spec], port)!,
      command: (argv) => ({ ...launch, argv: launch.engine ? launch.engine.exec(argv) : argv.map(launch.map) }),
    }, timeout);
  }
}
