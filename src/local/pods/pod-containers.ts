import { Container, ContainerHost } from './container';
import { Ending } from './container-end';
import { InitContainers, InitHost } from './init-containers';
import { ContainerSpec, PodSpec } from '../manifests/kube';

/** The containers of a pod: those that go first, those that go on beside the others, and the others. */
export class PodContainers {
  private readonly init: InitContainers;
  private readonly main: readonly Container[];
  /** What must be ready for the pod to be: the containers, and the sidecars that init containers are. */
  private readonly lasting: readonly Container[];

  /** @param log the file for the output of a container. */
  public constructor(
    spec: PodSpec, log: (name: string) => string, host: ContainerHost, private readonly initHost: InitHost,
  ) {
    const made = (each: ContainerSpec) => new Container(each, log(each.name), host);
    this.init = new InitContainers((spec.initContainers ?? []).map(made), initHost);
    this.main = spec.containers.map(made);
    this.lasting = [...this.init.sidecars, ...this.main];
  }

  public get all(): Container[] { return [...this.init.all, ...this.main]; }

  public get ready(): boolean { return this.lasting.every((each) => each.ready); }

  /** How often a container has ended without having been ready in between. */
  public get crashes(): number { return Math.max(...this.all.map((each) => each.crashes)); }

  /** Why the init containers are not through, in words. */
  public get initTrouble(): string | undefined { return this.init.trouble; }

  /** Why they are not ready, in words. */
  public get trouble(): string {
    const all = this.lasting.filter((each) => !each.ready);
    const waiting = all.find((each) => each.trouble) ?? all[0];
    return waiting?.trouble ?? (waiting ? `container ${waiting.spec.name} has not been probed yet` : 'it is ready');
  }

  /**
   * How often they have been restarted.
   * @param initializing whether the init containers still run: they are counted until they are through.
   */
  public restarts(initializing: boolean): number {
    return (initializing ? this.all : this.lasting).reduce((sum, each) => sum + each.restarts, 0);
  }

  /** Resolves when the init containers are through, or the pod is being ended. */
  public async initialize(): Promise<void> {
    await this.init.run();
  }

  /** Starts the containers, one after the other, as a kubelet does. Does not wait until they are ready. */
  public async start(): Promise<void> {
    for (const each of this.main) if (!this.initHost.isEnding()) await each.start();
  }

  /** The state of one has changed, or of the pod: an init container may have waited for that. */
  public look(): void {
    this.init.look();
  }

  public async signal(signal: NodeJS.Signals): Promise<void> {
    await Promise.all(this.lasting.map((each) => each.signal(signal)));
  }

  /**
   * Ends them. Sidecars go on until what they serve has ended: the containers, and the sidecars that started after
   * them.
   */
  public async stop(ending: Ending): Promise<void> {
    const { sidecars } = this.init;
    const ended = this.all.filter((each) => !sidecars.includes(each)).map((each) => each.stop(ending));
    for (const sidecar of sidecars.reverse()) ended.push(sidecar.stop({ ...ending, turn: Promise.all(ended) }));
    await Promise.all(ended);
  }

  /** What they wrote last, each line behind its container's name when there are several. */
  public lastLines(count: number): string[] {
    const { all } = this;
    return all.flatMap((each) => {
      return each.lastLines(count).map((line) => all.length > 1 ? `${each.spec.name}: ${line}` : line);
    });
  }
}
