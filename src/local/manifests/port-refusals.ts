import { readFileSync } from 'node:fs';

/** Refuses a port that this process may not listen on. */
export function refusePort(title: string, property: string, port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${title}: ${property} is ${port}: give a number from 1 to 65535`);
  }
  const first = firstFreePort();
  if (port >= first) return;
  throw new Error(`${title}: ${property} ${port} is below ${first}, which only root may listen on: use a higher port, `
    + `run as root, or allow it with sysctl net.ipv4.ip_unprivileged_port_start=${port}`);
}

/** From where on this process may listen. */
export function firstFreePort(): number {
  if (process.getuid?.() === 0) return 0;
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}
