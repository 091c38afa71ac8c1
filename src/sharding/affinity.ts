import { Duration } from 'cdk8s';
import type { AffinitySpec } from './affinity-spec';
import type { ShardKey } from './shard-key';
import { checked } from '../checks/arguments/checked';
import { Refusal } from '../checks/refusal';

/** Options of `Affinity.byKey`. */
export interface KeyAffinityOptions {
  /**
   * How many requests one replica may work on before other replicas take further ones of its keys. So a key with half
   * of the load does not overload its replica. It must be a multiple of the number of router pods, because each router
   * counts its own requests, and takes an equal share of this number.
   *
   * A replica at this limit is passed over for the next in the order of the key. If all replicas are at the limit, the
   * one with the fewest open requests takes the request. No request waits, and none is refused.
   * @default - no limit, so that a replica takes all requests of its keys
   */
  readonly maxRequestsPerPod?: number;
}

/** With which requests from other sites a browser sends a cookie (RFC 6265bis, section 5.6.7). */
export enum SameSite {
  /** With none of them. */
  STRICT = 'strict',
  /** With those that open a page in the browser. */
  LAX = 'lax',
  /** With all of them. Browsers accept such a cookie only if it is `secure`. */
  NONE = 'none',
}

/** Options of `Affinity.byCookie`. */
export interface CookieAffinityOptions {
  /**
   * How long the browser keeps the cookie after its last request, in whole seconds, up to 400 days.
   * @default - until the browser is closed
   */
  readonly maxAge?: Duration;

  /**
   * With which requests from other sites the browser sends the cookie.
   * @default SameSite.LAX
   */
  readonly sameSite?: SameSite;

  /**
   * Whether the browser sends the cookie over HTTPS only. Callers over HTTP then have no affinity.
   * @default false
   */
  readonly secure?: boolean;
}

/**
 * How requests that belong together, such as those of one session or prompt cache, reach the same replica of a Spread
 * again. It is a preference. When that replica is gone or has too much to do, another one takes the request.
 *
 * Each answer says in the header `x-affinity` what happened. See `byKey` and `byCookie`.
 */
export class Affinity {
  /**
   * Requests of one key go to the same replica, whichever router they reach, because nginx hashes keys consistently
   * (https://nginx.org/en/docs/http/ngx_http_upstream_module.html#hash). When a replica goes, only its keys move, each
   * to the next replica in its order. When a replica comes, it takes a share of the keys from all others.
   *
   * `x-affinity` is `home` if the request went to the first replica in the order of the key that is up and below the
   * limit. It is `spill` if none of these could take it, and the one with the fewest open requests did. It is `none`
   * if the request has no key: it was not sent, the body is not what `ShardKey.fromField` reads, or the function
   * failed (the log has the stack). The replica with the fewest open requests takes such a request.
   *
   * A request with a body of 10,000 bytes or more, or of unknown length, streams through the router, and cannot be
   * given to another replica once it has begun. `maxRequestsPerPod` does not apply to it, unless the key is found in
   * the body.
   *
   * ```ts
   * Affinity.byKey(ShardKey.fromField('prompt', { first: 1024 }), { maxRequestsPerPod: 8 })
   * ```
   *
   * @param key what the requests have in common. Where a function answers with a number, its digits are the key
   * @throws if `maxRequestsPerPod` is not a whole number from 1 to 65535
   */
  public static byKey(key: ShardKey, options: KeyAffinityOptions = {}): Affinity {
    [key, options] = checked('Affinity.byKey', [key, options]);
    const { maxRequestsPerPod: most } = options;
    if (most !== undefined && !(Number.isInteger(most) && most >= 1 && most <= 65_535)) {
      throw new Refusal(`maxRequestsPerPod is ${most}: it must be a whole number from 1 to 65535`);
    }
    return new Affinity(key.source, { by: 'key', key, maxRequestsPerPod: most });
  }

  /**
   * The router gives each client a cookie that names its replica, and sends the client back there as long as the
   * replica is ready (https://nginx.org/en/docs/http/ngx_http_upstream_module.html#sticky, of nginx 1.30). All routers
   * read each other's cookies. The cookie is HttpOnly, for the path `/`, and its value is a hash of the replica's
   * address.
   *
   * `x-affinity` is `home` if the client reached the replica of its cookie, `spill` if another replica took the
   * request, which the new cookie names, and `none` if the client had no cookie yet. As long as DNS names no replica,
   * up to half a minute after an app has started for the first time, cookies name none, and any replica takes the
   * request.
   *
   * ```ts
   * Affinity.byCookie('shop', { maxAge: Duration.hours(8) })
   * ```
   *
   * @param name the name of the cookie
   * @throws if the name has other characters than letters, digits, dashes and underscores, or more than 200 of them,
   * or an option is out of range
   */
  public static byCookie(name: string, options: CookieAffinityOptions = {}): Affinity {
    [name, options] = checked('Affinity.byCookie', [name, options]);
    const { maxAge, sameSite = SameSite.LAX, secure = false } = options;
    if (!/^[A-Za-z0-9_-]{1,200}$/.test(name)) {
      throw new Refusal(
        `byCookie names '${name}': use 1 to 200 letters, digits, dashes and underscores, as in 'shop'`,
      );
    }
    const millis = maxAge?.toMilliseconds();
    if (millis !== undefined && !(millis >= 1000 && millis % 1000 === 0 && millis / 1000 <= LONGEST)) {
      throw new Refusal(`maxAge is ${millis} ms: give whole seconds, from 1 second to 400 days`);
    }
    if (sameSite === SameSite.NONE && !secure) {
      throw new Refusal('sameSite is NONE and secure is false: browsers take no such cookie; set secure to true');
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
