import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, ZlibOptions } from 'node:zlib';
import { BadAnswer } from './bad-answer';

type Decode = (bytes: Buffer, options: ZlibOptions) => Buffer;

const DECODERS = new Map<string, Decode>([
  ['gzip', gunzipSync], ['x-gzip', gunzipSync], ['deflate', inflate], ['br', brotliDecompressSync],
]);
/** Each of them costs time, and there is no use for more. */
const MAX_CODINGS = 3;

/**
 * A body without its content codings: some leaves compress although they are asked not to. Throws a BadAnswer.
 *
 * Synchronous: a leaf's answer is bounded, and a mebibyte takes 3 ms.
 * @param encoding as the header says
 * @param limit bytes that it may have then
 */
export function decoded(bytes: Buffer, encoding: string, limit: number): Buffer {
  const codings = encoding.toLowerCase().split(',').map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  // the one that was applied last stands last (RFC 9110, section 8.4)
  return codings.reverse().reduce((body, coding) => {
    const decode = DECODERS.get(coding);
    if (!decode || codings.length > MAX_CODINGS) {
      throw new BadAnswer(`its body is encoded as ${encoding}: only gzip, deflate and br are understood`);
    }
    try {
      return decode(body, { maxOutputLength: limit });
    } catch (error) {
      const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      throw new BadAnswer(tooLarge
        ? `its answer is larger than ${limit} bytes`
        : `its body is not the ${coding} that its head says`);
    }
  }, bytes);
}

/** Some servers leave out the header of zlib that RFC 9110, section 8.4.1.2 asks for. */
function inflate(bytes: Buffer, options: ZlibOptions): Buffer {
  const hasHeader = bytes.length > 1 && bytes[0] % 16 === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return hasHeader ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
}
