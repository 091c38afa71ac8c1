import { succeeds } from './kubectl';

/** Why there is no cluster to run tests on; undefined where there is one. */
export function whyUnavailable(): string | undefined {
  // Without it, `kubectl` would take whichever cluster somebody worked with last.
  if (!process.env.KUBECONFIG) return 'no cluster: set KUBECONFIG';
  return succeeds(['get', '--raw', '/readyz'])
    ? undefined
    : 'no cluster: what KUBECONFIG points at does not answer kubectl';
}

/**
 * Jest's global set-up: it shows no name of a skipped test where a file has no other, so this is said once for all
 * files.
 */
export default function announce(): void {
  const reason = whyUnavailable();
  if (reason !== undefined) console.warn(`\nEverything is skipped: ${reason}`);
}
