import { block, quoted } from './text';
import type { KeySpec } from '../sharding/key-spec';

/** How a router finds the key of a request. */
export interface KeyLines {
  /** Lines of the http block that define `$shard_key`: the key, or nothing. */
  readonly variables: string[];
  /** What a client is told whose request has no key. */
  readonly missing: string;
  /** What of the key needs njs: nothing, a decoder for the odd value, or, for each request, a function without or with the body. */
  readonly script: 'none' | 'decoder' | 'function' | 'body';
}

/** The lines for a source of keys. Declared keys are nginx variables: no script runs for them. */
export function keyLines(key: KeySpec): KeyLines {
  switch (key.from) {
    case 'header':
      return plain(key.name, 'header', `$http_${key.name.replace(/-/g, '_')}`);
    case 'cookie':
      // Not $cookie_name, which does not mind upper and lower case. Cookies are apart by a semicolon (RFC 6265, section 4.2.1).
      return { ...plain(key.name, 'cookie'), variables: matched('$http_cookie', `(?:^|;)[ \\t]*${escaped(key.name)}=([^;]*?)[ \\t]*(?:;|$)`) };
    case 'path':
      return { variables: matched('$uri', key.regex), missing: `the path has no key: it does not match ${key.regex}`, script: 'none' };
    case 'clientIp':
      return {
        variables: [
          ...key.trustedProxies.map((proxy) => `set_real_ip_from ${proxy};`),
          ...key.trustedProxies.length ? ['real_ip_header X-Forwarded-For;', 'real_ip_recursive on;'] : [],
          ...same('$remote_addr'),
        ],
        missing: 'the address of the client is not known',
        script: 'none',
      };
    case 'query':
      return { ...plain(key.name, 'query parameter'), variables: queryVariables(key.name), script: 'decoder' };
    case 'field':
      return { variables: ['js_var $shard_key;'], missing: '', script: 'body' };
    case 'function':
      return {
        variables: [key.readsBody ? 'js_var $shard_key;' : 'js_set $shard_key router.key;'],
        missing: 'the request has no key',
        script: key.readsBody ? 'body' : 'function',
      };
  }
}

function plain(name: string, what: string, variable = ''): KeyLines {
  return { variables: same(variable), missing: `the request has no key: ${what} ${name} is missing or empty`, script: 'none' };
}

/** The key is a variable that nginx has. */
function same(variable: string): string[] {
  return block(`map ${variable} $shard_key`, [`default ${variable};`]);
}

/** The key is the first group of a regular expression. */
function matched(variable: string, regex: string): string[] {
  return block(`map ${variable} $shard_key`, ["default '';", `${quoted(`~${regex}`)} $1;`]);
}

/**
 * The first parameter of that name. Values and names without `%` and `+` mean themselves; only where one that counts may be encoded does
 * the script decode it (js_set is evaluated when it is asked for).
 */
function queryVariables(name: string): string[] {
  const value = escaped(name);
  // Parameters before the first one of that name must have plain names, else one of them might be it.
  const plainBefore = `^(?:(?!${value}(?:[=&]|$))[^=&%+]*(?:=[^&]*)?&)*`;
  return [
    'js_set $shard_key_decoded router.query;',
    ...block('map $args $shard_key', [
      "default '';",
      `${quoted(`~${plainBefore}${value}=([^&%+]*)(?:&|$)`)} $1;`,
      "'~[%+]' $shard_key_decoded;",
    ]),
  ];
}

/** A text as a part of a regular expression. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
