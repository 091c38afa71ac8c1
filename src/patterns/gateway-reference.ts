/** The Gateway that a route belongs to, and its listeners. */
export interface GatewayReference {
  /** The name of the Gateway. */
  readonly name: string;
  /**
   * The namespace of the Gateway.
   * @default - that of the pattern
   */
  readonly namespace?: string;
  /**
   * The name of one of its listeners, such as `https`.
   * @default - all of its listeners that let the route in
   */
  readonly sectionName?: string;
  /**
   * The port of the listeners.
   * @default - all of its listeners that let the route in
   */
  readonly port?: number;
}
