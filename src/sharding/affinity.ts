import { Duration } from 'cdk8s';
import type { AffinitySpec } from './affinity-spec';
import type { ShardKey } from './shard-key';
import { checked } from '../checks/arguments/checked';

/** How requests of one key stay together. */
export interface KeyAffinityOptions {
  /**
   * How many requests one replica may work on before others take those that it would get by their keys: a key that
   * has half of the load does not sink its replica. It must be a multiple of the number of router pods, because each
   * router counts its own requests and takes its share of this number.
   *
   * A replica that has as many is passed over for the next in the order of the key. Where all have as many, the one
   * with the fewest open requests takes it: nobody waits, and nothing is refused.
   * @default - no bound: a replica takes all requests of its keys
   */
  readonly maxRequestsPerPod?: number;
}

/** Which requests of other sites a browser sends a cookie along with (RFC 6265bis, section 5.6.7). */
export enum SameSite {
  /** With none. */
  STRICT = 'strict',
  /** With those that open a page. */
  LAX = 'lax',
  /** With all. Browsers take such a cookie only where it is `secure`. */
  NONE = 'none',
}

/** What a browser is told along with the cookie. */
export interface CookieAffinityOptions {
  /**
   * How long the browser keeps the cookie after its last request, in whole seconds.
   * @default - until the browser ends
   */
  readonly maxAge?: Duration;

  /**
   * Which requests of other sites the cookie goes along with.
   * @default SameSite.LAX
   */
  readonly sameSite?: SameSite;

  /**
   * Whether the browser sends the cookie by HTTPS only. Callers by HTTP then have no affinity.
   * @default false
   */
  readonly secure?: boolean;
}

/**
 * What brings requests of a Spread to the replica that had their kin before: sessions, prompt caches and hot data meet
 * it again. It is a preference. When the replica is gone or has too much to do, another one takes the request.
 *
 * Each answer says in `x-affinity` what came of it, see `byKey` and `byCookie`.
 */
export class Affinity {
  /**
   * Requests of one key go to the same replica, whichever router they meet: nginx hashes keys consistently
   * (https://nginx.org/en/docs/http/ngx_http_upstream_module.html#hash). When a replica goes, only its keys move, each
   * to the replica that is next in its order. When one comes, it takes a share of the keys from all others.
   *
   * `x-affinity` is `home` where the replica was found in the order of the key: the first in it that is up and has
   * room. It is `spill` where none of them could take the request, and the one with the fewest open requests did. It
   * is `none` where the request has no key, because nothing like it was sent, its body is not what
   * `ShardKey.fromField` reads, or the function failed (the log has its stack): the replica with the fewest open
   * requests takes that one.
   *
   * A request with a body of 10,000 bytes or more, or of unknown length, streams through, so that it cannot be
   * given to others once it has begun: `maxRequestsPerPod` does not count for it, except where the key is found in
   * the body.
   *
   * ```ts
   * Affinity.byKey(ShardKey.fromField('prompt', { first: 1024 }), { maxRequestsPerPod: 8 })
   * ```
   *
   * @param key what the requests have in common. Where a function answers with a number, its digits are the key
   * @throws where `maxRequestsPerPod` is no whole number from 1 to 65535
   */
  public static byKey(key: ShardKey, options: KeyAffinityOptions = {}): Affinity {
    [key, options] = checked('Affinity.byKey', [key, options]);
    const { maxRequestsPerPod: most } = options;
    if (most !== undefined && !(Number.isInteger(most) && most >= 1 && most <= 65_535)) {
      throw new Error(`maxRequestsPerPod is ${most}: it must be a whole number from 1 to 65535`);
    }
    return new Affinity(key.source, { by: 'key', key, maxRequestsPerPod: most });
  }

  /**
   * The router gives each client a cookie that names its replica, and sends it back there for as long as that is
   * ready (https://nginx.org/en/docs/http/ngx_http_upstream_module.html#sticky, of nginx 1.30). All routers read each
   * other's cookies. It is HttpOnly, for the path `/`, and its value is a hash of the replica's address.
   *
   * `x-affinity` is `home` where the client met the replica of its cookie, `spill` where another one took its place
   * and is named in the new cookie, and `none` where the client had no cookie yet. As long as DNS names no replica,
   * up to half a minute after an app has started for the first time, cookies name none, and clients meet any.
   *
   * ```ts
   * Affinity.byCookie('shop', { maxAge: Duration.hours(8) })
   * ```
   *
   * @param name the name of the cookie
   * @throws where the name has anything but letters, digits, dashes and underscores, or more than 200 characters, or
   * an option is out of its range
   */
  public static byCookie(name: string, options: CookieAffinityOptions = {}): Affinity {
    [name, options] = checked('Affinity.byCookie', [name, options]);
    const { maxAge, sameSite = SameSite.LAX, secure = false } = options;
    if (!/^[A-Za-z0-9_-]{1,200}$/.test(name)) {
      throw new Error(`byCookie names '${name}': use 1 to 200 letters, digits, dashes and underscores, as in 'shop'`);
    }
    const millis = maxAge?.toMilliseconds();
    if (millis !== undefined && !(millis >= 1000 && millis % 1000 === 0 && millis / 1000 <= LONGEST)) {
      throw new Error(`maxAge is ${millis} ms: give whole seconds, from 1 second to 400 days`);
    }
    if (sameSite === SameSite.NONE && !secure) {
      throw new Error('sameSite is NONE and secure is false: browsers take no such cookie; set secure to true');
    }
    const cookie = { name, maxAge: millis && millis / 1000, sameSite, secure };
    return new Affinity(`cookie ${name} of the router`, { by: 'cookie', cookie });
  }

  private constructor(
    /** What requests that stay together have in common: the `source` of a key, or `cookie shop of the router`. */
    public readonly criterion: string,
    /** @internal */
    public readonly _spec: AffinitySpec,
  ) {}
}

/** Seconds for which browsers keep a cookie at most (RFC 6265bis, section 5.5). */
const LONGEST = 400 * 24 * 3600;
