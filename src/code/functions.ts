import { Code } from './code';
import { ContextShape, RequestShape, StateShape } from '../contract';

/**
 * A request, as handlers, sharding functions, scatter functions and gather functions see it.
 * @jsii ignore
 */
export interface HandlerRequest extends RequestShape {}

/**
 * What a handler is told besides the request.
 * @jsii ignore
 */
export interface HandlerContext extends ContextShape {
  /** Aborted when the client has gone away or the time is up: hand it to `fetch`. */
  readonly signal: AbortSignal;
  /** What outlives the request and the pod, where the backend has `state`; elsewhere, reading this is an error. */
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
  /** What logs, metrics and failures call the leaf. */
  readonly name: string;
  /** How many leaves there are. */
  readonly count: number;
  /**
   * Whether the leaf owns a key: whether the router of the Shard whose shards the leaves are would choose it. A number
   * n means shard n modulo the number of shards, as in `ShardKey.fromFunction`; the empty key is nobody's.
   * @throws where the leaves are not the shards of one Shard, or the key is no text and no whole number from 0 up
   */
  owns(key: string | number): boolean;
}

/**
 * A parameter of a query.
 * @jsii ignore
 */
export type QueryValue = string | number | boolean | null | undefined;

/**
 * What a leaf is asked, as a scatter function says it: what is not given is as in the client's request. See
 * `Scatter.fromFunction`.
 * @jsii ignore
 */
export interface LeafRequest {
  /** In capitals, such as `POST`. */
  readonly method?: string;
  /** Starts with a slash, without a query. */
  readonly path?: string;
  /** The whole query: of a list, each element is a parameter of that name. */
  readonly query?: URLSearchParams | {
    readonly [name: string]: QueryValue | readonly (string | number | boolean)[];
  };
  /** They are put over those of the client; undefined or null takes one away. */
  readonly headers?: { readonly [name: string]: string | number | null | undefined };
  /** A string is sent as text, bytes as bytes, other data as JSON; null for none. */
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
   * The headers, names in lower case; repeated ones joined by a comma and a space. Where the leaf has compressed its
   * answer, without `content-encoding` and `content-length`, which tell of the compressed body.
   */
  readonly headers: { readonly [name: string]: string };
  /**
   * Parsed when the content type is JSON (`application/json`, `text/json`, `…+json`); a string when it is a text's,
   * has a charset or is missing; else the bytes, as a Uint8Array. Undefined without a body. Numbers are JavaScript's:
   * of 9007199254740993 and 1.0 they keep 9007199254740992 and 1.
   */
  readonly body: any;
  /** The text of the body as it was sent; undefined where `body` is bytes or undefined. */
  readonly text: string | undefined;
  /**
   * Whether it is no answer, but the `fallback` of a leaf that gave none: with status 200, content type
   * `application/json`, and its value as `body`.
   */
  readonly fallback: boolean;
}

/**
 * A function that answers requests, with types for its parameters.
 *
 * What it returns is sent by what it is:
 *
 * - a string as text, nothing (undefined, null) as a 204
 * - data as JSON, as `JSON.stringify` writes it
 * - bytes (Buffer, Uint8Array and its kin, ArrayBuffer) as `application/octet-stream`; a Blob, File, FormData or
 *   URLSearchParams with its own type
 * - a stream (ReadableStream, Readable of Node, generator, whatever can be iterated and is no collection) piece by
 *   piece, as fast as the client reads: as text if the first piece is a string, else as bytes. One that fails in the
 *   middle cuts the connection, so that the client notices
 * - a `Response` of the web standard as it is; a `content-encoding` that the body does not have, as when headers of
 *   `fetch` are copied, is left out
 *
 * Anything else is a 500, and the log says what to return: a Map, a Set, an Error, a bigint, an object with a
 * Promise or bytes inside.
 *
 * @param fn sync or async
 * @throws as `Code.fromFunction` does
 */
export function handler(fn: (request: HandlerRequest, context: HandlerContext) => unknown): Code {
  return Code.fromFunction(fn);
}

/**
 * A function that says what key a request has, with types for its parameters.
 *
 * @param fn synchronous; a text is hashed, an integer n means shard n modulo the number of shards, undefined is a
 * request without a key
 * @throws as `Code.fromFunction` does
 */
export function sharding(fn: (request: HandlerRequest) => string | number | undefined): Code {
  return Code.fromFunction(fn);
}

/**
 * A function that says what each leaf is asked, with types for its parameters.
 *
 * @param fn synchronous; undefined where the leaf is not asked. See `Scatter.fromFunction`
 * @throws as `Code.fromFunction` does
 */
export function scattering(fn: (request: HandlerRequest, leaf: ScatterLeaf) => LeafRequest | null | undefined): Code {
  return Code.fromFunction(fn);
}

/**
 * A function that makes one answer of the leaves' answers, with types for its parameters.
 *
 * @param fn sync or async; the answers come in the order of the leaves, without those that did not answer in time.
 * What it returns is sent as what a `handler` returns
 * @throws as `Code.fromFunction` does
 */
export function gathering(fn: (answers: GatherAnswer[], request: HandlerRequest) => unknown): Code {
  return Code.fromFunction(fn);
}
