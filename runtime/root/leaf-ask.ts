import { misfit } from './misfit';
import { OwnBody, ownBody } from './own-body';
import { OwnHeaders, ownHeaders } from './own-headers';
import { ownPath, ownQuery } from './own-target';
import { isPlain } from './plain';
import { Unsendable } from '../shared/unsendable';

/** What a scatter function says that a leaf is asked; what it does not say is as in the client's request. */
export interface LeafAsk {
  readonly method?: string;
  /** As it stands in a target. */
  readonly path?: string;
  /** As it stands in a target, without the `?`; empty for none. */
  readonly query?: string;
  readonly headers?: OwnHeaders;
  /** null for none. */
  readonly body?: OwnBody | null;
}

const MEMBERS = new Set(['method', 'path', 'query', 'headers', 'body']);
const REMEDY = 'return { path, query, headers, method, body }, each of which may be left out, or undefined where the '
  + 'leaf is not asked';
/** Methods are in capitals (RFC 9110, section 9.1): `get` is another one than `GET`, and no leaf knows it. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;
/** A tunnel, and an answer that shows what proxies in between have added. */
const NOT_SERVED = new Set(['CONNECT', 'TRACE']);

/**
 * Reads what a scatter function has returned for a leaf: undefined where that is not asked. Throws an Unsendable where
 * it is anything else than a request.
 */
export function leafAsk(result: any): LeafAsk | undefined {
  if (result === undefined || result === null) return undefined;
  if (typeof result?.then === 'function') {
    throw misfit('the result', result, 'a scatter function is synchronous, and says at once what a leaf is asked');
  }
  if (!isPlain(result)) throw misfit('the result', result, REMEDY);
  for (const name of Object.keys(result)) {
    if (!MEMBERS.has(name)) throw new Unsendable(`the result has a member ${JSON.stringify(name)}: ${REMEDY}`);
  }
  const { method, path, query, headers, body } = result;
  return {
    method: method === undefined ? undefined : ownMethod(method),
    path: path === undefined ? undefined : ownPath(path),
    query: query === undefined ? undefined : ownQuery(query),
    headers: headers === undefined ? undefined : ownHeaders(headers),
    body: body === undefined ? withoutBody(method) : body === null ? null : ownBody(body),
  };
}

/** A method that has no body takes none along (RFC 9110, section 9.3.1). */
function withoutBody(method: unknown): null | undefined {
  return method === 'GET' || method === 'HEAD' ? null : undefined;
}

function ownMethod(method: unknown): string {
  const remedy = "write it in capitals, such as 'POST'";
  if (typeof method !== 'string') throw misfit('method', method, remedy);
  if (!METHOD.test(method)) throw new Unsendable(`method is ${JSON.stringify(method.slice(0, 100))}: ${remedy}`);
  if (NOT_SERVED.has(method)) throw new Unsendable(`method is ${method}, which is not served: use another one`);
  return method;
}
