import { IConstruct } from 'constructs';
import type { KeySpec } from './key-spec';
import { pcreOf } from './pcre';
import { checked } from '../checks/arguments/checked';
import { isNetwork, NO_NETWORK } from '../checks/hosts';
import { Code } from '../code/code';

/** A key as data, and the module of the function it may need. */
export interface BoundKey {
  readonly spec: KeySpec;
  /** The text of an ES module whose default export is the sharding function. */
  readonly module?: string;
}

/** How a client's address is found. */
export interface ClientIpOptions {
  /**
   * Addresses and networks (`10.0.0.0/8`) of the proxies between the clients and the router, such as an
   * Ingress controller. What they say in `x-forwarded-for` is believed, from the right, up to the first
   * address that is not one of them.
   * @default - none: the client is whoever opened the connection
   */
  readonly trustedProxies?: string[];
}

/** Where else in a body the key may be, and how much of it counts. */
export interface FieldKeyOptions {
  /**
   * Further fields: where `path` is no key, the first of these that is one is the key. What is no key is passed over:
   * a field that is missing, null, empty, an object or an array. A number that is not written in its plain form is a
   * client's mistake, and answered with 400 also where a further field is a key.
   *
   * A key is its text alone, whichever field it comes from: `{"user":"ada"}` and `{"prompt_cache_key":"ada"}` have one
   * shard.
   * @default - none: a request whose field is no key is answered with 400
   */
  readonly alternatives?: string[];

  /**
   * How many characters (Unicode code points) of a text are the key, from its start, from 1 to 1,000,000: prompts that
   * begin alike then have one key, and meet what a cache knows of their beginning. A shorter text is the key as it is;
   * a number or boolean always is.
   * @default - all of it
   */
  readonly first?: number;
}

/**
 * What a shard is chosen by. A request without a key (an empty one is none) is answered with 400.
 *
 * The same key lands on the same shard whichever source it comes from: what is hashed are its UTF-8 bytes.
 */
export class ShardKey {
  /**
   * The value of a header: UTF-8 text, without the white space around it. The name is case-insensitive; a header that
   * is sent several times is one key, its values joined by a comma and a space (RFC 9110, section 5.3). A value that
   * is not valid UTF-8, or has a tab before or after a comma, is no key.
   *
   * @param name for example `x-user`
   * @throws where it has anything but letters, digits and dashes, which is all that nginx can read, or
   * more than 200 characters
   */
  public static fromHeader(name: string): ShardKey {
    [name] = checked('ShardKey.fromHeader', [name]);
    if (name.includes('_')) {
      throw new Error(`fromHeader names '${name}': nginx ignores headers with an underscore; use dashes`);
    }
    if (!/^[A-Za-z0-9-]+$/.test(name)) {
      throw new Error(
        `fromHeader names '${name}', which nginx cannot read: use letters, digits and dashes, as in 'x-user'`,
      );
    }
    checkLength('fromHeader', name);
    const header = name.toLowerCase();
    return new ShardKey(`header ${header}`, () => ({ spec: { from: 'header', name: header } }));
  }

  /**
   * The value of a query parameter, URL-decoded as the WHATWG URL standard reads a form: `%41`, and `A`, are the same
   * key, `+` is a space, and a `%` that begins no escape is itself. Of a repeated one the first counts. A value that
   * is not valid UTF-8 is no key.
   *
   * @param name for example `user`: the decoded name, of any characters
   * @throws where it is empty, has more than 200 characters or is no valid Unicode
   */
  public static fromQuery(name: string): ShardKey {
    [name] = checked('ShardKey.fromQuery', [name]);
    if (name === '') throw new Error("fromQuery names '': give the name of a parameter, as in 'user'");
    if (/[\ud800-\udfff]/u.test(name)) {
      throw new Error(
        `fromQuery names ${JSON.stringify(name)}: half of a surrogate pair is no text that a client can send`,
      );
    }
    checkLength('fromQuery', name);
    return new ShardKey(`query parameter ${name}`, () => ({ spec: { from: 'query', name } }));
  }

