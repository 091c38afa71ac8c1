import { IConstruct } from 'constructs';
import { checked } from '../checks/arguments/checked';
import { Code } from '../code/code';
import type { BoundGather } from '../front/root';

/**
 * How the leaves' answers become one answer.
 *
 * Only answers with a status that `accept` names are gathered. Their order is that of the leaves' numbers, whichever
 * came first. A leaf whose answer is not what the gather needs has failed, like one that did not answer. JSON
 * (`application/json`, `text/json`, `…+json`) is put together from the texts that the leaves sent, so that numbers
 * stay as they were sent: `12345678901234567890`, `1e400`, `1.0`.
 *
 * All gathers except `first` need whole answers. So the root asks the leaves for answers without a content coding; one
 * that comes compressed with gzip, deflate or br is decoded all the same. The client's ranges do not reach the leaves,
 * nor do the conditions of a GET, HEAD or OPTIONS, such as `if-none-match`. A condition on a change, such as the
 * `if-match` of a PUT, does.
 */
export class Gather {
  /** JSON arrays, one after the other, as one array. A leaf whose body is not a JSON array has failed. */
  public static concat(): Gather {
    return new Gather('concat', () => ({ kind: 'concat' }));
  }

  /**
   * JSON objects, merged deeply. Objects under one name are merged, and arrays under one name are appended to each
   * other. Where other values differ, or their types do, the leaf with the lowest number wins. A leaf whose body is
   * not a JSON object has failed.
   *
   * `{ "hits": [1], "from": "a" }` and `{ "hits": [2], "from": "b" }` make `{ "hits": [1, 2], "from": "a" }`.
   */
  public static merge(): Gather {
    return new Gather('merge', () => ({ kind: 'merge' }));
  }

  /**
   * The fastest answer as it came, with its status, headers and body. `minResponses` is 1. The other leaves have half
   * a second more to finish, so that their connections can be used again. Then their requests are cancelled.
   *
   * Leaves get the client's ranges and conditions. A 304, 412 or 416 that answers these counts, whatever `accept`
   * says.
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
   * Each answer is `{ leaf, status, headers, body, text, fallback }`. `body` is parsed if it is JSON, and `text` is
   * what was sent. Leaves that failed or were late are not among the answers, but their fallbacks are, with `fallback:
   * true`. Numbers are JavaScript's: 12345678901234567890 becomes 12345678901234567000, 1e400 becomes Infinity (which
   * JSON prints as null), and 1.0 becomes 1. Where digits matter, read `text`, or have leaves send strings.
   *
   * It returns what a handler may return: a value (sent as JSON), a string (sent as text), a web-standard `Response`
   * and so on. If it throws, the client gets a 500, and the log has the stack. Parsed answers take 3 to 20 times the
   * memory of their text. When a root has no room for them, the client gets a 503.
   *
   * ```ts
   * Gather.fromFunction(Code.fromInline('(answers) => answers.flatMap(({ body }) => body.hits).slice(0, 10)'))
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
