/**
 * MurmurHash2 (32 bit, seed 0) of bytes, as nginx's `split_clients` hashes its key
 * (https://nginx.org/en/docs/http/ngx_http_split_clients_module.html).
 */
export function murmurHash2(data: Uint8Array): number {
  const M = 0x5bd1e995;
  let hash = data.length;
  let at = 0;
  for (let left = data.length; left >= 4; left -= 4, at += 4) {
    let k = data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24;
    k = Math.imul(k, M);
    k ^= k >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const tail = data.length - at;
  if (tail === 3) hash ^= data[at + 2] << 16;
  if (tail >= 2) hash ^= data[at + 1] << 8;
  if (tail >= 1) hash = Math.imul(hash ^ data[at], M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return (hash ^ hash >>> 15) >>> 0;
}
