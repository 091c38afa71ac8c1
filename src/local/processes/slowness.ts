import { readFileSync } from 'node:fs';
import { sendSignal } from './process-group';

/** How often to look whether something has arrived, in milliseconds. */
const LOOK = 10;

/** How long a slow pod may take to read what has arrived, and then to answer it, in milliseconds. */
const READING = 6;
const ANSWERING = 3;

/**
 * Makes the processes of a pod slow without their help: they are stopped (SIGSTOP), and run for a moment only when
 * what arrived first has waited for the delay, and at least once per delay, for the sake of their timers.
 */
export class Slowness {
  private timer?: NodeJS.Timeout;
  private groups: Iterable<number> = [];

  /**
   * @param delay in milliseconds; 0 lets the pod run freely again.
   * @param ip the pod's address.
   * @param groups its process groups, now and later.
   */
  public set(delay: number, ip: string, groups: Iterable<number>): void {
    clearTimeout(this.timer);
    if (this.timer) this.signal('SIGCONT');
    this.timer = undefined;
    this.groups = groups;
    if (delay > 0) this.stopped(delay, localAddress(ip), Date.now());
  }

  private stopped(delay: number, address: string, since: number): void {
    this.signal('SIGSTOP');
    let waiting: number | undefined;
    const look = () => {
      const now = Date.now();
      waiting ??= hasArrivals(address) ? now : undefined;
      if (now - (waiting ?? since) < delay) {
        this.timer = setTimeout(look, Math.min(LOOK, delay / 4)).unref();
      } else {
        this.runBriefly(address);
        this.timer = setTimeout(() => this.stopped(delay, address, Date.now())).unref();
      }
    };
    look();
  }

  /**
   * Lets it read what has arrived and answer it. This process waits meanwhile: if it took its answer and asked again
   * at once, as the loop of a test does, that answer would take no time at all.
   */
  private runBriefly(address: string): void {
    this.signal('SIGCONT');
    const end = performance.now() + READING;
    do sleep(1); while (performance.now() < end && hasArrivals(address));
    sleep(ANSWERING);
    this.signal('SIGSTOP');
  }

  private signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const group of this.groups) sendSignal(-group, signal);
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Does a socket of this address hold something that its process has not read: bytes, or connections to accept? */
function hasArrivals(address: string): boolean {
  return readFileSync('/proc/net/tcp', 'latin1').split('\n').some((line) => {
    const [, local, , , queues] = line.trim().split(/\s+/);
    return local?.startsWith(address) && queues.slice(9) !== '00000000';
  });
}

/**
 * As /proc/net/tcp writes it: the four bytes in this machine's order, which for Node's platforms is the lowest first.
 */
function localAddress(ip: string): string {
  const bytes = ip.split('.').reverse().map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `${bytes.join('').toUpperCase()}:`;
}
