import type { Egress } from '../platform/egress';
import type { Peer } from '../platform/peer';

/** Who the pods of a backend may talk to: an option of every backend that makes pods. */
export interface BackendTraffic {
  /**
   * Who may connect to the pods directly, past the router or root in front of them. Patterns of the same app that have
   * them as a backend always may.
   * @default - nobody else, since a request that bypasses a Shard's router could reach a shard that does not own its
   * key
   */
  readonly clients?: Peer[];

  /**
   * Where the pods may connect to. They may always ask DNS.
   * @default - nowhere, so that a program that was broken into reaches nothing
   */
  readonly egress?: Egress[];
}
