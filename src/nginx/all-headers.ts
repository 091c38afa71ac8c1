/** Headers that a router or a replica believes, and whose names have dashes. */
const BELIEVED = [
  'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Real-IP',
  'X-Request-Id', 'X-Shard',
  'Content-Length', 'Content-Type', 'Transfer-Encoding', 'Proxy-Connection', 'Keep-Alive',
];

/** Lines of the http block: headers pass whatever characters their names have. */
export const allHeaders = ['ignore_invalid_headers off;', 'underscores_in_headers on;'];

/**
 * Names such as `X_Forwarded_For`, which replicas must not get: CGI and WSGI read dashes as underscores, so that they
 * would take it for what the router says. nginx cannot drop a name with a dot: it keeps no hash of it.
 */
export const believedTwins = BELIEVED.flatMap(twins);

/** All names in which at least one dash is an underscore. */
export function twins(name: string): string[] {
  const [first, ...words] = name.split('-');
  const all = words.reduce(
    (starts, word) => starts.flatMap((start) => [`${start}-${word}`, `${start}_${word}`]), [first],
  );
  return all.filter((each) => each !== name);
}
