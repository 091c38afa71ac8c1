import { App, Chart } from 'cdk8s';
import { Backend, Code, Gather, gathering, ScatterGather, Shard, ShardKey } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'words');

// By key: PUT /documents/alice (and GET) reaches the one shard that owns 'alice'. Texts live in its memory, so a shard
// has one replica.
const documents = new Shard(chart, 'Documents', {
  shards: 3,
  replicas: 1,
  key: ShardKey.fromPath('^/documents/([^/]+)'),
  backend: Backend.fromFunction(Code.fromInline(`(() => {
  const documents = new Map();
  const count = (words) => {
    const counts = new Map();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return Object.fromEntries(counts);
  };
  return ({ method, path, body }, { shard }) => {
    if (path === '/counts') return count([...documents.values()].flat());
    const name = path.split('/')[2];
    if (method === 'PUT') {
      if (typeof body !== 'string') return new Response('a document is plain text', { status: 415 });
      documents.set(name, body.toLowerCase().match(/\\p{L}+/gu) ?? []);
    }
    if (!documents.has(name)) return new Response('there is no such document', { status: 404 });
    return { name, shard, counts: count(documents.get(name)) };
  };
})()`)),
});

// Over all: GET /counts asks every shard, the same pods, and adds up what they answer.
new ScatterGather(chart, 'Counts', {
  backends: documents.backends,
  // Gather.merge() keeps the first of two numbers under one name; here they are added.
  gather: Gather.fromFunction(gathering((answers) => {
    const sums = new Map<string, number>();
    for (const { body } of answers) {
      for (const [word, count] of Object.entries<number>(body)) sums.set(word, (sums.get(word) ?? 0) + count);
    }
    return Object.fromEntries([...sums].sort(([, a], [, b]) => b - a));
  })),
});

app.synth();
