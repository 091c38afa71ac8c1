import { append } from './append';
import { Graph, GraphEdge, GraphNode } from './model';

/** So many groups that differ in nothing but their number are drawn one by one; more of them, as one. */
const MOST_APART = 4;

/** The picture with one node for many that are alike: 64 shards would hide everything else. */
export function alikeAsOne(graph: Graph): Graph {
  const standIns = new Map<string, string>();
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const alike of familiesOf(graph)) {
    const [first] = alike;
    const title = `${first.title} … ${alike.at(-1)!.title}`;
    nodes.set(first.id, { ...first, title, times: alike.length });
    for (const { id } of alike.slice(1)) standIns.set(id, first.id);
  }
  if (standIns.size === 0) return graph;
  for (const [volume, standIn] of volumes(graph, standIns)) standIns.set(volume, standIn);
  for (const [id, standIn] of standIns) {
    nodes.delete(id);
    const node = nodes.get(standIn)!;
    if (node.kind === 'volume') nodes.set(standIn, { ...node, notes: [...sizes(node), 'one for each'] });
  }
  const edges = graph.edges.map(({ from, to, ...edge }) => (
    { from: standIns.get(from) ?? from, to: standIns.get(to) ?? to, ...edge }
  ));
  const once = new Map(edges.map((edge) => [JSON.stringify([edge.from, edge.to]), edge]));
  return { patterns: graph.patterns, nodes: [...nodes.values()], edges: [...once.values()] };
}

function sizes({ notes }: GraphNode): string[] {
  return notes.filter((note) => !note.startsWith('one for each'));
}

/** Groups of a pattern with everything in common but the number at the end of their names, in its order. */
function familiesOf(graph: Graph): GraphNode[][] {
  const siblings = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const stem = /^(.*?)-?\d+$/.exec(node.title)?.[1];
    if (node.kind !== 'pods' || stem === undefined) continue;
    append(siblings, JSON.stringify([stem, node.pattern, node.role, node.size, node.notes]), node);
  }
  const neighbours = neighboursOf(graph);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return [...siblings.values()].filter((each) => each.length > MOST_APART).flatMap((members) => {
    const among = new Set(members.map(({ id }) => id));
    const alike = new Map<string, GraphNode[]>();
    for (const member of members) {
      const around = (neighbours.get(member.id) ?? []).map(({ from, to, kind, label }) => {
        const other = from === member.id ? to : from;
        const node = nodes.get(other)!;
        const called = among.has(other) ? 'one of them' : isOwn(node, member) ? [node.title, node.notes] : other;
        return JSON.stringify([from === member.id, kind, label, called]);
      });
      append(alike, JSON.stringify([...new Set(around)].sort()), member);
    }
    return [...alike.values()].filter((each) => each.length > MOST_APART).map(byNumber);
  });
}

/** A volume that belongs to one group alone. */
function isOwn(volume: GraphNode, owner: GraphNode): boolean {
  return volume.kind === 'volume' && volume.id.startsWith(`${owner.id}/`);
}

/** The volumes of groups that another one stands for, each with that one's volume of the same name. */
function volumes(graph: Graph, standIns: ReadonlyMap<string, string>): [string, string][] {
  return graph.nodes.filter(({ kind }) => kind === 'volume').flatMap(({ id }): [string, string][] => {
    const owner = id.slice(0, id.lastIndexOf('/'));
    const standIn = standIns.get(owner);
    return standIn === undefined ? [] : [[id, `${standIn}${id.slice(owner.length)}`]];
  });
}

function byNumber(nodes: GraphNode[]): GraphNode[] {
  const number = ({ title }: GraphNode) => Number(/\d+$/.exec(title)![0]);
  return [...nodes].sort((a, b) => number(a) - number(b));
}

function neighboursOf({ edges }: Graph): Map<string, GraphEdge[]> {
  const neighbours = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    append(neighbours, edge.from, edge);
    if (edge.to !== edge.from) append(neighbours, edge.to, edge);
  }
  return neighbours;
}
