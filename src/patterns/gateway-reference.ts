/** The Gateway that a route belongs to, and which of its listeners. */
export interface GatewayReference {
  /** Its name. */
  readonly name: string;
  /**
   * Its namespace.
   * @default - that of the pattern
   */
  readonly namespace?: string;
  /**
   * The name of its listener, `https` for instance.
   * @default - all of its listeners that let the route in
   */
  readonly sectionName?: string;
  /**
   * The port of its listeners.
   * @default - all of its listeners that let the route in
   */
  readonly port?: number;
}
