import type { ShardKey } from './shard-key';

/** What a Spread's requests have in common that go to the same replica, as data. */
export type AffinitySpec =
  | { readonly by: 'key'; readonly key: ShardKey; readonly maxRequestsPerPod?: number }
  | { readonly by: 'cookie'; readonly cookie: CookieSpec };

/** The cookie that names a client's replica, with the attributes that a browser gets along with it. */
export interface CookieSpec {
  readonly name: string;
  /** Seconds; without it, until the browser ends. */
  readonly maxAge?: number;
  readonly sameSite: 'strict' | 'lax' | 'none';
  readonly secure: boolean;
}
