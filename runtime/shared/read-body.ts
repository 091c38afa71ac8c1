import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from './problem';

/** The client went away before its request was complete. */
export class ClientGone extends Error {}

/** Whether the head announces a body. */
export function hasBody(req: IncomingMessage): boolean {
  const length = req.headers['content-length'];
  return length === undefined ? req.headers['transfer-encoding'] !== undefined : Number(length) > 0;
}

/** What a body may cost. */
export interface BodyLimits {
  /** Bytes. */
  readonly size: number;
  /** Told of each piece before it is kept; throws where there is no room for it. */
  readonly hold: (bytes: number) => void;
  /**
   * Milliseconds that may pass without a byte of it.
   * @default 10_000
   */
  readonly idle?: number;
}

/**
 * As many pieces become one. Each costs some 200 bytes besides its own, and a client may send a body in
 * pieces of one byte.
 */
const MANY = 64;

/**
 * The whole body. Rejects with a 413 as soon as it is known to be too long, with a 408 when nothing of it arrives any
 * more, and with what `hold` throws, each time holding none of it.
 */
export function readBody(
  req: IncomingMessage, res: ServerResponse, { size, hold, idle = 10_000 }: BodyLimits,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new Problem(413, `the body is larger than ${size} bytes`);
    if (Number(req.headers['content-length']) > size) return reject(tooLarge());
    // the client waits for this before it sends the body
    if (req.headers.expect) res.writeContinue();
    // pieces that arrived, many of them joined, many of those joined …: in this way each byte is copied a
    // few times only
    let levels: Uint8Array[][] = [];
    const keep = (piece: Uint8Array, level: number) => {
      const pieces = levels[level] ??= [];
      if (pieces.push(piece) < MANY) return;
      levels[level] = [];
      keep(join(pieces), level + 1);
    };
    let length = 0;
    const fail = (error: unknown) => {
      clearTimeout(timer);
      req.off('data', onData);
      levels = [];
      reject(error);
    };
    const timer = setTimeout(() => fail(new Problem(408, `nothing of the body has arrived for ${idle} ms`)), idle);
    const onData = (piece: Buffer) => {
      timer.refresh();
      length += piece.length;
      if (length > size) return fail(tooLarge());
      try {
        hold(piece.length);
      } catch (error) {
        return fail(error);
      }
      keep(piece, 0);
    };
    const gone = () => fail(new ClientGone());
    req.on('data', onData).once('error', gone).once('close', gone).once('end', () => {
      clearTimeout(timer);
      resolve(join(levels.reverse().flat()));
    });
  });
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  // memory of its own: a Buffer's may be shared with other requests, and users can reach it
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
