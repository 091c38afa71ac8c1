import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findNginx } from './binaries/nginx';
import { findNode } from './binaries/node';
import { findValkey } from './binaries/valkey';
import { Changes, ClusterEvent, RequestRecord } from './events';
import { FirstPods, isInFront } from './first-pods';
import { CLUSTER_PREFIX, clustersFolder } from './folders';
import { BY_ENGINE } from './images/container-engine';
import { Commands, ImageRunner } from './images/images';
import { Hosts, refuseHosts } from './manifests/given-hosts';
import { Secrets } from './manifests/given-secrets';
import { KubeObject, Service, titleOf } from './manifests/kube';
import { ObjectStore } from './manifests/object-store';
import { kindPassedOver } from './manifests/passed-over';
import { Manifests } from './manifests/read-objects';
import { refuseChanges, refuseObjects } from './manifests/refusals';
import { isWorkload } from './manifests/workload';
import { AddressPool, Claim, claimNetwork, nameServerOf } from './network/addresses';
import { DnsListener } from './network/dns-listener';
import { DnsServer } from './network/dns-server';
import { RequestLog } from './network/request-log';
import { Pod, PodHost } from './pods/pod';
import { StartQueue } from './pods/start-queue';
import { WorkloadController } from './pods/workload-controller';
import { Watchdog } from './processes/watchdog';
import { Services } from './services';
import { Claims } from './storage/claims';
import { dataFolder } from './storage/data-folder';
import { FolderLock } from './storage/folder-lock';
import { Workloads } from './workloads';

/** How an engine is set up; times in milliseconds. */
export interface EngineOptions {
  readonly dnsCache: number;
  readonly restartBackOff: number;
  readonly commands: Commands;
  readonly secrets: Secrets;
  readonly hosts: Hosts;
  readonly authorities: string;
  readonly nginx?: string;
  readonly data?: string;
  readonly onEvent: (event: ClusterEvent) => void;
}

/** How long pods may take to end when the whole cluster does, in milliseconds. */
const STOP_GRACE = 1000;

/** The machinery behind a LocalCluster: objects in, pods, Services and names out. */
export class Engine {
  /** Sets up an empty cluster: an address range, folders, a DNS server and a watchdog. */
  public static async create(options: EngineOptions): Promise<Engine> {
    const data = options.data === undefined ? undefined : await dataFolder(options.data);
    const claim = await claimNetwork();
    const folder = await realpath(await mkdtemp(join(clustersFolder(), CLUSTER_PREFIX)));
    await chmod(folder, 0o711); // a worker of nginx that is another user must get through
    const engine = new Engine(options, claim, folder, new Claims(data ?? join(folder, 'claims')));
    try {
      if (data !== undefined) engine.dataLock = await FolderLock.take(data, engine.watchdog.pid);
    } catch (error) {
      await engine.stop();
      throw error;
    }
    return engine;
  }

  public readonly changes = new Changes();
  public readonly store: ObjectStore;
  public readonly services: Services;
  public readonly firstPods: FirstPods;
  public readonly watchdog: Watchdog;
  /** How many pods have ever become ready. */
  public progress = 0;
  public stopped?: Promise<void>;
  private readonly emitter = new EventEmitter();
  private readonly workloads: Workloads;
  private readonly warnings = new Set<string>();
  private readonly counted = new WeakSet<Pod>();
  private readonly starts = new StartQueue();
  private readonly mark = ['CDK8S_METAPARTICLE_CLUSTER', randomUUID()] as const;
  private readonly addresses: AddressPool;
  private readonly dns: DnsServer;
  private readonly images: ImageRunner;
  private dataLock?: FolderLock;
  private logTimer?: NodeJS.Timeout;
  private requestLogs?: Map<string, RequestLog>;

