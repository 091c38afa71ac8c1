import { LOOKS, RED, TEXT } from './look';
import { EdgeKind, Graph, GraphNode, membersOf, NodeKind } from './model';
import { lineOf, linesOf, namesOf } from './text';

/** What Mermaid, and so GitHub, draws at most, unless the page around it says otherwise. */
const MOST_CHARACTERS = 50_000;
const MOST_EDGES = 500;

const SHAPES: Readonly<Record<NodeKind, readonly [string, string]>> = {
  entrance: ['([', '])'],
  caller: ['([', '])'],
  front: ['[', ']'],
  pods: ['[', ']'],
  volume: ['[(', ')]'],
  outside: ['([', '])'],
};

const ARROWS: Readonly<Record<EdgeKind, string>> = {
  'calls': '-->', 'may call': '-.->', 'refused': '--x', 'has': '---',
};

/** The picture as a flowchart of Mermaid. */
export function mermaid(graph: Graph): string {
  const names = namesOf(graph.nodes, 'n');
  const node = (each: GraphNode) => {
    const [open, close] = SHAPES[each.kind];
    return `${names.get(each.id)}${open}"${linesOf(each).map(escaped).join('<br>')}"${close}:::${each.kind}`;
  };
  const { framed, free } = membersOf(graph);
  const frames = framed.flatMap(([{ title }, members], index) => [
    `subgraph p${index}["${escaped(lineOf(title))}"]`,
    ...members.map((each) => `  ${node(each)}`),
    'end',
  ]);
  const refused = graph.edges.flatMap(({ kind }, index) => kind === 'refused' ? [index] : []);
  const used = new Set(graph.nodes.map(({ kind }) => kind));
  const lines = [
    ...free.map(node),
    ...frames,
    ...graph.edges.map(({ from, to, kind, label }) => {
      const text = label === undefined ? '' : `|"${escaped(lineOf(label))}"|`;
      return `${names.get(from)} ${ARROWS[kind]}${text} ${names.get(to)}`;
    }),
    ...Object.entries(LOOKS).filter(([kind]) => used.has(kind as NodeKind)).map(([kind, { fill, line, dashed }]) => (
      `classDef ${kind} fill:${fill},stroke:${line},color:${TEXT}${dashed ? ',stroke-dasharray:4' : ''}`
    )),
    ...refused.length > 0 ? [`linkStyle ${refused.join(',')} stroke:${RED}`] : [],
  ];
  return ['flowchart LR', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** Why Mermaid would not draw this; undefined where it does. */
export function tooBigForMermaid({ edges }: Graph, text: string): string | undefined {
  const size = [
    ...edges.length > MOST_EDGES ? [`${edges.length} arrows of ${MOST_EDGES}`] : [],
    ...text.length > MOST_CHARACTERS ? [`${text.length} characters of ${MOST_CHARACTERS}`] : [],
  ];
  return size.length === 0 ? undefined : `this is more than Mermaid draws by default (${size.join(', ')} at most)`;
}

/**
 * A text inside of double quotes. Mermaid decodes `#35;` last, so that what is written so is never read as syntax, as
 * Markdown or as HTML.
 */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/()=…+-]/gu, (char) => `#${char.codePointAt(0)};`);
}
