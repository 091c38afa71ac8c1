import { EMPTY, SAMPLE } from './sample';
import { mermaid, tooBigForMermaid } from '../../../src/local/graph/mermaid';

test('a graph is a flowchart, where every character that might be syntax is a number', () => {
  expect(mermaid(SAMPLE)).toBe(`flowchart LR
  n0(["Ingress users<br>#42;.example.com"]):::entrance
  n1(["any caller"]):::caller
  n5(["a#34;#93;#59; #60;b#62;#38;amp#59;#92;N"]):::outside
  subgraph p0["users: #34;Shard#34;"]
    n2["users-router<br>router, 2 replicas<br>key: path #94;/users/(#91;#94;/#93;+)"]:::front
    n3["users-0 … users-7<br>8 shards, 2 replicas each"]:::pods
    n4[("volume data<br>20Gi")]:::volume
  end
  n0 -->|"/#34;#60;a#62;#34;"| n2
  n1 -.-> n2
  n2 --> n3
  n3 --- n4
  n3 --x n5
  classDef entrance fill:#ddf4ff,stroke:#218bff,color:#1f2328
  classDef caller fill:#f6f8fa,stroke:#768390,color:#1f2328,stroke-dasharray:4
  classDef front fill:#fbefff,stroke:#a475f9,color:#1f2328
  classDef pods fill:#dafbe1,stroke:#2da44e,color:#1f2328
  classDef volume fill:#fff8c5,stroke:#bf8700,color:#1f2328
  classDef outside fill:#f6f8fa,stroke:#768390,color:#1f2328,stroke-dasharray:4
  linkStyle 4 stroke:#d1242f
`);
});

test('a graph without anything is a flowchart too', () => {
  expect(mermaid(EMPTY)).toBe('flowchart LR\n');
});

test('500 arrows and 50,000 characters are what Mermaid draws', () => {
  const arrows = (count: number) => ({ ...SAMPLE, edges: Array(count).fill(SAMPLE.edges[1]) });
  expect(tooBigForMermaid(arrows(500), 'x'.repeat(50_000))).toBeUndefined();
  expect(tooBigForMermaid(arrows(501), 'x'.repeat(50_001))).toBe(
    'this is more than Mermaid draws by default (501 arrows of 500, 50001 characters of 50000 at most)',
  );
});
