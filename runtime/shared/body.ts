import { Problem } from './problem';

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
