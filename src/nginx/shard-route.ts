import type { Dialect } from './dialect';
import { keyLines, KeyLines } from './key-lines';
import { passingLocations } from './passing';
import { GroupLines, groupName, RouteLines } from './route-lines';
import { block, plainJson, quoted } from './text';
import type { KeySpec } from '../sharding/key-spec';
import { Window } from '../sharding/ranges';

/** Requests go to the shard that owns their key. */
export interface ShardRoute {
  readonly kind: 'shard';
  readonly key: KeySpec;
  /** Who owns which part of the hash space. */
  readonly windows: readonly Window[];
}

/** A number of our own, which tells this apart from a backend's answers; no client sees it. */
const NO_KEY = 460;

/** Which shard answered, or should have. */
const SHARD_HEADER = 'add_header x-shard $shard always;';

/** The lines for requests that go to the shard which owns their key. */
export function shardLines(route: ShardRoute): RouteLines {
  const { key } = route;
  const lines = keyLines(key);
  return {
    script: lines.script,
    runsUserCode: key.from === 'function',
    readsHeaders: key.from === 'header' || key.from === 'function',
    replacesClient: key.from === 'clientIp' && key.trustedProxies.length > 0,
    logFields: { shard: '"$shard"' },
    variables: variables(lines, route),
    headers: [SHARD_HEADER],
    group: '$shard',
    locations: ({ always, ...to }) => (
      locations(lines, { ...to, always: [...always, SHARD_HEADER, `${to.dialect.module}_hide_header x-shard;`] })
    ),
  };
}

/** Lines of the http block: `$shard_key`, and `$shard`, the number of the shard that owns it. */
function variables(key: KeyLines, route: ShardRoute): string[] {
  // Where a function of the user's may name a shard, the hash counts only if it does not.
  const hashed = takesNumbers(key) ? '$shard_hashed' : '$shard';
  const whole = new Set(route.windows.flatMap((window) => window.length === 1 ? [window[0].shard] : []));
  return [
    ...scripting(key),
    ...key.variables,
    '',
    // One hundredth of the hash space each, and then, where several shards own a part of it, which of them.
    ...block('split_clients $shard_key $shard_window', route.windows.map((window, at) => {
      const share = at === route.windows.length - 1 ? '*' : '1.00%';
      return window.length === 1 ? `${share} ${window[0].shard};` : `${share} w${at};`;
    })),
    ...route.windows.flatMap((window, at) => window.length === 1 ? [] : windowLines(window, at)),
    ...block(`map $shard_window ${hashed}`, [
      // Each by its name: with a variable as the default, the map would cost twice as much.
      ...[...whole].map((shard) => `${shard} ${shard};`),
      ...route.windows.flatMap((window, at) => window.length === 1 ? [] : [`w${at} $shard_window_${at};`]),
    ]),
    ...hashed === '$shard' ? [] : block('map $shard_number $shard', [
      'default $shard_number;', `'' ${hashed};`,
    ]),
  ];
}

/** Who owns which part of a window. Its first range reaches down to 0: what is below the window never asks here. */
function windowLines(window: Window, at: number): string[] {
  return block(`split_clients $shard_key $shard_window_${at}`, window.map(({ units, shard }, index) => {
    if (index === window.length - 1) return `* ${shard};`;
    return `${((index === 0 ? at * 100 : 0) + units) / 100}% ${shard};`;
  }));
}

/** What stays where the script ends without a word: it did not load, or memory was short. */
const NOT_RUN = 'the sharding function could not run';

function scripting(key: KeyLines): string[] {
  if (!key.script) return [];
  return [
    'js_import router from router.js;',
    ...takesNumbers(key) ? ['js_var $shard_number;'] : [],
    // Why a request has no key, as JSON text without the quotes around it: a script knows more than we do now.
    ...key.script.runs === 'odd' ? [`js_var $shard_missing ${quoted(jsonText(key.missing))};`] : [],
    ...key.script.runs === 'each'
      ? ['js_var $shard_missing;', `js_var $shard_failure ${quoted(jsonText(NOT_RUN))};`]
      : [],
  ];
}

function jsonText(text: string): string {
  return plainJson(text).slice(1, -1);
}

/** Whether a function of the user's may name a shard by number. */
function takesNumbers({ script }: KeyLines): boolean {
  return script?.program === 'router-function.js';
}

/** How a request gets its shard and goes there. */
function locations(
  key: KeyLines, { groups, passes: byWays, always, dialect, idleTimeout }: GroupLines,
): string[] {
  const group = groupName(groups, '$shard');
  const passes = byWays.map((pass) => [...pass(group), ...always]);
  if (key.script?.runs === 'body') {
    // The script answers what has no key itself, and else hands the request on with $shard_key set.
    return [
      ...block('location /', ['js_content router.route;']),
      ...passingLocations({ location: '@shard', passes, dialect, idleTimeout }),
    ];
  }
  return [
    ...noKey(key, dialect),
    ...passingLocations({
      location: '/', first: [`if ($shard_key = '') { return ${NO_KEY}; }`], passes, dialect, idleTimeout,
    }),
  ];
}

function noKey({ missing, script }: KeyLines, { type, answer }: Dialect): string[] {
  const refusal = { status: 400, title: 'Bad Request', grpc: 3 };
  const failure = { status: 500, title: 'Internal Server Error', detail: { variable: '$shard_failure' }, grpc: 13 };
  const lines = answer({ ...refusal, detail: script ? { variable: '$shard_missing' } : missing });
  return [
    `error_page ${NO_KEY} = @no_key;`,
    ...block('location @no_key', [
      `default_type ${type};`,
      ...script?.runs === 'each' ? [...block('if ($shard_missing)', lines), ...answer(failure)] : lines,
    ]),
  ];
}
