import { Problem } from './problem';

const TEXT = new Set([
  'application/x-www-form-urlencoded', 'application/xml', 'application/javascript', 'application/x-ndjson',
  'application/yaml', 'application/graphql',
]);
const lossy = new TextDecoder();
const strict = new TextDecoder('utf-8', { fatal: true });

type Headers = { readonly [name: string]: string | undefined };

/**
 * The text of a body: when its type is JSON or a text's, has a charset or is not given; else undefined, because an
 * image read as text is lost. An empty body is none. Throws a 400 when JSON is no UTF-8, a 415 when the body
 * cannot be read at all.
 *
 * @param utf8 reads other text than JSON, where it is UTF-8
 */
export function bodyText(
  bytes: Uint8Array, headers: Headers, utf8: (bytes: Uint8Array) => string = lossyText,
): string | undefined {
  const encoding = headers['content-encoding'];
  if (encoding && encoding.toLowerCase() !== 'identity') {
    throw new Problem(415, `the body is encoded as ${encoding}: send it as it is`, ['accept-encoding', 'identity']);
  }
  if (bytes.length === 0) return undefined;
  const full = headers['content-type'] ?? '';
  if (isJson(full)) return jsonText(bytes);
  const charset = /;\s*charset="?([^\s";]+)/i.exec(full)?.[1].toLowerCase();
  if (charset !== undefined && charset !== 'utf-8') return decoder(charset).decode(bytes);
  const type = mediaType(full);
  const isText = type === '' || charset !== undefined || type.startsWith('text/') || type.endsWith('+xml')
    || TEXT.has(type);
  return isText ? utf8(bytes) : undefined;
}

/**
 * The body as user code sees it: parsed when it is JSON, else its text, or its bytes. Throws a 400 when JSON is
 * malformed, and as `bodyText` does.
 */
export function parseBody(
  bytes: Uint8Array, headers: Headers, text: string | undefined = bodyText(bytes, headers),
): unknown {
  if (text === undefined) return bytes.length === 0 ? undefined : bytes;
  return isJson(headers['content-type']) ? parseJson(text) : text;
}

/**
 * Whether a media type is JSON: `application/json` (RFC 8259), `…+json` (RFC 6839), and `text/json`, which
 * some clients send.
 */
export function isJson(contentType: string | undefined = ''): boolean {
  return contentType === 'application/json' || /^(?:application|text)\/json$|\+json$/.test(mediaType(contentType));
}

function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0].trim().toLowerCase();
}

function lossyText(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

function jsonText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw notJson();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

/** What is said of a body that is not what its type promises. */
export const NOT_JSON = 'the content type says JSON, and the body is not';

function notJson(): Problem {
  return new Problem(400, NOT_JSON);
}

function decoder(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    throw new Problem(415, `the charset ${charset} is not known: send UTF-8`);
  }
}
