import { isIP } from 'net';
import { Duration, Size } from 'cdk8s';
import { IConstruct } from 'constructs';
import { attempt, shown } from './arguments/shown';
import type { BackendAddress } from './backend-interface';
import { refuse } from './errors';
import { kibibytes } from './sizes';

/** Refuses what is not a whole number from `least` to `most`. */
export function checkWhole(scope: IConstruct, property: string, value: number, least: number, most: number, remedy = ''): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  refuse(scope, `${property} is ${value}: it must be a whole number from ${least} to ${most}${remedy && `; ${remedy}`}`);
}

/** Refuses what is no TCP port a pod without privileges can listen on. */
export function checkPort(scope: IConstruct, property: string, port: number): void {
  if (Number.isInteger(port) && port >= 1024 && port <= 65535) return;
  refuse(scope, port >= 1 && port < 1024
    ? `${property} is ${port}: ports below 1024 need privileges that our pods drop; let the program listen on 1024 or above`
    : `${property} is ${port}: a TCP port is a whole number from 1024 to 65535`);
}

/** Refuses an address that nginx or Node would not read as it is meant: that of a user's own backend is written into their configurations. */
export function checkAddress(scope: IConstruct, called: string, { host, podsHost, port, replicas = 1, timeout }: BackendAddress): void {
  for (const [property, name] of Object.entries({ host, podsHost })) {
    if (name === undefined || isHostName(name)) continue;
    refuse(scope, `${called}.${property} is ${shown(name)}: it must be the name of a host or an IPv4 address, as in 'users', 'users.shop.svc' or 'users.example.com'`);
  }
  checkWhole(scope, `${called}.port`, port, 1, 65535);
  checkWhole(scope, `${called}.replicas`, replicas, 1, 1000);
  if (timeout) checkDuration(scope, `${called}.timeout`, timeout);
}

/** Whether a text is the name of a host (RFC 1123, section 2.1) or an IPv4 address. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
}

/** A timer of Node's with more milliseconds would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Refuses a duration of nothing, and one that no timer can wait for. */
export function checkDuration(scope: IConstruct, property: string, duration: Duration): void {
  const millis = millisOf(scope, property, duration);
  if (millis <= 0) refuse(scope, `${property} is ${millis} ms: it must be longer than nothing`);
  if (millis > LONGEST) refuse(scope, `${property} is ${millis} ms: it may be ${LONGEST} ms at most, which is 24 days`);
}

/**
 * A duration in milliseconds.
 * @throws where it is no whole number of them: cdk8s would throw too, and does not know of which property
 */
export function millisOf(scope: IConstruct, property: string, duration: Duration): number {
  return attempt(() => duration.toMilliseconds(), undefined)
    ?? refuse(scope, `${property} is ${duration.toHumanString() || 'NaN'}: it must be a whole number of milliseconds`);
}

/** Refuses a size of nothing. */
export function checkSize(scope: IConstruct, property: string, size: Size): void {
  const value = kibibytes(size);
  // Asked this way around, NaN is refused too: in JSON it would be null.
  if (!(value > 0)) refuse(scope, `${property} is ${value}: it must be larger than nothing`);
}

/** Refuses what is no name of an environment variable to Kubernetes 1.30 (IsEnvVarName in k8s.io/apimachinery/pkg/util/validation). */
export function checkEnv(scope: IConstruct, env: { readonly [name: string]: unknown }, ours: readonly string[]): void {
  for (const name of Object.keys(env)) {
    if (!/^[-._A-Za-z][-._A-Za-z0-9]*$/.test(name) || /^(\.$|\.\.)/.test(name)) {
      refuse(scope, `env names '${name}': a name has letters, digits, underscores, dashes and dots, and starts neither with a digit nor with two dots`);
    }
    if (ours.includes(name)) refuse(scope, `env sets '${name}', which the pattern sets itself: use another name`);
  }
}

/** Refuses what is neither an address nor a network. */
export function checkNetwork(scope: IConstruct, property: string, network: string): void {
  if (!isNetwork(network)) refuse(scope, `${property} names '${network}', ${NO_NETWORK}`);
}

/** What is said of a text that is no network. */
export const NO_NETWORK = "which is no address or network: write it as in '10.0.0.0/8'";

/** Whether a text is an address. One with a zone (`fe80::1%eth0`) means something on its own machine only. */
export function isAddress(text: string): boolean {
  return isIP(text) > 0 && !text.includes('%');
}

/** Whether a text is an address, or a network in CIDR notation (RFC 4632, section 3.1). */
export function isNetwork(text: string): boolean {
  const [address, length, ...rest] = text.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  return isAddress(address) && rest.length === 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most));
}
