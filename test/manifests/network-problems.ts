import { BlockList, isIP } from 'node:net';
import { connectionsOf } from './connections';
import { hasPort, namespaceOf, Objects, one, titleOf } from './objects';

/** What a policy is for and is not there, and what it allows by mistake. */
export function policyProblems(policy: any, objects: Objects): string[] {
  const { podSelector, policyTypes, ingress = [], egress = [] } = policy.spec;
  const namespace = namespaceOf(policy);
  const problems = [...one(policy, podSelector, objects)];
  const complain = (problem: string) => problems.push(`${titleOf(policy)}: ${problem}`);
  if (policyTypes?.join() !== 'Ingress,Egress') complain(`its types are ${policyTypes}, so a direction is open`);

  for (const rule of [...ingress, ...egress]) {
    const peers: any[] = rule.from ?? rule.to ?? [];
    if (peers.length === 0 && !rule.ports?.length) complain('a rule allows everything');
    for (const peer of peers) {
      if (isEverybody(peer)) complain('a peer is everybody');
      const own = Object.keys(peer.podSelector?.matchLabels ?? {}).some((label) => (
        label.startsWith('app.kubernetes.io/')
      ));
      const deployments = objects.peers(peer, namespace);
      if (own && deployments.length === 0) {
        complain(`its peer ${JSON.stringify(peer.podSelector.matchLabels)} is no pod`);
      }
      for (const { port } of rule.to ? rule.ports ?? [] : []) {
        for (const deployment of deployments) {
          if (!hasPort(deployment, port)) {
            complain(`it lets out to port ${port}, which ${titleOf(deployment)} has not`);
          }
        }
      }
    }
  }
  for (const { port } of ingress.flatMap(({ ports = [] }: any) => ports)) {
    for (const deployment of objects.selected(podSelector.matchLabels ?? {}, namespace)) {
      if (!hasPort(deployment, port)) complain(`it lets in to port ${port}, which ${titleOf(deployment)} has not`);
    }
  }
  return problems;
}

/** What the configuration of a pod connects to must be let out of it, and into the other. */
export function connectionProblems(from: any, objects: Objects): string[] {
  const allows = (rules: any[], side: 'from' | 'to', seenFrom: any, other: any, port: number) => rules.some((rule) => (
    (!rule.ports || rule.ports.some((each: any) => each.port === port))
    && (!rule[side] || rule[side].some((peer: any) => objects.peers(peer, namespaceOf(seenFrom)).includes(other)))
  ));
  const policyOf = (deployment: any) => objects.ofKind('NetworkPolicy').find((policy) => (
    objects.selected(policy.spec.podSelector.matchLabels, namespaceOf(policy)).includes(deployment)
  ));

  return connectionsOf(from, objects).flatMap(({ host, service, port, isOutside }) => {
    if (isOutside && policyOf(from)?.spec.egress.every((rule: any) => !letsOut(rule, host, port))) {
      return [`${titleOf(from)}: it connects to port ${port} of ${host}, and its NetworkPolicy does not let it out`];
    }
    const [to] = service?.spec.selector ? objects.selected(service.spec.selector, namespaceOf(service)) : [];
    if (!to) return [];
    const { targetPort = port } = service.spec.ports.find((each: any) => each.port === port) ?? {};
    const [out, into] = [policyOf(from), policyOf(to)];
    return [
      ...(!out || allows(out.spec.egress, 'to', out, to, targetPort)
        ? []
        : [`${titleOf(from)}: it connects to ${titleOf(service)}, and its NetworkPolicy does not let it out`]),
      ...(!into || allows(into.spec.ingress, 'from', into, from, targetPort)
        ? []
        : [`${titleOf(from)}: it connects to ${titleOf(service)}, and the NetworkPolicy of ${titleOf(to)} `
          + 'does not let it in']),
    ];
  });
}

/** Whether a rule lets out to a host outside of the cluster: of names it knows none. */
function letsOut({ to, ports }: any, host: string, port: number): boolean {
  const version = isIP(host) === 6 ? 'ipv6' : 'ipv4';
  return (!ports || ports.some((each: any) => each.port === port)) && (!to || to.some(({ ipBlock }: any) => {
    if (!ipBlock || !isIP(host)) return false;
    const [address, length] = ipBlock.cidr.split('/');
    const block = new BlockList();
    block.addSubnet(address, Number(length), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    return block.check(host, version);
  }));
}

function isEverybody({ podSelector, namespaceSelector, ipBlock }: any): boolean {
  if (ipBlock) return /\/0$/.test(ipBlock.cidr);
  return namespaceSelector !== undefined && !namespaceSelector.matchLabels
    && !Object.keys(podSelector?.matchLabels ?? {}).length;
}
