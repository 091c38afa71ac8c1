import { isIPv6 } from 'net';
import { block } from './text';
import type { Way } from '../contract';

/** A group of replicas as a router sees it. */
export interface Upstream {
  /** The nginx name of the group, and the name in logs. */
  readonly name: string;
  /** Resolves to the addresses of the ready pods; without it, requests go through `host` only. */
  readonly podsHost?: string;
  /** One address that is forwarded to a ready pod. */
  readonly host: string;
  readonly port: number;
  /** The port at `podsHost`, where it is another one. */
  readonly podsPort?: number;
  /** The name of that port, by which DNS tells of each pod. */
  readonly podsPortName?: string;
  /** How many replicas there are, at most. */
  readonly replicas: number;
  /** Milliseconds an idle connection is kept: 0 for none. */
  readonly keepAlive?: number;
  /** How requests go there, where it is not as they came, in clear text. */
  readonly way?: Way;
  /** Whether the host is outside of the cluster, where no kube-proxy gives each connection to another pod. */
  readonly isOutside?: boolean;
}

/** One takes a pod out for two seconds: long enough to spare the others, short enough to have it back. */
export const POD_FAILURES = 'max_fails=1 fail_timeout=2s';

/**
 * The `upstream` of a group.
 * @param balancing how a replica is chosen
 * @param lastResort parameters of the lines by which the Service stands in for replicas
 * @param room the address where requests wait when all else fails
 */
export function upstream(
  group: Upstream,
  groups: number,
  balancing: readonly string[] = ['least_conn;'],
  lastResort = 'backup',
  room?: string,
): string[] {
  // nginx takes the room for one of the addresses beside it, and would try it before these every now and then.
  const rarely = room ? ` weight=${SERVICE_WEIGHT}` : '';
  return upstreamOf(group.name, group, groups, [
    ...balancing,
    ...group.podsHost
      ? [
        `server ${hostOf(group.podsHost)}:${group.podsPort ?? group.port} resolve ${POD_FAILURES};`,
        // DNS may be 30 s late, kube-proxy is not.
        ...viaService(group, groups, `${rarely} ${lastResort}`),
      ]
      : viaService(group, groups),
    ...room ? [`server ${room} max_fails=0 ${lastResort};`] : [],
  ]);
}

/** What the Service is worth beside a waiting room, which is 1. */
const SERVICE_WEIGHT = 1000;

/** An `upstream` over the replicas of a group. */
export function upstreamOf(name: string, group: Upstream, groups: number, servers: readonly string[]): string[] {
  return block(`upstream ${name}`, [
    `zone ${name} ${zoneKilobytes(group.replicas + waysThroughService(groups))}k;`,
    ...servers,
    `keepalive ${keepalive(groups)};`,
    keepAlive(group),
  ]);
}

/**
 * How often the Service's own address stands in a group. nginx tries each line once, and another connection through
 * the Service lands on another pod; but kept-alive ones to a pod that was just killed all fail until nginx has seen
 * them close, and while DNS says "no such name" a request has no other way. Every replica killed in turn under load,
 * in the first seconds of a router (runs that lost a GET):
 *
 * | clients, replicas | 2 lines | 4 | 6 | 8 |
 * | --- | --- | --- | --- | --- |
 * | 8, 3 | 3 of 25 | 0 of 25 | | 0 of 25 |
 * | 64, 3 | 19 of 20 | 2 of 20 | 0 of 20 | 0 of 20 |
 * | 8, 2 | | | | 0 of 20 |
 * | 64, 2 | | | 1 of 20 | 0 of 20 |
 * | 200, 3 | | | | 0 of 10 |
 * | 200, 2 | | | | 0 of 10 |
 *
 * More than 64 groups get 4 lines, because 128 with 8 would nearly fill a ConfigMap (212 KiB of 256, with short
 * names; with 4 it is 168). They keep at most 15 connections each; with 16, 4 lines and 64 clients on 2 replicas, 1
 * of 15 runs lost a GET.
 */
export function waysThroughService(groups: number): number {
  return groups > 64 ? 4 : 8;
}

/** A host outside of the cluster is asked twice at most for each of its addresses: more would be a load on it. */
const TRIES_OUTSIDE = 2;

/**
 * The lines of a group by which its Service stands there.
 * @param role further parameters: never taken out (max_fails=0), else one refusal would shut it for 10 s
 */
export function viaService(group: Upstream, groups: number, role = ''): string[] {
  const times = group.isOutside ? TRIES_OUTSIDE : waysThroughService(groups);
  return Array(times).fill(`server ${hostOf(group.host)}:${group.port} resolve max_fails=0${role};`);
}

/** A host as it stands before a port. */
export function hostOf(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** Shared memory for the peers: 64 KiB hold about 60 of them, twice (old and new while DNS changes). */
function zoneKilobytes(peers: number): number {
  return 64 * Math.ceil(peers / 24);
}

/**
 * Shorter than the server's own patience, so that it is the router that closes: a request sent into a closing
 * connection is lost.
 */
function keepAlive({ keepAlive: time }: Upstream): string {
  if (time === undefined) return 'keepalive_timeout 4s;';
  // Not a time of 0, which ends a moment later: by then, the next request may have begun. No version before 1.29.7
  // takes `keepalive 0`.
  return time === 0 ? 'keepalive_requests 1;' : `keepalive_timeout ${time}ms;`;
}

/** Idle connections kept per worker and group: many for one group, and in sum not more than 1,024 for 128. */
function keepalive(groups: number): number {
  return Math.max(8, Math.min(64, Math.floor(1024 / groups)));
}
