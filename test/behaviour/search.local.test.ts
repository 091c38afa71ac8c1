import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleObjects } from './kubernetes/examples';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const FOLDER = join(__dirname, '../../examples/search');

/** What the page of the example says to run for the image, wherever this process is. */
function commands(): Record<string, string[]> {
  const [, image, program] = /--run '(\S+)=node (\S+)'/.exec(readFileSync(join(FOLDER, 'README.md'), 'utf8'))!;
  return { [image]: [process.execPath, join(FOLDER, program)] };
}

// What the page of examples/search says of restarts.
test('documents are found after their shards were killed and restarted; writes wait meanwhile, and searches do without', async () => {
  const cluster = await LocalCluster.start(exampleObjects('search'), { commands: commands() });
  try {
    let written = 0;
    const owners = new Set<string | null>();
    const write = async () => {
      const doc = written++;
      const answer = await cluster.fetch('docs', `/docs/${doc}`, { method: 'PUT', body: `number ${doc}` });
      expect(answer.status).toBe(204);
      owners.add(answer.headers.get('x-shard'));
    };
    const writeMany = async () => Promise.all(Array.from({ length: 30 }, write));
    const search = async () => {
      const answer = await cluster.fetch('search', '/search?q=number');
      expect(answer.status).toBe(200);
      const { total } = await answer.json() as { total: number };
      return { shards: answer.headers.get('x-gather-responses'), total };
    };
    const checkAll = async () => expect(await search()).toEqual({ shards: '3/3', total: written });

    await writeMany();
    expect(owners).toEqual(new Set(['0', '1', '2']));
    const killed = cluster.pod('docs-0-0');
    await killed.kill();
    await writeMany();
    await killed.ready();
    await checkAll();

    const seen = new Set<string | null>();
    let over = false;
    const load = Promise.all([
      (async () => { while (!over) await write(); })(),
      (async () => { while (!over) seen.add((await search()).shards); })(),
    ]);
    await Promise.all(['docs-1', 'docs-2'].map((shard) => cluster.rollout(shard)));
    over = true;
    await load;
    expect(seen.has('2/3') || seen.has('1/3')).toBe(true);
    await checkAll();
  } finally {
    await cluster.stop();
  }
}, 120_000);
