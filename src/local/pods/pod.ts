import { randomInt, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Container, ContainerHost } from './container';
import { limitLength } from './log-file';
import { PodContainers } from './pod-containers';
import { PodVolumes } from './pod-volumes';
import { ContainerContext } from '../images/container-context';
import { ImageRunner } from '../images/images';
import { declaredEnvironment, PodFacts } from '../manifests/environment';
import { Deployment, namespaceOf, PodSpec, portNumber, titleOf } from '../manifests/kube';
import { ObjectStore } from '../manifests/object-store';
import { AddressPool } from '../network/addresses';
import { DnsListener } from '../network/dns-listener';
import { Slowness } from '../processes/slowness';

/** Where a pod is in its life. */
export type PodPhase = 'Pending' | 'Running' | 'Terminating' | 'Gone';

/** What a pod needs of its cluster. */
export interface PodHost {
  readonly folder: string;
  readonly store: ObjectStore;
  readonly images: ImageRunner;
  readonly addresses: AddressPool;
  readonly restartBackOff: number;
  /** The DNS server of the cluster, `host:port`. */
  readonly dns: string;
  serviceEnvironment(namespace: string): Record<string, string>;
  /** A DNS server of the pod's own, where it has one. */
  nameServer(pod: Pod): Promise<DnsListener | undefined>;
  /** Does the whole cluster end? */
  isClosing(): boolean;
  groupStarted(group: number): void;
  groupEnded(group: number): void;
  changed(pod: Pod): void;
  tell(pod: Pod, type: string, message: string): void;
  /** Something that somebody should know, of whatever pod it is: told once. */
  warn(message: string): void;
}

/** A pod of a Deployment: an address, volumes and containers. */
export class Pod implements PodFacts {
  public readonly name: string;
  public readonly namespace: string;
  public readonly uid = randomUUID();
  public readonly ip: string;
  public readonly labels: Record<string, string>;
  public readonly annotations: Record<string, string>;
  public readonly spec: PodSpec;
  public phase: PodPhase = 'Pending';
  /** When it became ready, in milliseconds since 1970; undefined while it is not. */
  public readySince?: number;
  private readonly containers: PodContainers;
  private readonly volumes: PodVolumes;
  private readonly folder: string;
  private readonly slowness = new Slowness();
  private readonly groups = new Set<number>();
  private nameServer?: DnsListener;
  /** Why nothing of it could start. */
  private startTrouble?: string;
  private ending?: Promise<void>;

  /** @param revision what its Deployment's template was called when this pod was made. */
  public constructor(
    public readonly deployment: Deployment, public readonly revision: string, private readonly host: PodHost,
  ) {
    const { template } = deployment.spec;
    const random = Array.from({ length: 5 }, () => 'bcdfghjklmnpqrstvwxz2456789'[randomInt(27)]);
    this.name = `${deployment.metadata.name}-${revision}-${random.join('')}`;
    this.namespace = namespaceOf(deployment);
    this.ip = host.addresses.takeForPod();
    this.labels = { ...template.metadata?.labels, 'pod-template-hash': revision };
    this.annotations = { ...template.metadata?.annotations };
    this.spec = template.spec;
    this.folder = join(host.folder, 'pods', this.name);
    this.containers = new PodContainers(this.spec, (name) => join(this.folder, `${name}.log`), this.containerHost(), {
      restartBackOff: host.restartBackOff,
      isEnding: () => this.terminating,
      changed: () => host.changed(this),
      tell: (type, message) => host.tell(this, type, message),
    });
    const folders = { pod: join(this.folder, 'volumes'), claims: join(host.folder, 'claims') };
    this.volumes = new PodVolumes(this, folders, host.store);
  }

  public get ready(): boolean { return this.phase === 'Running' && this.containers.ready; }

  public get terminating(): boolean { return this.phase === 'Terminating' || this.phase === 'Gone'; }

  /** How often its containers have been restarted; while they run, its init containers too. */
  public get restarts(): number { return this.containers.restarts(this.phase === 'Pending'); }

  /** How often a container has ended without having been ready in between. */
  public get crashes(): number { return this.containers.crashes; }

  /** Does it write a line for each request, where it is told to? */
  public get isRouter(): boolean {
    return this.spec.containers.some(({ env }) => env?.some(({ name }) => name === 'ACCESS_LOG'));
  }

  /** Where its nginx writes a JSON line for each request. */
  public get accessLog(): string { return join(this.folder, 'access.log'); }

  /** The number of a port given by number or by name. */
  public port(port: number | string): number {
    return portNumber(this.spec, port)!;
  }

