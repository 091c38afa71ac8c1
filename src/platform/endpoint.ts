/** Where HTTP is answered in the cluster: a pattern, or one of its `backends`. */
export interface IEndpoint {
  /** The host name that callers in the cluster use: `users`, or `users.shop.svc` where the chart names a namespace. */
  readonly host: string;
  /** The TCP port that callers use. */
  readonly port: number;
}
