/**
 * What synth time writes and the programs in pods read: types only, imported by both sides.
 * Durations are milliseconds, sizes are bytes.
 */

/** The function server's configuration: `config.json`, beside the user's code. */
export interface FunctionServerConfig {
  /** Where requests arrive. */
  readonly port: number;
  /** Where probes and metrics are answered. */
  readonly adminPort: number;
  /** The ES module whose default export is the handler: a file name beside the configuration. */
  readonly code: string;
  /** A longer request body is answered with 413. */
  readonly maxBodySize: number;
  /** What the bodies of all requests in flight may hold in memory together, read and parsed. */
  readonly maxHeldSize: number;
  /** Requests in flight above this are answered with 503 and `retry-after`. */
  readonly maxConcurrency: number;
  /** A handler that has not answered by then is answered for, with 504. */
  readonly timeout: number;
  /** How long after SIGTERM open requests and kept-alive connections may take to end. */
  readonly drain: number;
  /** What keeps the state of functions; without it, they have none. */
  readonly state?: StateConfig;
}

/** What keeps the state of functions: `state-local.mjs` or `state-valkey.mjs`, beside the program. */
export type StateConfig = LocalStateConfig | SharedStateConfig;

/** A database of the pod's own. */
export interface LocalStateConfig {
  readonly kind: 'local';
  /** The variable of the environment that has the path of the folder of its files. */
  readonly folder: string;
  /** How large they may become together. */
  readonly size: number;
}

/** A Valkey or Redis. */
export interface SharedStateConfig {
  readonly kind: 'shared';
  /** `${POD_NAMESPACE}` in it stands for the namespace of the pod. */
  readonly host: string;
  readonly port: number;
  /** Without it, the connection is in clear text. */
  readonly tls?: TlsWay;
  /** The variables of the environment that have what it asks for. */
  readonly user?: string;
  readonly password?: string;
  /** What its keys start with, before a colon. */
  readonly prefix: string;
  /** How long an answer of it may take. */
  readonly timeout: number;
}

/** The configuration of a ScatterGather's root: `config.json`, beside the user's code, if there is any. */
export interface RootConfig {
  /** Where requests arrive. */
  readonly port: number;
  /** Where probes and metrics are answered. */
  readonly adminPort: number;
  /** Whom requests go to, in the order of the leaves' numbers. */
  readonly leaves: readonly LeafConfig[];
  /**
   * What says what each leaf is asked: the ES module whose default export it is, a file name beside the configuration;
   * without it, every leaf is asked what the client asks.
   */
  readonly scatter?: string;
  /** What makes one answer of theirs. */
  readonly gather: 'concat' | 'merge' | 'first' | 'all' | 'function';
  /** For `function`: the ES module whose default export it is, a file name beside the configuration. */
  readonly code?: string;
  /** How long the leaves may take together. */
  readonly timeout: number;
  /** With fewer answers the client gets a 502 or 504. */
  readonly minResponses: number;
  /** A safe request that has waited for this long is sent to another replica of the leaf too. */
  readonly hedgeAfter?: number;
  /** After so many failed requests in a row, a leaf is not asked for so long. */
  readonly circuitBreaker?: { readonly failures: number; readonly pause: number };
  /** The statuses that count as an answer: `200`, or `2xx` for all of a class. */
  readonly accept: readonly string[];
  /** A longer request body is answered with 413. */
  readonly maxBodySize: number;
  /** A leaf whose answer has a longer body has failed. */
  readonly maxAnswerSize: number;
  /** What the bodies of all requests and answers in flight may hold in memory together. */
  readonly maxHeldSize: number;
  /** Requests in flight above this are answered with 503 and `retry-after`. */
  readonly maxConcurrency: number;
  /** How long after SIGTERM open requests and kept-alive connections may take to end. */
  readonly drain: number;
  /** Addresses and networks whose word on the client is believed. */
  readonly trustedProxies: readonly string[];
}

