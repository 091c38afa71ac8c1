import { Drawing, idOf } from './drawing';
import type { Facts } from './facts';
import type { Group } from './groups';
import type { PolicyPeer } from './kinds';
import { peerText, portsText, Rule, Side } from './policies';
import type { Call } from './programs';
import { podPort } from './services';

/** A peer that names more groups is told in words: a label that all pods have would make an arrow for each pair. */
const MOST_NAMED = 200;

/** Draws whom a group's NetworkPolicies let in, and where they let it out to. */
export function drawPolicies(drawing: Drawing, facts: Facts, group: Group): void {
  for (const side of ['ingress', 'egress'] as const) {
    for (const rule of facts.policies.of(side, group) ?? []) drawRule(side, rule);
  }

  function drawRule(side: Side, rule: Rule): void {
    if (!rule.peers) {
      if (side === 'ingress') drawPeer(side, 'any caller', unusualPorts(group, rule));
      else drawAnywhere(rule);
    }
    for (const peer of rule.peers ?? []) {
      if (side === 'egress' && isCalled(peer)) continue;
      const named = namesPods(peer) ? facts.policies.named(peer, rule.namespace) : [];
      if (named.length === 0 || named.length > MOST_NAMED) {
        const ports = side === 'ingress' ? unusualPorts(group, rule) : portsText(rule.ports);
        drawPeer(side, peerText(peer, rule.namespace), ports);
        continue;
      }
      for (const other of named) drawAllowed(side === 'ingress' ? [other, group] : [group, other], rule);
    }
  }

  function drawAnywhere({ ports }: Rule): void {
    // What is known to be called there says more.
    const others = ports?.filter(({ port }) => !outside().some((call) => String(call.port) === String(port)));
    if (others?.length !== 0) drawPeer('egress', 'anywhere', portsText(others));
  }

  /** Is it an address that is known to be called? */
  function isCalled({ ipBlock }: PolicyPeer): boolean {
    return outside().some(({ host }) => ipBlock?.cidr?.replace(/\/(?:32|128)$/, '') === host);
  }

  function outside(): readonly Call[] {
    return facts.programs.get(group)!.calls.filter(({ host }) => !facts.services.at(host, group.namespace));
  }

  /** One for each pattern: one for all would lie in the middle of every picture. */
  function drawPeer(side: Side, name: string, ports: string | undefined): void {
    const title = ports === undefined ? name : `${name}, ${ports}`;
    const id = idOf(side, title, facts.patternOf(group) ?? group.id);
    drawing.add({ id, kind: side === 'ingress' ? 'caller' : 'outside', title, notes: [] });
    if (side === 'ingress') drawing.connect(id, group.id, 'may call');
    else drawing.connect(group.id, id, 'may call');
  }

  function drawAllowed([from, to]: [Group, Group], rule: Rule): void {
    const named = (rule.ports ?? []).flatMap(({ port }) => port === undefined ? [] : podPort(to, port));
    const ports = named.length > 0 ? named : [...facts.services.portsOf(to)];
    // Of a pod without a Service nobody tells the ports: any will do.
    if (!facts.policies.allow(from, to, ports.length > 0 ? ports : [0])) return;
    drawing.connect(from.id, to.id, 'may call', unusualPorts(to, rule));
  }

  /** The ports of a rule, where they are not those that the group's Services lead to. */
  function unusualPorts(to: Group, { ports }: Rule): string | undefined {
    const usual = facts.services.portsOf(to);
    return portsText(ports?.filter(({ port }) => port === undefined || !usual.has(podPort(to, port))));
  }
}

function namesPods({ podSelector: { matchLabels = {}, matchExpressions = [] } = {} }: PolicyPeer): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length > 0;
}
