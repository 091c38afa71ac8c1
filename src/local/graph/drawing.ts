import { EdgeKind, Graph, GraphEdge, GraphNode, Pattern } from './model';

/** A graph that is being made. */
export class Drawing {
  private readonly patterns = new Map<string, Pattern>();
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, GraphEdge>();

  public get graph(): Graph {
    return {
      patterns: [...this.patterns.values()], nodes: [...this.nodes.values()], edges: [...this.edges.values()],
    };
  }

  public frame(pattern: Pattern): void {
    this.patterns.set(pattern.id, pattern);
  }

  public hasFrame(id: string): boolean {
    return this.patterns.has(id);
  }

  /** Adds a node where there is none with its id; answers the id. */
  public add(node: GraphNode): string {
    if (!this.nodes.has(node.id)) this.nodes.set(node.id, node);
    return node.id;
  }

  /** One arrow for each pair. The first kind counts: that something is called says more than that it may be. */
  public connect(from: string, to: string, kind: EdgeKind, label?: string): void {
    const key = JSON.stringify([from, to]);
    const known = this.edges.get(key);
    if (!known) {
      this.edges.set(key, { from, to, kind, ...label !== undefined && { label } });
    } else if (known.kind === kind && known.label !== undefined) {
      // Without a label, all is meant.
      const labels = new Set([...known.label.split(', '), label]);
      this.edges.set(key, { from, to, kind, ...label !== undefined && { label: [...labels].join(', ') } });
    }
  }
}

/** The id of a node. */
export function idOf(...parts: readonly string[]): string {
  return parts.join('/');
}
