import { IConstruct } from 'constructs';
import type { KeySpec } from './key-spec';
import { pcreOf } from './pcre';
import { checked } from '../checks/arguments/checked';
import { isNetwork, NO_NETWORK } from '../checks/hosts';
import { Refusal } from '../checks/refusal';
import { Code } from '../code/code';

/** A key as data, and the module of the function it may need. */
export interface BoundKey {
  readonly spec: KeySpec;
  /** The text of an ES module whose default export is the sharding function. */
  readonly module?: string;
}

/** Options of `ShardKey.fromClientIp`. */
export interface ClientIpOptions {
  /**
   * Addresses and networks (`10.0.0.0/8`) of the proxies between the clients and the router, such as an Ingress
   * controller. Their `x-forwarded-for` is read from the right, and the first address that is not one of them is the
   * client.
   * @default - none, so that the client is whoever opened the connection
   */
  readonly trustedProxies?: string[];
}

/** Options of `ShardKey.fromField`. */
export interface FieldKeyOptions {
  /**
   * Further fields. If the field at `path` is not a key, the first of these that is one is used. A field that is
   * missing, null, empty, an object or an array is not a key. A number that is not in its plain form is the client's
   * mistake. It is answered with 400 even if a further field is a key.
   *
   * Only the text of a key counts, not the field that it comes from: `{"user":"ada"}` and `{"prompt_cache_key":"ada"}`
   * belong to the same shard.
   * @default - none, so that a request whose field is not a key is answered with 400
   */
  readonly alternatives?: string[];

  /**
   * How many characters (Unicode code points) from the start of a text are the key, from 1 to 1,000,000. Prompts with
   * the same beginning then have the same key, and reach the replica that has this beginning in its cache. A shorter
   * text is the key as a whole, and so is a number or boolean.
   * @default - all characters
   */
  readonly first?: number;
}

/**
 * Where in a request the key is found that chooses a shard. A request without a key is answered with 400. An empty key
 * is no key.
 *
 * The same key belongs to the same shard whichever source it comes from, because its UTF-8 bytes are hashed.
 */
export class ShardKey {
  /**
   * The value of a header, as UTF-8 text without the white space around it. The name is case-insensitive. A header
   * that is sent several times is one key, its values joined by a comma and a space (RFC 9110, section 5.3). A value
   * that is not valid UTF-8, or has a tab before or after a comma, is no key.
   *
   * @param name for example `x-user`
   * @throws if it has other characters than letters, digits and dashes, because nginx reads no others, or more than
   * 200 characters
   */
  public static fromHeader(name: string): ShardKey {
    [name] = checked('ShardKey.fromHeader', [name]);
    if (name.includes('_')) {
      throw new Refusal(`fromHeader names '${name}': nginx ignores headers with an underscore; use dashes`);
    }
    if (!/^[A-Za-z0-9-]+$/.test(name)) {
      throw new Refusal(
        `fromHeader names '${name}', which nginx cannot read: use letters, digits and dashes, as in 'x-user'`,
      );
    }
    checkLength('fromHeader', name);
    const header = name.toLowerCase();
    return new ShardKey(`header ${header}`, () => ({ spec: { from: 'header', name: header } }));
  }

  /**
   * The value of a query parameter, URL-decoded as the WHATWG URL standard decodes a form. `%41` and `A` are the same
   * key, `+` is a space, and a `%` that begins no escape stays a `%`. Of a repeated parameter the first counts. A
   * value that is not valid UTF-8 is no key.
   *
   * @param name the decoded parameter name, of any characters, for example `user`
   * @throws if it is empty, has more than 200 characters or is not valid Unicode
   */
  public static fromQuery(name: string): ShardKey {
    [name] = checked('ShardKey.fromQuery', [name]);
    if (name === '') throw new Refusal("fromQuery names '': give the name of a parameter, as in 'user'");
    if (/[\ud800-\udfff]/u.test(name)) {
      throw new Refusal(
        `fromQuery names ${JSON.stringify(name)}: half of a surrogate pair is no text that a client can send`,
      );
    }
    checkLength('fromQuery', name);
    return new ShardKey(`query parameter ${name}`, () => ({ spec: { from: 'query', name } }));
  }

  /**
   * The value of a cookie, as UTF-8 text that is neither decoded nor unquoted. Of a repeated cookie the first counts.
   * A value that is not valid UTF-8 is no key.
   *
   * @param name for example `session`. Upper and lower case differ
   * @throws if it is not the name of a cookie (RFC 6265, section 4.1.1) or has more than 200 characters
   */
  public static fromCookie(name: string): ShardKey {
    [name] = checked('ShardKey.fromCookie', [name]);
    if (!TOKEN.test(name)) {
      throw new Refusal(`fromCookie names '${name}', which is no cookie's name: write it as in 'session'`);
    }
    checkLength('fromCookie', name);
    return new ShardKey(`cookie ${name}`, () => ({ spec: { from: 'cookie', name } }));
  }

