import { isIP } from 'net';
import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Platform } from '../platform';
import { GroupLabels, selectorOf } from './labels';
import { Anywhere, EgressSpec, namespacePeer, PeerSpec, podsPeer } from './peer';

/** A group among those of its app. */
export interface NetworkMember {
  readonly scope: Construct;
  readonly labels: GroupLabels;
  /** All labels of its pods. */
  readonly podLabels: { readonly [label: string]: string };
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
    for (const name of member.services) this.byService.set(keyOf({ name, namespace: namespaceOf(member.scope) }), member);
  }

  /** The groups that are known to connect to this one. Complete once the app is. */
  public clientsOf(member: NetworkMember): PeerSpec[] {
    const services = this.services();
    const leadsHere = (from: IConstruct, host: string) => {
      const service = serviceIn(from, host);
      const found = service && this.find(service, services);
      if (!ApiObject.isApiObject(found)) return found === member;
      const selector = Object.entries(found.toJson().spec.selector ?? {});
      return (found.metadata.namespace ?? '') === namespaceOf(member.scope)
        && selector.length > 0 && selector.every(([label, value]) => member.podLabels[label] === value);
    };
    return this.members
      .filter(({ scope, egress }) => egress.some((to) => to.kind === 'host' && leadsHere(scope, to.host)))
      .map((client) => peerOf(client, member.scope));
  }

  /** What a group's pods reach. Complete once the app is. */
  public reachOf(from: NetworkMember): Reach[] {
    const services = this.services();
    return from.egress.map((to) => {
      if (to.kind === 'peer') return to;
      const { host, port } = to;
      const version = isIP(host);
      if (version) return { peer: { ipBlock: { cidr: `${host}/${version === 4 ? 32 : 128}` } }, ports: [port] };
      const service = serviceIn(from.scope, host);
      // Outside of the cluster a policy knows no names.
      if (!service) return { peer: 'anywhere', ports: [port] };
      const found = this.find(service, services);
      return found && !ApiObject.isApiObject(found)
        ? { peer: peerOf(found, from.scope), ports: [found.port] }
        : behind(service, port, found, from.scope);
    });
  }

  /** All Services of the app, by namespace and name. */
  private services(): Map<string, ApiObject> {
    return new Map(this.root.node.findAll()
      .filter((object): object is ApiObject => ApiObject.isApiObject(object) && object.kind === 'Service')
      .map((object) => [keyOf({ name: object.name, namespace: object.metadata.namespace ?? '' }), object]));
  }

  /** The group that a Service belongs to, or else the Service itself: one of its namespace, or of a chart that may be applied to any. */
  private find({ name, namespace }: ServiceName, services: Map<string, ApiObject>): NetworkMember | ApiObject | undefined {
    const keys = [namespace, ''].map((each) => keyOf({ name, namespace: each }));
    return keys.map((key) => this.byService.get(key) ?? services.get(key)).find((found) => found);
  }
}

interface ServiceName {
  readonly name: string;
  /** Empty: the one that the manifests will be applied to. */
  readonly namespace: string;
}

function keyOf({ name, namespace }: ServiceName): string {
  return `${namespace}/${name}`;
}

/** The Service that a host's name means to whoever asks. */
function serviceIn(from: IConstruct, host: string): ServiceName | undefined {
  const domain = `.${Platform.of(from).clusterDomain}`;
  const [, name, namespace] = /^([^.]+)(?:\.([^.]+)\.svc)?$/.exec(host.endsWith(`.svc${domain}`) ? host.slice(0, -domain.length) : host) ?? [];
  return name === undefined ? undefined : { name, namespace: namespace ?? namespaceOf(from) };
}

function namespaceOf(scope: IConstruct): string {
  return Chart.of(scope).namespace ?? '';
}

/** The pods behind a Service: policies are applied once its address and port have been replaced by those of a pod. */
function behind({ namespace }: ServiceName, port: number, service: ApiObject | undefined, seenFrom: IConstruct): Reach {
  const elsewhere = namespace === namespaceOf(seenFrom) ? undefined : namespace;
  // Of a Service that is not synthesized here neither the pods nor their port are known, so the rule must allow all of its namespace.
  if (!service) return { peer: namespacePeer(elsewhere), ports: [] };
  const { selector, ports = [] } = service.toJson().spec;
  const { targetPort = port } = ports.find((each: any) => each.port === port) ?? {};
  // Without a selector, it stands for addresses that are written elsewhere.
  return selector ? { peer: podsPeer(selector, elsewhere), ports: [targetPort] } : { peer: 'anywhere', ports: [targetPort] };
}

/** A group's pods as a policy in the chart of `seenFrom` must select them. */
function peerOf({ scope, labels }: NetworkMember, seenFrom: IConstruct): PeerSpec {
  const namespace = namespaceOf(scope);
  if (namespace === namespaceOf(seenFrom)) return podsPeer(selectorOf(labels));
  // A chart without a namespace may be applied to any.
  return namespace ? podsPeer(selectorOf(labels), namespace) : { ...podsPeer(selectorOf(labels)), namespaceSelector: {} };
}
