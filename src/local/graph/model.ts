/** What a picture of manifests shows, as data: readers make it, renderers draw it. */
export interface Graph {
  readonly patterns: readonly Pattern[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Groups of pods that belong together, drawn inside of one frame. */
export interface Pattern {
  readonly id: string;
  readonly title: string;
}

/**
 * `entrance`: an Ingress, a route of a Gateway, a Service of the type LoadBalancer or NodePort. `caller`: who may
 * call, and is not in the manifests. `front`: a router or root. `pods`: any other group of pods. `volume`: a claim.
 * `outside`: what is called, and is not in the manifests.
 */
export type NodeKind = 'entrance' | 'caller' | 'front' | 'pods' | 'volume' | 'outside';

export interface GraphNode {
  /** Tells it apart from all others. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly title: string;
  /** The id of the pattern that it is a part of. */
  readonly pattern?: string;
  /** What it is to its pattern: `router`, `shard` … */
  readonly role?: string;
  /** How many pods: `2 replicas`. */
  readonly size?: string;
  /** How many alike it stands for; without it, itself. */
  readonly times?: number;
  /** What else to tell, a line each. */
  readonly notes: readonly string[];
}

/**
 * `calls`: the manifests say that it does: an Ingress, or the configuration of a router. `may call`: NetworkPolicies
 * allow it. `refused`: it calls, and a NetworkPolicy does not allow it. `has`: a volume.
 */
export type EdgeKind = 'calls' | 'may call' | 'refused' | 'has';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly label?: string;
}

/** The nodes of each pattern, in the order of the patterns, and those that are a part of none. */
export function membersOf({ patterns, nodes }: Graph): { framed: [Pattern, GraphNode[]][]; free: GraphNode[] } {
  const members = new Map<string | undefined, GraphNode[]>(patterns.map(({ id }) => [id, []]));
  members.set(undefined, []);
  for (const node of nodes) members.get(node.pattern)!.push(node);
  return { framed: patterns.map((pattern) => [pattern, members.get(pattern.id)!]), free: members.get(undefined)! };
}
