import { isIPv6 } from 'net';
import type { IEndpoint } from './endpoint';
import { Peer } from './peer';
import { EgressSpec, selectionOf } from './peer-spec';
import { checked } from '../checks/arguments/checked';
import { isAddress, isHostName } from '../checks/hosts';
import { Refusal } from '../checks/refusal';

/** Where the pods of a backend may connect to. */
export class Egress {
  /**
   * Another pattern, or one of its `backends`. The pods are also let in there, even if the pattern has `clients`.
   */
  public static toPattern(pattern: IEndpoint): Egress {
    [pattern] = checked('Egress.toPattern', [pattern]);
    return Egress.toHost(pattern.host, pattern.port);
  }

  /**
   * A host, by the name that the program uses. `db` is a Service of the pattern's namespace, and `db.data.svc` one of
   * another namespace. If the same app synthesizes the Service, its pods are allowed. Otherwise all pods of that
   * namespace are allowed, because nothing is known of the Service. `db.data` is the same Service if the app
   * synthesizes it. IPv4 and IPv6 addresses are allowed literally. For any other name, such as `api.example.com`, the
   * port is allowed to any address, because NetworkPolicies know no names.
   *
   * ```ts
   * Backend.fromFunction(code, { egress: [Egress.toHost('db.data.svc', 5432)] })
   * ```
   *
   * @param port the TCP port that the program uses
   */
  public static toHost(host: string, port: number): Egress {
    [host, port] = checked('Egress.toHost', [host, port]);
    if (!isHostName(host) && !isAddress(host)) {
      throw new Refusal(`Egress.toHost has '${host}', which is no host: write it as in 'db.data.svc', `
        + 'without scheme and port');
    }
    checkPorts('Egress.toHost', [port]);
    return new Egress({ kind: 'host', host: host.toLowerCase(), port });
  }

  /**
   * A peer of your own description.
   *
   * @param ports the TCP ports of its pods, by default all. They are not always those of their Service
   */
  public static toPeer(peer: Peer, ...ports: number[]): Egress {
    [peer, ports] = checked('Egress.toPeer', [peer, ports]);
    checkPorts('Egress.toPeer', ports);
    return new Egress({ kind: 'peer', peer: peer._spec, ports });
  }

  /** @internal */
  public static _of(spec: EgressSpec): Egress {
    return new Egress(spec);
  }

  /** Where it leads: `db.data.svc:5432`, or the peer's `selection` and its ports. */
  public readonly destination: string;
  /** @internal */
  public readonly _spec: EgressSpec;

  private constructor(spec: EgressSpec) {
    this.destination = destinationOf(spec);
    this._spec = spec;
  }
}

function destinationOf(spec: EgressSpec): string {
  if (spec.kind === 'host') return `${isIPv6(spec.host) ? `[${spec.host}]` : spec.host}:${spec.port}`;
  return `${selectionOf(spec.peer)}, ${spec.ports.length > 0 ? `ports ${spec.ports.join(', ')}` : 'all ports'}`;
}

function checkPorts(property: string, ports: readonly number[]): void {
  for (const port of ports) {
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new Refusal(`${property} has port ${port}: a TCP port is a whole number from 1 to 65535`);
    }
  }
}
