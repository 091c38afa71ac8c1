import { Chart } from 'cdk8s';
import { Load, LoadOptions } from './load';
import { LocalCluster, PodHandle, PodStatus, ServiceAddress, Target } from 'cdk8s-metaparticle/testing';

/** What the suites need of a running cluster: a part of what the local one can do, and load. */
export interface Cluster extends Pick<LocalCluster, 'fetch' | 'scale' | 'rollout' | 'release' | 'stop'> {
  /** Where this machine reaches a Service. What is measured must not come this way: see `load`. */
  address(target: Target): ServiceAddress | Promise<ServiceAddress>;
  /** Where this machine reaches an address of the cluster, such as a pod's. */
  reach(address: ServiceAddress): ServiceAddress | Promise<ServiceAddress>;
  /** Creates and changes objects, as `kubectl apply` does; resolves when every pod is ready. */
  apply(objects: readonly any[]): Promise<void>;
  /** Keeps a Service busy from where its callers would be. */
  load(target: Target, options: LoadOptions): Load;
  pods(target?: Target): Pick<PodStatus, 'name' | 'ip' | 'ready' | 'restarts'>[];
  pod(name: string): Pick<PodHandle, 'kill' | 'freeze' | 'thaw' | 'delete' | 'ready' | 'notReady'>;
  /**
   * Resolves when every router knows the pods of now by their own addresses; until then it reaches them through their
   * Service.
   */
  routersKnowPods(): Promise<void>;
}

export interface StartOptions {
  /** Names of Deployments to leave unstarted until `release`. */
  readonly hold?: readonly string[];
  /** @default true */
  readonly waitForReady?: boolean;
  /**
   * Whether DNS answers may be those of now, where the engine can do that: for what is told of routers that know their
   * pods, however they heard.
   * @default false - they are as old as on most clouds, which is the hard case
   */
  readonly freshDns?: boolean;
}

/** What not every engine can do. */
export type Ability =
  /**
   * SIGKILL to all processes of a pod, which then starts anew at the same address; and SIGSTOP, after which it holds
   * its connections and says nothing.
   */
  | 'signals'
  /** Connections that no NetworkPolicy allows are refused. */
  | 'NetworkPolicies';

/** Something that runs manifests. */
export interface Engine {
  readonly name: string;
  /** Why it cannot run anything here. */
  readonly unavailable?: string;
  /** What it cannot do here, and why. */
  readonly missing: { readonly [ability in Ability]?: string };
  /** Runs a chart's manifests; resolves when every pod is ready. */
  start(chart: Chart, options?: StartOptions): Promise<Cluster>;
}

/** Starts a cluster in a test, and stops it after that test. */
export function clusterPerTest(engine: Engine): Engine['start'] {
  let cluster: Cluster | undefined;
  afterEach(async () => {
    await cluster?.stop();
    cluster = undefined;
  });
  return async (chart, options) => {
    cluster = await engine.start(chart, options);
    return cluster;
  };
}

/** `describe` for what an engine runs; where it cannot, everything is skipped, under a name that says why. */
export function describeOn(engine: Engine, what: string, tests: () => void): void {
  if (engine.unavailable === undefined) describe(`${what} on ${engine.name}`, tests);
  else describe.skip(`${what} on ${engine.name} [${engine.unavailable}]`, tests);
}

/** `test` for what not every engine can do; where it cannot, it is skipped, under a name that says why. */
export function testNeeding(
  ability: Ability, engine: Engine, name: string, run: () => Promise<void>, timeout?: number,
): void {
  const reason = engine.missing[ability];
  if (reason === undefined) test(name, run, timeout);
  else test.skip(`${name} [${reason}]`, run);
}
