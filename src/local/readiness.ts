import { Engine } from './engine';
import { Pod } from './pods/pod';
import { WorkloadController } from './pods/workload-controller';

/**
 * So often may a container end without having been ready before a wait is given up. With the default back-off that
 * takes 7 s.
 */
const HOPELESS = 5;

/**
 * Resolves when these workloads have all their pods, and Services are open for them. Throws when that does not come
 * about, naming the pods that are not ready.
 * @param timeout in milliseconds.
 * @param anew whether the time starts anew with each pod that becomes ready.
 */
export async function settled(
  controllers: readonly WorkloadController[], engine: Engine, timeout: number, anew = true,
): Promise<void> {
  const pods = () => controllers.flatMap((each) => each.held ? [] : each.pods);
  await engine.changes.until(() => controllers.every((each) => each.complete) || engine.stopped !== undefined, {
    timeout,
    progress: () => anew ? engine.progress : 0,
    explain: () => `not every pod is ready${explainNotReady(pods())}`,
    giveUp: () => {
      if (engine.problem) return engine.problem;
      const hopeless = pods().find((pod) => pod.crashes >= HOPELESS && !pod.terminating);
      return hopeless && `a container of pod ${hopeless.name} has ended ${HOPELESS} times without becoming ready`
        + explainNotReady([hopeless]);
    },
  });
  if (engine.stopped !== undefined) throw new Error('the cluster has been stopped');
  await engine.services.settled();
  await engine.firstPods.settled();
  if (engine.problem) throw new Error(engine.problem);
}

/** Why pods are not ready, a line for each, with what they wrote last; nothing where all are. */
export function explainNotReady(pods: readonly Pod[]): string {
  const waiting = pods.filter((pod) => !pod.ready && !pod.terminating);
  const shown = waiting.slice(0, 5).map((pod) => [
    `  pod ${pod.name}: ${pod.trouble}`, ...pod.lastLines(10).map((line) => `    | ${line}`),
  ].join('\n'));
  if (waiting.length > shown.length) shown.push(`  and ${waiting.length - shown.length} more`);
  return shown.length > 0 ? `\n${shown.join('\n')}` : '';
}
