/**
 * How much one call of the sharding function may do. nginx waits for it, and with nginx every other request of the
 * worker; njs itself sets no limit. Steps are counted, so that a request is answered alike on a slow and on a busy
 * machine: plain code takes 0.1 to 0.4 µs for one.
 */
const STEPS = 250_000;

/** Milliseconds: the limit for steps that are long themselves. */
const TIME = 1000;

/** The clock costs as much as a step: it is looked at after so many. */
const STEPS_PER_LOOK = 25;

// What runs while the module is loaded has a budget too; each call starts anew.
let left = STEPS;
/** Known from the first look at the clock on: most calls need none. */
let deadline = Infinity;

/** Gives the next call its budget. */
export function start(): void {
  left = STEPS;
  deadline = Infinity;
}

/** Whether the call has used up its budget; it may have caught the error. */
export function spent(): boolean {
  return left < 0;
}

/**
 * Called in each round of a loop and by each function that is called; once the budget is used up, it
 * throws every time.
 */
export function step(): void {
  left--;
  if (left % STEPS_PER_LOOK === 0 && late()) left = -1;
  if (left < 0) throw new Error('it took too long');
}

function late(): boolean {
  const now = Date.now();
  deadline = Math.min(deadline, now + TIME);
  return now > deadline;
}
