import { isIP } from 'net';
import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { GroupLabels, selectorOf } from './labels';
import { Anywhere, EgressSpec, namespacePeer, PeerSpec, podsPeer } from './peer';

/** A group among those of its app. */
export interface NetworkMember {
  readonly scope: Construct;
  readonly labels: GroupLabels;
  /** The names of its Services. */
  readonly services: readonly string[];
  /** The port that takes requests. */
  readonly port: number;
  readonly egress: readonly EgressSpec[];
}

/** What a rule allows. No ports: all of them. */
export interface Reach {
  readonly peer: PeerSpec | Anywhere;
  readonly ports: readonly (number | string)[];
}

const networks = new WeakMap<IConstruct, Network>();

/**
 * The groups of an app, and who connects to whom. It goes by names, as connections do: so a group is open to whatever is known to connect to
 * it, in whichever way it came by the address, and wherever it stands in the app.
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
  /** By namespace and name of a Service. */
  private readonly byService = new Map<string, NetworkMember>();

  private constructor(private readonly root: IConstruct) {}

  public add(member: NetworkMember): void {
    this.members.push(member);
    for (const name of member.services) this.byService.set(`${namespaceOf(member.scope)}/${name}`, member);
  }

  /** The groups that are known to connect to this one. Complete once the app is. */
  public clientsOf(member: NetworkMember): PeerSpec[] {
    return this.members
      .filter(({ scope, egress }) => egress.some((to) => to.kind === 'host' && this.memberAt(scope, to.host) === member))
      .map((client) => peerOf(client, member.scope));
  }

  /** What a group must reach to connect there. Complete once the app is. */
  public reach(from: NetworkMember, to: EgressSpec, clusterDomain: string): Reach {
    if (to.kind === 'peer') return to;
    const { host, port } = to;
    const version = isIP(host);
    if (version) return { peer: { ipBlock: { cidr: `${host}/${version === 4 ? 32 : 128}` } }, ports: [port] };
    const member = this.memberAt(from.scope, host);
    if (member) return { peer: peerOf(member, from.scope), ports: [member.port] };
    const service = serviceIn(from.scope, host.replace(new RegExp(`\\.${clusterDomain}$`), ''));
    // Outside of the cluster a policy knows no names.
    if (!service) return { peer: 'anywhere', ports: [port] };
    return this.reachService(from, service, port);
  }

  /** The pods behind a Service: policies are applied once its address and port have been replaced by those of a pod. */
  private reachService(from: NetworkMember, { name, namespace }: ServiceName, port: number): Reach {
    const elsewhere = namespace === namespaceOf(from.scope) ? undefined : namespace;
    const found = this.root.node.findAll().find((object): object is ApiObject => ApiObject.isApiObject(object)
      && object.kind === 'Service' && object.name === name && (object.metadata.namespace ?? '') === namespace);
    // Of a Service that is not synthesized here neither the pods nor their port are known, so the rule must allow all of its namespace.
    if (!found) return { peer: namespacePeer(elsewhere), ports: [] };
    const { selector, ports = [] } = found.toJson().spec;
    const { targetPort = port } = ports.find((each: any) => each.port === port) ?? {};
    // Without a selector, it stands for addresses that are written elsewhere.
    if (!selector) return { peer: 'anywhere', ports: [targetPort] };
    return { peer: podsPeer(selector, elsewhere), ports: [targetPort] };
  }

  private memberAt(from: IConstruct, host: string): NetworkMember | undefined {
    const service = serviceIn(from, host);
    return service && this.byService.get(`${service.namespace}/${service.name}`);
  }
}

interface ServiceName {
  readonly name: string;
  /** Empty: the one that the manifests will be applied to. */
  readonly namespace: string;
}

/** The Service that a host's name means to whoever asks. */
function serviceIn(from: IConstruct, host: string): ServiceName | undefined {
  const [, name, namespace] = /^([^.]+)(?:\.([^.]+)\.svc)?$/.exec(host) ?? [];
  return name === undefined ? undefined : { name, namespace: namespace ?? namespaceOf(from) };
}

function namespaceOf(scope: IConstruct): string {
  return Chart.of(scope).namespace ?? '';
}

/** A group's pods as a policy in the chart of `seenFrom` must select them. */
function peerOf({ scope, labels }: NetworkMember, seenFrom: IConstruct): PeerSpec {
  const namespace = namespaceOf(scope);
  if (namespace === namespaceOf(seenFrom)) return podsPeer(selectorOf(labels));
  // A chart without a namespace may be applied to any.
  return namespace ? podsPeer(selectorOf(labels), namespace) : { ...podsPeer(selectorOf(labels)), namespaceSelector: {} };
}
