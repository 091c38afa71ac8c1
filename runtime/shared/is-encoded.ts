/**
 * The decoders of node:zlib by the name of their coding (RFC 9110, section 8.4.1; RFC 7932; RFC 8878). An
 * older Node has no zstd.
 */
const DECODERS: Readonly<Record<string, readonly [decoder: string, flush: string]>> = {
  'gzip': ['gunzipSync', 'Z_SYNC_FLUSH'],
  'x-gzip': ['gunzipSync', 'Z_SYNC_FLUSH'],
  'deflate': ['inflateSync', 'Z_SYNC_FLUSH'],
  'br': ['brotliDecompressSync', 'BROTLI_OPERATION_FLUSH'],
  'zstd': ['zstdDecompressSync', 'ZSTD_e_flush'],
};

/** Bytes that tell what is encoded from what is not. */
export const ENOUGH = 64;

/**
 * Whether a body is encoded as its `content-encoding` says. `fetch` decodes a body and leaves the headers as they
 * came, so an answer that was made of both promises what it does not hold.
 *
 * @param start the first bytes of the body, `ENOUGH` of them at least
 * @param whole whether that is all
 */
export async function isEncoded(encoding: string, start: Uint8Array, whole: boolean): Promise<boolean> {
  const coding = encoding.slice(encoding.lastIndexOf(',') + 1).trim().toLowerCase();
  if (!Object.hasOwn(DECODERS, coding)) return true;
  const [decoder, flush] = DECODERS[coding];
  const zlib: any = await import('node:zlib');
  if (!zlib[decoder]) return true;
  try {
    zlib[decoder](start, { maxOutputLength: 65_536, ...!whole && { finishFlush: zlib.constants[flush] } });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
  }
}
