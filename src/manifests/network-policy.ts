import { ApiObject, Lazy } from 'cdk8s';
import { labelsOf, selectorOf } from './labels';
import { Network } from './network';
import type { NetworkMember } from './network-member';
import { Anywhere, PeerSpec } from '../platform/peer-spec';

/** A port besides the one that takes requests. */
export interface FurtherPort {
  readonly port: number;
  readonly clients: readonly (PeerSpec | Anywhere)[];
}

/**
 * Who may connect to a group's pods, and where they may connect to: in both directions, what is not named here is
 * refused.
 */
export interface PolicySpec extends NetworkMember {
  /** Who may connect to the port that takes requests, besides the groups of the app that are known to. */
  readonly clients: readonly (PeerSpec | Anywhere)[];
  /** Where metrics are, if there are any. Probes need no rule: those of a pod's own node always pass. */
  readonly metricsPort?: number;
  readonly further?: readonly FurtherPort[];
}

interface Port {
  readonly port: number | string;
  readonly protocol: string;
}

/**
 * Of anything: name servers are pods on one cluster and a process of the node on another (NodeLocal DNSCache), and a
 * rule for the cluster's own would keep nobody's questions inside, since those that it cannot answer it passes on.
 * OpenShift's listen on 5353, and rules are checked once the port of a Service has been replaced by that of a pod.
 */
const DNS = [53, 5353].flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ port, protocol })));

/**
 * The NetworkPolicy of a group. Its rules are found when the app is synthesized, because later patterns connect to
 * earlier ones.
 */
export function networkPolicy(spec: PolicySpec): void {
  const { scope, labels, platform: { networkPolicies, scrapers } } = spec;
  const network = Network.of(scope);
  // Also where no policy is made: another chart, which has one, must let this group in.
  network.add(spec);
  if (!networkPolicies) return;
  new ApiObject(scope, 'NetworkPolicy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: labels.group, labels: labelsOf(scope, labels) },
    spec: {
      podSelector: { matchLabels: selectorOf(labels) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: Lazy.any({
        produce: () => [
          ...rule('from', [...network.clientsOf(spec), ...spec.clients], [tcp(spec.port)]),
          ...spec.metricsPort === undefined ? [] : rule(
            'from', scrapers.map(({ _spec }) => _spec), [tcp(spec.metricsPort)],
          ),
          ...(spec.further ?? []).flatMap(({ port, clients }) => rule('from', clients, [tcp(port)])),
        ],
      }),
      egress: Lazy.any({
        produce: () => {
          const byPorts = new Map<string, { peers: (PeerSpec | Anywhere)[]; ports: Port[] }>();
          for (const { peer, ports } of network.reachOf(spec)) {
            const known = byPorts.get(ports.join());
            if (known) known.peers.push(peer);
            else byPorts.set(ports.join(), { peers: [peer], ports: ports.map(tcp) });
          }
          return [{ ports: DNS }, ...[...byPorts.values()].flatMap(({ peers, ports }) => rule('to', peers, ports))];
        },
      }),
    },
  });
}

/**
 * The rule for some peers; none for nobody, because to Kubernetes a rule with an empty list of peers means everybody.
 */
function rule(side: 'from' | 'to', peers: readonly (PeerSpec | Anywhere)[], ports: readonly Port[]): object[] {
  if (peers.length === 0) return [];
  return [{
    ...!peers.includes('anywhere') && {
      [side]: [...new Map(
        peers.map((peer) => [JSON.stringify(peer), peer]),
      ).values()],
    },
    ...ports.length > 0 && { ports },
  }];
}

function tcp(port: number | string): Port {
  return { port, protocol: 'TCP' };
}
