import { isIP } from 'net';
import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { selectorOf } from './labels';
import type { NetworkMember } from './network-member';
import { meaningOf, namespaceOf, ServiceName } from './service-name';
import { Anywhere, namespacePeer, PeerSpec, podsPeer } from '../platform/peer-spec';

/** What a rule allows. No ports: all of them. */
export interface Reach {
  readonly peer: PeerSpec | Anywhere;
  readonly ports: readonly (number | string)[];
}

/** What stands behind the name and port of a host. */
export interface Destination {
  readonly reach: Reach;
  /** Groups of the app that take the connections. */
  readonly groups: readonly NetworkMember[];
  /** The Service of the app that only a resolver with search domains finds by this name. */
  readonly short?: ServiceName;
}

/** A Service of the user's. */
interface OwnService {
  readonly spec: any;
  /** The ports of its EndpointSlices in the app, if there are any. */
  readonly endpointPorts: readonly number[];
  /** The groups whose pods it selects. */
  readonly groups: readonly NetworkMember[];
}

/** Where the hosts of an app's connections are, as the app is now. */
export class Destinations {
  /** By the keys of their Services. */
  private readonly groups = new Map<string, NetworkMember>();
  /** By a label of their pods. */
  private readonly labelled = new Map<string, NetworkMember[]>();
  private readonly objects = new Map<string, ApiObject>();
  private readonly endpoints = new Map<string, ApiObject[]>();
  private readonly ownServices = new Map<string, OwnService | undefined>();

  public constructor(members: readonly NetworkMember[], root: IConstruct) {
    for (const member of members) {
      const namespace = namespaceOf(member.scope);
      for (const name of member.services) this.groups.set(keyOf({ name, namespace }), member);
      for (const label of Object.entries(member.podLabels)) append(this.labelled, labelKey(namespace, label), member);
    }
    for (const object of root.node.findAll()) {
      if (!ApiObject.isApiObject(object)) continue;
      const namespace = object.metadata.namespace ?? '';
      // Not every Service is Kubernetes' own: Knative has another kind of that name.
      if (object.kind === 'Service' && object.apiVersion === 'v1') {
        this.objects.set(keyOf({ name: object.name, namespace }), object);
      }
      if (object.kind === 'EndpointSlice') {
        append(
          this.endpoints, keyOf(
            { name: object.metadata.getLabel('kubernetes.io/service-name') ?? '', namespace },
          ), object,
        );
      }
    }
  }

  /** Where a group's pods connect to by a host's name or address and a port. */
  public of(host: string, port: number, { scope: from, platform }: NetworkMember): Destination {
    const version = isIP(host);
    if (version) {
      return {
        reach: { peer: { ipBlock: { cidr: `${host}/${version === 4 ? 32 : 128}` } }, ports: [port] },
        groups: [],
      };
    }
    const outside: Destination = { reach: { peer: 'anywhere', ports: [port] }, groups: [] };
    const meaning = meaningOf(host, from, platform.clusterDomain);
    // Outside of the cluster a policy knows no names.
    if (!meaning) return outside;
    const { service, sure } = meaning;
    const elsewhere = service.namespace === namespaceOf(from) ? undefined : service.namespace;
    // A chart without a namespace may be applied to the one that is named.
    for (const key of [service.namespace, ''].map((namespace) => keyOf({ ...service, namespace }))) {
      const group = this.groups.get(key);
      const short = sure ? undefined : service;
      if (group) return { reach: { peer: peerOf(group, from), ports: [group.port] }, groups: [group], short };
      const own = this.ownService(key);
      if (own) return { reach: reachOf(own, port, elsewhere), groups: own.groups, short };
    }
    // Of a Service that is not synthesized here neither the pods nor their port are known, so the rule must allow all
    // of its namespace.
    return sure ? { reach: { peer: namespacePeer(elsewhere), ports: [] }, groups: [] } : outside;
  }

  private ownService(key: string): OwnService | undefined {
    if (!this.ownServices.has(key)) this.ownServices.set(key, this.describe(key));
    return this.ownServices.get(key);
  }

  private describe(key: string): OwnService | undefined {
    const object = this.objects.get(key);
    if (!object) return undefined;
    const spec = object.toJson().spec ?? {};
    const [first, ...others] = Object.entries<string>(spec.selector ?? {});
    const slices = (this.endpoints.get(key) ?? []).map((slice) => slice.toJson());
    return {
      spec,
      endpointPorts: slices.flatMap(({ ports = [] }) => ports.map((each: any) => each.port)),
      groups: (first ? this.labelled.get(labelKey(object.metadata.namespace ?? '', first)) ?? [] : [])
        .filter(({ podLabels }) => others.every(([label, value]) => podLabels[label] === value)),
    };
  }
}

function keyOf({ name, namespace }: ServiceName): string {
  return `${namespace}/${name}`;
}

function labelKey(namespace: string, [label, value]: readonly [string, string]): string {
  return `${namespace}/${label}=${value}`;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The pods behind a Service: policies are applied once its address and port have been replaced by those of a pod. */
function reachOf({ spec, endpointPorts }: OwnService, port: number, elsewhere: string | undefined): Reach {
  const { selector, ports = [], clusterIP, externalName } = spec;
  const { targetPort = port } = ports.find((each: any) => each.port === port) ?? {};
  // The names of these resolve to the servers themselves, and nothing translates the port.
  const direct = clusterIP === 'None' || externalName !== undefined;
  if (selector) return { peer: podsPeer(selector, elsewhere), ports: [direct ? port : targetPort] };
  // Without a selector it stands for addresses, and ports of their own, that are written elsewhere.
  return { peer: 'anywhere', ports: direct ? [port] : endpointPorts };
}

/** A group's pods as a policy in the chart of `seenFrom` must select them. */
export function peerOf({ scope, labels }: NetworkMember, seenFrom: IConstruct): PeerSpec {
  const namespace = namespaceOf(scope);
  if (namespace === namespaceOf(seenFrom)) return podsPeer(selectorOf(labels));
  // A chart without a namespace may be applied to any.
  return namespace ? podsPeer(selectorOf(labels), namespace) : {
    ...podsPeer(selectorOf(labels)),
    namespaceSelector: {},
  };
}
