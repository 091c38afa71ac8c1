import type { ServerResponse } from 'node:http';
import { HOP_BY_HOP } from './hop-by-hop';
import { ENOUGH, isEncoded } from './is-encoded';
import { isResponse, kindOf, toJson } from './result-kind';
import { bytesOf, Stream } from './stream';
import { Unsendable } from './unsendable';

/** Names and values of headers in turn: what Node writes fastest. */
type FlatHeaders = readonly string[];

/** What a Response can be made of. */
type Body = ConstructorParameters<typeof Response>[0];

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

/**
 * Answers with what user code returned: a Response as it is, text as text, nothing as 204, bytes as bytes, what the
 * web standard takes as a body likewise, a stream piece by piece, and data as JSON. Resolves when all is handed to the
 * connection. Throws, or rejects, when the value cannot be sent: before the head is written, so that the caller can
 * still answer for it, or after, when a stream fails.
 *
 * @param value a stream as a `Stream` that has started
 * @param extra headers that go with it
 */
export function send(res: ServerResponse, value: unknown, extra: FlatHeaders = []): void | Promise<void> {
  if (value instanceof Stream) return sendStream(res, value, extra);
  switch (kindOf(value)) {
    case 'nothing': return void res.writeHead(204, [...extra]).end();
    case 'text': return sendBody(res, TEXT, value as string, extra);
    case 'json': return sendBody(res, 'application/json', toJson(value), extra);
    case 'bytes': return sendBody(res, BYTES, bytesOf(value)!, extra);
    case 'body': return sendResponse(res, responseOf(value as Body), extra);
    case 'response': return sendResponse(res, value as Response, extra);
    case 'stream': throw new TypeError('a stream is sent once it has started');
  }
}

/** Lets go of an answer that nobody will see. */
export function discard(value: unknown): void {
  if (value instanceof Stream) value.cancel();
  else if (isResponse(value) && value.body && !value.body.locked) value.body.cancel().catch(() => {});
}

function sendBody(res: ServerResponse, type: string, body: string | Uint8Array, extra: FlatHeaders): void {
  res.writeHead(200, ['content-type', type, 'content-length', String(Buffer.byteLength(body)), ...extra]).end(body);
}

/**
 * What the web standard takes as a body gets the type that the standard gives it, and the length where that is known.
 */
function responseOf(body: Body): Response {
  const response = new Response(body);
  if (body instanceof Blob) response.headers.set('content-length', String(body.size));
  if (!response.headers.has('content-type')) response.headers.set('content-type', BYTES);
  return response;
}

function sendStream(res: ServerResponse, stream: Stream, extra: FlatHeaders): void | Promise<void> {
  res.writeHead(200, ['content-type', stream.isText ? TEXT : BYTES, ...extra]);
  return sendRest(res, stream);
}

function sendResponse(res: ServerResponse, response: Response, extra: FlatHeaders): void | Promise<void> {
  if (response.bodyUsed) {
    throw new Unsendable('the body of the Response was used already: return a Response that nobody has read, such '
      + 'as a clone() made before');
  }
  const stream = response.body ? new Stream(response.body) : undefined;
  const encoding = response.headers.get('content-encoding');
  if (!stream || encoding === null) return sendHead(res, response, stream, false, extra);
  return stream.start(ENOUGH).then(async ({ pieces, whole }) => {
    const start = Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array)));
    return sendHead(res, response, stream, !await isEncoded(encoding, start, whole), extra);
  });
}

function sendHead(
  res: ServerResponse, response: Response, stream: Stream | undefined, decoded: boolean, extra: FlatHeaders,
): void | Promise<void> {
  // with a length of the user's own, Node refuses more or less than that: the surplus would be read as the next answer
  res.strictContentLength = true;
  try {
    const headers = [...headersOf(response, decoded), ...extra];
    if (response.statusText) res.writeHead(response.status, response.statusText, headers);
    else res.writeHead(response.status, headers);
  } catch (error) {
    stream?.cancel();
    throw error;
  }
  if (!stream) return void res.end();
  return sendRest(res, stream);
}

function sendRest(res: ServerResponse, stream: Stream): void | Promise<void> {
  if (res.req.method !== 'HEAD') return stream.send(res);
  res.end();
  stream.cancel();
}

/** @param decoded whether the headers tell of an encoding that the body does not have */
function headersOf({ status, headers: all }: Response, decoded: boolean): string[] {
  const headers: string[] = [];
  // repeated set-cookie headers come one by one
  all.forEach((value, name) => {
    const stale = name === 'content-length' ? decoded || status === 204 : decoded && name === 'content-encoding';
    // Node writes those of the connection: one of a user would break the framing
    if (!stale && !HOP_BY_HOP.has(name)) headers.push(name, value);
  });
  return headers;
}
