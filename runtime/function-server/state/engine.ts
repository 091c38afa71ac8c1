import type { Log } from '../../shared/log';

/** A stored value: a text is JSON, bytes are bytes. */
export type Stored = string | Uint8Array;

/** What is to become of an entry. */
export interface Write {
  readonly key: string;
  /** Without it, the entry is deleted. */
  readonly value?: Stored;
  readonly ttl?: Ttl;
}

/**
 * How long an entry lives: whole milliseconds from now on, or `keep` for as long as the one that it replaces. Without
 * it, or where `keep` finds no entry, for ever.
 */
export type Ttl = number | 'keep' | undefined;

/** An entry, as lists have it. */
export interface Listed {
  readonly key: string;
  readonly value: Stored;
}

/** Which entries a list has. */
export interface Range {
  /** What their keys start with: the empty text for all. */
  readonly prefix: string;
  /** Only keys behind this one. */
  readonly after?: string;
  /** So many at most. */
  readonly limit: number;
  /** Bytes of their values: an engine may stop behind the entry with which there are more. */
  readonly size: number;
}

/**
 * What keeps the state of functions. An entry that has expired is as one that was deleted, for every method. A method
 * that resolves has happened for good; where it throws a StateError, its message says when it may have happened all
 * the same. Keys, values and times are checked already; none of them is changed by the caller afterwards.
 */
export interface StateEngine {
  /** The database itself, where functions may use it. Throws where there is none. */
  readonly sql: unknown;

  get(key: string): Awaitable<Stored | undefined>;

  /**
   * As `get`, for what a `commit` will see: it may tell of a write that is not confirmed yet, if the `commit` fails
   * where that write does.
   * @default - get
   */
  peek?(key: string): Awaitable<Stored | undefined>;

  /** Writes all or nothing, where everything that was seen is still as it was; answers whether it was. */
  commit(seen: ReadonlyMap<string, Stored | undefined>, writes: readonly Write[]): Awaitable<boolean>;

  /** Whether there was such an entry. */
  delete(key: string): Awaitable<boolean>;

  /**
   * Adds to a number, which is 0 where there is none; returns the sum.
   * @param by a whole number within ±(2^53 - 1)
   * @throws what `sumOf` throws
   */
  increment(key: string, by: number, ttl: Ttl): Awaitable<number>;

  /** In the order of the keys' UTF-8 bytes. */
  list(range: Range): Awaitable<Listed[]>;

  close(): Awaitable<void>;
}

export type Awaitable<T> = T | Promise<T>;

/** What engines have besides their configuration. */
export interface EngineParts {
  readonly log: Log;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The state cannot be read or written now: 507 where it is full, else 503. It answers the request where the function
 * does not catch it, so the message is for clients too. Thrown by `open`, it ends the pod.
 */
export class StateError extends Error {
  public override readonly name = 'StateError';

  constructor(public readonly status: 503 | 507, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Engines are bundled apart from the function server, and have a class of their own. */
export function isStateError(error: unknown): error is StateError {
  const { name, status } = (error ?? {}) as Partial<StateError>;
  return error instanceof Error && name === 'StateError' && (status === 503 || status === 507);
}

/**
 * What increment makes of the value that is there: 0, where there is none.
 * @throws where that is no whole number, or the sum is outside of ±(2^53 - 1)
 */
export function sumOf(key: string, found: Stored | undefined, by: number): number {
  const number = found === undefined ? 0 : typeof found === 'string' ? Number(found) : NaN;
  if (!Number.isSafeInteger(number)) throw notWhole(key, found!);
  const sum = number + by;
  if (!Number.isSafeInteger(sum)) throw tooLarge(key, by);
  return sum;
}

/** @param found its JSON, or bytes */
export function notWhole(key: string, found: Stored): Error {
  const shown = typeof found !== 'string' ? 'bytes' : found.length > 40 ? `${found.slice(0, 40)}…` : found;
  return new TypeError(`the value of ${JSON.stringify(key)} is ${shown}: increment counts whole numbers within `
    + `±${Number.MAX_SAFE_INTEGER}; use update for others`);
}

/** The entry stays as it is. */
export function tooLarge(key: string, by: number): Error {
  return new RangeError(`${JSON.stringify(key)} incremented by ${by} is beyond ±${Number.MAX_SAFE_INTEGER}, `
    + 'where numbers of JavaScript are no longer exact');
}
