import { execFile } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { parseAllDocuments } from 'yaml';
import { CommandLine } from './cli/command-line';

const EXAMPLES = join(__dirname, '../examples');

/** As a user would: `npx cdk8s synth` in the folder, but for where the manifests go. */
async function synthesize(example: string, output: string): Promise<void> {
  await promisify(execFile)('npx', ['--no-install', 'cdk8s', 'synth', '--check-upgrade=false', '--output', output], { cwd: join(EXAMPLES, example) });
}

let output: string;
beforeEach(() => { output = mkdtempSync(join(tmpdir(), 'example-')); });
afterEach(() => rmSync(output, { recursive: true, force: true }));

test.each(readdirSync(EXAMPLES))('examples/%s synthesizes', async (example) => {
  await synthesize(example, output);
  const manifests = readdirSync(output).map((file) => readFileSync(join(output, file), 'utf8'));
  const kinds = manifests.flatMap((text) => parseAllDocuments(text)).map((document) => document.toJS().kind);
  expect(kinds).toContain('Deployment');
});

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(() => cli.close());

/** Runs an example's manifests; answers with the addresses of its Services. */
async function up(example: string, ...services: string[]): Promise<string[]> {
  await synthesize(example, output);
  cli.start(['up', output]);
  await cli.printed(/✓ all \d+ pods are ready/);
  return Promise.all(services.map(async (service) => (await cli.printed(new RegExp(`^service ${service} (\\S+)$`, 'm')))[1]));
}

describe('examples/counter', () => {
  test('is run by npx cdk8s-metaparticle up', async () => {
    await synthesize('counter', output);
    cli.start(['--no-install', 'cdk8s-metaparticle', 'up', output, '--try', 'counter:/?user=ada', '--once'], { program: ['npx'], cwd: join(EXAMPLES, 'counter') });
    expect(await cli.ended()).toBe(0);
    expect(cli.output).toContain('✓ all 12 answered, by the only replica');
  });

  test('counts each user in one shard', async () => {
    const [url] = await up('counter', 'counter');
    const ask = async (user: string, method: string) => {
      const answer = await fetch(`${url}/?user=${user}`, { method });
      return { answer: await answer.json() as object, owner: Number(answer.headers.get('x-shard')) };
    };
    const users = Array.from({ length: 12 }, (_, n) => `user-${n}`);

    const first = await Promise.all(users.map((user) => ask(user, 'POST')));
    expect(new Set(first.map(({ owner }) => owner))).toEqual(new Set([0, 1, 2]));
    for (const [at, user] of users.entries()) {
      const { owner } = first[at];
      const counted = (count: number) => ({ answer: { user, count, shard: owner, shards: 3 }, owner });
      expect(first[at]).toEqual(counted(1));
      expect(await ask(user, 'POST')).toEqual(counted(2));
      expect(await ask(user, 'GET')).toEqual(counted(2));
    }
  });
});

test('examples/words counts words over all shards, and a document in the shard that owns it', async () => {
  const [documents, counts] = await up('words', 'documents', 'counts');
  const texts = { alice: 'The cat sat', bob: 'the hat', carol: 'cat and hat and the dog', dave: 'the THE' };
  const owners = new Set<string>();
  for (const [name, body] of Object.entries(texts)) {
    const answer = await fetch(`${documents}/documents/${name}`, { method: 'PUT', body, headers: { 'content-type': 'text/plain' } });
    expect((await answer.json() as { shard: number }).shard).toBe(Number(answer.headers.get('x-shard')));
    owners.add(answer.headers.get('x-shard')!);
  }
  expect(owners.size).toBeGreaterThan(1);
  const all = await fetch(`${counts}/counts`);
  expect([all.headers.get('x-gather-responses'), await all.json()]).toEqual(['3/3', { the: 5, cat: 2, hat: 2, and: 2, sat: 1, dog: 1 }]);
  expect(await (await fetch(`${documents}/documents/bob`)).json()).toMatchObject({ name: 'bob', counts: { the: 1, hat: 1 } });
});
