import { Graph } from '../../../src/local/graph/model';

/** A graph with a node and an arrow of each kind, and with names that are syntax somewhere. */
export const SAMPLE: Graph = {
  patterns: [{ id: 'Pattern/users', title: 'users: "Shard"' }],
  nodes: [
    { id: 'in', kind: 'entrance', title: 'Ingress users', notes: ['*.example.com'] },
    { id: 'any', kind: 'caller', title: 'any caller', notes: [] },
    {
      id: 'router',
      kind: 'front',
      title: 'users-router',
      pattern: 'Pattern/users',
      role: 'router',
      size: '2 replicas',
      notes: ['key: path ^/users/([^/]+)'],
    },
    {
      id: 'shards',
      kind: 'pods',
      title: 'users-0 … users-7',
      pattern: 'Pattern/users',
      role: 'shard',
      size: '2 replicas',
      times: 8,
      notes: [],
    },
    { id: 'data', kind: 'volume', title: 'volume data', notes: ['20Gi'], pattern: 'Pattern/users' },
    { id: 'odd', kind: 'outside', title: 'a"]; <b>&amp;\\N', notes: [] },
  ],
  edges: [
    { from: 'in', to: 'router', kind: 'calls', label: '/"<a>"' },
    { from: 'any', to: 'router', kind: 'may call' },
    { from: 'router', to: 'shards', kind: 'calls' },
    { from: 'shards', to: 'data', kind: 'has' },
    { from: 'shards', to: 'odd', kind: 'refused' },
  ],
};

export const EMPTY: Graph = { patterns: [], nodes: [], edges: [] };
