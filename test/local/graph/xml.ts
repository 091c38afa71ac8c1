import { DOMParser } from '@xmldom/xmldom';
import { Graph } from '../../../src/local/graph/model';
import { svg } from '../../../src/local/graph/svg';
import { linesOf } from '../../../src/local/graph/text';

/** The texts of a picture, in its order. Throws where it is no XML. */
export function textsOf(picture: string): string[] {
  const document = new DOMParser({ onError: (level, message) => { throw new Error(`${level}: ${message}`); } })
    .parseFromString(picture, 'image/svg+xml');
  return [...document.getElementsByTagName('text')].map((text) => text.textContent!);
}

/** Fails where the picture of a graph is no XML or lacks a text. */
export function checkPicture(graph: Graph): void {
  const texts = textsOf(svg(graph));
  for (const line of graph.nodes.flatMap(linesOf)) expect(texts).toContain(line);
}
