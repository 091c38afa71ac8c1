import { Box, Item, Link, Point } from './layout';
import { GREY, LOOKS, RED, TEXT } from './look';
import { EdgeKind, Graph, GraphEdge, GraphNode } from './model';
import { packed } from './pack';
import { lineOf, linesOf } from './text';

const FONT = { family: 'Helvetica, Arial, sans-serif', size: 12, small: 11, line: 16 };
const PADDING = { x: 14, y: 10 };
/** How high the top of a cylinder is. */
const LID = 6;
const MARGIN = 12;

/** The picture as SVG, which needs nothing else: no font, no script, no style sheet. */
export function svg(graph: Graph): string {
  const lines = new Map(graph.nodes.map((node) => [node.id, linesOf(node)]));
  const items = graph.nodes.map((node) => itemOf(node, lines.get(node.id)!));
  const links = graph.edges.map(linkOf);
  const { width, height, boxes, frames, paths } = packed(items, links);
  const size = [width, height].map((each) => Math.ceil(each + 2 * MARGIN));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="${-MARGIN} ${-MARGIN} `
      + `${size.join(' ')}" font-family="${FONT.family}" font-size="${FONT.size}">`,
    '<defs>',
    ...[marker('arrow', GREY), marker('refused', RED)].map((each) => `  ${each}`),
    '</defs>',
    ...graph.patterns.flatMap(({ id, title }) => {
      const frame = frames.get(id);
      return frame ? frameLines(frame, lineOf(title)) : [];
    }),
    ...graph.edges.map((edge, index) => edgeLine(edge, paths[index])),
    ...graph.nodes.flatMap((node) => nodeLines(node, lines.get(node.id)!, boxes.get(node.id)!)),
    ...graph.edges.flatMap((edge, index) => edgeText(edge, paths[index])),
    '</svg>',
    '',
  ].join('\n');
}

function itemOf({ id, pattern, kind }: GraphNode, lines: readonly string[]): Item {
  return {
    id,
    frame: pattern,
    width: Math.max(...lines.map((line, index) => widthOf(line, FONT.size, index === 0))) + 2 * PADDING.x,
    height: lines.length * FONT.line + 2 * PADDING.y + (kind === 'volume' ? LID : 0),
  };
}

function linkOf({ from, to, label }: GraphEdge): Link {
  return { from, to, width: label === undefined ? 0 : widthOf(lineOf(label), FONT.small) };
}

function marker(id: string, color: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" `
    + `orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="${color}"/></marker>`;
}

function frameLines(box: Box, title: string): string[] {
  const { x, y } = box;
  return [
    `<rect ${area(box)} rx="8" fill="${GREY}" fill-opacity="0.08" stroke="${GREY}" stroke-opacity="0.5"/>`,
    `<text x="${round(x + 10)}" y="${round(y + 15)}" fill="${GREY}" font-size="${FONT.small}" `
      + `font-weight="bold">${escaped(title)}</text>`,
  ];
}

function nodeLines({ kind }: GraphNode, lines: readonly string[], box: Box): string[] {
  const { x, y, width } = box;
  const { fill, line, dashed } = LOOKS[kind];
  const look = `fill="${fill}" stroke="${line}"${dashed ? ' stroke-dasharray="4 3"' : ''}`;
  const shape = kind === 'volume' ? cylinder(box, look) : [
    `<rect ${area(box)} rx="${/entrance|caller|outside/.test(kind) ? Math.min(18, round(box.height / 2)) : 5}" ${look}/>`,
  ];
  const first = y + PADDING.y + FONT.line - 4 + (kind === 'volume' ? LID : 0);
  return [...shape, ...lines.map((text, index) => (
    `<text x="${round(x + width / 2)}" y="${round(first + index * FONT.line)}" fill="${TEXT}" text-anchor="middle"`
      + `${index === 0 ? ' font-weight="bold"' : ''}>${escaped(text)}</text>`
  ))];
}

function cylinder({ x, y, width, height }: Box, look: string): string[] {
  const [right, top, bottom] = [x + width, y + LID, y + height - LID];
  const arc = (sweep: number, to: string) => `A${round(width / 2)} ${LID} 0 0 ${sweep} ${to}`;
  return [
    `<path d="M${at(x, top)}${arc(1, at(right, top))}V${round(bottom)}${arc(1, at(x, bottom))}z" ${look}/>`,
    `<path d="M${at(x, top)}${arc(0, at(right, top))}" ${look.replace(/fill="[^"]*"/, 'fill="none"')}/>`,
  ];
}

const STROKES: Readonly<Record<EdgeKind, string>> = {
  'calls': `stroke="${GREY}" stroke-width="1.5" marker-end="url(#arrow)"`,
  'may call': `stroke="${GREY}" stroke-width="1.5" stroke-dasharray="5 4" marker-end="url(#arrow)"`,
  'refused': `stroke="${RED}" stroke-width="1.5" stroke-dasharray="2 4" marker-end="url(#refused)"`,
  'has': `stroke="${GREY}" stroke-width="1.5"`,
};

function edgeLine({ kind }: GraphEdge, path: readonly Point[]): string {
  return `<path d="${curve(path)}" fill="none" ${STROKES[kind]}/>`;
}

/** Curves between nodes, straight lines where an arrow passes one by. */
function curve(points: readonly Point[]): string {
  const [{ x, y }] = points;
  if (points.length === 1) return `M${at(x - 18, y)}C${at(x - 14, y - 24)} ${at(x + 24, y - 4)} ${at(x, y + 14)}`;
  return points.slice(1).reduce((path, to, index) => {
    const from = points[index];
    const middle = (from.x + to.x) / 2;
    return `${path}C${at(middle, from.y)} ${at(middle, to.y)} ${at(to.x, to.y)}`;
  }, `M${at(x, y)}`);
}

/** Nearer to the beginning: arrows that end at one place would have their texts there too. */
function edgeText({ label, kind }: GraphEdge, path: readonly Point[]): string[] {
  if (label === undefined) return [];
  // Beside the corner of a box that leads to itself.
  const [from, to = { x: from.x + 84, y: from.y }] = path;
  const x = from.x + 0.42 * (to.x - from.x);
  const y = from.y + 0.35 * (to.y - from.y) - 5;
  return [`<text x="${round(x)}" y="${round(y)}" fill="${kind === 'refused' ? RED : GREY}" `
    + `font-size="${FONT.small}" text-anchor="middle">${escaped(lineOf(label))}</text>`];
}

function area({ x, y, width, height }: Box): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

function at(x: number, y: number): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/**
 * How wide a text is at most, in any of the fonts that may be there: as in the widest of them, DejaVu Sans, whose
 * characters these classes have in common.
 */
function widthOf(text: string, size: number, bold = false): number {
  let ems = 0;
  for (const char of text) {
    if (/[ijlI.,:;'|!()[\]/\\ -]/.test(char)) ems += 0.42;
    else if (/[mwMW@%…—+<=>~^]/.test(char)) ems += 1.01;
    else if (/[A-Z#&]/.test(char)) ems += 0.84;
    else ems += char <= '\u024f' ? 0.66 : 1.08;
  }
  return ems * size * (bold ? 1.1 : 1);
}

/** A text of XML, between tags: `text.ts` has taken out what XML cannot hold. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
