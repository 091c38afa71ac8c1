import { constants } from 'node:os';
import { Signals } from './signals';
import { RouteLine } from './view';
import { LocalCluster } from '../cluster';
import { runInGroup } from '../processes/process-group';
import { later } from '../timers';

/** How long a command may take to end after it was told to, in milliseconds. */
const GRACE = 10_000;

/** How a command that ran beside a cluster ended. */
export interface CommandEnd {
  /** As shells give it: 128 and the signal's number where one ended it, 127 or 126 where it could not be started. */
  readonly code: number;
  /** Why it could not be started. */
  readonly error?: string;
}

/**
 * Runs a command to its end, with the input and output of this process; what it has started and left in its process
 * group is killed then. Meanwhile signals are for the command, as if it ran alone.
 */
export async function runCommand(
  argv: readonly string[], env: NodeJS.ProcessEnv, signals: Signals, cluster: LocalCluster,
): Promise<CommandEnd> {
  let ended = () => {};
  const onStart = (group: number) => { ended = cluster.guard(group); };
  const running = runInGroup(
    { argv, env: env as Record<string, string>, cwd: process.cwd() }, undefined, onStart, () => [],
  );
  let grace: NodeJS.Timeout | undefined;
  const { code, signal, error } = await signals.handOn((received) => {
    running.signal(received, true);
    // Ctrl-C is an answer for some programs; the other signals mean the end.
    if (received !== 'SIGINT') grace ??= later(GRACE, () => running.signal('SIGKILL', true));
  }, running.exited);
  clearTimeout(grace);
  ended();
  return { code: signal ? 128 + constants.signals[signal] : code!, error };
}

/**
 * Where a command finds Services, in the variables that Kubernetes sets for pods, and a URL. Names of Services outside
 * of the namespace `default` begin with their namespace.
 */
export function serviceVariables(routes: readonly RouteLine[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name, namespace, host, port, url } of routes) {
    const title = namespace === 'default' ? name : `${namespace}-${name}`;
    const prefix = title.toUpperCase().replace(/-/g, '_');
    if (`${prefix}_SERVICE_HOST` in variables) continue; // as in Kubernetes, the first port
    variables[`${prefix}_SERVICE_HOST`] = host;
    variables[`${prefix}_SERVICE_PORT`] = String(port);
    variables[`${prefix}_URL`] = url;
  }
  return variables;
}