  /**
   * The value of a cookie, which is UTF-8 text as it was sent, neither decoded nor unquoted. Of a repeated one the
   * first counts. A value that is not valid UTF-8 is no key.
   *
   * @param name for example `session`. Upper and lower case differ
   * @throws where it is no name of a cookie (RFC 6265, section 4.1.1) or has more than 200 characters
   */
  public static fromCookie(name: string): ShardKey {
    [name] = checked('ShardKey.fromCookie', [name]);
    if (!TOKEN.test(name)) {
      throw new Error(`fromCookie names '${name}', which is no cookie's name: write it as in 'session'`);
    }
    checkLength('fromCookie', name);
    return new ShardKey(`cookie ${name}`, () => ({ spec: { from: 'cookie', name } }));
  }

  /**
   * A part of the path: the first group of a regular expression. It is matched, by characters, against the path as it
   * was sent, in the form that `request.path` has: `/users/%41` is `/users/A`, while `%2F`, `//` and `..` stay what
   * they are. The group is then decoded: with `^/rooms/([^/]+)`, the key of `/rooms/team%2Fdoc` is `team/doc`.
   *
   * nginx runs it as PCRE, with the meaning that it has in JavaScript (flag `u`). What PCRE cannot do in the
   * same way is refused.
   *
   * @param regex the source of a JavaScript regular expression, for example `^/users/([^/]+)`
   * @throws where it is no regular expression, has no group, or cannot be run by nginx: it looks behind at a text of
   * no fixed length, repeats a group that may match nothing or be left out, names a property other than a general
   * category (`\p{L}`), or is very large
   */
  public static fromPath(regex: string): ShardKey {
    [regex] = checked('ShardKey.fromPath', [regex], {
      remedy: "give the source of a regular expression, as in '^/users/([^/]+)'",
    });
    try {
      const pcre = pcreOf(regex);
      return new ShardKey(`path ${regex}`, () => ({ spec: { from: 'path', regex, pcre } }));
    } catch (error) {
      throw new Error(`fromPath has '${regex}', ${(error as Error).message}`);
    }
  }

  /** The address of the client. An IPv4 address inside of IPv6 (`::ffff:203.0.113.7`) is that IPv4 address. */
  public static fromClientIp(options: ClientIpOptions = {}): ShardKey {
    [options] = checked('ShardKey.fromClientIp', [options]);
    const { trustedProxies = [] } = options;
    for (const proxy of trustedProxies) {
      if (!isNetwork(proxy)) throw new Error(`trustedProxies names '${proxy}', ${NO_NETWORK}`);
    }
    return new ShardKey('client address', () => ({ spec: { from: 'clientIp', trustedProxies } }));
  }

  /**
   * A field of a JSON body. A string, a number or a boolean is a key; anything else is none.
   *
   * A number is a key by the digits that were sent: `9007199254740993` is the key '9007199254740993'. One that can
   * be written in a shorter way, such as `1.0`, `1e2` or `-0`, is answered with 400, because two texts of one
   * number would be two keys.
   *
   * The router reads the whole body for it. A body that is compressed or not JSON by its content type
   * (`application/json`, `text/json`, `…+json`) is answered with 415, and one that is malformed with 400.
   *
   * ```ts
   * ShardKey.fromField('prompt_cache_key', { alternatives: ['user'] })
   * ```
   *
   * @param path for example `user.id` or `items[0].sku`
   * @throws where it, or an alternative, is no path, or one of them stands there twice, or `first` is out of its range
   */
  public static fromField(path: string, options: FieldKeyOptions = {}): ShardKey {
    [path, options] = checked('ShardKey.fromField', [path, options]);
    const all = [path, ...options.alternatives ?? []];
    all.forEach((each, at) => {
      const called = at === 0 ? 'fromField' : `alternatives[${at - 1}] of fromField`;
      if (!/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(each)) {
        throw new Error(`${called} has '${each}', which is no path: write it as in 'user.id' or 'items[0].sku'`);
      }
      checkLength(called, each);
      if (all.indexOf(each) < at) {
        throw new Error(`${called} has '${each}', which stands before it already: leave it out`);
      }
    });
    const { first } = options;
    if (first !== undefined && !(Number.isInteger(first) && first >= 1 && first <= 1_000_000)) {
      throw new Error(`first of fromField is ${first}: it must be a whole number of characters from 1 to 1000000`);
    }
    const source = `field ${all.join(' or ')}${first === undefined ? '' : `, first ${first} characters`}`;
    return new ShardKey(source, () => ({ spec: { from: 'field', paths: all.map(stepsOf), first } }));
  }

