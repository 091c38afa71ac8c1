import type { ServerResponse } from 'node:http';
import { HOP_BY_HOP } from './hop-by-hop';

/** What `fetch` has undone in the body of an answer, while the headers still tell of it. */
const DECODED_BY_FETCH = /^(?:x-)?(?:gzip|deflate|br)$/i;

/** Whether this is a web-standard Response. By its tag, because naming the class loads all of fetch: 45 ms and 17 MB at the start of a pod. */
export function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && (value as any)[Symbol.toStringTag] === 'Response';
}

/** Names and values of headers in turn: what Node writes fastest. */
type FlatHeaders = readonly string[];

/**
 * Answers with what user code returned: a Response as it is, text as text, nothing as 204, bytes as bytes, and anything else as JSON.
 * Resolves when all is handed to the connection. Throws, or rejects, when the value cannot be sent: before the head is written, so that
 * the caller can still answer for it, or after, when the body of a Response fails.
 *
 * @param extra headers that go with it
 */
export function send(res: ServerResponse, value: unknown, extra: FlatHeaders = []): void | Promise<void> {
  if (value === undefined || value === null) return void res.writeHead(204, [...extra]).end();
  if (typeof value === 'string') return sendBody(res, 'text/plain; charset=utf-8', value, extra);
  if (isResponse(value)) return sendResponse(res, value, extra);
  if (value instanceof Uint8Array) return sendBody(res, 'application/octet-stream', value, extra);
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`a ${typeof value} cannot be sent as JSON`);
  return sendBody(res, 'application/json', json, extra);
}

/** Lets go of an answer that nobody will see. */
export function discard(value: unknown): void {
  if (isResponse(value) && value.body && !value.body.locked) value.body.cancel().catch(() => {});
}

function sendBody(res: ServerResponse, type: string, body: string | Uint8Array, extra: FlatHeaders): void {
  res.writeHead(200, ['content-type', type, 'content-length', String(Buffer.byteLength(body)), ...extra]).end(body);
}

function sendResponse(res: ServerResponse, response: Response, extra: FlatHeaders): void | Promise<void> {
  // a body that was read already throws here, before the head is written
  const reader = response.body?.getReader();
  // with a length of the user's own, Node refuses more or less than that: the surplus would be read as the next answer
  res.strictContentLength = true;
  try {
    res.writeHead(response.status, [...responseHeaders(response), ...extra]);
  } catch (error) {
    reader?.cancel(error).catch(() => {});
    throw error;
  }
  if (!reader) return void res.end();
  if (res.req.method === 'HEAD') {
    res.end();
    return reader.cancel();
  }
  return pump(res, reader);
}

function responseHeaders(response: Response): string[] {
  const decoded = response.url !== '' && DECODED_BY_FETCH.test(response.headers.get('content-encoding') ?? '');
  const headers: string[] = [];
  // repeated set-cookie headers come one by one
  response.headers.forEach((value, name) => {
    const stale = decoded && (name === 'content-encoding' || name === 'content-length');
    // Node writes those of the connection: one of a user would break the framing
    if (!stale && !HOP_BY_HOP.has(name)) headers.push(name, value);
  });
  return headers;
}

/** Streams as fast as the client reads, chunk by chunk; a client that goes away cancels the source. */
async function pump(res: ServerResponse, reader: ReadableStreamDefaultReader<unknown>): Promise<void> {
  const gone = () => reader.cancel(new DOMException('the client has gone away', 'AbortError')).catch(() => {});
  res.once('close', gone);
  // head and first chunks of one turn of the event loop leave in one packet; the head does not wait longer for a body that is slow.
  // The socket, not the answer, is corked: a corked answer of Node 24 loses its chunks when it ends.
  const { socket } = res;
  socket?.cork();
  res.flushHeaders();
  setImmediate(() => socket?.uncork());
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (res.destroyed) return;
      if (done) break;
      if (!res.write(value)) await drained(res);
    }
    res.end();
  } catch (error) {
    gone().catch(() => {});
    throw error;
  } finally {
    res.off('close', gone);
  }
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      res.off('drain', go).off('close', go);
      resolve();
    };
    res.on('drain', go).on('close', go);
  });
}
