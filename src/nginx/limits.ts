import type { Dialect } from './dialect';
import { block, quoted } from './text';

/**
 * How many requests may be open at once of those whose key a script finds: each has a memory of its own
 * until it is answered.
 */
export interface ScriptLimits {
  readonly requests: number;
  /** Which requests count: those of which this variable matches this pattern; without it, all. */
  readonly odd?: { readonly variable: string; readonly pattern: string };
  /** Of those with a body that the script reads and that may be as large as any. */
  readonly bodies?: number;
  /** Of those whose body is smaller by its length, where that is worth counting. */
  readonly smallerBodies?: readonly SmallerBodies[];
}

/** How requests wait while no replica of their group takes connections. */
export interface Patience {
  /** Seconds. */
  readonly time: number;
  /** How many may wait at a time: for one of several groups, half of them. */
  readonly requests: number;
}

/** Bodies whose length, in bytes, has so many digits. */
interface SmallerBodies {
  readonly digits: number;
  readonly requests: number;
}

const MIB = 2 ** 20;

/** nginx counts no further. */
const MOST = 65_535;

/** What a router takes besides: its processes, their connections, and the groups. */
const OWN = 24 * MIB;

/** QuickJS's context of one request, with a body of less than 10 kB: 270 to 300 KiB were measured. */
const REQUEST = 0.3 * MIB;

/**
 * nginx holds a body once and the script's engine twice, until the request is answered: 3.1 times its size
 * was measured.
 */
const HELD = 3.5;

/**
 * JSON while it is parsed, in each worker process: 54 times the size of `[[]],[[]],…` was measured, 17 times
 * that of usual records.
 */
const PARSED = 55;

/** What smaller bodies are counted by: up to 100 kB, and up to 1 MB. */
const SMALLER = [5, 6];

/**
 * The limits that keep a router within its memory, in bytes; bodies, where it reads them, get half of what is left.
 * Where they may have more than 1 MiB, smaller ones get half of the other half: counted as the largest, a prompt of
 * 20 kB would take the place of 20 MB for as long as its answer streams.
 * @returns a number below 1 where it is too small
 */
export function scriptLimits(memory: number, workers: number, maxBodySize?: number): ScriptLimits {
  if (maxBodySize === undefined) return { requests: times(memory - OWN, REQUEST) };
  const half = (memory - OWN - workers * PARSED * maxBodySize) / 2;
  const bodies = times(half, HELD * maxBodySize);
  if (maxBodySize <= MIB) return { requests: times(half, REQUEST), bodies };
  const share = half / 2 / SMALLER.length;
  return {
    requests: times(half / 2, REQUEST),
    bodies,
    smallerBodies: SMALLER.map((digits) => ({ digits, requests: times(share, HELD * 10 ** digits) })),
  };
}

function times(room: number, size: number): number {
  return Math.min(MOST, Math.floor(room / size));
}

/** A request that waits for half a minute: QuickJS's context, and three connections. 380 KiB were measured. */
const WAITING = 0.4 * MIB;

/** How many requests may wait in so much memory, in bytes. */
export function mostWaiting(memory: number): number {
  return Math.max(1, times(memory, WAITING));
}

/** The least memory, in bytes, with which a router can read one body of that size. */
export function leastMemory(workers: number, maxBodySize: number): number {
  return OWN + workers * PARSED * maxBodySize + 2 * Math.max(HELD * maxBodySize, REQUEST);
}

/** A number of our own, which tells this apart from a backend's answers; no client sees it. */
const BUSY = 461;

/** Lines of the http block. */
export function limitVariables({ odd, bodies, smallerBodies = [] }: ScriptLimits): string[] {
  const length = '"$content_length$http_transfer_encoding"';
  return [
    ...odd ? block(`map ${odd.variable} $scripted`, ["default '';", `${quoted(`~${odd.pattern}`)} 1;`]) : [],
    `limit_conn_zone ${odd ? '$scripted' : 'all'} zone=scripted:64k;`,
    ...bodies === undefined ? [] : [
      // One in chunks may be of any size.
      ...block(`map ${length} $large_body`, [
        'default 1;', "'' '';", `'~^[0-9]{1,${Math.max(4, ...smallerBodies.map(({ digits }) => digits))}}$' '';`,
      ]),
      'limit_conn_zone $large_body zone=bodies:64k;',
    ],
    ...smallerBodies.flatMap(({ digits }) => [
      ...block(`map ${length} $body_of_${digits}_digits`, ["default '';", `'~^[0-9]{${digits}}$' 1;`]),
      `limit_conn_zone $body_of_${digits}_digits zone=bodies_${digits}:64k;`,
    ]),
    `limit_conn_status ${BUSY};`,
    'limit_conn_log_level warn;',
  ];
}

const FULL = 'the router holds as many requests in memory as it may: try again later';

/** Lines of the public server. */
export function limitLines(
  { requests, bodies, smallerBodies = [] }: ScriptLimits, dialect: Dialect,
): string[] {
  return [
    `limit_conn scripted ${requests};`,
    ...bodies === undefined ? [] : [`limit_conn bodies ${bodies};`],
    ...smallerBodies.map((each) => `limit_conn bodies_${each.digits} ${each.requests};`),
    `error_page ${BUSY} = @busy;`,
    ...block('location @busy', [
      `default_type ${dialect.type};`,
      ...dialect.answer(
        { status: 503, title: 'Service Unavailable', detail: FULL, grpc: 14 }, ['add_header retry-after 1 always;'],
      ),
    ]),
  ];
}
