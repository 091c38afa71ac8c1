import { IConstruct } from 'constructs';
import { checked } from '../checks/arguments/checked';
import { Code } from '../code/code';
import type { BoundGather } from '../front/root';

/**
 * How one answer is made of the leaves' answers.
 *
 * Only answers whose status `accept` names are gathered, in the order of the leaves' numbers, whichever came first. A
 * leaf whose answer is not what the gather needs has failed, as one that did not answer. What is JSON
 * (`application/json`, `text/json`, `…+json`) is put together from the texts that the leaves sent: a number is
 * printed as it was sent, `12345678901234567890`, `1e400` and `1.0` alike.
 *
 * All gathers but `first` need whole answers. So leaves are asked for an answer without a content coding (one that
 * comes compressed with gzip, deflate or br is decoded all the same), and without the ranges of the client, nor,
 * where the request is a GET, HEAD or OPTIONS, its conditions (`if-none-match` and its kin). A condition on a change,
 * such as `if-match` of a PUT, reaches the leaves.
 */
export class Gather {
  /** JSON arrays, one after the other, as one array. A leaf whose body is no JSON array has failed. */
  public static concat(): Gather {
    return new Gather('concat', () => ({ kind: 'concat' }));
  }

  /**
   * JSON objects, merged deeply: objects under one name are merged, arrays under one name are appended to each other,
   * never overwritten. Where scalars differ, or kinds do, the leaf with the lowest number wins. A leaf whose body is
   * no JSON object has failed.
   *
   * `{ "hits": [1], "from": "a" }` and `{ "hits": [2], "from": "b" }` make `{ "hits": [1, 2], "from": "a" }`.
   */
  public static merge(): Gather {
    return new Gather('merge', () => ({ kind: 'merge' }));
  }

  /**
   * The fastest answer as it came: status, headers and body. `minResponses` is 1. The other leaves may finish theirs
   * for half a second, so that their connections can be used again; then their requests are cancelled.
   *
   * Leaves get the client's ranges and conditions, and what answers these counts too, whatever `accept` says: 304,
   * 412 and 416.
   */
  public static first(): Gather {
    return new Gather('first', () => ({ kind: 'first' }));
  }

  /**
   * A JSON list of `{ leaf, status, body }`: the number of the leaf, from 0, and the body as it is where it is JSON,
   * as a string where it is text, and null where there is none. `fallback: true` follows where it is the fallback of a
   * leaf. A leaf whose body is neither JSON nor text has failed.
   */
  public static all(): Gather {
    return new Gather('all', () => ({ kind: 'all' }));
  }

  /**
   * What your function makes of the answers: `(answers, request) => answer`, synchronous or not.
   *
   * Each of the answers is `{ leaf, status, headers, body, text, fallback }`, with the body parsed where it is JSON,
   * and its text as it was sent; leaves that failed or did not answer in time are not among them, but their fallbacks
   * are (`fallback: true`). Numbers are JavaScript's: of 12345678901234567890, 1e400 and 1.0 they keep
   * 12345678901234567000, Infinity (which JSON prints as null) and 1. Where digits matter, read `text`, or have leaves
   * send strings.
   *
   * It answers what a handler may answer: a value (sent as JSON), a string (as text), a web-standard `Response` …
   * What it throws is a 500 for the client and a stack in the log. Parsed answers take 3 to 20 times the memory of
   * their text; when a root has no room for them, the client gets a 503.
   *
   * ```ts
   * Gather.fromFunction(gathering((answers) => (
   *   answers.flatMap((answer) => answer.body.hits).sort((a, b) => b.score - a.score).slice(0, 10)
   * )))
   * ```
   */
  public static fromFunction(code: Code): Gather {
    [code] = checked('Gather.fromFunction', [code]);
    return new Gather('function', (scope) => ({ kind: 'function', module: code._module(scope, 'node') }));
  }

  private constructor(
    /** The name of what is done with the answers: `concat`, `merge`, `first`, `all` or `function`. */
    public readonly operation: string,
    private readonly load: (scope: IConstruct) => BoundGather,
  ) {}

  /**
   * The gather as a root uses it.
   * @throws where a function is none that Node can run
   * @internal
   */
  public _bind(scope: IConstruct): BoundGather {
    return this.load(scope);
  }
}
