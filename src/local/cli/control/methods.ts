import { constants } from 'node:os';
import { LocalCluster } from '../../cluster';
import { PodHandle, PodStatus } from '../../pod-handle';

/** The arguments of a call, as they came. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What can be asked of a cluster from outside of its process: methods of LocalCluster, by name. */
export const METHODS: Readonly<Record<string, (cluster: LocalCluster, args: Arguments) => Promise<unknown>>> = {
  kill: (cluster, args) => each(cluster, args, (pod) => pod.kill(signalOf(args))),
  freeze: (cluster, args) => each(cluster, args, (pod) => pod.freeze()),
  thaw: (cluster, args) => each(cluster, args, (pod) => pod.thaw()),
  slow: (cluster, args) => {
    const seconds = numberOf(args, 'seconds', 3600);
    return each(cluster, args, (pod) => pod.slow({ toMilliseconds: () => seconds * 1000 }));
  },
  delete: (cluster, args) => each(cluster, args, (pod) => pod.delete({ force: args.force === true })),
  rollout: (cluster, args) => cluster.rollout(textOf(args, 'target')),
  scale: (cluster, args) => cluster.scale(textOf(args, 'name'), numberOf(args, 'replicas', 999)),
  wait: (cluster, args) => args.pods === undefined ? allReady(cluster) : each(cluster, args, (pod) => pod.ready()),
};

/** The pods of a target, or all; those that are gone left out. */
export function podsOf(cluster: LocalCluster, target?: string): PodStatus[] {
  return cluster.pods(target).filter(({ phase }) => phase !== 'Gone');
}

/** Resolves when every pod is ready: applying nothing waits for everything. */
export async function allReady(cluster: LocalCluster): Promise<void> {
  await cluster.apply([]);
}

/** Does something with several pods, once it is known that all are there. */
async function each(
  cluster: LocalCluster, { pods }: Arguments, act: (pod: PodHandle) => Promise<void>,
): Promise<void> {
  if (!Array.isArray(pods) || pods.length === 0 || !pods.every((name) => typeof name === 'string')) {
    throw new Error(`pods is ${JSON.stringify(pods)}: give an array of names of pods`);
  }
  await Promise.all(pods.map((name) => cluster.pod(name)).map(act));
}

function signalOf({ signal }: Arguments): NodeJS.Signals | undefined {
  if (signal === undefined || Object.hasOwn(constants.signals, String(signal))) return signal as NodeJS.Signals;
  throw new Error(`signal is ${JSON.stringify(signal)}: give a name such as SIGTERM`);
}

function textOf(args: Arguments, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${name} is ${JSON.stringify(value)}: give a name`);
}

function numberOf(args: Arguments, name: string, most: number): number {
  const value = args[name];
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw new Error(`${name} is ${JSON.stringify(value)}: give a number from 0 to ${most}`);
}
