import { idleName, idleTimes } from './idle';
import { keyLines } from './key-lines';
import { passingLocations } from './passing';
import type { GroupLines, RouteLines } from './route-lines';
import { block } from './text';
import { hostOf, POD_FAILURES, Upstream, upstreamOf } from './upstream';
import type { KeySpec } from '../sharding/key-spec';

/*
 * A replica for each key, as long as that has room. nginx knows consistent hashing (`hash`) and a bound for each
 * server (`max_conns`): one that is full, it passes over without a word. Where all of a ring are full or gone it
 * answers 502, and a ring takes no backup servers. So such a request goes on to the group as a Spread has it
 * otherwise: fewest open requests, Service as a backup.
 */

/** Requests of one key go to the same replica. */
export interface AffinityRoute {
  readonly kind: 'affinity';
  readonly key: KeySpec;
  /** How many requests this router may have open at one replica by their keys. */
  readonly maxRequests?: number;
}

/** Numbers of our own, which tell these apart from a backend's answers; no client sees them. */
const NO_KEY = 464;
const STREAMS = 465;
const MAY_IDLE = 466;
const STREAM_MAY_IDLE = 467;

/** Where a request goes by its key. */
const HOME = '@home';
/** Where one goes that is read while it is sent on. */
const STREAM = '@stream';
/** Where one goes that has no key, or that no replica takes by its key. */
const ANY = '@any';

/**
 * Points of a replica on the ring, by 160. With another weight than 1, nginx pays no heed to the weights that DNS
 * names, which CoreDNS makes of the number of pods: each new pod would change the points of all others, and so move
 * their keys, and begin to count their requests anew.
 */
const WEIGHT = 8;
/** Of those on the ring for streams, where the Service has 160: it is the last resort, and the home of few keys. */
const STREAM_WEIGHT = 20;

/** What the answers say: where nothing has to be looked up, it costs nothing. */
export const saying = (affinity: string) => `add_header x-affinity ${affinity} always;`;

/** The lines for requests that go to the replica of their key. */
export function affinityLines({ key, maxRequests }: AffinityRoute): RouteLines {
  const { script, variables } = keyLines(key);
  // Where a script has read the body, it is there as a whole.
  const mayStream = script?.runs !== 'body';
  return {
    script,
    runsUserCode: key.from === 'function',
    // Whoever says otherwise which replica to prefer does no harm.
    readsHeaders: false,
    replacesClient: key.from === 'clientIp' && key.trustedProxies.length > 0,
    logFields: { affinity: '"$affinity"' },
    variables: [
      ...script ? ['js_import router from router.js;'] : [],
      ...variables,
      '',
      ...mayStream ? streaming : [],
      ...block('map $shard_key $affinity_elsewhere', ['default spill;', "'' none;"]),
      // Where it went: between the groups that it was given to one after the other stand a colon and spaces.
      ...block('map $upstream_addr $affinity_of_key', ['default home;', "'' '';", "'~ : ' spill;"]),
      ...block('map $upstream_addr $affinity_of_none', ['default none;', "'' '';"]),
      ...block('map $shard_key $affinity', ['default $affinity_of_key;', "'' $affinity_of_none;"]),
    ],
    headers: [saying('$affinity')],
    group: '0',
    after502: [
      // No replica of the ring was left. What was sent to one may be repeated, or nginx would have ended with that.
      `'~^(?!.* : ).*${homeOf('')}$' ${ANY};`,
      // All tries have failed.
      `'~^(?:GET|HEAD|OPTIONS)::(?!.* : ).*[0-9]$' ${ANY};`,
    ],
    upstreams: (group, groups) => [
      ...upstreamOf(homeOf(group.name), group, groups, ring(group, maxRequests)),
      ...mayStream ? ['', ...upstreamOf(streamOf(group.name), group, groups, streamRing(group))] : [],
    ],
    locations: (to) => locations(to, mayStream),
  };
}

/** The ring of the replicas: each has a name of its own by its SRV record. */
function ring(group: Upstream, maxRequests?: number): string[] {
  return ['hash $shard_key consistent;', pods(group, WEIGHT, maxRequests)];
}

function streamRing(group: Upstream): string[] {
  return [
    'hash $shard_key consistent;',
    pods(group, STREAM_WEIGHT),
    `server ${hostOf(group.host)}:${group.port} resolve max_fails=0;`,
  ];
}

function pods({ podsHost, podsPortName }: Upstream, weight: number, maxRequests?: number): string {
  const bound = maxRequests === undefined ? '' : ` max_conns=${maxRequests}`;
  return `server ${podsHost} service=${podsPortName} resolve weight=${weight}${bound} ${POD_FAILURES};`;
}

function homeOf(group: string): string {
  return `${group}-home`;
}

function streamOf(group: string): string {
  return `${group}-stream`;
}

/**
 * Which bodies are read while they are sent on: what has been read of one is gone, and no other group can be asked.
 * Others are in memory, where they need no more of it than the buffer through which longer ones stream.
 */
const streaming = block('map $content_length $is_long', ['default 1;', "'' '';", "'~^[0-9]{1,4}$' '';"]);
const streams = ['$http_transfer_encoding', '$is_long'].map((variable) => `if (${variable}) { return ${STREAMS}; }`);

/** How a request gets its replica and goes there. */
function locations(
  { groups: [group], passes: [pass], always, dialect, idleTimeout }: GroupLines, mayStream: boolean,
): string[] {
  const atHome = [...always, saying('home')];
  const home = [...pass(homeOf(group)), `${dialect.module}_request_buffering on;`, ...atHome];
  const elsewhere = [...pass(group), ...always, saying('$affinity_elsewhere')];
  const noKey = `if ($shard_key = '') { return ${NO_KEY}; }`;
  return [
    `${dialect.module}_hide_header x-affinity;`,
    `error_page ${NO_KEY} = ${ANY};`,
    ...mayStream
      ? [
        ...stage('/', HOME, [noKey, ...streams], home, MAY_IDLE),
        `error_page ${STREAMS} = ${STREAM};`,
        ...stage(STREAM, STREAM, [], [...pass(streamOf(group)), ...atHome], STREAM_MAY_IDLE),
      ]
      : [
        ...block('location /', ['js_content router.route;']),
        ...stage('@shard', HOME, [noKey], home, MAY_IDLE),
      ],
    ...passingLocations({ location: ANY, passes: [elsewhere], dialect, idleTimeout }),
  ];

  /** A location, and the one where what may be idle goes on. */
  function stage(location: string, name: string, first: string[], passing: string[], mayIdle: number): string[] {
    if (idleTimeout === undefined) return block(`location ${location}`, [...first, ...passing]);
    return [
      ...block(`location ${location}`, [...first, `if ($idling) { return ${mayIdle}; }`, ...passing]),
      `error_page ${mayIdle} = ${idleName(name)};`,
      ...block(`location ${idleName(name)}`, [...passing, ...idleTimes(idleTimeout)]),
    ];
  }
}
