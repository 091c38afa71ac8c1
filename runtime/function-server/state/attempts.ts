import { StateError } from './engine';

/** How often something is tried while others write what it has seen. */
const ATTEMPTS = 100;
/** Milliseconds that the longest pause between two attempts may take. */
const LONGEST_PAUSE = 100;

const AGAIN = Symbol('again');

/** Says that what was seen has changed meanwhile. */
export type Again = typeof AGAIN;

/**
 * Tries until it succeeds. Pauses in between are random, and the longer the more attempts there were: of many who want
 * to write one key, each attempt lets one through, so they must not come all at once.
 *
 * @param what what the sentence calls it, when there were too many attempts
 */
export async function attempts<T>(what: string, attempt: (again: Again) => Promise<T | Again>): Promise<T> {
  for (let tried = 1; tried <= ATTEMPTS; tried++) {
    const result = await attempt(AGAIN);
    if (result !== AGAIN) return result as T;
    // the first time at once: mostly, there is one other
    if (tried > 1) await pause(Math.random() * Math.min(LONGEST_PAUSE, 2 ** tried));
  }
  throw new StateError(503, `${what} changed ${ATTEMPTS} times while it was being written: try again`);
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
