import { randomBytes } from 'node:crypto';
import { Client } from './client';
import { Kubectl } from './kubectl';
import { PodHandle } from './pod-handle';
import { Pods, PodView } from './pods';
import { Signals } from './signals';
import { Cluster, StartOptions } from '../engine';
import { Load, LoadOptions } from '../load';
import { ServiceAddress, Target } from 'cdk8s-metaparticle/testing';

/**
 * Refuses pods that do not satisfy the standard; warns, which is an error here, of Deployments whose pods would be
 * refused.
 */
const RESTRICTED = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

/**
 * A namespace of a Kubernetes cluster, made for one test; it takes only what satisfies the restricted Pod Security
 * Standard.
 */
export class KubernetesCluster implements Cluster {
  /**
   * Applies objects in a namespace of their own; resolves when every pod is ready and its Services take connections.
   */
  public static async start(
    objects: readonly any[], { hold = [], waitForReady = true }: StartOptions = {},
  ): Promise<KubernetesCluster> {
    const kubectl = new Kubectl(`metaparticle-${randomBytes(4).toString('hex')}`);
    await kubectl.createNamespace(RESTRICTED);
    const cluster = new KubernetesCluster(kubectl);
    try {
      const isHeld = ({ kind, metadata }: any) => kind === 'Deployment' && hold.includes(metadata.name);
      for (const deployment of objects.filter(isHeld)) cluster.held.set(deployment.metadata.name, deployment);
      await Promise.all(
        [cluster.client.start(), cluster.create(objects.filter((each) => !isHeld(each)), waitForReady)],
      );
      if (waitForReady) await cluster.reachServices();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  private readonly watched: Pods;
  private readonly client: Client;
  private readonly signals = new Signals();
  private readonly held = new Map<string, any>();
  private services: any[] = [];
  private readonly statefulSets = new Set<string>();

  private constructor(private readonly kubectl: Kubectl) {
    this.watched = new Pods(kubectl);
    this.client = new Client(kubectl);
  }

  public async fetch(target: Target, path: string, init?: RequestInit): Promise<Response> {
    const { host, port } = await this.address(target);
    return fetch(`http://${host}:${port}${path}`, init);
  }

  public address(target: Target): Promise<ServiceAddress> {
    return this.client.tunnel(this.addressInside(target));
  }

  public reach(address: ServiceAddress): Promise<ServiceAddress> {
    return this.client.tunnel(address);
  }

  public load(target: Target, options: LoadOptions): Load {
    return this.client.load(this.addressInside(target), options);
  }

  public pods(target?: Target): PodView[] {
    return this.watched.of(target);
  }

  public pod(name: string): PodHandle {
    return new PodHandle(name, this.watched, this.signals, this.kubectl);
  }

  /**
   * Creates and changes objects; resolves when every Deployment and StatefulSet of theirs has its new pods, and
   * Services lead to them.
   */
  public async apply(objects: readonly any[]): Promise<void> {
    await this.create(objects, true);
    await this.reachServices();
  }

  /** Creates and changes objects of which not every pod may get ready; resolves when they are accepted. */
  public async begin(objects: readonly any[]): Promise<void> {
    await this.create(objects, false);
  }

  /** Takes a Deployment back to its earlier revision; resolves when it has the pods of that one. */
  public async undo(deployment: string): Promise<void> {
    await this.kubectl.run(['rollout', 'undo', `deployment/${deployment}`]);
    await this.settled([deployment]);
  }

  /** DNS answers may be 30 s old, and a router asks every 5 s. */
  public async routersKnowPods(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 36_000));
  }

  public async rollout(target: Target): Promise<void> {
    const names = [...new Set(this.pods(target).map(({ labels }) => labels['app.kubernetes.io/instance']))];
    await this.kubectl.run(['rollout', 'restart', ...names.map((name) => this.workload(name))]);
    await this.settled(names);
  }

  public async scale(workload: string, replicas: number): Promise<void> {
    await this.kubectl.run(['scale', this.workload(workload), `--replicas=${replicas}`]);
    await this.settled([workload]);
  }

  public async release(deployment: string): Promise<void> {
    await this.apply([this.held.get(deployment)]);
    this.held.delete(deployment);
  }

  /** What a command prints in a pod of a Deployment. */
  public exec(deployment: string, command: readonly string[]): Promise<string> {
    return this.kubectl.run(['exec', `deployment/${deployment}`, '--', ...command]);
  }

  /** Resolves when a Deployment has so many ready pods, and no pod anywhere is still ending. */
  public async calm(deployment: string, replicas: number): Promise<void> {
    await this.watched.until(() => this.pods(deployment).filter(
      ({ ready, terminating }) => ready && !terminating,
    ).length === replicas
      && !this.pods().some(({ terminating }) => terminating), `${replicas} ready pods of ${deployment}`);
  }

  /** The objects go while the next test begins: nothing waits for the last drain. */
  public async stop(): Promise<void> {
    this.watched.stop();
    await this.client.stop();
    await this.signals.stop();
    await this.kubectl.deleteNamespace();
    // Nothing makes new pods in a namespace that is going.
    await this.kubectl.run(['delete', 'pods', '--all', '--grace-period=1', '--wait=false']);
  }

  private async create(objects: readonly any[], waitForReady: boolean): Promise<void> {
    await this.kubectl.apply(objects);
    for (const { kind, metadata } of objects) if (kind === 'StatefulSet') this.statefulSets.add(metadata.name);
    this.services = (await this.kubectl.json(['get', 'services'])).items;
    if (!waitForReady) return;
    const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
    await this.settled(workloads.map(({ metadata }) => metadata.name));
  }

  /** How kubectl calls what keeps the pods of a group. */
  private workload(name: string): string {
    return `${this.statefulSets.has(name) ? 'statefulset' : 'deployment'}/${name}`;
  }

  private async settled(workloads: readonly string[]): Promise<void> {
    try {
      await Promise.all(
        workloads.map((name) => this.kubectl.run(['rollout', 'status', this.workload(name), '--timeout=90s'])),
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${await this.kubectl.run(['get', 'pods,events'])}`);
    }
    // What `kubectl` has seen, this process has not yet, perhaps.
    await this.watched.until(
      () => workloads.every(
        (name) => this.pods(name).some(({ ready }) => ready),
      ), `a ready pod of ${workloads.join(' and ')}`,
    );
  }

  /**
   * Resolves when the Service of every ready router and root takes connections. Backends take none from here, by
   * policy.
   */
  private async reachServices(): Promise<void> {
    const open = this.services.filter(({ metadata, spec }) => spec.clusterIP !== 'None'
      && ['router', 'root'].includes(metadata.labels?.['app.kubernetes.io/component'])
      && this.pods(spec.selector['app.kubernetes.io/instance']).some(({ ready }) => ready));
    await Promise.all(open.map(({ spec }) => this.client.reach({ host: spec.clusterIP, port: spec.ports[0].port })));
  }

  /** By address and not by name: the cluster's DNS is asked by the pods that are tested, and not by who tests them. */
  private addressInside(target: Target): ServiceAddress {
    const name = typeof target === 'string' ? target : target.service.name;
    const service = this.services.find(({ metadata }) => metadata.name === name);
    if (!service) {
      throw new Error(
        `there is no Service ${name}: there are ${this.services.map(({ metadata }) => metadata.name).join(', ')}`,
      );
    }
    return { host: service.spec.clusterIP, port: service.spec.ports[0].port };
  }
}
