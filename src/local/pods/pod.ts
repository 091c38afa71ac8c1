import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Container, ContainerHost } from './container';
import { limitLength } from './log-file';
import { PodContainers } from './pod-containers';
import { PodPlan } from './pod-plan';
import { PodVolumes } from './pod-volumes';
import { ContainerContext } from '../images/container-context';
import { ImageRunner } from '../images/images';
import { importsSqlite } from '../images/sqlite';
import { declaredEnvironment, PodFacts } from '../manifests/environment';
import { namespaceOf, PodSpec, portNumber, titleOf } from '../manifests/kube';
import { ObjectStore } from '../manifests/object-store';
import { Workload } from '../manifests/workload';
import { AddressPool } from '../network/addresses';
import { DnsListener } from '../network/dns-listener';
import { Slowness } from '../processes/slowness';
import { Claims } from '../storage/claims';

/** Where a pod is in its life. */
export type PodPhase = 'Pending' | 'Running' | 'Terminating' | 'Gone';

/** What a pod needs of its cluster. */
export interface PodHost {
  readonly folder: string;
  readonly store: ObjectStore;
  readonly images: ImageRunner;
  readonly addresses: AddressPool;
  readonly claims: Claims;
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

/** A pod of a workload: an address, volumes and containers. */
export class Pod implements PodFacts {
  /** Unlike its name, no other pod's: neither its successor's nor that of a pod in another namespace. */
  public readonly id: string;
  /** As it was when this pod was made. */
  public readonly workload: Workload;
  /** What the workload's template was called then. */
  public readonly revision: string;
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

  public constructor(plan: PodPlan, private readonly host: PodHost) {
    const { workload, revision, id, name, labels, template, spec } = plan;
    this.id = id;
    this.workload = workload;
    this.revision = revision;
    this.name = name;
    this.namespace = namespaceOf(workload);
    this.ip = host.addresses.takeForPod();
    this.labels = labels;
    this.annotations = { ...template.metadata?.annotations };
    this.spec = spec;
    this.folder = join(host.folder, 'pods', id);
    this.containers = new PodContainers(this.spec, (each) => join(this.folder, `${each}.log`), this.containerHost(), {
      restartBackOff: host.restartBackOff,
      isEnding: () => this.terminating,
      changed: () => host.changed(this),
      tell: (type, message) => host.tell(this, type, message),
    });
    this.volumes = new PodVolumes(this, { pod: join(this.folder, 'volumes'), claims: host.claims }, host.store);
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
    const title = `container ${spec.name} of ${titleOf(this.workload)}`;
    const services = this.spec.enableServiceLinks === false ? {} : this.host.serviceEnvironment(this.namespace);
    const env = declaredEnvironment(spec, this, this.host.store, services, (name) => {
      this.host.warn(`${title}: envFrom makes no variable of ${name}, `
        + 'which Kubernetes before 1.32 takes for no name of one: let the name begin with a letter');
    });
    const { hostname = this.name, subdomain } = this.spec;
    return {
      title,
      spec,
      id: `${this.id}-${spec.name}`,
      hostname,
      fullName: subdomain && `${hostname}.${subdomain}.${this.namespace}.svc.cluster.local`,
      namespace: this.namespace,
      ip: this.ip,
      folder,
      mounts: await this.volumes.mounts(spec, env),
      hostAliases: this.spec.hostAliases ?? [],
      env,
      accessLog: this.accessLog,
      sqlite: importsSqlite(spec, this.spec, this.namespace, this.host.store),
      dns: this.nameServer?.address ?? this.host.dns,
    };
  }
}
