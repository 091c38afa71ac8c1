import { IConstruct } from 'constructs';
import { checked } from '../checks/arguments/checked';
import { Code } from '../code/code';

/**
 * What each leaf is asked, and which leaves are asked at all.
 */
export class Scatter {
  /**
   * What your function returns: `(request, leaf) => ask`. It is synchronous, and called once for each leaf. It returns
   * what is different from the client's request, or undefined if the leaf is not asked:
   *
   * - `path`: starts with a slash and has no query. Like `request.path` it may hold escapes, which stay. Characters
   *   that a path may not have are escaped. Use `encodeURIComponent` for a part that may hold a slash
   * - `query`: replaces the whole query. It is an object of texts, numbers, true, false and lists of these, or a
   *   URLSearchParams. Members that are undefined or null are left out, and `{}` is no query
   * - `headers`: an object of texts and numbers that replace headers of the client. Undefined or null removes one. The
   *   root itself sets headers of the connection, Host, Accept-Encoding, X-Request-Id and those about the client, such
   *   as X-Forwarded-For. Headers that belong to a backend take precedence. `callerHeaders` filters only the client's
   *   headers, not these
   * - `method`: in capitals. It decides whether a request may be sent again or twice (`hedgeAfter`). A HEAD is sent as
   *   a GET
   * - `body`: a string is sent as text, bytes (such as a Buffer or Uint8Array) as `application/octet-stream`, other
   *   data as JSON, each unless `headers` have a content-type. Null is no body. It may be as large as `maxBodySize`.
   *   With a `method` GET or HEAD and no `body`, none is sent
   *
   * What is left out is as in the client's request. Anything else that the function returns is an error: the client
   * gets a 500, the log says what to return, and no leaf is asked. If the function throws, the same happens, and the
   * log has the stack. A `Response` that it throws goes to the client.
   *
   * `leaf` has `index`, `name` and `count` (the number of leaves). If all leaves are the shards of one Shard,
   * `owns(key)` says whether the router of that Shard would choose this shard for the key.
   *
   * Leaves that are not asked do not count, even if they are `required` or have a `fallback`. `minResponses` is at
   * most the number of leaves that are asked, and `x-gather-responses` says how many of these have answered. If none
   * is asked, `Gather.concat()` and `all()` answer `[]`, `merge()` answers `{}`, a gather function gets an empty list,
   * and `first()` has nothing to answer, which is a 502.
   *
   * ```ts
   * new ScatterGather(chart, 'ByIds', {
   *   backends: users.backends,
   *   scatter: Scatter.fromFunction(Code.fromFile('by-ids.js')),
   *   gather: Gather.concat(),
   * });
   * ```
   *
   * `by-ids.js` asks each shard for the users that it owns:
   *
   * ```js
   * export default (request, leaf) => {
   *   const ids = request.query.ids.split(',').filter((id) => leaf.owns(id));
   *   return ids.length > 0 ? { path: '/users', query: { ids: ids.join(',') } } : undefined;
   * };
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
