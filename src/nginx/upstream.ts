import { block } from './text';

/** A group of replicas as a router sees it. */
export interface Upstream {
  /** The nginx name of the group, and the name in logs. */
  readonly name: string;
  /** Resolves to the addresses of the ready pods; without it, requests go through `host` only. */
  readonly podsHost?: string;
  /** One address that is forwarded to a ready pod. */
  readonly host: string;
  readonly port: number;
  /** How many replicas there are, at most. */
  readonly replicas: number;
}

/** The `upstream` of a group. */
export function upstream(group: Upstream, groups: number): string[] {
  return block(`upstream ${group.name}`, [
    `zone ${group.name} ${zoneKilobytes(group.replicas)}k;`,
    'least_conn;',
    ...group.podsHost
      ? [
        // One failure takes a pod out for two seconds: long enough to spare the others, short enough to have it back.
        `server ${group.podsHost}:${group.port} resolve max_fails=1 fail_timeout=2s;`,
        // DNS may be 30 s late, kube-proxy is not.
        ...service(group, ' backup'),
      ]
      : service(group, ''),
    `keepalive ${keepalive(groups)};`,
    // Shorter than any server's own patience, so that it is the router that closes: a request sent into a closing connection is lost.
    'keepalive_timeout 4s;',
  ]);
}

/**
 * The Service's own address. Twice, because a second try through it lands on another pod, and nginx tries every line once. Never taken
 * out (max_fails=0), else one refusal would shut it for 10 s.
 */
function service(group: Upstream, role: string): string[] {
  const line = `server ${group.host}:${group.port} resolve max_fails=0${role};`;
  return [line, line];
}

/** Shared memory for the peers: 64 KiB hold about 60 of them, twice (old and new while DNS changes). */
function zoneKilobytes(replicas: number): number {
  return 64 * Math.max(1, Math.ceil(replicas / 24));
}

/** Idle connections kept per worker and group: many for one group, and in sum not more than 1,024 for 128. */
function keepalive(groups: number): number {
  return Math.max(8, Math.min(64, Math.floor(1024 / groups)));
}
