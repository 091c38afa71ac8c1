import type { Egress } from '../platform/egress';
import type { Peer } from '../platform/peer';

/** Who the pods of a backend may talk to: an option of every backend that makes pods. */
export interface BackendTraffic {
  /**
   * Who may connect to the pods, past the router or root in front of them. Patterns of the same app that have them as
   * a backend always may.
   * @default - nobody else: past a Shard's router, a request would reach a shard that does not own its key
   */
  readonly clients?: Peer[];

  /**
   * Where the pods may connect to. They may always ask DNS.
   * @default - nowhere: a program that was taken over has nowhere to go
   */
  readonly egress?: Egress[];
}
