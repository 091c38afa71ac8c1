/** Where the key of a request comes from, as data: renderers switch over it. */
export type KeySpec =
  | { readonly from: 'header'; readonly name: string }
  | { readonly from: 'query'; readonly name: string }
  | { readonly from: 'cookie'; readonly name: string }
  | { readonly from: 'path'; readonly regex: string; /** What nginx runs. */ readonly pcre: string }
  | { readonly from: 'clientIp'; readonly trustedProxies: readonly string[] }
  | {
    readonly from: 'field';
    /** The first that is a key counts. */
    readonly paths: readonly (string | number)[][];
    /** Characters of a text that count; without it, all. */
    readonly first?: number;
  }
  | { readonly from: 'function'; readonly readsBody: boolean };
