import { block, literally, quoted, snake } from './text';
import type { RouterScriptConfig } from '../contract';
import type { KeySpec } from '../sharding/key-spec';

/** How a router finds the key of a request. */
export interface KeyLines {
  /** Lines of the http block that define `$shard_key`: the key, or nothing. */
  readonly variables: string[];
  /** What a client is told whose request has no key. */
  readonly missing: string;
  /** What needs njs: nothing where variables of nginx do. */
  readonly script?: KeyScript;
}

/** A script that finds keys. */
export interface KeyScript {
  /** The program, among the assets. */
  readonly program: 'router-query.js' | 'router-path.js' | 'router-field.js' | 'router-function.js';
  /** What it is told besides the number of shards. */
  readonly config: Omit<RouterScriptConfig, 'shards'>;
  /** For which requests it runs: the odd one that variables cannot read, each, or each with its body. */
  readonly runs: 'odd' | 'each' | 'body';
  /** Which requests are odd: those of which this variable matches this pattern. */
  readonly odd?: { readonly variable: string; readonly pattern: string };
}

/** The lines for a source of keys. Declared keys are nginx variables: a script runs for the odd one only. */
export function keyLines(key: KeySpec): KeyLines {
  switch (key.from) {
    case 'header':
      return plain(key.name, 'header', headerVariables(`$http_${snake(key.name)}`));
    case 'cookie':
      return plain(key.name, 'cookie', cookieVariables(key.name));
    case 'path':
      return {
        variables: pathVariables(key.pcre),
        missing: `the path has no key: it does not match ${key.regex}`,
        script: {
          program: 'router-path.js',
          config: {},
          runs: 'odd',
          odd: { variable: '$request_uri', pattern: '^[^?#]*[%\\x80-\\xff]' },
        },
      };
    case 'clientIp':
      return {
        variables: [
          ...key.trustedProxies.map((proxy) => `set_real_ip_from ${proxy};`),
          ...key.trustedProxies.length ? ['real_ip_header X-Forwarded-For;', 'real_ip_recursive on;'] : [],
          // An IPv4 address inside of IPv6 is that address (RFC 4291, section 2.5.5.2).
          ...block('map $remote_addr $shard_key', [
            'default $remote_addr;', `${quoted('~^::ffff:(\\d+\\.\\d+\\.\\d+\\.\\d+)\\z')} $1;`,
          ]),
        ],
        missing: 'the address of the client is not known',
      };
    case 'query':
      return {
        ...plain(key.name, 'query parameter', queryVariables(key.name)),
        script: {
          program: 'router-query.js',
          config: { query: key.name },
          runs: 'odd',
          odd: { variable: '$args', pattern: '[%+\\x80-\\xff]' },
        },
      };
    case 'field':
      return {
        variables: ['js_var $shard_key;'],
        missing: '',
        script: { program: 'router-field.js', config: { fields: key.paths, first: key.first }, runs: 'body' },
      };
    case 'function':
      return {
        variables: [key.readsBody ? 'js_var $shard_key;' : 'js_set $shard_key router.key;'],
        missing: 'the request has no key',
        script: { program: 'router-function.js', config: {}, runs: key.readsBody ? 'body' : 'each' },
      };
  }
}

function plain(name: string, what: string, variables: string[]): KeyLines {
  return { variables, missing: `the request has no key: ${what} ${name} is missing, empty or not valid UTF-8` };
}

/** Characters of UTF-8, without control characters other than the tab. */
const CHARACTERS = '(?:[\\t -~]|[\\xc2-\\xdf][\\x80-\\xbf]'
  + '|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}|\\xed[\\x80-\\x9f][\\x80-\\xbf]'
  + '|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}|[\\xf1-\\xf3][\\x80-\\xbf]{3}|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2})';

/**
 * A header is its UTF-8 text. nginx takes spaces away from both ends of each of its lines, but leaves the tabs, and
 * joins lines by a comma.
 */
function headerVariables(header: string): string[] {
  return [
    // Most keys are plain: that nothing else is in them is found faster than that all of it is plain.
    ...block(`map ${header} $shard_key`, [`default ${header};`, "'' '';", "'~[^ -~]' $shard_key_trimmed;"]),
    ...block(`map ${header} $shard_key_trimmed`, [
      "default '';",
      // Whether such a tab stands inside of a line or at the end of one is not known any more.
      "'~\\\\t *,|, *\\\\t' '';",
      `${quoted(`~^(?:\\t[\\t ]*)?((?![\\t ])${CHARACTERS}+?)(?:[\\t ]*\\t)?\\z`)} $1;`,
    ]),
  ];
}

/**
 * Not $cookie_name, which does not mind upper and lower case. Cookies are apart by a semicolon (RFC 6265,
 * section 4.2.1).
 */
function cookieVariables(name: string): string[] {
  return [
    ...block('map $http_cookie $shard_cookie', [
      "default '';",
      `${quoted(`~(?:^|;)[ \\t]*${literally(name)}[ \\t]*=[ \\t]*([^;]*?)[ \\t]*(?:;|\\z)`)} $1;`,
    ]),
    ...block('map $shard_cookie $shard_key', [
      "default '';", "'~^[ -~]+\\\\z' $shard_cookie;", `${quoted(`~^${CHARACTERS}+\\z`)} $shard_cookie;`,
    ]),
  ];
}

/**
 * The first parameter of that name. Values and names of ASCII without `%` and `+` mean themselves; only where one that
 * counts may be encoded does the script decode it (js_set is evaluated when it is asked for).
 */
function queryVariables(name: string): string[] {
  return [
    'js_set $shard_key_decoded router.query;',
    ...block('map $args $shard_key', [
      "default '';",
      // A name with other characters is never sent as it is.
      ...isSentAsItIs(name) ? [`${quoted(`~${plainBefore(name)}=([!-$\\x27-*,-~]*)(?:&|\\z)`)} $1;`] : [],
      "'~[%+\\\\x80-\\\\xff]' $shard_key_decoded;",
    ]),
  ];
}

function isSentAsItIs(name: string): boolean {
  return /^[!-~]+$/.test(name) && !/[&=+%#]/.test(name);
}

/** The name, behind parameters that have plain names: else one of them might be it. */
function plainBefore(name: string): string {
  return `^(?:(?!${literally(name)}(?:[=&]|\\z))[^=&%+]*(?:=[^&]*)?&)*${literally(name)}`;
}

/**
 * The first group of a regular expression, matched against the path as it was sent (see `path` in contract.ts), which
 * for a path of ASCII without escapes is the path itself. The group is decoded afterwards, so that an escaped slash is
 * a part of the key and splits nothing.
 */
function pathVariables(pcre: string): string[] {
  return [
    'js_set $shard_path_decoded router.path;',
    'js_set $shard_group_decoded router.group;',
    ...block('map $request_uri $shard_path', [
      'default $shard_path_decoded;', "'~^(/[!\"$&->@-~]*)(?:[?#]|\\\\z)' $1;",
    ]),
    ...block('map $shard_path $shard_group', ["default '';", `${quoted(`~${pcre}`)} $1;`]),
    ...block('map $shard_group $shard_key', ['default $shard_group;', "'~%' $shard_group_decoded;"]),
  ];
}
