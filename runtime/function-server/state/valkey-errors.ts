import { StateError } from './engine';
import type { ErrorReply } from './resp';

/** What an error that the server answers with means for whoever asked. */
interface Meaning {
  readonly status?: 503 | 507;
  /** For people, said of the server. */
  readonly says: string;
  /**
   * What is to be done besides: `wait`, nothing was done and it may be well in a moment; `reconnect`, over this
   * connection it does not become better.
   */
  readonly remedy?: 'wait' | 'reconnect';
}

const CLUSTER = 'is a node of a cluster, and the state needs a server that has all keys: one with cluster-enabled no';

/** What the text of an error begins with, and what it means. */
const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [/^LOADING /, { says: 'is still loading its data', remedy: 'wait' }],
  [/^BUSY /, { says: 'is busy with a script', remedy: 'wait' }],
  [/^READONLY /, { says: 'is a replica, which takes no writes: give the address of the primary', remedy: 'reconnect' }],
  [/^MASTERDOWN /, { says: 'is a replica that has lost its primary: give the address of the primary' }],
  [/^NOREPLICAS /, { says: 'takes no writes, because it has too few replicas (min-replicas-to-write)' }],
  [/^OOM /, { status: 507, says: 'is full (maxmemory)' }],
  [/^MISCONF .*no space left/i, { status: 507, says: 'has no space left on its disk' }],
  [/^MISCONF /, { says: 'takes no writes, because it cannot write to its disk' }],
  [/^NOAUTH /, { says: 'asks for a password, and none is given', remedy: 'reconnect' }],
  [/^WRONGPASS /, { says: 'refuses the password', remedy: 'reconnect' }],
  [/^NOPERM /, { says: 'does not let its user do that' }],
  [/^DENIED /, { says: 'takes no connections from other machines, because it has no password (protected-mode)' }],
  [/^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN|TRYAGAIN) /, { says: CLUSTER }],
  [/^WRONGTYPE /, { says: 'has something else under a key of the state: give the state a prefix of its own' }],
  [/^ERR max number of clients/, { says: 'has as many clients as it takes (maxclients)' }],
  [/^ERR unknown command .?HELLO/, { says: 'is too old: Valkey or Redis 6.2 is needed' }],
];

export function meaningOf({ text }: ErrorReply): Meaning {
  return MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? { says: 'refuses the command' };
}

/** As whoever asked gets it: the server's own words are for the log. */
export function errorOf(reply: ErrorReply): StateError {
  const { status = 503, says } = meaningOf(reply);
  return new StateError(status, `the server of the state ${says}`, { cause: reply.text });
}

/** What a HELLO says of a server that cannot keep state, for people; undefined where it can. */
export function flawOf(hello: ReadonlyMap<unknown, unknown>): string | undefined {
  if (hello.get('mode') === 'cluster') return CLUSTER;
  if (hello.get('mode') === 'sentinel') return 'is a Sentinel, which keeps no data: give the address of the primary';
  if (hello.get('role') !== 'master') return 'is a replica, which takes no writes: give the address of the primary';
  return undefined;
}
