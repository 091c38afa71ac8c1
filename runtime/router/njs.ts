/** What we use of njs (https://nginx.org/en/docs/njs/reference.html). */
export interface NjsRequest {
  readonly method: string;
  readonly rawHeadersIn: readonly (readonly [string, string])[];
  readonly headersOut: { [name: string]: string };
  readonly requestBuffer: Uint8Array | undefined;
  readonly variables: { [name: string]: string | undefined };
  /** The bytes of variables: in the text of `variables`, what is no UTF-8 has become U+FFFD. */
  readonly rawVariables: { readonly [name: string]: Uint8Array | undefined };
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
