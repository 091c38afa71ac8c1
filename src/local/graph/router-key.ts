/** How a variable that has the key begins, by where the key comes from: see `src/nginx/key-lines.ts`. */
const HEADER = /^\s*map \$http_(\w+) \$shard_key \{/m;
const COOKIE = /^\s*map \$http_cookie \$shard_cookie \{[^]*?\[ \\\\t\]\*(\S+?)\[ \\\\t\]\*=/m;
const PATH = /^\s*map \$shard_path \$shard_group \{[^]*?^\s*'~(?:\(\*UTF\))?((?:[^'\\]|\\.)*)' \$1;/m;
const QUERY = /^\s*js_set \$shard_key_decoded router\.query;/m;
const CLIENT = /^\s*map \$remote_addr \$shard_key \{/m;
const FUNCTION = /^\s*js_(?:var|set) \$shard_key[ ;]/m;
const STICKY = /^\s*sticky cookie (\S+)/m;

/**
 * What the requests of a router are told apart by, in words: `header x-user`. Undefined where by nothing.
 * @param nginx its configuration
 * @param script what its script is told
 */
export function routerKey(nginx: string, script: any): string | undefined {
  const [, header] = HEADER.exec(nginx) ?? [];
  if (header !== undefined) return `header ${header.replaceAll('_', '-')}`;
  const [, cookie] = COOKIE.exec(nginx) ?? [];
  if (cookie !== undefined) return `cookie ${literal(unquoted(cookie))}`;
  const [, path] = PATH.exec(nginx) ?? [];
  if (path !== undefined) return `path ${asWritten(unquoted(path))}`;
  if (QUERY.test(nginx)) return `query parameter ${script?.query}`;
  if (CLIENT.test(nginx)) return 'client address';
  if (Array.isArray(script?.fields)) {
    const fields = script.fields.map((field: unknown) => Array.isArray(field) ? field.join('.') : String(field));
    const first = script.first === undefined ? '' : `, first ${script.first} characters`;
    return `field ${fields.join(' or ')}${first}`;
  }
  if (FUNCTION.test(nginx)) return 'function';
  const [, sticky] = STICKY.exec(nginx) ?? [];
  return sticky === undefined ? undefined : `cookie ${sticky}`;
}

/** What stands in quotes in nginx's configuration. */
function unquoted(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

/** A regular expression of PCRE as one of JavaScript, as people write it. */
function asWritten(pcre: string): string {
  return pcre.replace(/\\z/g, '$').replace(/\\x\{([0-9a-f]+)\}/g, (_, code) => {
    const char = String.fromCodePoint(parseInt(code, 16));
    return /[.*+?()[\]{}|^$\\]/.test(char) ? `\\${char}` : char;
  });
}

/** The text that a part of a regular expression matches: the other way round of `literally`. */
function literal(pattern: string): string {
  return pattern.replace(/\\x([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
}
