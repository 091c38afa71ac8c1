import { parseAllDocuments } from 'yaml';
import { Graph } from '../../../src/local/graph/model';
import { graphOf } from '../../../src/local/graph/read';
import { linesOf } from '../../../src/local/graph/text';

/** The graph of YAML. */
export function graphIn(yaml: string): Graph {
  return graphOf(parseAllDocuments(yaml).map((document) => document.toJS()));
}

/** Each node by its text, its lines apart by a slash with spaces. */
export function nodesOf(graph: Graph): string[] {
  return graph.nodes.map((node) => linesOf(node).join(' / '));
}

/** Each arrow in words: `web-router calls web-backend`. */
export function arrowsOf({ nodes, edges }: Graph): string[] {
  const titles = new Map(nodes.map(({ id, title }) => [id, title]));
  return edges.map(({ from, to, kind, label }) => (
    `${titles.get(from)} ${kind} ${titles.get(to)}${label === undefined ? '' : ` (${label})`}`
  ));
}

/** A Deployment with a label `app`, as YAML. */
export function deployment(name: string, spec = ''): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  ${spec}
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
`;
}

/** A Service of such a Deployment. */
export function service(name: string, app: string, more = ''): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ${more} selector: { app: ${app} }, ports: [{ port: 80, targetPort: http }] }
`;
}

/** A NetworkPolicy of such a Deployment. */
export function policy(app: string, spec: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${app}-${spec.length} }
spec: { podSelector: { matchLabels: { app: ${app} } }, ${spec} }
`;
}
