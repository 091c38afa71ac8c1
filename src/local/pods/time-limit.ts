import { later } from '../timers';

/**
 * A time limit; what it answers lifts it. When this process was held up (a debugger, a long synth), an answer may lie
 * unread beside a timer that is due; so the answer gets its turn first.
 */
export function limit(timeout: number, late: () => void): () => void {
  let stopped = false;
  const timer = later(timeout, () => setImmediate(() => setImmediate(() => stopped || late())));
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
