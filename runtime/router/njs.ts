/** What we use of njs (https://nginx.org/en/docs/njs/reference.html). */
export interface NjsRequest {
  readonly method: string;
  /** The decoded and normalised path. */
  readonly uri: string;
  readonly rawHeadersIn: readonly (readonly [string, string])[];
  readonly headersIn: { readonly [name: string]: string | undefined };
  readonly headersOut: { [name: string]: string };
  readonly requestBuffer: Uint8Array | undefined;
  readonly variables: { [name: string]: string | undefined };
  return(status: number, body: string): void;
  internalRedirect(location: string): void;
  error(message: string): void;
}

/** Numbers in memory that all workers share (https://nginx.org/en/docs/njs/reference.html#dict). */
export interface SharedNumbers {
  incr(key: string, delta: number, initial: number): number;
  items(): [string, number][];
}

declare global {
  const ngx: { readonly shared: { readonly [zone: string]: SharedNumbers } };
}
