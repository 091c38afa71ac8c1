import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examplePromises } from '../example-promises';
import { exampleObjects } from './kubernetes/examples';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const FOLDER = join(__dirname, '../../examples/search');

/** What the page of the example says to run for the image, wherever this process is. */
function commands(): Record<string, string[]> {
  const [, image, program] = /--run '(\S+)=node (\S+)'/.exec(readFileSync(join(FOLDER, 'README.md'), 'utf8'))!;
  return { [image]: [process.execPath, join(FOLDER, program)] };
}

describe('examples/search', () => {
  let cluster: LocalCluster;
  beforeAll(async () => { cluster = await LocalCluster.start(exampleObjects('search'), { commands: commands() }); }, 60_000);
  afterAll(async () => cluster?.stop());

  const { promise, check } = examplePromises.search;
  test(promise, async () => {
    await check((service, path, init) => cluster.fetch(service, path, init), async () => '');
  });

  let written = 0;
  async function write(): Promise<string | null> {
    const doc = written++;
    const answer = await cluster.fetch('docs', `/docs/${doc}`, { method: 'PUT', body: `number ${doc}` });
    expect(answer.status).toBe(204);
    return answer.headers.get('x-shard');
  }
  const writeMany = async () => Promise.all(Array.from({ length: 30 }, write));

  async function search(): Promise<{ shards: string | null; total: number }> {
    const answer = await cluster.fetch('search', '/search?q=number');
    expect(answer.status).toBe(200);
    const { total } = await answer.json() as { total: number };
    return { shards: answer.headers.get('x-gather-responses'), total };
  }
  const checkAll = async () => expect(await search()).toEqual({ shards: '3/3', total: written });

  test('finds what a shard had confirmed before it was killed, and lets writes wait until it is back', async () => {
    expect(new Set(await writeMany())).toEqual(new Set(['0', '1', '2']));
    const pod = cluster.pod('docs-0-0');
    await pod.kill();
    await writeMany();
    await pod.ready();
    await checkAll();
  });

  test('finds what was written before and during a rolling restart, and searches without the shards that are down', async () => {
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
  });
});
