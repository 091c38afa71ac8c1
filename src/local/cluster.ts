import { on } from 'node:events';
import { awake } from './awake';
import { Engine } from './engine';
import { ClusterEvent, RequestRecord } from './events';
import { refuseAuthorities } from './manifests/given-authorities';
import { hostsOf } from './manifests/given-hosts';
import { refuseSecrets } from './manifests/given-secrets';
import { namespaceOf, titleOf } from './manifests/kube';
import { ObjectStore } from './manifests/object-store';
import { readObjects } from './manifests/read-objects';
import { refuseObjects } from './manifests/refusals';
import { isWorkload } from './manifests/workload';
import { LocalClusterOptions } from './options';
import { PodHandle, PodStatus, statusOf } from './pod-handle';
import { Pod } from './pods/pod';
import { WorkloadController } from './pods/workload-controller';
import { explainNotReady, settled } from './readiness';
import { controllersOf, namesOf, podsOf, serviceOf, Target } from './target';
import { Disposal, FetchInit, FetchResponse } from './web';

/** The address of a Service. */
export interface ServiceAddress { readonly host: string; readonly port: number }

/** A Service, for people. */
export interface ServiceStatus {
  readonly name: string;
  readonly namespace: string;
  /** The address of its own; undefined for a headless Service. */
  readonly host?: string;
  readonly ports: readonly number[];
  /** Names of the pods that serve it now. */
  readonly pods: readonly string[];
}

/** Where nobody listens, warnings go where Node's go. */
function warn({ type, message }: ClusterEvent): void {
  if (type === 'warning') process.emitWarning(message, 'LocalClusterWarning');
}

/** A response that has not begun by then, in milliseconds, is given up. */
const FETCH_TIMEOUT = 60_000;

/** With `await using`, a cluster stops where its variable ends. */
export interface LocalCluster extends Disposal {}

/**
 * Runs synthesized manifests on this machine, without Kubernetes: every pod is a process with a loopback address of
 * its own. A cluster ends with `stop`, or with the process that started it; it does not keep that process alive,
 * except while one of its methods is awaited.
 */
export class LocalCluster {
  /**
   * Starts a cluster from a cdk8s App or Chart, YAML text, parsed objects, or an array of these; resolves when every
   * pod is ready. Throws when an object cannot be run, naming it and what to do, and when a pod does not become ready
   * in time, with the reason and its last log lines.
   */
  public static async start(input: any, options: LocalClusterOptions = {}): Promise<LocalCluster> {
    return awake(() => LocalCluster.begin(input, options));
  }

