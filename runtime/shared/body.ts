import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from './problem';

/** The client went away before its request was complete. */
export class ClientGone extends Error {}

/** Whether the head announces a body. */
export function hasBody(req: IncomingMessage): boolean {
  const length = req.headers['content-length'];
  return length === undefined ? req.headers['transfer-encoding'] !== undefined : Number(length) > 0;
}

/** The whole body, at most `limit` bytes of it: rejects with a 413 as soon as it is known to be longer, holding none of it. */
export function readBody(req: IncomingMessage, res: ServerResponse, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new Problem(413, `the body is larger than ${limit} bytes`);
    if (Number(req.headers['content-length']) > limit) return reject(tooLarge());
    // the client waits for this before it sends the body
    if (req.headers.expect) res.writeContinue();
    let chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      chunks = [];
      req.off('data', onData);
      return reject(tooLarge());
    };
    req.on('data', onData);
    req.once('end', () => resolve(join(chunks, length)));
    req.once('error', () => reject(new ClientGone()));
    req.once('close', () => reject(new ClientGone()));
  });
}

function join(chunks: Buffer[], length: number): Uint8Array {
  // memory of its own: a Buffer's may be shared with other requests, and users can reach it
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const TEXT = new Set([
  'application/x-www-form-urlencoded', 'application/xml', 'application/javascript', 'application/x-ndjson', 'application/yaml', 'application/graphql',
]);
const utf8 = new TextDecoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as user code sees it: parsed when it is JSON; text when its type is a text's, has a charset or is not given; else bytes, because
 * an image read as text is lost. An empty one is no body. Throws a 400 when JSON is malformed, a 415 when the body cannot be read at all.
 */
export function parseBody(bytes: Uint8Array, headers: { readonly [name: string]: string | undefined }): unknown {
  const encoding = headers['content-encoding'];
  if (encoding && encoding.toLowerCase() !== 'identity') {
    throw new Problem(415, `the body is encoded as ${encoding}: send it as it is`, ['accept-encoding', 'identity']);
  }
  if (bytes.length === 0) return undefined;
  const full = headers['content-type'] ?? '';
  if (full === 'application/json') return parseJson(bytes);
  const type = full.split(';', 1)[0].trim().toLowerCase();
  if (/[/+]json$/.test(type)) return parseJson(bytes);
  const charset = /;\s*charset="?([^\s";]+)/i.exec(full)?.[1].toLowerCase();
  if (charset !== undefined && charset !== 'utf-8') return decoder(charset).decode(bytes);
  const isText = type === '' || charset !== undefined || type.startsWith('text/') || type.endsWith('+xml') || TEXT.has(type);
  return isText ? utf8.decode(bytes) : bytes;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes));
  } catch {
    throw new Problem(400, 'the content type says JSON, and the body is not');
  }
}

function decoder(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    throw new Problem(415, `the charset ${charset} is not known: send UTF-8`);
  }
}