  /**
   * A part of the path: the first group of a regular expression. The expression is matched, by characters, against the
   * path in the form of `request.path`. There `/users/%41` is `/users/A`, while `%2F`, `//` and `..` stay as they were
   * sent. Then the group is decoded. With `^/rooms/([^/]+)`, the key of `/rooms/team%2Fdoc` is `team/doc`.
   *
   * nginx runs the expression as PCRE, with its meaning in JavaScript (flag `u`). What PCRE cannot do in the same way
   * is refused.
   *
   * @param regex the source of a JavaScript regular expression, for example `^/users/([^/]+)`
   * @throws if it is not a regular expression, has no group, or cannot be run by nginx. nginx cannot run a lookbehind
   * of variable length, a repeated group that may match nothing or be left out, a property other than a general
   * category (`\p{L}`), or a very large expression
   */
  public static fromPath(regex: string): ShardKey {
    [regex] = checked('ShardKey.fromPath', [regex], {
      remedy: "give the source of a regular expression, as in '^/users/([^/]+)'",
    });
    try {
      const pcre = pcreOf(regex);
      return new ShardKey(`path ${regex}`, () => ({ spec: { from: 'path', regex, pcre } }));
    } catch (error) {
      throw new Refusal(`fromPath has '${regex}', ${(error as Error).message}`);
    }
  }

  /** The address of the client. An IPv4-mapped IPv6 address (`::ffff:203.0.113.7`) counts as its IPv4 address. */
  public static fromClientIp(options: ClientIpOptions = {}): ShardKey {
    [options] = checked('ShardKey.fromClientIp', [options]);
    const { trustedProxies = [] } = options;
    for (const proxy of trustedProxies) {
      if (!isNetwork(proxy)) throw new Refusal(`trustedProxies names '${proxy}', ${NO_NETWORK}`);
    }
    return new ShardKey('client address', () => ({ spec: { from: 'clientIp', trustedProxies } }));
  }

  /**
   * A field of a JSON body. A string, a number or a boolean is a key. Anything else is none.
   *
   * The key of a number is the digits that were sent: `9007199254740993` is the key '9007199254740993'. A number that
   * has a plainer form, such as `1.0`, `1e2` or `-0`, is answered with 400, because the same number would have two
   * keys.
   *
   * The router reads the whole body to find the field. A body that is compressed, or not JSON by its content type
   * (`application/json`, `text/json`, `…+json`), is answered with 415. A malformed body is answered with 400.
   *
   * ```ts
   * ShardKey.fromField('prompt_cache_key', { alternatives: ['user'] })
   * ```
   *
   * @param path for example `user.id` or `items[0].sku`
   * @throws if it or an alternative is not a path, if one of them is given twice, or if `first` is out of range
   */
  public static fromField(path: string, options: FieldKeyOptions = {}): ShardKey {
    [path, options] = checked('ShardKey.fromField', [path, options]);
    const all = [path, ...options.alternatives ?? []];
    all.forEach((each, at) => {
      const called = at === 0 ? 'fromField' : `alternatives[${at - 1}] of fromField`;
      if (!/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(each)) {
        throw new Refusal(`${called} has '${each}', which is no path: write it as in 'user.id' or 'items[0].sku'`);
      }
      checkLength(called, each);
      if (all.indexOf(each) < at) {
        throw new Refusal(`${called} has '${each}', which stands before it already: leave it out`);
      }
    });
    const { first } = options;
    if (first !== undefined && !(Number.isInteger(first) && first >= 1 && first <= 1_000_000)) {
      throw new Refusal(`first of fromField is ${first}: it must be a whole number of characters from 1 to 1000000`);
    }
    const source = `field ${all.join(' or ')}${first === undefined ? '' : `, first ${first} characters`}`;
    return new ShardKey(source, () => ({ spec: { from: 'field', paths: all.map(stepsOf), first } }));
  }

  /**
   * What your function returns for a request. A string is the key. A whole number n, 0 or more, means shard n modulo
   * the number of shards. undefined, null and '' mean that there is no key, and the client gets a 400. If the function
   * returns anything else, or throws, the client gets a 500.
   *
   * The function runs in the router (njs, QuickJS engine), so it is modern JavaScript, synchronous, without Node
   * modules. If its source mentions `body`, or a member `text`, the router reads the whole body first, and parses it
   * when the function asks for it. If the function asks for a malformed part of the request (a target or header that
   * is not valid UTF-8, a body that does not match its content type), the answer is a 400 or 415, unless the function
   * catches the error. Numbers in `request.body` are JavaScript's: a large one has lost digits, which `request.text`
   * still has.
   *
   * The function may make 250,000 steps, which take 25 to 100 ms, or a second where the steps are slow. A step is a
   * round of a loop or a call of a function in the code. After that the client gets a 500 which says that the function
   * took too long, and the router goes on. Until then, the other requests of that worker process wait.
   *
   * Built-in functions have no such limit. A regular expression that can match the same text in many ways is the most
   * dangerous: `/^(a+)+$/` takes a second for 25 letters, and twice as long for each further one, while that worker
   * answers nothing else. Write expressions so that repeated parts cannot overlap, as in `/^a+$/`. A router whose
   * probe is not answered for half a minute is restarted, and its connections are cut. Memory is limited by the
   * container only. `'x'.repeat(n)`, `Array(n).fill()` and `Array.from({ length: n })` take as much as n says, so
   * bound an n that comes from a request. A worker that takes too much is killed with its connections.
   *
   * ```ts
   * ShardKey.fromFunction(Code.fromInline("(request) => request.path.split('/')[2]"))
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
    throw new Refusal(`${factory} has ${name.length} characters in '${name.slice(0, 20)}…': use at most ${LONGEST}`);
  }
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