  private constructor(
    private readonly options: EngineOptions, private readonly claim: Claim, public readonly folder: string,
    public readonly claims: Claims,
  ) {
    this.store = new ObjectStore([], options.secrets);
    this.watchdog = new Watchdog(folder, this.mark.join('='));
    this.addresses = new AddressPool(claim.network);
    this.workloads = new Workloads(this.store, {
      create: (plan) => {
        const pod = new Pod(plan, this.podHost());
        this.starts.add(pod, isInFront(pod));
        return pod;
      },
      remove: (pod) => void pod.terminate(),
      deleteClaim: (namespace, name) => this.claims.delete(namespace, name),
      changed: () => this.changes.notify(),
    });
    this.services = new Services(this.addresses, options.hosts, () => this.pods(), (message) => {
      this.tell({ type: 'problem', message });
      this.changes.notify();
    });
    this.firstPods = new FirstPods(this.services, this.changes, (workload) => {
      return this.workloads.isStarting(workload);
    });
    this.dns = new DnsServer(options.dnsCache, {
      resolve: (name) => this.services.resolve(name),
      serversOf: (name) => this.services.serversOf(name),
      isStarting: (name) => this.firstPods.areStarting(name),
    });
    this.dns.serve(claim.listener);
    const onProgress = (message: string) => this.tell({ type: 'progress', message });
    this.images = new ImageRunner({
      commands: options.commands,
      authorities: options.authorities,
      folder,
      mark: this.mark,
      findNginx: () => findNginx({ path: options.nginx, onProgress }),
      findNode: (major) => findNode({ major, onProgress }),
      findValkey: () => findValkey({ otherwise: BY_ENGINE, onProgress }),
    });
    this.emitter.on('event', options.onEvent);
    this.limitLogs();
  }

  /** Why the cluster cannot do what it should, such as a port of a Service that is taken. */
  public get problem(): string | undefined { return this.services.problem; }

  public get dnsAddress(): string { return this.claim.listener.address; }

  /** Calls the listener for every 'event'. */
  public onEvent(listener: (event: ClusterEvent) => void): void {
    this.emitter.on('event', listener);
  }

  /**
   * What emits 'request' from now on, and 'stopped' in the end. The routers' logs are read only when somebody asks.
   */
  public requestEvents(): EventEmitter {
    this.followRequests();
    return this.emitter;
  }

