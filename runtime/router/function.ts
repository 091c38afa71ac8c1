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
    return keyOf(r, notRead);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    r.variables.shard_failure = error.status === 400 ? '' : JSON.stringify(error.detail).slice(1, -1);
    return '';
  }
}

function notRead(): never {
  throw new TypeError('request.body was not read: mention body in the source of the sharding function');
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
    const result = userKey(new ShardRequest(r, body));
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

/** The request in the shape that all user functions see; what costs is made when it is asked for. A class, because getters of an object literal cost a closure each. */
class ShardRequest {
  readonly method: string;
  readonly path: string;
  readonly #r: NjsRequest;
  readonly #body: () => unknown;

  constructor(r: NjsRequest, body: () => unknown) {
    this.method = r.method;
    this.path = r.uri;
    this.#r = r;
    this.#body = body;
  }

  get query() { return queryOf(this.#r.variables.args ?? ''); }
  get headers() { return headersOf(this.#r); }
  get cookies() { return parseCookies(headerOf(this.#r, 'cookie')) as Strings; }
  get body() { return this.#body() as any; }
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

/**
 * The headers as an object. A function mostly asks for one or two: nginx looks those up by itself, and only who asks for all of them pays
 * for all.
 */
function headersOf(r: NjsRequest): Strings {
  return new Proxy<any>({ r }, HEADERS);
}

type Headers = { readonly r: NjsRequest; all?: Strings };
const allOf = (headers: Headers) => headers.all ??= allHeaders(headers.r);
/** One for all requests. */
const HEADERS: ProxyHandler<Headers> = {
  get: ({ r, all }, name) => typeof name !== 'string' ? undefined : all ? all[name] : headerOf(r, name),
  has: (headers, name) => name in allOf(headers),
  ownKeys: (headers) => Object.keys(allOf(headers)),
  getOwnPropertyDescriptor: (headers, name) => Object.getOwnPropertyDescriptor(allOf(headers), name),
  getPrototypeOf: () => null,
};

/** A header by its name in lower case; nginx joins repeated ones by a comma, cookies by a semicolon. */
function headerOf(r: NjsRequest, name: string): string | undefined {
  // Variables know neither upper case nor dashes; and no header that nginx takes has an underscore.
  if (name.includes('_') || name !== name.toLowerCase()) return undefined;
  return r.variables['http_' + name.replaceAll('-', '_')];
}

function allHeaders(r: NjsRequest): Strings {
  const headers: Strings = Object.create(null);
  for (const [name, value] of r.rawHeadersIn) {
    const lower = name.toLowerCase();
    // Cookies are joined by a semicolon (RFC 9113, section 8.2.3), all else by a comma.
    headers[lower] = lower in headers ? headers[lower] + (lower === 'cookie' ? '; ' : ', ') + value : value;
  }
  return headers;
}

export default { key, route };
