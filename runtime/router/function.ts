import { spent, start } from 'budget.js';
import config from 'config.js';
import userKey from 'key.js';
import { isJson, jsonBody, Refusal, routed, textBody } from './body';
import type { NjsRequest } from './njs';
import { decodeParameter, parameters } from './parameters';
import { parseCookies } from '../shared/cookies';

type Strings = { [name: string]: string };

/** `$shard_key`, for a function that does not need the body. It is empty without one, and then `$shard_failure` says why, or is empty too. */
function key(r: NjsRequest): string {
  try {
    return keyOf(r, () => {
      throw new TypeError('request.body was not read: mention body in the source of the sharding function');
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    r.variables.shard_failure = error.status === 400 ? '' : JSON.stringify(error.detail).slice(1, -1);
    return '';
  }
}

/** Routes by a function that needs the body. */
function route(r: NjsRequest): void {
  routed(r, () => {
    const body = isJson(r.headersIn['Content-Type']) && r.requestBuffer ? jsonBody(r) : textBody(r);
    r.variables.shard_key = keyOf(r, () => body);
  });
}

function keyOf(r: NjsRequest, body: () => unknown): string {
  const result = call(r, body);
  if (result === undefined || result === null || result === '') throw new Refusal(400, 'Bad Request', 'the request has no key');
  if (typeof result === 'string') return result;
  if (Number.isSafeInteger(result) && (result as number) >= 0) {
    r.variables.shard_number = String((result as number) % config.shards);
    return '#';
  }
  throw failure(`the sharding function returned ${shown(result)}: it must return a text, or a whole number from 0 to 2^53 - 1`);
}

function call(r: NjsRequest, body: () => unknown): unknown {
  start();
  try {
    const result = userKey(requestOf(r, body));
    // It may have caught the error, and what it made of that is no key.
    if (spent()) throw new Error('it caught the error of taking too long');
    return result;
  } catch (error) {
    const what = spent() ? 'the sharding function took too long' : 'the sharding function failed';
    r.error(`${what}: ${error instanceof Error ? `${error.message}\n${error.stack}` : `it threw ${shown(error)}`}`);
    throw failure(what);
  }
}

function shown(value: unknown): string {
  return (typeof value === 'object' && value) || typeof value === 'function' ? `a value of type ${typeof value}` : String(value);
}

function failure(detail: string): Refusal {
  return new Refusal(500, 'Internal Server Error', detail);
}

/** The request in the shape that all user functions see; what costs is made when it is asked for. */
function requestOf(r: NjsRequest, body: () => unknown) {
  return {
    method: r.method,
    path: r.uri,
    get query() { return queryOf(r.variables.args ?? ''); },
    get headers() { return headersOf(r); },
    get cookies() { return parseCookies(headersOf(r).cookie) as Strings; },
    get body() { return body(); },
  };
}

function queryOf(text: string): Strings {
  const query: Strings = Object.create(null);
  if (text === '') return query;
  for (const [name, value] of parameters(text)) {
    const decoded = decodeParameter(name);
    if (!(decoded in query)) query[decoded] = decodeParameter(value);
  }
  return query;
}

function headersOf(r: NjsRequest): Strings {
  const headers: Strings = Object.create(null);
  for (const [name, value] of r.rawHeadersIn) {
    const lower = name.toLowerCase();
    // Cookies are joined by a semicolon (RFC 9113, section 8.2.3), all else by a comma.
    headers[lower] = lower in headers ? headers[lower] + (lower === 'cookie' ? '; ' : ', ') + value : value;
  }
  return headers;
}

export default { key, route };
