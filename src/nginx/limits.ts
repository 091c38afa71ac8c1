import { problem } from './problems';
import { block, quoted } from './text';

/**
 * How many requests may be open at once of those whose key a script finds: each has a memory of its own
 * until it is answered.
 */
export interface ScriptLimits {
  readonly requests: number;
  /** Which requests count: those of which this variable matches this pattern; without it, all. */
  readonly odd?: { readonly variable: string; readonly pattern: string };
  /** Of those with a body that the script reads and that may be large. */
  readonly bodies?: number;
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

/**
 * The limits that keep a router within its memory, in bytes; bodies, where it reads them, get half of what is left.
 * @returns a number below 1 where it is too small
 */
export function scriptLimits(memory: number, workers: number, maxBodySize?: number): ScriptLimits {
  if (maxBodySize === undefined) return { requests: times(memory - OWN, REQUEST) };
  const half = (memory - OWN - workers * PARSED * maxBodySize) / 2;
  return { requests: times(half, REQUEST), bodies: times(half, HELD * maxBodySize) };
}

function times(room: number, size: number): number {
  return Math.min(MOST, Math.floor(room / size));
}

/** The least memory, in bytes, with which a router can read one body of that size. */
export function leastMemory(workers: number, maxBodySize: number): number {
  return OWN + workers * PARSED * maxBodySize + 2 * Math.max(HELD * maxBodySize, REQUEST);
}

/** A number of our own, which tells this apart from a backend's answers; no client sees it. */
const BUSY = 461;

/** Lines of the http block. */
export function limitVariables({ odd, bodies }: ScriptLimits): string[] {
  return [
    ...odd ? block(`map ${odd.variable} $scripted`, ["default '';", `${quoted(`~${odd.pattern}`)} 1;`]) : [],
    `limit_conn_zone ${odd ? '$scripted' : 'all'} zone=scripted:64k;`,
    ...bodies === undefined ? [] : [
      // One in chunks may be of any size.
      ...block('map "$content_length$http_transfer_encoding" $large_body', [
        'default 1;', "'' '';", "'~^[0-9]{1,4}$' '';",
      ]),
      'limit_conn_zone $large_body zone=bodies:64k;',
    ],
    `limit_conn_status ${BUSY};`,
    'limit_conn_log_level warn;',
  ];
}

const FULL = 'the router holds as many requests in memory as it may: try again later';

/** Lines of the public server. */
export function limitLines({ requests, bodies }: ScriptLimits): string[] {
  return [
    `limit_conn scripted ${requests};`,
    ...bodies === undefined ? [] : [`limit_conn bodies ${bodies};`],
    `error_page ${BUSY} = @busy;`,
    ...block('location @busy', [
      'default_type application/problem+json;',
      'add_header retry-after 1 always;',
      `return 503 ${quoted(problem(503, 'Service Unavailable', FULL))};`,
    ]),
  ];
}
