/**
 * The types of `fetch`, as far as the one who compiles against this library has them: a project of `cdk8s init` has
 * neither them nor `Symbol.asyncDispose` (lib es2016, @types/node 14). Nothing is declared globally, which would clash
 * where they are there.
 */

/** What `fetch` takes beside the address. */
export type FetchInit = typeof globalThis extends { fetch: (input: any, init?: infer Declared) => any }
  ? NonNullable<Declared>
  : FetchInitShape;

/** What `fetch` answers: a `Response`. */
export type FetchResponse = typeof globalThis extends { Response: { prototype: infer Declared } }
  ? Declared
  : FetchResponseShape;

/** What `await using` needs: nothing where there is none. */
export type Disposal = SymbolConstructor extends { readonly asyncDispose: infer Name extends symbol }
  ? { [name in Name]: () => Promise<void> }
  : {};

/** `RequestInit`, where it is not declared. */
export interface FetchInitShape {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  /** Text, bytes, or anything else that `fetch` sends. */
  readonly body?: any;
  readonly redirect?: 'error' | 'follow' | 'manual';
  /** An AbortSignal. */
  readonly signal?: any;
}

/** `Response`, where it is not declared. */
export interface FetchResponseShape {
  readonly status: number;
  readonly statusText: string;
  /** Is the status from 200 to 299? */
  readonly ok: boolean;
  readonly redirected: boolean;
  readonly url: string;
  readonly headers: {
    get(name: string): string | null;
    has(name: string): boolean;
    forEach(each: (value: string, name: string) => void): void;
  };
  /** A ReadableStream of bytes. */
  readonly body: any;
  text(): Promise<string>;
  json(): Promise<any>;
  arrayBuffer(): Promise<ArrayBuffer>;
}
