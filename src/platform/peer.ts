import { Anywhere, namespacePeer, PeerSpec, podsPeer, selectionOf } from './peer-spec';
import { checked } from '../checks/arguments/checked';
import { isAddress, isNetwork } from '../checks/hosts';
import { Refusal } from '../checks/refusal';

/** The other end of a connection, as NetworkPolicies describe it. */
export class Peer {
  /**
   * The pods that have all of the given labels, as in `Peer.pods({ app: 'checkout' })`.
   *
   * @param labels at least one
   * @param namespace the namespace of the pods, by default the pattern's own
   * @throws if there are no labels
   */
  public static pods(labels: { readonly [label: string]: string }, namespace?: string): Peer {
    [labels, namespace] = checked('Peer.pods', [labels, namespace]);
    if (Object.keys(labels).length === 0) {
      throw new Refusal('Peer.pods has no labels: name one, or mean all pods of a namespace with Peer.namespace');
    }
    return new Peer(podsPeer(labels, namespace));
  }

  /**
   * All pods of a namespace.
   *
   * @param name by default the pattern's own namespace
   */
  public static namespace(name?: string): Peer {
    return new Peer(namespacePeer(...checked('Peer.namespace', [name])));
  }

  /**
   * A range of addresses outside of the cluster, as in `10.1.0.0/16`. Whether a range also matches pods depends on the
   * network plugin; use `Peer.pods` for those.
   *
   * @throws if it is no range in CIDR notation
   */
  public static ipRange(cidr: string): Peer {
    [cidr] = checked('Peer.ipRange', [cidr]);
    if (isAddress(cidr) || !isNetwork(cidr)) {
      throw new Refusal(`Peer.ipRange has '${cidr}', which is no range of addresses: write it as in '10.1.0.0/16', `
        + "one address as in '10.1.2.3/32'");
    }
    return new Peer({ ipBlock: { cidr } });
  }

  /** Anybody, inside and outside of the cluster. */
  public static anywhere(): Peer {
    return new Peer('anywhere');
  }

  /** What it selects: `pods app=checkout of namespace shop`, `addresses 10.1.0.0/16` or `anywhere`. */
  public readonly selection: string;
  /** @internal */
  public readonly _spec: PeerSpec | Anywhere;

  private constructor(spec: PeerSpec | Anywhere) {
    this.selection = selectionOf(spec);
    this._spec = spec;
  }
}