  /**
   * Takes objects in: what they add and what they change. Services are there before workloads start, because a name
   * that was asked for too early stays unknown for as long as DNS answers are kept.
   * @param hold workloads not to start yet.
   */
  public async apply({ objects, passedOver }: Manifests, hold: readonly string[] = []): Promise<void> {
    const next = this.store.with(objects);
    refuseObjects(objects, next);
    refuseChanges(objects, this.store);
    refuseHosts(this.options.hosts, next.services());
    passedOver.forEach(({ apiVersion, kind }) => this.warnOnce(kindPassedOver(apiVersion, kind)));
    await this.images.prepare(next);
    if (this.images.engineInUse) this.watchdog.usesEngine(this.images.engineInUse);
    objects.forEach((object) => this.store.put(object));
    for (const object of objects) {
      if (object.kind === 'Service') this.services.put(object as Service);
    }
    this.services.reopen();
    if (objects.some(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')) {
      await Promise.all(this.pods().filter((pod) => pod.phase === 'Running').map((pod) => pod.writeVolumes()));
    }
    this.workloads.update(hold);
  }

  /**
   * Takes objects away. Answers the workloads among them, whose pods end now. Throws where an object is not there.
   */
  public delete(objects: readonly KubeObject[]): WorkloadController[] {
    const missing = objects.find((each) => !this.store.has(each));
    if (missing) throw new Error(`there is no ${titleOf(missing)} that could be deleted`);
    for (const object of objects) {
      this.store.delete(object);
      if (object.kind === 'Service') this.services.delete(object as Service);
    }
    return objects.filter(isWorkload).flatMap((each) => this.workloads.reconcile(each) ?? []);
  }

  public allControllers(): WorkloadController[] {
    return this.workloads.all();
  }

  /** All pods, those that are ending included. */
  public pods(): Pod[] {
    return this.workloads.pods();
  }

  /** Ends everything, in parallel, and removes the folder. */
  public stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  /** A program in a loop writes a gigabyte a second. */
  private limitLogs(): void {
    const fast = this.pods().filter((pod) => pod.limitLogs()).length > 0;
    this.logTimer = setTimeout(() => this.limitLogs(), fast ? 10 : 100).unref();
  }

  private async end(): Promise<void> {
    clearTimeout(this.logTimer);
    this.allControllers().forEach((each) => each.stop());
    // First, so that the programs have no connections left to drain.
    this.services.close();
    await Promise.all(this.pods().map((pod) => pod.terminate(pod.terminating ? 0 : STOP_GRACE, false)));
    this.requestLogs?.forEach((log) => log.close());
    this.claim.listener.close();
    await this.watchdog.close();
    await this.claims.settled();
    await this.dataLock?.release();
    this.changes.notify();
    this.emitter.emit('stopped');
  }

  private podHost(): PodHost {
    return {
      folder: this.folder,
      store: this.store,
      images: this.images,
      addresses: this.addresses,
      claims: this.claims,
      restartBackOff: this.options.restartBackOff,
      dns: this.dnsAddress,
      nameServer: (pod) => this.nameServer(pod),
      serviceEnvironment: (namespace) => this.services.environment(namespace),
      isClosing: () => this.stopped !== undefined,
      groupStarted: (group) => this.watchdog.started(group),
      groupEnded: (group) => this.watchdog.ended(group),
      changed: (pod) => this.changed(pod),
      tell: (pod, type, message) => this.tell({ type, message, pod: pod.name, group: pod.workload.metadata.name }),
      warn: (message) => this.warnOnce(message),
    };
  }

  /** Routers and roots have one each, so that it is known who asks. */
  private async nameServer(pod: Pod): Promise<DnsListener | undefined> {
    if (!isInFront(pod)) return undefined;
    const listener = await DnsListener.open(nameServerOf(pod.ip), this.claim.listener.port);
    this.dns.serve(listener, (name) => this.firstPods.wait(pod, name));
    return listener;
  }

  private changed(pod: Pod): void {
    if (pod.ready !== (pod.readySince !== undefined)) {
      pod.readySince = pod.ready ? Date.now() : undefined;
      if (pod.ready && !this.counted.has(pod)) {
        this.counted.add(pod);
        this.progress++;
      }
      const names = { pod: pod.name, group: pod.workload.metadata.name };
      this.tell(pod.ready
        ? { type: 'ready', message: 'ready', ...names }
        : { type: 'not-ready', message: `not ready: ${pod.trouble}`, ...names });
    }
    this.starts.changed(pod);
    this.services.refresh(pod);
    this.workloads.reconcile(pod.workload);
    if (this.requestLogs) this.followRequests();
    this.changes.notify();
  }

  private followRequests(): void {
    this.requestLogs ??= new Map();
    const routers = this.pods().filter((pod) => pod.phase === 'Running' && pod.isRouter);
    for (const pod of routers) {
      if (this.requestLogs.has(pod.name)) continue;
      const tell = (record: RequestRecord) => this.emitter.emit('request', record);
      this.requestLogs.set(pod.name, new RequestLog(pod.accessLog, pod.name, tell));
    }
    for (const [name, log] of this.requestLogs) {
      if (routers.some((pod) => pod.name === name)) continue;
      log.close();
      this.requestLogs.delete(name);
    }
  }

  private warnOnce(message: string): void {
    if (!this.warnings.has(message)) this.tell({ type: 'warning', message });
    this.warnings.add(message);
  }

  private tell(event: Omit<ClusterEvent, 'time'>): void {
    this.emitter.emit('event', { time: new Date(), ...event });
  }
}