  private static async begin(input: any, options: LocalClusterOptions): Promise<LocalCluster> {
    if (process.platform !== 'linux') {
      throw new Error('the local cluster needs Linux, where all of 127.0.0.0/8 is this machine; this is '
        + `${process.platform}: use a container or a virtual machine`);
    }
    const manifests = readObjects(input);
    const { objects } = manifests;
    const hold = options.hold ?? [];
    const workloads = objects.filter(isWorkload).map(({ metadata }) => metadata.name);
    const unknown = hold.find((name) => !workloads.includes(name));
    if (unknown !== undefined) {
      throw new Error(`hold names ${unknown}, which is no Deployment or StatefulSet of these objects`);
    }
    const { secrets = {}, authorities } = options;
    refuseSecrets(secrets);
    if (authorities !== undefined) refuseAuthorities(authorities);
    refuseObjects(objects, new ObjectStore(objects, secrets)); // before anything has been started
    const engine = await Engine.create({
      dnsCache: options.dnsCache?.toMilliseconds() ?? 0,
      restartBackOff: options.restartBackOff?.toMilliseconds() ?? 1000,
      commands: options.commands ?? {},
      secrets,
      hosts: hostsOf(options.hosts ?? {}),
      authorities: authorities ?? '',
      nginx: options.nginx,
      data: options.data,
      onEvent: options.onEvent ?? warn,
    });
    const cluster = new LocalCluster(engine, options.startTimeout?.toMilliseconds() ?? 60_000);
    try {
      await engine.apply(manifests, hold);
      if (options.waitForReady ?? true) await cluster.settled(engine.allControllers(), false);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  private constructor(private readonly engine: Engine, private readonly timeout: number) {}

  /**
   * Asks a Service for a path. Rejects when nobody accepts the connection, naming the pods that are not ready, and
   * after 60 s without a response.
   */
  public async fetch(target: Target, path: string, init: FetchInit = {}): Promise<FetchResponse> {
    const { host, port } = this.address(target);
    const late = new AbortController();
    const giveUp = () => late.abort(new Error(`no response within ${FETCH_TIMEOUT / 1000} s`));
    const timer = setTimeout(giveUp, FETCH_TIMEOUT);
    try {
      // Only until the response begins: a stream may go on for as long as it likes.
      const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
      return await fetch(`http://${host}:${port}${path}`, { ...init, signal });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      const reason = (error as { cause?: Error }).cause?.message ?? (error as Error).message;
      const notReady = explainNotReady(podsOf(target, this.engine));
      throw new Error(`fetching ${path} from ${host}:${port} failed: ${reason}${notReady}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Where a Service is reached: its own address, or, of a headless one, a ready pod's. Throws when there is none. */
  public address(target: Target): ServiceAddress {
    const { service, port } = serviceOf(target, this.engine);
    const host = this.engine.services.addressOf(service);
    if (host !== undefined) return { host, port };
    const [endpoint] = this.engine.services.endpoints(service, port);
    if (!endpoint) {
      throw new Error(`Service ${service.metadata.name} has no address of its own, and no ready pod`
        + explainNotReady(podsOf(target, this.engine)));
    }
    return endpoint;
  }

  /**
   * The pods of a pattern, those behind a Service, those of a Deployment or StatefulSet, or all; the
   * ones that are ending included.
   */
  public pods(target?: Target): PodStatus[] {
    return podsOf(target, this.engine).map(statusOf);
  }

  /** The pod of that name. Throws when there is none, naming those there are. */
  public pod(name: string): PodHandle {
    const pod = this.engine.pods().find((each) => each.name === name);
    if (!pod) throw new Error(`there is no pod ${name}: there are ${namesOf(this.engine.pods())}`);
    return this.handle(pod);
  }

  /** The Services, for people. */
  public services(): ServiceStatus[] {
    const { services } = this.engine;
    return services.all().map((service) => ({
      name: service.metadata.name,
      namespace: namespaceOf(service),
      host: services.addressOf(service),
      ports: (service.spec.ports ?? []).map(({ port }) => port),
      pods: services.podsOf(service).map(({ name }) => name),
    }));
  }

  /** `host:port` of the DNS server that knows the cluster's names. */
  public get dns(): string { return this.engine.dnsAddress; }

  /**
   * The pod that answered: the last address of a pod in the header `x-served-by`, which routers and the servers of
   * Node pods send here. Undefined when it names none.
   */
  public servedBy(response: FetchResponse): PodHandle | undefined {
    const addresses = response.headers.get('x-served-by')?.match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
    const pods = addresses.reverse().map((ip) => this.engine.pods().find((each) => each.ip === ip));
    const pod = pods.find((each) => each !== undefined);
    return pod && this.handle(pod);
  }

  /**
   * Replaces the pods of every Deployment and StatefulSet of a pattern, or behind a Service, in steps, as `kubectl
   * rollout restart` does; resolves when all new ones are available, while the last old ones may still drain. Throws
   * when a new one does not become ready.
   */
  public async rollout(target: Target): Promise<void> {
    const controllers = controllersOf(target, this.engine);
    controllers.forEach((each) => each.restart());
    await awake(() => this.settled(controllers));
  }

  /** Sets how many pods a Deployment or StatefulSet has; resolves when they are ready. */
  public async scale(name: string, replicas: number): Promise<void> {
    if (!Number.isInteger(replicas) || replicas < 0) {
      throw new Error(`replicas is ${replicas}: give a whole number, 0 or more`);
    }
    const { workload } = this.controller(name);
    await this.apply([{ ...workload, spec: { ...workload.spec, replicas } }]);
  }

  /**
   * Adds and changes objects, as `kubectl apply` does; a changed pod template is rolled out. Resolves when every pod
   * is ready.
   */
  public async apply(input: any): Promise<void> {
    await awake(async () => {
      await this.engine.apply(readObjects(input));
      await this.settled(this.engine.allControllers());
    });
  }

  /**
   * Takes objects away, as `kubectl delete` does: Deployments and StatefulSets with their pods, which drain. Claims
   * stay, but those of a StatefulSet whose `whenDeleted` says otherwise. Resolves when the pods are gone. Throws when
   * an object is not there.
   */
  public async delete(input: any): Promise<void> {
    await awake(async () => {
      const controllers = this.engine.delete(readObjects(input).objects);
      const pods = () => controllers.flatMap((each) => each.pods);
      await this.engine.changes.until(() => pods().length === 0, {
        timeout: this.timeout, explain: () => `pods that do not end: ${namesOf(pods())}`,
      });
      await this.engine.claims.settled();
    });
  }

  /** Starts a Deployment or StatefulSet that was held back; resolves when its pods are ready. */
  public async release(name: string): Promise<void> {
    const controller = this.controller(name);
    controller.held = false;
    controller.reconcile();
    await awake(() => this.settled([controller]));
  }

  /** Calls the listener for everything that happens. */
  public on(name: 'event', listener: (event: ClusterEvent) => void): this;
  /** Calls the listener for every request that a router has answered. */
  public on(name: 'request', listener: (record: RequestRecord) => void): this;
  public on(name: 'event' | 'request', listener: (value: any) => void): this {
    if (name === 'event') this.engine.onEvent(listener);
    else this.engine.requestEvents().on(name, listener);
    return this;
  }

  /** The requests that routers answer from now on, until the cluster stops. */
  public async *requests(): AsyncGenerator<RequestRecord, void> {
    if (this.engine.stopped) return;
    const records = on(this.engine.requestEvents(), 'request', { close: ['stopped'] });
    try {
      for (;;) {
        const { value, done } = await awake(() => records.next());
        if (done) return;
        yield value[0];
      }
    } finally {
      await records.return!();
    }
  }

  /** @internal Where it keeps its files until it has stopped. */
  public get folder(): string { return this.engine.folder; }

  /**
   * @internal Ends a group of processes with this cluster, even when this process is killed. Answers what calls that
   * off: once the group has ended, its number may be somebody else's.
   */
  public guard(group: number): () => void {
    this.engine.watchdog.started(group);
    return () => this.engine.watchdog.ended(group);
  }

  /** Ends every process and removes every file, but those of `data`. */
  public async stop(): Promise<void> {
    await awake(() => this.engine.stop());
  }

  private handle(pod: Pod): PodHandle {
    return new PodHandle(pod, this.engine.changes, this.timeout);
  }

  private controller(name: string): WorkloadController {
    const all = this.engine.allControllers();
    const fullName = ({ workload }: WorkloadController) => `${namespaceOf(workload)}/${workload.metadata.name}`;
    const [found, ...others] = all.filter((each) => each.name === name || fullName(each) === name);
    if (!found) throw new Error(`there is no Deployment or StatefulSet ${name}: there are ${namesOf(all)}`);
    if (others.length > 0) {
      const titles = [found, ...others].map(({ workload }) => titleOf(workload)).join(', ');
      throw new Error(`${name} is ${titles}: say which namespace, as in ${fullName(others.at(-1)!)}, or delete one`);
    }
    return found;
  }

  private async settled(controllers: readonly WorkloadController[], anew?: boolean): Promise<void> {
    await settled(controllers, this.engine, this.timeout, anew);
  }
}

// Not as a method: not every compiler that reads its declaration knows the name.
Object.defineProperty(LocalCluster.prototype, Symbol.asyncDispose, {
  value(this: LocalCluster) {
    return this.stop();
  },
});
