import { IConstruct } from 'constructs';
import { checked } from '../checks/arguments/checked';
import { Code } from '../code/code';

/**
 * What each leaf is asked, and which leaves are asked at all.
 */
export class Scatter {
  /**
   * What your function says: `(request, leaf) => ask`, called once for each leaf, and synchronous. It returns what is
   * different from the client's request, or undefined where the leaf is not asked:
   *
   * - `path`: starts with a slash and has no query. It is in the form of `request.path`: escapes stay, what may not
   *   stand in a path is escaped; a part that may hold a slash goes through `encodeURIComponent`
   * - `query`: an object of texts, numbers, true, false and lists of these, or a URLSearchParams, in the place of the
   *   whole query; what is undefined or null is left out, and `{}` is no query
   * - `headers`: an object of texts and numbers that are put over those of the client; undefined or null takes one
   *   away. Those of the connection, Host, Accept-Encoding, X-Request-Id and what tells of the client (X-Forwarded-For
   *   and its kin) are the root's business. Headers that a backend has of its own win, and what `callerHeaders` keeps
   *   from it are the client's, not these
   * - `method`: in capitals. By it, a request may be sent again or twice (`hedgeAfter`). A HEAD is sent as a GET
   * - `body`: a string is sent as text, bytes (Buffer, Uint8Array and its kin) as `application/octet-stream`, other
   *   data as JSON, each unless `headers` have a content-type; null for none. It may be as large as `maxBodySize`.
   *   With a `method` GET or HEAD, and no `body`, none is sent
   *
   * What is not given is the client's. Anything else that the function returns is a mistake of it: the client gets a
   * 500, the log says what to return, and no leaf is asked. The same holds for what it throws, with the stack in the
   * log, but for a `Response`: the client gets that.
   *
   * `leaf` has `index`, `name`, `count` (how many leaves there are) and, where all leaves are the shards of one Shard,
   * `owns(key)`: whether the router of that Shard would choose this shard for the key.
   *
   * Leaves that are not asked count nowhere, also those that are `required` or have a `fallback`: `minResponses` is
   * at most the number of those that are asked, and `x-gather-responses` says how many of these have answered. Where
   * none is, `Gather.concat()` and `all()` answer `[]`, `merge()` answers `{}`, a gather function gets an empty list,
   * and `first()` has nothing to answer: a 502.
   *
   * ```ts
   * new ScatterGather(chart, 'ByIds', {
   *   backends: users.backends,
   *   scatter: Scatter.fromFunction(scattering((request, leaf) => {
   *     const ids = request.query.ids.split(',').filter((id) => leaf.owns(id));
   *     return ids.length > 0 ? { path: '/users', query: { ids: ids.join(',') } } : undefined;
   *   })),
   *   gather: Gather.concat(),
   * });
   * ```
   */
  public static fromFunction(code: Code): Scatter {
    [code] = checked('Scatter.fromFunction', [code]);
    return new Scatter(code);
  }

  private constructor(
    /** The function. */
    public readonly code: Code,
  ) {}

  /**
   * The text of an ES module whose default export is the function.
   * @throws where the function is none that Node can run
   * @internal
   */
  public _bind(scope: IConstruct): string {
    return this.code._module(scope, 'node');
  }
}
