import type { Group, Groups } from './groups';
import type { Known, PolicyPeer, PolicyPort, PolicyRule, PolicySpec } from './kinds';
import { podPort } from './services';
import { selectorMatches } from '../manifests/workload';

export type Side = 'ingress' | 'egress';

/** A rule of a NetworkPolicy for a group, with the namespace that its selectors are about. */
export interface Rule {
  readonly namespace: string;
  /** Undefined: whoever it is. */
  readonly peers?: readonly PolicyPeer[];
  /** Undefined: all ports. */
  readonly ports?: readonly PolicyPort[];
}

/** Name servers: every pod asks them, and no picture gets clearer by it. */
const DNS = [53, 5353];

/** Who may connect to which groups, by the NetworkPolicies of the manifests. */
export class Policies {
  private readonly rules: Readonly<Record<Side, Map<Group, Rule[]>>> = { ingress: new Map(), egress: new Map() };

  public constructor(objects: readonly Known<PolicySpec>[], private readonly groups: Groups) {
    for (const { type, namespace, spec } of objects) {
      if (type !== 'networking.k8s.io/NetworkPolicy') continue;
      const { policyTypes = ['Ingress', ...spec.egress ? ['Egress'] : []] } = spec;
      for (const group of groups.matching(spec.podSelector ?? {}, (each) => each === namespace)) {
        if (policyTypes.includes('Ingress')) this.add('ingress', group, namespace, spec.ingress);
        if (policyTypes.includes('Egress')) this.add('egress', group, namespace, spec.egress);
      }
    }
  }

  /** What a group's policies allow; undefined where none is about this side, and so everything is allowed. */
  public of(side: Side, group: Group): readonly Rule[] | undefined {
    return this.rules[side].get(group);
  }

  /**
   * Whether a connection passes, out of one group and into another.
   * @param ports of the pods that it goes to: one of them
   */
  public allow(from: Group, to: Group, ports: readonly (number | string)[]): boolean {
    const passes = (side: Side, of: Group, peer: Group, port: number | string) => (
      this.of(side, of)?.some((rule) => this.names(rule, peer) && hasPort(rule, to, port)) ?? true
    );
    return ports.some((port) => passes('egress', from, to, port) && passes('ingress', to, from, port));
  }

  /** The groups of the manifests that a peer names. */
  public named({ podSelector, namespaceSelector }: PolicyPeer, namespace: string): Group[] {
    return this.groups.matching(podSelector ?? {}, this.namespaces(namespaceSelector, namespace));
  }

  private names({ peers, namespace }: Rule, { namespace: its, labels }: Group): boolean {
    return peers?.some(({ podSelector, namespaceSelector, ipBlock }) => (
      !ipBlock && this.namespaces(namespaceSelector, namespace)(its) && selectorMatches(podSelector, labels)
    )) ?? true;
  }

  private namespaces(selector: PolicyPeer['namespaceSelector'], own: string): (namespace: string) => boolean {
    return (namespace) => selector ? this.groups.namespaceMatches(selector, namespace) : namespace === own;
  }

  private add(side: Side, group: Group, namespace: string, rules: readonly PolicyRule[] = []): void {
    if (!this.rules[side].has(group)) this.rules[side].set(group, []);
    for (const { from, to, ports } of rules) {
      const peers = side === 'ingress' ? from : to;
      const others = ports?.filter(({ port }) => !DNS.includes(Number(port)));
      if (ports?.length && others!.length === 0) continue;
      this.rules[side].get(group)!.push({
        namespace, peers: peers?.length ? peers : undefined, ports: others?.length ? others : undefined,
      });
    }
  }
}

function hasPort({ ports }: Rule, to: Group, port: number | string): boolean {
  return ports?.some((each) => {
    if (each.port === undefined) return true;
    const first = podPort(to, each.port);
    if (each.endPort === undefined) return first === port;
    return typeof first === 'number' && typeof port === 'number' && first <= port && port <= each.endPort;
  }) ?? true;
}

/** Ports of a rule as a picture tells them: nothing where all are meant. */
export function portsText(ports: readonly PolicyPort[] | undefined): string | undefined {
  const names = (ports ?? []).flatMap(({ port, endPort, protocol = 'TCP' }) => {
    if (port === undefined) return [];
    const range = endPort === undefined ? String(port) : `${port} to ${endPort}`;
    return [protocol === 'TCP' ? range : `${range}/${protocol}`];
  });
  return names.length > 0 ? `port ${[...new Set(names)].join(', ')}` : undefined;
}

/** A peer as a picture tells it that finds no pods of it among the manifests. */
export function peerText({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, namespace: string): string {
  if (ipBlock) return [ipBlock.cidr, ...(ipBlock.except ?? []).map((cidr) => `without ${cidr}`)].join(' ');
  const pods = selectorText(podSelector);
  const where = namespaceText(namespaceSelector, namespace);
  return pods === '' ? `any pod of ${where}` : `pods with ${pods} of ${where}`;
}

function namespaceText(selector: PolicyPeer['namespaceSelector'], own: string): string {
  if (!selector) return `namespace ${own}`;
  const { 'kubernetes.io/metadata.name': name, ...others } = selector.matchLabels ?? {};
  const rest = selectorText({ ...selector, matchLabels: others });
  if (name !== undefined && rest === '') return `namespace ${name}`;
  return rest === '' ? 'any namespace' : `namespaces with ${selectorText(selector)}`;
}

function selectorText({ matchLabels = {}, matchExpressions = [] }: PolicyPeer['podSelector'] = {}): string {
  return [
    ...Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => [key, operator, values.join(' or ')].join(' ').trim()),
  ].join(', ');
}
