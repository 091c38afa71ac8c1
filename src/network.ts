import { isIP } from 'net';
import { Anywhere, EgressSpec, namespacePeer, PeerSpec, podsPeer } from './manifests/peer';
import type { Pattern } from './pattern';

/** The other end of a connection, as NetworkPolicies tell it apart. */
export class Peer {
  /**
   * The pods that have all of some labels, at least one: `Peer.pods({ app: 'checkout' })`.
   *
   * @param namespace where they are; by default in the pattern's own namespace
   * @throws where there are no labels
   */
  public static pods(labels: { readonly [label: string]: string }, namespace?: string): Peer {
    if (Object.keys(labels).length === 0) throw new Error('Peer.pods has no labels: name one, or mean all pods of a namespace with Peer.namespace');
    return new Peer(podsPeer(labels, namespace));
  }

  /**
   * All pods of a namespace.
   *
   * @param name by default the pattern's own namespace
   */
  public static namespace(name?: string): Peer {
    return new Peer(namespacePeer(name));
  }

  /**
   * Addresses outside of the cluster, `10.1.0.0/16`. Pods are told by their labels; whether a range holds them too depends on the network plugin.
   *
   * @throws where it is no range in CIDR notation
   */
  public static ipRange(cidr: string): Peer {
    const [, address, bits] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
    const version = isIP(address ?? '');
    if (!version || Number(bits) > (version === 4 ? 32 : 128)) {
      throw new Error(`Peer.ipRange has '${cidr}', which is no range of addresses: write it as in '10.1.0.0/16', one address as in '10.1.2.3/32'`);
    }
    return new Peer({ ipBlock: { cidr } });
  }

  /** Whoever it is, inside of the cluster and outside. */
  public static anywhere(): Peer {
    return new Peer('anywhere');
  }

  /** @internal */
  public readonly _spec: PeerSpec | Anywhere;

  private constructor(spec: PeerSpec | Anywhere) {
    this._spec = spec;
  }
}

/** Where the pods of a backend may connect to. */
export class Egress {
  /** Another pattern. If only its `clients` may call it, the pods become one of them. */
  public static toPattern(pattern: Pattern): Egress {
    return Egress.toHost(pattern.host, pattern.port);
  }

  /**
   * A host, by the name that the program uses. `db` is a Service of the pattern's namespace and `db.data.svc` one of another namespace: where they are synthesized by the same app,
   * their pods; else, since nothing is known of them, all pods of that namespace. An IPv4 or IPv6 address is itself. Any other name, such as
   * `api.example.com`, is anywhere on that port, because NetworkPolicies know no names.
   *
   * ```ts
   * Backend.fromFunction(code, { egress: [Egress.toHost('db.data.svc', 5432)] })
   * ```
   *
   * @param port the TCP port that the program uses
   */
  public static toHost(host: string, port: number): Egress {
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host) && !isIP(host)) {
      throw new Error(`Egress.toHost has '${host}', which is no host: write it as in 'db.data.svc', without scheme and port`);
    }
    checkPorts('Egress.toHost', [port]);
    return new Egress({ kind: 'host', host: host.toLowerCase(), port });
  }

  /**
   * A peer of your own description.
   *
   * @param ports the TCP ports of its pods, which are not always those of their Service; by default all ports
   */
  public static toPeer(peer: Peer, ...ports: number[]): Egress {
    checkPorts('Egress.toPeer', ports);
    return new Egress({ kind: 'peer', peer: peer._spec, ports });
  }

  /** @internal */
  public readonly _spec: EgressSpec;

  private constructor(spec: EgressSpec) {
    this._spec = spec;
  }
}

function checkPorts(property: string, ports: readonly number[]): void {
  for (const port of ports) {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`${property} has port ${port}: a TCP port is a whole number from 1 to 65535`);
  }
}