  /**
   * What your function answers for a request. A string is the key. A whole number n from 0 up means shard n modulo the
   * number of shards; undefined, null and '' mean that there is no key, and the client gets a 400. Anything else, and
   * what it throws, is a 500.
   *
   * It runs in the router (njs, QuickJS engine): modern JavaScript, synchronous, no Node modules. Where its source
   * mentions `body`, or a member `text`, the router reads the whole body first, and parses it when the function
   * asks for it. A part of the request that the function asks for and that is malformed (a target or header that is
   * not valid UTF-8, a body that is not what its content type says) is answered with 400 or 415, unless the
   * function catches the error. Numbers in `request.body` are JavaScript's: a big one has lost digits, which
   * `request.text` still has.
   *
   * It may make 250,000 steps, which take 25 to 100 ms: a step is a round of a loop, or a call of a function that
   * stands in the code; and it may take a second where the steps are slow. Then the client gets a 500 which says that
   * the function took too long, and the router goes on. Until then, the other requests of that worker process wait.
   * What a single built-in does has no such limit, above all a regular expression that can match the same text in many
   * ways: `/^(a+)+$/` takes a second for 25 letters, and twice as long for each further one, while nothing else of
   * that worker is answered. Write them so that repeated parts cannot overlap: `/^a+$/`. A router whose probe is not
   * answered for half a minute is restarted, and its connections are cut. Nor is memory limited but by the container:
   * `'x'.repeat(n)`, `Array(n).fill()` and `Array.from({ length: n })` take what n says, so bound an n that comes from
   * a request. A worker that takes more is killed with its connections.
   *
   * ```ts
   * ShardKey.fromFunction(sharding((request) => request.path.split('/')[2]))
   * ```
   */
  public static fromFunction(code: Code): ShardKey {
    [code] = checked('ShardKey.fromFunction', [code]);
    return new ShardKey(code.origin, (scope) => {
      const module = code._module(scope, 'njs');
      // Seen in the text, so that a function that needs no body does not make the router wait for one.
      return { spec: { from: 'function', readsBody: READS_BODY.test(module) }, module };
    });
  }

  private constructor(
    /** What the key is taken from: `header x-user`, `field user.id`, or the `origin` of a function's code. */
    public readonly source: string,
    private readonly load: (scope: IConstruct) => BoundKey,
  ) {}

  /**
   * The key as a router uses it.
   * @throws where a function is none that njs can run
   * @internal
   */
  public _bind(scope: IConstruct): BoundKey {
    return this.load(scope);
  }
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) => index === undefined ? name : Number(index));
}

/** `body` anywhere; `text`, which is a common word, where it may be a member's name. */
const READS_BODY = /\bbody\b|[.{,]\s*text\b|['"`]text['"`]/;

/** nginx takes words of up to 4 KiB, and a name may need four characters for each of its own, several times. */
const LONGEST = 200;

function checkLength(factory: string, name: string): void {
  if (name.length > LONGEST) {
    throw new Error(`${factory} has ${name.length} characters in '${name.slice(0, 20)}…': use at most ${LONGEST}`);
  }
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
