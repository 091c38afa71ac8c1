import { IConstruct } from 'constructs';
import { checked } from './arguments/checked';
import { isNetwork, NO_NETWORK } from './checks';
import { Code } from './code';
import type { KeySpec } from './sharding/key-spec';

/** A key as data, and the module of the function it may need. */
export interface BoundKey {
  readonly spec: KeySpec;
  /** The text of an ES module whose default export is the sharding function. */
  readonly module?: string;
}

/** How a client's address is found. */
export interface ClientIpOptions {
  /**
   * Addresses and networks (`10.0.0.0/8`) of the proxies between the clients and the router, such as an Ingress controller. What they say in
   * `x-forwarded-for` is believed, from the right, up to the first address that is not one of them.
   * @default - none: the client is whoever opened the connection
   */
  readonly trustedProxies?: string[];
}

/**
 * What a shard is chosen by. A request without a key (an empty one is none) is answered with 400.
 *
 * The same key lands on the same shard whichever source it comes from: what is hashed are its UTF-8 bytes.
 */
export class ShardKey {
  /**
   * The value of a header, as opaque bytes. The name is case-insensitive; a header that is sent several times is one key, its values
   * joined by a comma and a space (RFC 9110, section 5.3).
   *
   * @param name for example `x-user`
   * @throws where it is no name of a header, or has an underscore, which nginx ignores
   */
  public static fromHeader(name: string): ShardKey {
    [name] = checked('ShardKey.fromHeader', [name]);
    if (name.includes('_')) throw new Error(`fromHeader names '${name}': nginx ignores headers with an underscore; use dashes`);
    if (!TOKEN.test(name)) throw new Error(`fromHeader names '${name}', which is no header's name: write it as in 'x-user'`);
    return new ShardKey(() => ({ spec: { from: 'header', name: name.toLowerCase() } }));
  }

  /**
   * The value of a query parameter, URL-decoded: `%41`, and `A`, are the same key, and `+` is a space. Of a repeated one the first counts.
   *
   * @param name for example `user`, as it is once decoded
   * @throws where it is empty
   */
  public static fromQuery(name: string): ShardKey {
    [name] = checked('ShardKey.fromQuery', [name]);
    if (!/^[A-Za-z0-9._~-]+$/.test(name)) throw new Error(`fromQuery names '${name}': use letters, digits and . _ ~ - in the name of a parameter`);
    return new ShardKey(() => ({ spec: { from: 'query', name } }));
  }

  /**
   * The value of a cookie, as opaque bytes. Of a repeated one the first counts.
   *
   * @param name for example `session`; upper and lower case differ
   * @throws where it is no name of a cookie (RFC 6265, section 4.1.1)
   */
  public static fromCookie(name: string): ShardKey {
    [name] = checked('ShardKey.fromCookie', [name]);
    if (!TOKEN.test(name)) throw new Error(`fromCookie names '${name}', which is no cookie's name: write it as in 'session'`);
    return new ShardKey(() => ({ spec: { from: 'cookie', name } }));
  }

  /**
   * A part of the path: the first group of a regular expression, matched against the decoded and normalised path (`%41` is `A`, `/a/../b` is `/b`).
   *
   * @param regex in the syntax that JavaScript and PCRE share, for example `^/users/([^/]+)`
   * @throws where it is no regular expression or has no group
   */
  public static fromPath(regex: string): ShardKey {
    [regex] = checked('ShardKey.fromPath', [regex]);
    let groups: number;
    try {
      // An alternative that matches nothing makes the result hold all groups.
      groups = new RegExp(`${regex}|`).exec('')!.length - 1;
    } catch (error) {
      throw new Error(`fromPath has '${regex}', which is no regular expression: ${(error as Error).message}`);
    }
    if (groups < 1) throw new Error(`fromPath has '${regex}' without a group: put parentheses around the key, as in '^/users/([^/]+)'`);
    return new ShardKey(() => ({ spec: { from: 'path', regex } }));
  }

  /** The address of the client. */
  public static fromClientIp(options: ClientIpOptions = {}): ShardKey {
    [options] = checked('ShardKey.fromClientIp', [options]);
    const { trustedProxies = [] } = options;
    for (const proxy of trustedProxies) {
      if (!isNetwork(proxy)) throw new Error(`trustedProxies names '${proxy}', ${NO_NETWORK}`);
    }
    return new ShardKey(() => ({ spec: { from: 'clientIp', trustedProxies } }));
  }

  /**
   * A field of a JSON body. A string, a number or a boolean is a key; anything else is none.
   *
   * The router reads the whole body for it. A body that is not JSON (by its content type, then by its content) is answered with 415 and 400.
   *
   * @param path for example `user.id` or `items[0].sku`
   * @throws where it is no path
   */
  public static fromField(path: string): ShardKey {
    [path] = checked('ShardKey.fromField', [path]);
    if (!/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(path)) throw new Error(`fromField has '${path}', which is no path: write it as in 'user.id' or 'items[0].sku'`);
    const steps = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) => index === undefined ? name : Number(index));
    return new ShardKey(() => ({ spec: { from: 'field', path: steps } }));
  }

  /**
   * What your function answers for a request: a string is the key; a whole number n from 0 up means shard n modulo the number of shards;
   * undefined, null and '' mean that there is no key, and the client gets a 400. Anything else, and what it throws, is a 500.
   *
   * It runs in the router (njs, QuickJS engine): modern JavaScript, synchronous, no Node modules. Where its source mentions `body`, the
   * router reads the whole body first.
   *
   * It may make 250,000 steps, which take 25 to 100 ms: a step is a round of a loop, or a call of a function that stands in the code; and it
   * may take a second where the steps are slow. Then the client gets a 500 which says that the function took too long, and the router goes
   * on. Until then, the other requests of that worker process wait. What a single built-in does has no such limit, above all a regular
   * expression that can match the same text in many ways: `/^(a+)+$/` takes a second for 25 letters, and twice as long for each further
   * one, while nothing else of that worker is answered. Write them so that repeated parts cannot overlap: `/^a+$/`. A router whose probe is
   * not answered for half a minute is restarted, and its connections are cut.
   *
   * ```ts
   * ShardKey.fromFunction(sharding((request) => request.path.split('/')[2]))
   * ```
   */
  public static fromFunction(code: Code): ShardKey {
    [code] = checked('ShardKey.fromFunction', [code]);
    return new ShardKey((scope) => {
      const module = code._module(scope, 'njs');
      // Seen in the text, so that a function that needs no body does not make the router wait for one.
      return { spec: { from: 'function', readsBody: /\bbody\b/.test(module) }, module };
    });
  }

  private constructor(private readonly load: (scope: IConstruct) => BoundKey) {}

  /**
   * The key as a router uses it.
   * @throws where a function is none that njs can run
   * @internal
   */
  public _bind(scope: IConstruct): BoundKey {
    return this.load(scope);
  }
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
