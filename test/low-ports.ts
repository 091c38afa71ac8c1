import { readFileSync } from 'fs';

/** Tests that listen on ports below 1024, which not every user may. */
export const lowPorts = {
  test: mayListen() ? test : (name: string, _run: unknown) => test.skip(
    `${name} [this user may not listen on port 80]`, () => {},
  ),
};

function mayListen(): boolean {
  if (process.getuid?.() === 0) return true;
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) <= 80;
  } catch {
    return false;
  }
}
