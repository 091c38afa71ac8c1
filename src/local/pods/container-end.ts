import { later } from '../timers';

/**
 * What is left at least for the stop signal when preStop has used up the grace period, in milliseconds: a kubelet's
 * own minimum.
 */
const LEAST_GRACE = 2000;

/** How a container is to end. */
export interface Ending {
  /** In milliseconds; 0 kills. */
  readonly grace: number;
  /** Whether preStop runs and connections drain; else it is only told to end. */
  readonly gentle: boolean;
  /** Settles when it may be told: a sidecar serves the containers until they have ended. @default - at once */
  readonly turn?: Promise<unknown>;
}

/** What of a container is needed to end it. */
export interface Endable {
  readonly stopSignal: NodeJS.Signals;
  /** Whether all its processes get the stop signal. */
  readonly signalsAll: boolean;
  /** Resolves when it has ended. */
  readonly exited: Promise<unknown>;
  /** Does what it is to do before it is told to end, within so many milliseconds. */
  readonly preStop: (timeout: number) => Promise<unknown>;
  readonly send: (signal: NodeJS.Signals, all: boolean) => void;
}

/**
 * Ends a container as a kubelet does: preStop, its turn, the stop signal, and SIGKILL when the grace period is over.
 */
export async function endContainer({ grace, gentle, turn }: Ending, container: Endable): Promise<void> {
  const deadline = Date.now() + grace;
  const { exited, stopSignal, signalsAll, send } = container;
  if (gentle && grace > 0) {
    await Promise.race([container.preStop(grace), exited]);
    if (turn) await Promise.race([turn, exited, over(deadline)]);
  }
  // SIGQUIT lets connections drain, which nobody waits for when the whole cluster ends.
  if (grace > 0) send(gentle || stopSignal !== 'SIGQUIT' ? stopSignal : 'SIGTERM', signalsAll);
  const left = grace === 0 ? 0 : Math.max(deadline - Date.now(), gentle ? LEAST_GRACE : 0);
  const timer = later(left, () => send('SIGKILL', true));
  await exited;
  clearTimeout(timer);
}

function over(deadline: number): Promise<void> {
  return new Promise((resolve) => later(deadline - Date.now(), resolve));
}