  /**
   * Makes the volumes, runs the init containers, starts the others, one after the other. Does not wait until they are
   * ready.
   */
  public async start(): Promise<void> {
    this.host.tell(this, 'created', 'created');
    try {
      this.nameServer = await this.host.nameServer(this);
      await this.writeVolumes();
    } catch (error) {
      this.startTrouble = (error as Error).message;
      this.host.changed(this);
      return;
    }
    await this.containers.initialize();
    if (this.terminating) return;
    this.phase = 'Running';
    await this.containers.start();
  }

  /** Brings the files of its volumes up to date. */
  public async writeVolumes(): Promise<void> {
    await this.volumes.write();
  }

  /**
   * Ends it: it leaves the endpoints of its Services now, then its containers are stopped.
   * @param grace in milliseconds, instead of the pod's own; 0 kills.
   * @param gentle whether preStop hooks run and connections drain.
   */
  public terminate(grace = this.grace, gentle = true): Promise<void> {
    if (!this.ending || grace === 0) this.ending = this.end(grace, gentle);
    return this.ending;
  }

  /** Sends a signal to its containers. */
  public async signal(signal: NodeJS.Signals): Promise<void> {
    this.slowness.set(0, this.ip, []);
    await this.containers.signal(signal);
  }

  /** Makes every answer take about so many milliseconds; 0 ends it. */
  public slow(delay: number): void {
    this.slowness.set(delay, this.ip, this.groups);
  }

  /** What its containers wrote last, each line behind its container's name when there are several. */
  public lastLines(count: number): string[] {
    return this.containers.lastLines(count);
  }

  /** Why it is not ready, in words. */
  public get trouble(): string {
    const trouble = this.startTrouble ?? this.containers.initTrouble;
    if (trouble !== undefined) return trouble;
    if (this.phase === 'Running') return this.containers.trouble;
    return this.phase === 'Pending' ? 'its init containers have not ended' : 'it is being ended';
  }

  private get grace(): number { return 1000 * (this.spec.terminationGracePeriodSeconds ?? 30); }

  private async end(grace: number, gentle: boolean): Promise<void> {
    if (!this.terminating) {
      this.phase = 'Terminating';
      this.host.tell(this, 'terminating', 'ending');
    }
    this.containers.look();
    this.slowness.set(0, this.ip, []);
    this.host.changed(this);
    await this.containers.stop({ grace, gentle });
    this.nameServer?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    if (this.phase === ('Gone' as PodPhase)) return; // killed while it was being ended
    this.phase = 'Gone';
    this.host.addresses.release(this.ip);
    this.host.tell(this, 'gone', 'gone');
    this.host.changed(this);
  }

  /** Keeps its logs from filling the disk. Answers whether one of them was too long. */
  public limitLogs(): boolean {
    const logs = this.containers.all.map(({ log }) => log);
    return [this.accessLog, ...logs].filter(limitLength).length > 0;
  }

  private containerHost(): ContainerHost {
    return {
      images: this.host.images,
      ip: this.ip,
      restartBackOff: this.host.restartBackOff,
      grace: this.grace,
      context: (container) => this.context(container),
      isClosing: () => this.host.isClosing(),
      changed: () => {
        this.containers.look();
        this.host.changed(this);
      },
      tell: (type, message) => this.host.tell(this, type, message),
      groupStarted: (group) => {
        this.groups.add(group);
        this.host.groupStarted(group);
      },
      groupEnded: (group) => {
        this.groups.delete(group);
        this.host.groupEnded(group);
      },
    };
  }

  private async context({ spec }: Container): Promise<ContainerContext> {
    const folder = join(this.folder, 'containers', spec.name);
    await mkdir(folder, { recursive: true });
    const title = `container ${spec.name} of ${titleOf(this.deployment)}`;
    const services = this.spec.enableServiceLinks === false ? {} : this.host.serviceEnvironment(this.namespace);
    const env = declaredEnvironment(spec, this, this.host.store, services, (name) => {
      this.host.warn(`${title}: envFrom makes no variable of ${name}, `
        + 'which Kubernetes before 1.32 takes for no name of one: let the name begin with a letter');
    });
    return {
      title,
      spec,
      pod: this.name,
      namespace: this.namespace,
      ip: this.ip,
      folder,
      mounts: await this.volumes.mounts(spec, env),
      hostAliases: this.spec.hostAliases ?? [],
      env,
      accessLog: this.accessLog,
      dns: this.nameServer?.address ?? this.host.dns,
    };
  }
}
