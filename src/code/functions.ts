import { Code } from './code';
import { ContextShape, RequestShape, StateShape } from '../contract';

/**
 * A request, as handlers, sharding functions, scatter functions and gather functions see it.
 * @jsii ignore
 */
export interface HandlerRequest extends RequestShape {}

/**
 * The second parameter of a handler.
 * @jsii ignore
 */
export interface HandlerContext extends ContextShape {
  /** Aborted when the client has gone away or the time is up. Pass it to `fetch`. */
  readonly signal: AbortSignal;
  /** Entries that outlive requests and pods. If the backend has no `state`, reading this is an error. */
  readonly state: HandlerState;
}

/**
 * State, as handlers see it: see `FunctionBackendOptions.state`.
 * @jsii ignore
 */
export interface HandlerState extends StateShape {}

/**
 * A leaf, as a scatter function sees it.
 * @jsii ignore
 */
export interface ScatterLeaf {
  /** The index of the leaf, from 0. */
  readonly index: number;
  /** The name of the leaf in logs, metrics and failures. */
  readonly name: string;
  /** How many leaves there are. */
  readonly count: number;
  /**
   * Whether the leaf owns a key. The leaves must be the shards of one Shard; the leaf owns the keys for which the
   * Shard's router would choose it. A number n means shard n modulo the number of shards, as in
   * `ShardKey.fromFunction`. Nobody owns the empty key.
   * @throws if the leaves are not the shards of one Shard, or the key is neither a text nor a whole number from 0 up
   */
  owns(key: string | number): boolean;
}

/**
 * A parameter of a query.
 * @jsii ignore
 */
export type QueryValue = string | number | boolean | null | undefined;

/**
 * The request to a leaf, as a scatter function returns it. What you leave out is as in the client's request. See
 * `Scatter.fromFunction`.
 * @jsii ignore
 */
export interface LeafRequest {
  /** The method in capitals, such as `POST`. */
  readonly method?: string;
  /** The path without a query. It starts with a slash. */
  readonly path?: string;
  /** The whole query. Each element of a list becomes a parameter of that name. */
  readonly query?: URLSearchParams | {
    readonly [name: string]: QueryValue | readonly (string | number | boolean)[];
  };
  /** Headers that replace those of the client. Undefined or null removes one. */
  readonly headers?: { readonly [name: string]: string | number | null | undefined };
  /** A string is sent as text, bytes as bytes, other data as JSON. Null sends no body. */
  readonly body?: any;
}

/**
 * The answer of one leaf, as a gather function sees it.
 * @jsii ignore
 */
export interface GatherAnswer {
  /** The index of the leaf. */
  readonly leaf: number;
  /** The status, 200 to 599. */
  readonly status: number;
  /**
   * The headers, with names in lower case. Repeated headers are joined by a comma and a space. If the leaf has
   * compressed its answer, `content-encoding` and `content-length` are left out, since they describe the compressed
   * body.
   */
  readonly headers: { readonly [name: string]: string };
  /**
   * The body. It is parsed if the content type is JSON (`application/json`, `text/json`, `…+json`), and a string if
   * the content type is text, has a charset or is missing. Else it is the bytes, as a Uint8Array. It is undefined
   * without a body. Numbers are JavaScript's: 9007199254740993 becomes 9007199254740992, and 1.0 becomes 1.
   */
  readonly body: any;
  /** The text of the body as it was sent. Undefined if `body` is bytes or undefined. */
  readonly text: string | undefined;
  /**
   * Whether this is the `fallback` of a leaf that did not answer. It then has status 200, the content type
   * `application/json`, and the value of the fallback as `body`.
   */
  readonly fallback: boolean;
}

/**
 * A function that answers requests, with types for its parameters.
 *
 * ```ts
 * Backend.fromFunction(handler((request) => `hello ${request.query.name}`));
 * ```
 *
 * How its result is sent depends on what it is:
 *
 * - a string as text; undefined and null as a 204
 * - data as JSON, as `JSON.stringify` writes it
 * - bytes (Buffer, typed arrays, ArrayBuffer) as `application/octet-stream`; a Blob, File, FormData or URLSearchParams
 *   with its own type
 * - a stream (ReadableStream, Readable of Node, generator, any iterable that is no collection) piece by piece, as fast
 *   as the client reads: as text if the first piece is a string, else as bytes. If it fails in the middle, the
 *   connection is cut, so that the client notices
 * - a `Response` of the web standard as it is, but without a `content-encoding` that its body does not have, as when
 *   headers of `fetch` are copied
 *
 * For anything else, such as a Map, a Set, an Error, a bigint, or an object with a Promise or bytes inside, the client
 * gets a 500, and the log says what to return.
 *
 * @param fn sync or async
 * @throws as `Code.fromFunction` does
 */
export function handler(fn: (request: HandlerRequest, context: HandlerContext) => unknown): Code {
  return Code.fromFunction(fn);
}

/**
 * A function that returns the key of a request, with types for its parameters.
 *
 * ```ts
 * ShardKey.fromFunction(sharding((request) => request.path.split('/')[2]));
 * ```
 *
 * @param fn synchronous. A text is hashed, an integer n means shard n modulo the number of shards, and undefined means
 * that the request has no key
 * @throws as `Code.fromFunction` does
 */
export function sharding(fn: (request: HandlerRequest) => string | number | undefined): Code {
  return Code.fromFunction(fn);
}

/**
 * A function that returns the request to each leaf, with types for its parameters.
 *
 * ```ts
 * Scatter.fromFunction(scattering((request, leaf) => {
 *   const ids = request.query.ids.split(',').filter((id) => leaf.owns(id));
 *   return ids.length > 0 ? { path: '/users', query: { ids: ids.join(',') } } : undefined;
 * }));
 * ```
 *
 * @param fn synchronous. It returns undefined if the leaf is not asked. See `Scatter.fromFunction`
 * @throws as `Code.fromFunction` does
 */
export function scattering(fn: (request: HandlerRequest, leaf: ScatterLeaf) => LeafRequest | null | undefined): Code {
  return Code.fromFunction(fn);
}

/**
 * A function that merges the answers of leaves into one, with types for its parameters.
 *
 * ```ts
 * Gather.fromFunction(gathering((answers) => (
 *   answers.flatMap((answer) => answer.body.hits).sort((a, b) => b.score - a.score).slice(0, 10)
 * )));
 * ```
 *
 * @param fn sync or async. It gets the answers in the order of the leaves, without those that did not come in time.
 * Its result is sent like that of a `handler`
 * @throws as `Code.fromFunction` does
 */
export function gathering(fn: (answers: GatherAnswer[], request: HandlerRequest) => unknown): Code {
  return Code.fromFunction(fn);
}
