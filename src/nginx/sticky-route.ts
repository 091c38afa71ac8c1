import { saying } from './affinity-route';
import { passingLocations } from './passing';
import type { RouteLines } from './route-lines';
import { block, literally, quoted } from './text';
import type { CookieSpec } from '../sharding/affinity-spec';

/** A client's requests go to the replica that its cookie names. */
export interface StickyRoute {
  readonly kind: 'sticky';
  readonly cookie: CookieSpec;
}

/** The lines for requests that go to the replica of their cookie. */
export function stickyLines({ cookie }: StickyRoute): RouteLines {
  return {
    runsUserCode: false,
    readsHeaders: false,
    replacesClient: false,
    logFields: { affinity: '"$affinity"' },
    variables: affinity(cookie),
    headers: [saying('$affinity')],
    group: '0',
    balancing: ['least_conn;', `sticky cookie ${cookie.name} ${attributes(cookie)};`],
    // Behind the Service's address is any replica: a cookie of it must not look like one's that is met again.
    lastResort: 'backup route=service',
    locations: ({ groups: [group], passes, dialect, idleTimeout }) => [
      `${dialect.module}_hide_header x-affinity;`,
      saying('$affinity'),
      ...passingLocations({ location: '/', passes: passes.map((pass) => pass(group)), dialect, idleTimeout }),
    ],
  };
}

function attributes({ maxAge, sameSite, secure }: CookieSpec): string {
  return [
    ...maxAge === undefined ? [] : [`expires=${maxAge}s`],
    'httponly', `samesite=${sameSite}`, ...secure ? ['secure'] : [], 'path=/',
  ].join(' ');
}

/** nginx sends the cookie with each answer: where it is the client's own, that has met its replica again. */
function affinity({ name }: CookieSpec): string[] {
  const cookie = literally(name);
  return [
    ...block('map $http_cookie $affinity_cookie', [
      "default '';", `${quoted(`~(?:^|;)[ \\t]*${cookie}=([^;]+)`)} $1;`,
    ]),
    ...block('map "$affinity_cookie $sent_http_set_cookie" $affinity_of_cookie', [
      'default spill;', "'~^ ' none;", `${quoted(`~^([0-9a-f]+) (?:.*[,;] )?${cookie}=\\1;`)} home;`,
    ]),
    ...block('map $upstream_addr $affinity', ['default $affinity_of_cookie;', "'' '';"]),
  ];
}
