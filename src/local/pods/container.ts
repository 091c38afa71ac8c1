import { ContainerProbes } from './container-probes';
import { lastLines } from './log-file';
import { act } from './probe-actions';
import { ContainerContext } from '../images/container-context';
import { ImageRunner, Launch } from '../images/images';
import { ContainerSpec, Hook, Probe } from '../manifests/kube';
import { processesOf } from '../processes/descendants';
import { Exit, runInGroup, Running } from '../processes/process-group';

/** A restart waits at most this long, in milliseconds. */
const LONGEST_BACK_OFF = 30_000;

/** A container that has run for this long, in milliseconds, is restarted at once again: as with a kubelet, twice the longest back-off. */
const STEADY = 2 * LONGEST_BACK_OFF;

/** What is left at least for the stop signal when preStop has used up the grace period, in milliseconds: a kubelet's own minimum. */
const LEAST_GRACE = 2000;

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
  /** The number of a port given by number or by name. */
  port(port: number | string): number;
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
  /** How it last ended. */
  public lastExit?: Exit;
  private running?: Running;
  private launch?: Launch;
  private probes?: ContainerProbes;
  private failure?: string;
  /** Why it was killed as it had started. */
  private hookFailure?: string;
  private startedAt = 0;
  private backOff = 0;
  private timer?: NodeJS.Timeout;
  private stopping = false;
  private starting?: Promise<void>;

  /** @param log the file that its output goes to. */
  public constructor(public readonly spec: ContainerSpec, public readonly log: string, private readonly host: ContainerHost) {}

  public get isRunning(): boolean { return this.running !== undefined; }

  public get ready(): boolean { return this.isRunning && (this.probes?.ready ?? false); }

  /** Has its startup probe succeeded? */
  public get started(): boolean { return this.isRunning && (this.probes?.started ?? false); }

  /** Why it is not ready: what its last probe, or its last end, said. */
  public get trouble(): string | undefined { return this.probes?.trouble ?? this.failure; }

  /** Starts it and keeps it running. */
  public start(): Promise<void> {
    this.starting = this.run();
    return this.starting;
  }

  /** Runs it once, to its end. */
  public async runOnce(): Promise<Exit> {
    this.stopping = true; // so that its end is not followed by a restart
    await this.run();
    await this.running?.exited;
    return this.lastExit!;
  }

  /** Sends a signal: SIGKILL, SIGSTOP and SIGCONT to all its processes, any other to the first one. After SIGKILL, waits for its end. */
  public async signal(signal: NodeJS.Signals): Promise<void> {
    const { running } = this;
    this.send(signal, signal === 'SIGKILL' || signal === 'SIGSTOP' || signal === 'SIGCONT');
    if (signal === 'SIGKILL') await running?.exited;
  }

  /**
   * Ends it as a kubelet does: preStop, the stop signal, and SIGKILL when the grace period is over.
   * @param grace in milliseconds; 0 kills.
   * @param gentle whether preStop runs and connections drain; else it is only told to end.
   */
  public async stop(grace: number, gentle = true): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.starting;
    await this.end(grace, gentle);
  }

  /** The last lines it wrote. */
  public lastLines(count: number): string[] {
    return lastLines(this.log, count);
  }

  private async run(): Promise<void> {
    let group: number | undefined;
    try {
      this.launch = await this.host.images.launch(await this.host.context(this));
    } catch (error) {
      return this.exited({ code: null, signal: null, error: (error as Error).message });
    }
    const running = runInGroup(this.launch, this.log, (started) => {
      group = started;
      this.host.groupStarted(started);
    }, () => this.others());
    if (group === undefined) return this.exited(await running.exited);
    this.running = running;
    this.startedAt = Date.now();
    void running.exited.then((exit) => {
      this.host.groupEnded(group!);
      this.exited(exit);
    });
    this.host.tell('started', `container ${this.spec.name} started`);
    const failure = this.spec.lifecycle?.postStart && await this.act(this.spec.lifecycle.postStart, 60_000);
    if (this.running !== running) return;
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
    if (!this.stopping) {
      this.crashes++;
      this.failure = this.hookFailure ?? exit.error ?? `container ${this.spec.name} ended with ${exit.signal ?? `exit code ${exit.code}`}`;
      this.restartLater();
    }
    this.hookFailure = undefined;
    this.host.changed();
  }

  private restartLater(): void {
    if (this.startedAt && Date.now() - this.startedAt > STEADY) this.backOff = 0;
    const wait = this.backOff;
    this.backOff = Math.min(LONGEST_BACK_OFF, this.backOff * 2 || this.host.restartBackOff);
    this.host.tell('restarting', `${this.failure}; restarting ${wait ? `in ${wait / 1000} s` : 'now'}`);
    this.timer = setTimeout(() => {
      this.restarts++;
      void this.start();
    }, wait).unref();
  }

  private probe(): void {
    this.probes = new ContainerProbes(this.spec, {
      act: (probe, timeout) => this.act(probe, timeout),
      changed: () => {
        if (this.ready) this.crashes = 0;
        this.host.changed();
      },
      dead: (failure, probe: Probe & { terminationGracePeriodSeconds?: number }) => {
        this.probes?.stop();
        this.host.tell('unhealthy', `${failure}; container ${this.spec.name} is restarted`);
        const seconds = probe.terminationGracePeriodSeconds;
        void this.end(seconds === undefined ? this.host.grace : 1000 * seconds, true);
      },
    });
  }

  private async end(grace: number, gentle: boolean): Promise<void> {
    const { running, launch } = this;
    if (!running || !launch) return;
    const deadline = Date.now() + grace;
    const preStop = this.spec.lifecycle?.preStop;
    if (preStop && gentle && grace > 0) await Promise.race([this.act(preStop, grace), running.exited]);
    // SIGQUIT lets connections drain, which nobody waits for when the whole cluster ends.
    if (grace > 0) this.send(gentle || launch.stopSignal !== 'SIGQUIT' ? launch.stopSignal : 'SIGTERM', launch.signalsAll);
    const left = grace === 0 ? 0 : Math.max(deadline - Date.now(), gentle ? LEAST_GRACE : 0);
    const timer = setTimeout(() => this.send('SIGKILL', true), left).unref();
    await running.exited;
    clearTimeout(timer);
  }

  private send(signal: NodeJS.Signals, all: boolean): void {
    const { running, launch } = this;
    if (!running) return;
    if (!launch?.engine) return running.signal(signal, all);
    // `docker run` passes on what it gets, but neither SIGKILL nor SIGSTOP nor SIGCONT; it is asked only when nothing else works.
    void launch.engine.signal(signal).then((sent) => sent || running.signal(signal, all));
  }

  private act(action: Hook, timeout: number): Promise<string | undefined> {
    const launch = this.launch!;
    return act(action, {
      ip: this.host.ip,
      port: (port) => this.host.port(port),
      command: (argv) => ({ ...launch, argv: launch.engine ? launch.engine.exec(argv) : argv.map(launch.map) }),
    }, timeout);
  }
}
