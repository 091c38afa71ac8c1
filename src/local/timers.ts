/** What a timer can wait for at most, in milliseconds, 24 days: asked for more, it does not wait at all. */
const LONGEST = 2 ** 31 - 1;

/** Calls back later; does not keep the process alive meanwhile. @param wait in milliseconds, as long as one likes. */
export function later(wait: number, call: () => void): NodeJS.Timeout {
  return setTimeout(call, Math.min(LONGEST, Math.max(0, wait))).unref();
}
