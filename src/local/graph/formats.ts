import { dot } from './dot';
import { mermaid } from './mermaid';
import type { Graph } from './model';
import { svg } from './svg';

/** The languages that a picture can be written in. */
export const FORMATS: Readonly<Record<string, (graph: Graph) => string>> = { mermaid, dot, svg };
