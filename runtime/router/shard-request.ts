import type { NjsRequest } from './njs';
import { headerOf, headersOf, strictText, targetOf } from './request';
import type { RequestShape } from '../../src/contract';
import { bodyText, parseBody } from '../shared/body';
import { parseCookies } from '../shared/cookies';
import { parseQuery, pathOf, queryOf, segmentsOf, Strings } from '../shared/target';

const WITHOUT_BODY = {
  method: (r: NjsRequest) => r.method,
  path: (r: NjsRequest) => pathOf(targetOf(r)),
  segments: (r: NjsRequest) => segmentsOf(pathOf(targetOf(r))),
  query: (r: NjsRequest) => parseQuery(queryOf(targetOf(r))),
  headers: (r: NjsRequest) => new Proxy<any>({ r }, HEADERS),
  cookies: (r: NjsRequest) => parseCookies(headerOf(r, 'cookie')),
};

const WITH_BODY = {
  ...WITHOUT_BODY,
  body: (r: NjsRequest) => {
    const bytes = r.requestBuffer;
    const body = bytes && parseBody(bytes, bodyHeaders(r), textOf(r));
    // What nginx hands out is a Buffer, whose methods are others.
    return body instanceof Uint8Array ? new Uint8Array(body) : body;
  },
  text: textOf,
};

function textOf(r: NjsRequest): string | undefined {
  return r.requestBuffer && bodyText(r.requestBuffer, bodyHeaders(r), (bytes) => strictText(bytes, 'the body'));
}

function bodyHeaders(r: NjsRequest): { [name: string]: string | undefined } {
  return { 'content-type': headerOf(r, 'content-type'), 'content-encoding': headerOf(r, 'content-encoding') };
}

interface Lazy {
  readonly r: NjsRequest;
  /** Those that were asked for, or set. */
  made?: { [name: string | symbol]: unknown };
}

/**
 * An object whose members are made when they are asked for, and stay: a function mostly asks for one or two, and
 * getters of its own would cost each request more than a proxy does.
 */
function lazily(
  members: { readonly [name: string]: (r: NjsRequest) => unknown }, absent: (name: string | symbol) => void,
): ProxyHandler<Lazy> {
  // Without what somebody may have added to Object.prototype.
  const makers = Object.assign(Object.create(null), members);
  const get = (lazy: Lazy, name: string | symbol) => {
    const made = lazy.made ??= Object.create(null);
    if (name in made) return made[name];
    const make = makers[name];
    if (make !== undefined) return made[name] = make(lazy.r);
    absent(name);
    return (Object.prototype as any)[name];
  };
  const has = ({ made = {} }: Lazy, name: string | symbol) => name in makers || Object.hasOwn(made, name);
  return {
    get,
    set: (lazy, name, value) => {
      (lazy.made ??= Object.create(null))[name] = value;
      return true;
    },
    has: (lazy, name) => has(lazy, name) || name in Object.prototype,
    ownKeys: ({ made }) => Reflect.ownKeys({ ...makers, ...made }),
    getOwnPropertyDescriptor: (lazy, name) => (
      has(lazy, name) ? { value: get(lazy, name), enumerable: true, configurable: true, writable: true } : undefined
    ),
  };
}

// One of each for all requests.
const REQUEST = lazily(WITHOUT_BODY, (name) => {
  if (name === 'body' || name === 'text') {
    throw new TypeError(`request.${name} was not read: name it in the source of the sharding function`);
  }
});
const REQUEST_WITH_BODY = lazily(WITH_BODY, () => {});

/** The request in the shape that all user functions see, but without its body unless that was read. */
export function shardRequest(r: NjsRequest, bodyWasRead: boolean): RequestShape {
  return new Proxy<any>({ r }, bodyWasRead ? REQUEST_WITH_BODY : REQUEST);
}

type Headers = { readonly r: NjsRequest; all?: Strings };
const allOf = (headers: Headers) => headers.all ??= headersOf(headers.r);
/** nginx looks a header up by itself, and only who asks for all of them pays for all. One for all requests. */
const HEADERS: ProxyHandler<Headers> = {
  get: ({ r, all }, name) => typeof name !== 'string' ? undefined : all ? all[name] : headerOf(r, name),
  has: (headers, name) => name in allOf(headers),
  ownKeys: (headers) => Object.keys(allOf(headers)),
  getOwnPropertyDescriptor: (headers, name) => Object.getOwnPropertyDescriptor(allOf(headers), name),
  getPrototypeOf: () => null,
};
