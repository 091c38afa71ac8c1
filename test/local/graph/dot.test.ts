import { EMPTY, SAMPLE } from './sample';
import { dot } from '../../../src/local/graph/dot';

test('a graph is one of Graphviz, where a backslash and an ampersand mean themselves', () => {
  expect(dot(SAMPLE)).toBe(`digraph {
  rankdir=LR
  graph [fontname="Helvetica" fontcolor="#768390" color="#768390" style=rounded bgcolor=transparent]
  node [fontname="Helvetica" fontsize=11 fontcolor="#1f2328"]
  edge [fontname="Helvetica" fontsize=10 color="#768390" fontcolor="#768390"]
  n0 [label="Ingress users\\n*.example.com" shape=box style="filled,rounded" fillcolor="#ddf4ff" color="#218bff"]
  n1 [label="any caller" shape=box style="filled,rounded,dashed" fillcolor="#f6f8fa" color="#768390"]
  n5 [label="a\\"]; <b>&amp;amp;\\\\N" shape=box style="filled,rounded,dashed" fillcolor="#f6f8fa" color="#768390"]
  subgraph cluster_0 {
    label="users: \\"Shard\\""
    n2 [label="users-router\\nrouter, 2 replicas\\nkey: path ^/users/([^/]+)" shape=box style="filled,rounded" fillcolor="#fbefff" color="#a475f9"]
    n3 [label="users-0 … users-7\\n8 shards, 2 replicas each" shape=box style="filled,rounded" fillcolor="#dafbe1" color="#2da44e"]
    n4 [label="volume data\\n20Gi" shape=cylinder style="filled" fillcolor="#fff8c5" color="#bf8700"]
  }
  n0 -> n2 [label="/\\"<a>\\""]
  n1 -> n2 [style=dashed]
  n2 -> n3
  n3 -> n4 [arrowhead=none]
  n3 -> n5 [color="#d1242f" fontcolor="#d1242f" arrowhead=tee]
}
`);
});

test('a graph without anything is one of Graphviz too', () => {
  expect(dot(EMPTY)).toMatch(/^digraph \{\n[^]*\}\n$/);
});
