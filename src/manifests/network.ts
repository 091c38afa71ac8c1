import { IConstruct } from 'constructs';
import { Destinations, peerOf, Reach } from './destinations';
import type { NetworkMember } from './network-member';
import { ServiceName } from './service-name';
import { PeerSpec } from '../platform/peer-spec';

/**
 * All of an app's connections, found in one go: with one look through the app for each group, time would grow with the
 * square of their number.
 */
interface Connections {
  readonly reach: ReadonlyMap<NetworkMember, readonly Reach[]>;
  readonly clients: ReadonlyMap<NetworkMember, ReadonlySet<NetworkMember>>;
  /** Sentences on names that will not be found. */
  readonly mistakes: readonly string[];
}

const networks = new WeakMap<IConstruct, Network>();

/**
 * The groups of an app, and who connects to whom. It goes by names, as connections do: so a group is open to whatever
 * is known to connect to it, in whichever way it came by the address, and wherever it stands in the app.
 */
export class Network {
  /** The network of the app that a construct belongs to. */
  public static of(scope: IConstruct): Network {
    const { root } = scope.node;
    const network = networks.get(root) ?? new Network(root);
    networks.set(root, network);
    return network;
  }

  private readonly members: NetworkMember[] = [];
  private known?: Connections;

  private constructor(private readonly root: IConstruct) {
    // Each synthesis begins by validating the whole app, which may have changed since the last one.
    root.node.addValidation({
      validate: () => {
        this.forget();
        return [...this.connections().mistakes];
      },
    });
  }

  public add(member: NetworkMember): void {
    this.members.push(member);
    this.forget();
  }

  /** The groups that are known to connect to this one. Complete once the app is. */
  public clientsOf(member: NetworkMember): PeerSpec[] {
    return [...this.connections().clients.get(member) ?? []].map((client) => peerOf(client, member.scope));
  }

  /** What a group's pods reach. Complete once the app is. */
  public reachOf(from: NetworkMember): readonly Reach[] {
    return this.connections().reach.get(from) ?? [];
  }

  private forget(): void {
    this.known = undefined;
  }

  private connections(): Connections {
    this.known ??= connect(this.members, new Destinations(this.members, this.root));
    return this.known;
  }
}

function connect(members: readonly NetworkMember[], destinations: Destinations): Connections {
  const reach = new Map<NetworkMember, Reach[]>();
  const clients = new Map<NetworkMember, Set<NetworkMember>>(members.map((member) => [member, new Set()]));
  const mistakes = new Set<string>();
  for (const from of members) {
    reach.set(from, from.egress.map((to) => {
      if (to.kind === 'peer') return to;
      const destination = destinations.of(to.host, to.port, from);
      for (const group of destination.groups) clients.get(group)?.add(from);
      if (to.inFull && destination.short) mistakes.add(shortName(from, to.host, destination.short));
      return destination.reach;
    }));
  }
  return { reach, clients, mistakes: [...mistakes] };
}

function shortName({ scope }: NetworkMember, host: string, { name, namespace }: ServiceName): string {
  return `[${scope.node.scope!.node.path}] a backend or a Valkey is at '${host}': DNS is asked for that name as `
    + `it is, and no Service has it; write '${name}.${namespace}.svc'`;
}