/** Where a leaf answers. Names are full ones; `${POD_NAMESPACE}` in them stands for the namespace of the pod. */
export interface LeafConfig {
  /** What logs, metrics and failures call it. */
  readonly name: string;
  /** One address that is forwarded to a ready replica. */
  readonly host: string;
  /** Resolves to the addresses of the ready replicas; without it, connections go to `host` only. */
  readonly podsHost?: string;
  readonly port: number;
  /** The port at `podsHost`, where it is another one. */
  readonly podsPort?: number;
  /** How long an idle connection is kept: 0 for not at all; without it, 4 seconds. */
  readonly keepAlive?: number;
  /** How long its answer may take, where that is shorter than for all leaves together. */
  readonly timeout?: number;
  /** Without its answer, the client gets a 502 or 504. */
  readonly required?: boolean;
  /** The text of the JSON that stands in for its answer, where it gives none. */
  readonly fallback?: string;
  /** How requests go there, where it is not as they came, in clear text. */
  readonly way?: Way;
  /** Which shard of how many it is, where all leaves are the shards of one Shard. */
  readonly owns?: { readonly shard: number; readonly of: number };
}

/**
 * How requests go to a group. `${POD_NAMESPACE}` stands for the namespace of the pod, names of headers are in lower
 * case.
 */
export interface Way {
  /** What Host says; without it, what the request says. */
  readonly host?: string;
  /** What stands in front of the path: `/v1`. */
  readonly basePath?: string;
  /** Without it, connections are in clear text. */
  readonly tls?: TlsWay;
  /** Headers in the place of the caller's. */
  readonly headers?: readonly HeaderWay[];
  /** The headers of the caller's that go there, and no other. */
  readonly only?: readonly string[];
  /** The headers of the caller's that do not go there. */
  readonly without?: readonly string[];
  /** How long a connection may take to stand, with TLS its handshake too; without it, half a second. */
  readonly connectTimeout?: number;
}

/** How TLS is spoken to a group. Files are named by variables of the environment, which have their paths. */
export interface TlsWay {
  /** What is asked for, and what the certificate must have. */
  readonly serverName: string;
  /** Who may have signed the certificate; without it, whom the image trusts. */
  readonly ca?: string;
  /** What shows who is calling. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** A header of a way: a text, and behind it the value of a variable of the environment. */
export interface HeaderWay {
  readonly name: string;
  readonly text: string;
  readonly secret?: string;
}

/** A request as user functions see it: the same shape in handlers, sharding functions and gather functions. */
export interface RequestShape {
  /** `GET`, `POST` … */
  readonly method: string;
  /**
   * The path as it was sent, without the query: nothing is merged or resolved in it (`//`, `..`). Percent-escapes of
   * ordinary characters are decoded, `/users/%41` is `/users/A`; those of `/ ? # % \` and of ASCII control characters
   * stay escapes, in upper case (`%2F`).
   */
  readonly path: string;
  /**
   * The parts of the path between its slashes, each decoded by itself: `/rooms/team%2Fdoc` is `['rooms', 'team/doc']`,
   * and `/` is `['']`.
   */
  readonly segments: readonly string[];
  /** The decoded query parameters, as the WHATWG URL standard reads a form; of a repeated one, the first. */
  readonly query: { readonly [name: string]: string };
  /**
   * The headers, names in lower case; repeated ones joined by a comma and a space (RFC 9110, section 5.3). Their text
   * is UTF-8. A value that is no UTF-8 is read as Latin-1, but a sharding function that reads it refuses the request
   * with 400.
   */
  readonly headers: { readonly [name: string]: string };
  /**
   * The cookies; of a repeated one, the first. Values are as the client sent them, neither decoded nor unquoted (RFC
   * 6265).
   */
  readonly cookies: { readonly [name: string]: string };
  /**
   * Parsed when the content type is JSON (`application/json`, `text/json`, `…+json`); a string when it is a text's,
   * has a charset or is missing; else the bytes, as a Uint8Array. Undefined without a body, and when it is empty.
   * Numbers of JSON are JavaScript's: of 9007199254740993 and 1.0 they keep 9007199254740992 and 1. `text` has what
   * was sent.
   */
  readonly body: any;
  /** The text of the body as it was sent; undefined where `body` is bytes or undefined. */
  readonly text: string | undefined;
}

/** What a handler is told besides the request. */
export interface ContextShape {
  /** The name of the pod. */
  readonly pod: string;
  /** The index of this pod's shard, in a Shard. */
  readonly shard?: number;
  /** How many shards there are, in a Shard. */
  readonly shards?: number;
  /** The index of this pod's leaf, in a ScatterGather. */
  readonly leaf?: number;
  /** How many leaves there are, in a ScatterGather. */
  readonly leaves?: number;
  /** Aborted when the client has gone away or the time is up. */
  readonly signal: any;
  /** The number of this replica, from 0, where the backend has a volume or state of its own. */
  readonly replica?: number;
  /**
   * What outlives the request and the pod, where the backend has `state`.
   * @throws where it has none
   */
  readonly state: StateShape;
}

/**
 * State as functions see it: entries, each with a key, a text of 1 to 1024 bytes of UTF-8, and a value of up to 1 MiB,
 * which is what JSON can hold, or bytes as a Uint8Array. What a method confirms has happened for good. Methods throw a
 * sentence for what they cannot take, and an error with a `status` where the state is full (507) or not to be had now
 * (503), which answers the request where the function does not catch it.
 */
export interface StateShape {
  /**
   * The database itself, a DatabaseSync of `node:sqlite`, for tables of one's own: with `State.local`.
   * @throws with `State.shared`, which has none
   */
  readonly sql: any;

