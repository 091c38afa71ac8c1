import { alikeAsOne } from './alike';
import { drawPolicies } from './draw-policies';
import { Drawing, idOf } from './drawing';
import { entrancesOf } from './entrances';
import { COMPONENT, Facts, NAME } from './facts';
import type { Group } from './groups';
import { Known, knownObjects } from './kinds';
import type { Graph } from './model';
import { podPort } from './services';
import { volumesOf } from './volumes';

/**
 * The graph of manifests: of what cdk8s-metaparticle wrote, and of any others. The same objects in the same order make
 * the same graph. Throws where a field has a type that Kubernetes would refuse.
 */
export function graphOf(objects: readonly object[]): Graph {
  const known = knownObjects(objects);
  const facts = new Facts(known);
  const drawing = new Drawing();
  for (const [id, members] of facts.patterns) drawing.frame({ id, title: titleOf(members, facts) });
  drawEntrances(drawing, facts, known);
  for (const group of facts.groups.all) drawGroup(drawing, facts, group);
  for (const group of facts.groups.all) drawCalls(drawing, facts, group);
  for (const group of facts.groups.all) drawPolicies(drawing, facts, group);
  return alikeAsOne(drawing.graph);
}

function titleOf(members: readonly Group[], { programs }: Facts): string {
  const name = members[0].labels[NAME];
  const kind = members.map((each) => programs.get(each)!.pattern).find((each) => each !== undefined);
  return kind === undefined ? name : `${name}: ${kind}`;
}

function drawEntrances(drawing: Drawing, facts: Facts, objects: readonly Known[]): void {
  for (const { object, notes, targets } of entrancesOf(objects)) {
    const id = idOf(object.kind, object.namespace, object.metadata.name);
    const kind = object.kind === 'Service' ? object.spec.type : object.kind;
    drawing.add({ id, kind: 'entrance', title: `${kind} ${object.title}`, notes });
    for (const { namespace, service, label } of targets) {
      const { groups } = facts.services.named(namespace, service);
      for (const group of groups) drawing.connect(id, group.id, 'calls', label);
      if (groups.length === 0) drawing.connect(id, elsewhere(drawing, namespace, service), 'calls', label);
    }
  }
}

function drawGroup(drawing: Drawing, facts: Facts, group: Group): void {
  const { object, labels } = group;
  const program = facts.programs.get(group)!;
  const pattern = facts.patternOf(group);
  drawing.add({
    id: group.id,
    kind: program.pattern ? 'front' : 'pods',
    title: object.title,
    pattern,
    role: labels[COMPONENT] ?? (['Deployment', 'StatefulSet'].includes(object.kind) ? undefined : object.kind),
    size: facts.sizes.of(group),
    notes: [
      ...addresses(facts, group),
      ...program.notes,
      ...facts.policies.of('ingress', group) ? [] : ['no policy: open to all'],
    ],
  });
  for (const { id, title, notes, isShared } of volumesOf(group, facts.claims)) {
    drawing.add({ id, kind: 'volume', title, notes, pattern: isShared ? undefined : pattern });
    drawing.connect(group.id, id, 'has');
  }
}

/** The Services of a group whose names tell more than its own. */
function addresses({ services }: Facts, group: Group): string[] {
  const others = services.of(group).filter(({ metadata, spec }) => (
    spec.clusterIP !== 'None' && metadata.name !== group.object.metadata.name
  ));
  return others.map(({ metadata, spec: { ports = [] } }) => (
    `Service ${metadata.name}${ports.length > 0 ? `:${ports.map(({ port }) => port).join(',')}` : ''}`
  ));
}

function drawCalls(drawing: Drawing, { programs, services, policies }: Facts, group: Group): void {
  for (const { host, port, name } of programs.get(group)!.calls) {
    const destination = services.at(host, group.namespace);
    if (!destination) {
      const title = port === undefined ? host : `${host}:${port}`;
      const id = drawing.add({ id: idOf('Host', title), kind: 'outside', title, notes: [] });
      drawing.connect(group.id, id, 'calls', name);
      continue;
    }
    const { service, groups } = destination;
    for (const each of groups) {
      const { targetPort = port } = service?.spec.ports?.find((one) => one.port === port) ?? {};
      const ports = targetPort === undefined ? [...services.portsOf(each)] : [podPort(each, targetPort)];
      drawing.connect(group.id, each.id, policies.allow(group, each, ports) ? 'calls' : 'refused', name);
    }
    if (groups.length > 0) continue;
    drawing.connect(group.id, elsewhere(drawing, destination.namespace, destination.name), 'calls', name);
  }
}

/** A Service whose pods are not in the manifests. */
function elsewhere(drawing: Drawing, namespace: string, name: string): string {
  const title = `Service ${namespace === 'default' ? '' : `${namespace}/`}${name}`;
  return drawing.add({ id: idOf('Elsewhere', namespace, name), kind: 'outside', title, notes: [] });
}
