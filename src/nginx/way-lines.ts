import type { Dialect } from './dialect';
import { requestHeaders } from './request-headers';
import { block, quoted } from './text';
import type { Upstream } from './upstream';
import type { TlsWay, Way } from '../contract';

/** Where the image keeps the authorities that it trusts. */
export const SYSTEM_CA = 'SYSTEM_CA';

/** The ways to a router's groups, each once, and which of them leads to which group. */
export interface Ways {
  readonly all: readonly (Way | undefined)[];
  /** By the numbers of the groups. */
  readonly ofGroups: readonly number[];
}

/** What passes a request on to a group, as lines of a location. */
export type Pass = (group: string) => string[];

/** The ways to groups. */
export function waysTo(groups: readonly Upstream[]): Ways {
  const numbers = new Map<string, number>();
  const all: (Way | undefined)[] = [];
  const ofGroups = groups.map(({ way }) => {
    const key = JSON.stringify(way ?? {});
    if (!numbers.has(key)) numbers.set(key, all.push(way) - 1);
    return numbers.get(key)!;
  });
  return { all, ofGroups };
}

/** How requests go on by a way. What is not said in the location is as the server says it. */
export function passBy(way: Way | undefined, allHeaders: boolean, dialect: Dialect): Pass {
  const { module, schemes } = dialect;
  if (!way) return (group) => [`${module}_pass ${schemes.plain}://${group};`];
  const { basePath, tls, connectTimeout } = way;
  return (group) => [
    ...basePath === undefined ? [] : stayBelow(dialect),
    // With variables in it, what stands behind the group goes there as it is: $request_uri is what was sent.
    `${module}_pass ${tls ? schemes.tls : schemes.plain}://${group}${basePath === undefined ? '' : `${basePath}$request_uri`};`,
    ...requestHeaders(dialect, allHeaders, way),
    ...connectTimeout === undefined ? [] : [`${module}_connect_timeout ${connectTimeout}ms;`],
    ...tls ? tlsLines(tls).map((line) => `${module}_ssl_${line}`) : [],
  ];
}

/**
 * A dot for a part of the path, escaped or not, as a server may read it: what has a base path stays below it, where
 * headers of ours may open doors. nginx refuses only what would lead above its own root, and reads no further than to
 * a number sign, which it sends on with what is behind it.
 */
const UPWARDS = '^[^?]*(?:[/\\\\]|%2f|%5c)(?:\\.|%2e){1,2}(?:[/\\\\;?#]|%2f|%5c|%3b|$)';

const DOTS = 'the path has a part that is . or .., which could lead out of the path of a backend';

function stayBelow({ type, answer }: Dialect): string[] {
  const refusal = { status: 400, title: 'Bad Request', detail: DOTS, grpc: 3 };
  return [`default_type ${type};`, ...block(`if ($request_uri ~* ${quoted(UPWARDS)})`, answer(refusal))];
}

/** Without the start that their names have. */
function tlsLines({ serverName, ca = SYSTEM_CA, client }: TlsWay): string[] {
  return [
    'server_name on;',
    `name ${quoted(serverName)};`,
    'verify on;',
    // Certificates between that of the backend and that of its authority.
    'verify_depth 5;',
    `trusted_certificate \${${ca}};`,
    'protocols TLSv1.2 TLSv1.3;',
    ...client
      ? [`certificate \${${client.certificate}};`, `certificate_key \${${client.key}};`]
      : [],
  ];
}
