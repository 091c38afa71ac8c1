import { Colors } from 'picocolors/types';
import { printable, table } from './view';

/** Which requests `--try` sends: `web:/?name=ada`. */
export interface Trial { readonly service: string; readonly path: string }

/** What one request of a trial came to. */
export interface Attempt {
  /** @default - it was not answered */
  readonly status?: number;
  readonly body: string;
  /** The pod that answered, if it is known. */
  readonly pod?: string;
  /** Why there is no answer. */
  readonly error?: string;
}

/** Reads the value of `--try`. Throws when it is not `service` or `service:/path`. */
export function parseTrial(text: string): Trial {
  const [, service, path = '/'] = /^([a-z0-9][a-z0-9./:-]*?)(?::(\/.*))?$/.exec(text) ?? [];
  if (!service) throw new Error(`--try is ${JSON.stringify(text)}: give a Service and a path, as in web:/?name=ada`);
  return { service, path };
}

/** What a trial says: lines to print, and whether every request was answered by all replicas in turn. */
export interface Verdict { readonly lines: readonly string[]; readonly passed: boolean }

/**
 * Sums a trial up.
 * @param replicas the pods that should have served: those of the groups that did.
 */
export function judge(
  url: string, attempts: readonly Attempt[], replicas: readonly string[], colors: Colors,
): Verdict {
  const served = new Map(replicas.map((pod) => [pod, 0]));
  for (const { pod } of attempts) if (pod) served.set(pod, (served.get(pod) ?? 0) + 1);
  const most = Math.max(1, ...served.values());
  const bar = (count: number) => colors.green('█'.repeat(Math.round(24 * count / most)));
  const bars = table([...served].map(([pod, count]) => [pod, String(count), bar(count)]));
  const answer = attempts.find(({ status }) => succeeded(status)) ?? attempts[0];
  const problems = problemsOf(attempts, served);
  const all = served.size === 1 ? 'the only replica' : `all ${served.size} replicas`;
  const verdict = problems.length
    ? problems.map((problem) => colors.red(`✗ ${problem}`))
    : [colors.green(`✓ all ${attempts.length} answered, by ${all}`)];
  return {
    passed: problems.length === 0,
    lines: [
      `${attempts.length} requests to ${colors.cyan(url)}`, '',
      ...bars.map((line) => `  ${line}`), '',
      ...answer?.body ? [`${colors.dim('an answer')}  ${printable(answer.body.trim()).slice(0, 200)}`] : [],
      ...verdict, '',
    ],
  };
}

function problemsOf(attempts: readonly Attempt[], served: ReadonlyMap<string, number>): string[] {
  const reasons = new Map<string, number>();
  for (const { status, error } of attempts) {
    if (succeeded(status)) continue;
    const reason = error ?? `status ${status}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const idle = [...served].filter(([, count]) => count === 0).map(([pod]) => pod);
  return [
    ...[...reasons].map(([reason, count]) => `${count} of ${attempts.length} requests failed: ${reason}`),
    ...served.size === 0 ? ['no pod is known to have served: the Service has no router that says who did'] : [],
    ...idle.length ? [`${idle.join(', ')} served none`] : [],
  ];
}

function succeeded(status: number | undefined): boolean {
  return status !== undefined && status < 400;
}
