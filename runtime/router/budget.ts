/**
 * How much one call of the sharding function may do. nginx waits for it, and with nginx every other request of the worker; njs itself sets
 * no limit. Steps are counted, so that a request is answered alike on a slow and on a busy machine: plain code takes about 0.2 µs for one.
 */
const STEPS = 250_000;

/** Milliseconds: the limit for steps that are long themselves. */
const TIME = 1000;

/** The clock costs as much as a step: it is looked at after so many. */
const STEPS_PER_LOOK = 25;

// For what runs while the module is loaded; each call starts anew.
let left = STEPS;
let deadline = Date.now() + TIME;

/** Gives the next call its budget. */
export function start(): void {
  left = STEPS;
  deadline = Date.now() + TIME;
}

/** Whether the call has used up its budget; it may have caught the error. */
export function spent(): boolean {
  return left < 0;
}

/** Called in each round of a loop and by each function that is called; once the budget is used up, it throws every time. */
export function step(): void {
  left--;
  if (left % STEPS_PER_LOOK === 0 && Date.now() > deadline) left = -1;
  if (left < 0) throw new Error('it took too long');
}
