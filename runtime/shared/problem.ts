/** A request that is answered with an RFC 9457 problem: what went wrong, in words that may leave the pod. */
export class Problem extends Error {
  /**
   * @param headers further headers of the answer, names and values in turn
   * @param members further members of the body (RFC 9457, section 3.2)
   */
  constructor(
    public readonly status: number, public readonly detail: string,
    public readonly headers: readonly string[] = [], public readonly members: object = {},
  ) {
    super(detail);
  }
}