  /** The value; undefined where there is no such entry, or no more. */
  get<Value = any>(key: string): Promise<Value | undefined>;

  /** Writes an entry. It stays, unless `ttl` says for how long. */
  set(key: string, value: any, options?: StateTtl): Promise<void>;

  /** Takes an entry away; whether there was one. */
  delete(key: string): Promise<boolean>;

  /** Entries in the order of the UTF-8 bytes of their keys. The next page comes after the last key of this one. */
  list<Value = any>(options?: StateListing): Promise<{ key: string; value: Value }[]>;

  /**
   * Adds to a whole number, which is 0 where there is none; returns the sum. An entry keeps its `ttl`, unless one is
   * given.
   * @param by @default 1
   * @throws where the value is no whole number, or the sum is outside of ±(2^53 - 1)
   */
  increment(key: string, by?: number, options?: StateTtl): Promise<number>;

  /**
   * Writes what the function makes of the value, which is undefined where there is none. Where somebody else has
   * written meanwhile, the function is called again with the new value. Where it returns undefined, the entry is
   * deleted. An entry keeps its `ttl`, unless one is given.
   * @param change sync or async
   * @returns what the function returned
   */
  update(key: string, change: (value: any) => unknown, options?: StateTtl): Promise<any>;

  /**
   * Runs a function that reads and writes up to 100 entries as one. Its writes happen when it has ended, all together,
   * if what it has read is still as it was; else it is run again. Where it throws, none happens.
   * @returns what the function returned
   */
  transaction<Result>(run: (transaction: TransactionShape) => Result | Promise<Result>): Promise<Result>;
}

/** State as the function of a transaction sees it: the methods are those of `StateShape`. */
export type TransactionShape = Pick<StateShape, 'get' | 'set' | 'delete' | 'increment'>;

/** How long an entry lives. */
export interface StateTtl {
  /** Seconds from now on, more than 0, up to 100 years. */
  readonly ttl?: number;
}

/** Which entries a list has. */
export interface StateListing {
  /** What their keys start with. */
  readonly prefix?: string;
  /** Only keys behind this one. */
  readonly after?: string;
  /**
   * So many at most, from 1 to 1000. Their values may take 16 MiB together.
   * @default 100
   */
  readonly limit?: number;
}

/** What a router's script reads: `config.js`, beside it. */
export interface RouterScriptConfig {
  /** How many shards there are. Without it, a key is a preference only: what has none goes on without. */
  readonly shards?: number;
  /** The name of the query parameter that is the key. */
  readonly query?: string;
  /** The ways to the fields of the JSON body that may be the key: the first that is one counts. */
  readonly fields?: readonly FieldPath[];
  /** How many characters of a text there count, from its start; without it, all. */
  readonly first?: number;
}

/** The way to a field of a JSON body: names of members, and indices of elements. */
export type FieldPath = readonly (string | number)[];
