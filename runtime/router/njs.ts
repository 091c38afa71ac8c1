/** What we use of njs (https://nginx.org/en/docs/njs/reference.html). */
export interface NjsRequest {
  readonly method: string;
  readonly rawHeadersIn: readonly (readonly [string, string])[];
  readonly headersOut: { [name: string]: string };
  readonly requestBuffer: Uint8Array | undefined;
  readonly variables: { [name: string]: string | undefined };
  /** The bytes of variables: in the text of `variables`, what is no UTF-8 has become U+FFFD. */
  readonly rawVariables: { readonly [name: string]: Uint8Array | undefined };
  return(status: number, body?: string): void;
  internalRedirect(location: string): void;
  error(message: string): void;
  /** Asks a location of the same server. What is asked for is `internal` there. */
  subrequest(uri: string): Promise<{ readonly status: number }>;
}

/** Numbers in memory that all workers share (https://nginx.org/en/docs/njs/reference.html#dict). */
export interface SharedNumbers {
  /** @param timeout milliseconds after which the number is gone, of a zone where such a time is set. */
  incr(key: string, delta: number, initial: number, timeout?: number): number;
  /** Answers whether there was none. */
  add(key: string, value: number, timeout?: number): boolean;
  set(key: string, value: number, timeout?: number): void;
  has(key: string): boolean;
  delete(key: string): boolean;
  items(): [string, number][];
}

declare global {
  const ngx: { readonly shared: { readonly [zone: string]: SharedNumbers } };
}
