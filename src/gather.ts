import { IConstruct } from 'constructs';
import { checked } from './arguments/checked';
import { Code } from './code';
import { RootConfig } from './contract';

/** A gather as data, and the module of the function it may need. */
export interface BoundGather {
  readonly kind: RootConfig['gather'];
  /** The text of an ES module whose default export is the gather function. */
  readonly module?: string;
}

/**
 * How one answer is made of the leaves' answers.
 *
 * Only answers whose status `accept` names are gathered, in the order of the leaves' numbers, whichever came first. A leaf whose answer
 * is not what the gather needs has failed, as one that did not answer.
 */
export class Gather {
  /** JSON arrays, one after the other, as one array. A leaf whose body is no JSON array has failed. */
  public static concat(): Gather {
    return new Gather(() => ({ kind: 'concat' }));
  }

  /**
   * JSON objects, merged deeply: objects under one name are merged, arrays under one name are appended to each other, never
   * overwritten. Where scalars differ, or kinds do, the leaf with the lowest number wins. A leaf whose body is no JSON object has failed.
   *
   * `{ "hits": [1], "from": "a" }` and `{ "hits": [2], "from": "b" }` make `{ "hits": [1, 2], "from": "a" }`.
   */
  public static merge(): Gather {
    return new Gather(() => ({ kind: 'merge' }));
  }

  /** The fastest answer as it came: status, headers and body. The requests to the other leaves are cancelled. `minResponses` is 1. */
  public static first(): Gather {
    return new Gather(() => ({ kind: 'first' }));
  }

  /** A JSON list of `{ leaf, status, body }`: the number of the leaf, from 0, and the body parsed where it is JSON. */
  public static all(): Gather {
    return new Gather(() => ({ kind: 'all' }));
  }

  /**
   * What your function makes of the answers: `(answers, request) => answer`, synchronous or not.
   *
   * Each of the answers is `{ leaf, status, headers, body }`, with the body parsed where it is JSON; leaves that failed or did not answer in
   * time are not among them. It answers a value (sent as JSON), a string (as text) or a web-standard `Response`. What it throws is a 500
   * for the client and a stack in the log.
   *
   * ```ts
   * Gather.fromFunction(gathering((answers) => answers.flatMap((answer) => answer.body.hits).sort((a, b) => b.score - a.score).slice(0, 10)))
   * ```
   */
  public static fromFunction(code: Code): Gather {
    [code] = checked('Gather.fromFunction', [code]);
    return new Gather((scope) => ({ kind: 'function', module: code._module(scope, 'node') }));
  }

  private constructor(private readonly load: (scope: IConstruct) => BoundGather) {}

  /**
   * The gather as a root uses it.
   * @throws where a function is none that Node can run
   * @internal
   */
  public _bind(scope: IConstruct): BoundGather {
    return this.load(scope);
  }
}
