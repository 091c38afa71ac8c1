import { GREY, LOOKS, RED, TEXT } from './look';
import { EdgeKind, Graph, GraphNode, membersOf, NodeKind } from './model';
import { lineOf, linesOf, namesOf } from './text';

const SHAPES: Readonly<Record<NodeKind, string>> = {
  entrance: 'box', caller: 'box', front: 'box', pods: 'box', volume: 'cylinder', outside: 'box',
};

const ARROWS: Readonly<Record<EdgeKind, string>> = {
  'calls': '',
  'may call': 'style=dashed',
  'refused': `color="${RED}" fontcolor="${RED}" arrowhead=tee`,
  'has': 'arrowhead=none',
};

/** The picture in the language of Graphviz. */
export function dot(graph: Graph): string {
  const names = namesOf(graph.nodes, 'n');
  const node = (each: GraphNode) => {
    const { fill, line, dashed } = LOOKS[each.kind];
    const style = ['filled', ...SHAPES[each.kind] === 'box' ? ['rounded'] : [], ...dashed ? ['dashed'] : []];
    return `${names.get(each.id)} [label=${quoted(linesOf(each).join('\n'))} shape=${SHAPES[each.kind]} `
      + `style="${style.join(',')}" fillcolor="${fill}" color="${line}"]`;
  };
  const { framed, free } = membersOf(graph);
  const frames = framed.flatMap(([{ title }, members], index) => [
    `subgraph cluster_${index} {`,
    `  label=${quoted(lineOf(title))}`,
    ...members.map((each) => `  ${node(each)}`),
    '}',
  ]);
  const lines = [
    'rankdir=LR',
    `graph [fontname="Helvetica" fontcolor="${GREY}" color="${GREY}" style=rounded bgcolor=transparent]`,
    `node [fontname="Helvetica" fontsize=11 fontcolor="${TEXT}"]`,
    `edge [fontname="Helvetica" fontsize=10 color="${GREY}" fontcolor="${GREY}"]`,
    ...free.map(node),
    ...frames,
    ...graph.edges.map(({ from, to, kind, label }) => {
      const attributes = [...label === undefined ? [] : [`label=${quoted(lineOf(label))}`], ARROWS[kind]];
      const list = attributes.filter((each) => each !== '').join(' ');
      return `${names.get(from)} -> ${names.get(to)}${list && ` [${list}]`}`;
    }),
  ];
  return ['digraph {', ...lines.map((line) => `  ${line}`), '}', ''].join('\n');
}

/**
 * A text of Graphviz: a backslash begins an escape there (`\N` is the name of the node), and an ampersand an entity
 * of HTML.
 */
function quoted(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
  return `"${escaped}"`;
}
