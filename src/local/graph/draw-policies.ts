import { Drawing, idOf } from './drawing';
import type { Facts } from './facts';
import type { Group } from './groups';
import type { PolicyPeer } from './kinds';
import { peerText, portsText, Rule, Side } from './policies';
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
      if (side === 'ingress') drawAnyCaller(rule);
      else drawAnywhere(rule);
    }
    for (const peer of rule.peers ?? []) {
      const named = namesPods(peer) ? facts.policies.named(peer, rule.namespace) : [];
      if (named.length === 0 || named.length > MOST_NAMED) drawPeer(side, peerText(peer, rule.namespace), rule);
      else for (const other of named) drawAllowed(side === 'ingress' ? [other, group] : [group, other], rule);
    }
  }

  /** One for each pattern: one for all would lie in the middle of every picture. */
  function drawAnyCaller(rule: Rule): void {
    const id = idOf('AnyCaller', facts.patternOf(group) ?? group.id);
    drawing.add({ id, kind: 'caller', title: 'any caller', notes: [] });
    drawing.connect(id, group.id, 'may call', portsLabel(group, rule));
  }

  function drawAnywhere({ ports }: Rule): void {
    // What is known to be called there says more.
    const outside = facts.programs.get(group)!.calls.filter(({ host }) => !facts.services.at(host, group.namespace));
    const others = ports?.filter(({ port }) => !outside.some((call) => String(call.port) === String(port)));
    if (others?.length === 0) return;
    const title = ['anywhere', portsText(others)].filter((each) => each !== undefined).join(', ');
    const id = idOf('Anywhere', title, facts.patternOf(group) ?? group.id);
    drawing.connect(group.id, drawing.add({ id, kind: 'outside', title, notes: [] }), 'may call');
  }

  function drawPeer(side: Side, title: string, rule: Rule): void {
    const [kind, id] = [side === 'ingress' ? 'caller' as const : 'outside' as const, idOf(side, title)];
    drawing.add({ id, kind, title, notes: [] });
    if (side === 'ingress') drawing.connect(id, group.id, 'may call', portsLabel(group, rule));
    else drawing.connect(group.id, id, 'may call', portsText(rule.ports));
  }

  function drawAllowed([from, to]: [Group, Group], rule: Rule): void {
    const named = (rule.ports ?? []).flatMap(({ port }) => port === undefined ? [] : podPort(to, port));
    const ports = named.length > 0 ? named : [...facts.services.portsOf(to)];
    // Of a pod without a Service nobody tells the ports: any will do.
    if (!facts.policies.allow(from, to, ports.length > 0 ? ports : [0])) return;
    drawing.connect(from.id, to.id, 'may call', portsLabel(to, rule));
  }

  /** The ports of a rule, where they are not those that the group's Services lead to. */
  function portsLabel(to: Group, { ports }: Rule): string | undefined {
    const usual = facts.services.portsOf(to);
    return portsText(ports?.filter(({ port }) => port === undefined || !usual.has(podPort(to, port))));
  }
}

function namesPods({ podSelector: { matchLabels = {}, matchExpressions = [] } = {} }: PolicyPeer): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length > 0;
}
