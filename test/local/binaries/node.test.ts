import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { folder, machine, program } from './machine';
import { findNode } from '../../../src/local/binaries/node';
import { older } from '../../../src/local/binaries/version';

/** A Node that answers what it is asked. */
const nodeOf = (version: string, sqlite = true) => `console.log('${version} ${sqlite}');`;
const NAME = `node-${process.platform}-${process.arch}`;

/** An npm whose registry has these versions of Node; it notes in `asked` what it is asked. */
async function npm(versions: string[], integrity?: string): Promise<Record<string, string>> {
  const inside = path.join(folder, 'package/bin');
  await fs.mkdir(inside, { recursive: true });
  await program(path.join(inside, 'node'), nodeOf('24.21.0'));
  for (const file of ['LICENSE', 'CHANGELOG.md']) await fs.writeFile(path.join(folder, 'package', file), '');
  const archive = path.join(folder, 'node.tgz');
  execFileSync('tar', ['-czf', archive, '-C', folder, 'package']);
  const sha = `sha512-${createHash('sha512').update(await fs.readFile(archive)).digest('base64')}`;
  const all = versions.map((version) => ({ version, 'dist.integrity': integrity ?? sha }));
  return {
    npm: `
      fs.appendFileSync(process.env.FOLDER + '/asked', args.slice(0, 2).join(' ') + '\\n');
      if (args[0] === 'view') console.log(${JSON.stringify(JSON.stringify(all.length === 1 ? all[0] : all))});
      else fs.copyFileSync('${archive}', path.join(args[args.indexOf('--pack-destination') + 1], 'it.tgz'));`,
    tar: `
      const { spawnSync } = require('child_process');
      process.exit(spawnSync('tar', args, { env: { PATH: ${JSON.stringify(process.env.PATH)} } }).status);`,
  };
}

/** Lets this process be run by a Node without node:sqlite, whichever runs the tests. */
async function runByOlder(): Promise<void> {
  process.execPath = await program(path.join(folder, 'own'), nodeOf('20.19.0', false));
}
const { execPath } = process;
afterEach(() => { process.execPath = execPath; });

test('a Node of this machine, or of the registry, opens a database under the permission model', async () => {
  const { program: node, version } = await findNode({ onProgress: (line) => process.stderr.write(`${line}\n`) });

  expect(older(version, '22.13')).toBe(false);
  const file = path.join(folder, 'a.db');
  const script = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(${JSON.stringify(file)});
    db.exec('CREATE TABLE a (b)'); db.exec('INSERT INTO a VALUES (7)');
    console.log(db.prepare('SELECT b FROM a').get().b, process.permission.has('fs.read', '/etc/passwd'));`;
  const allowed = ['read', 'write'].map((each) => `--allow-fs-${each}=${folder}`);
  expect(execFileSync(node, ['--permission', ...allowed, '-e', script], { encoding: 'utf8', stdio: 'pipe' }))
    .toBe('7 false\n');
}, 300_000);

describe('a Node is found', () => {
  beforeEach(runByOlder);

  test('that $POD_NODE names, before any other', async () => {
    const env = await machine({ other: nodeOf('26.1.0'), node: nodeOf('24.1.0') });

    expect(await findNode({ env: { ...env, POD_NODE: 'other' } }))
      .toEqual({ program: path.join(folder, 'bin/other'), version: '26.1.0' });
  });

  test('on PATH, where that of this process is too old, behind those that are too', async () => {
    const env = await machine({ node: nodeOf('24.1.0') });
    await fs.mkdir(path.join(folder, 'old'));
    await program(path.join(folder, 'old/node'), nodeOf('22.12.0', false));

    expect(await findNode({ env: { ...env, PATH: `${folder}/old:${env.PATH}` } }))
      .toEqual({ program: path.join(folder, 'bin/node'), version: '24.1.0' });
  });

  test('in the registry, the newest of the major that is asked for, and kept for later processes', async () => {
    const env = await machine(await npm(['24.9.0', '24.21.0', '24.10.0']));
    const lines: string[] = [];
    const found = await findNode({ env, onProgress: (line) => lines.push(line) });
    const cache = path.join(folder, `.cache/cdk8s-metaparticle/node-24-${process.platform}-${process.arch}`);

    expect(found).toEqual({ program: path.join(cache, 'bin/node'), version: '24.21.0' });
    expect(lines).toEqual([`downloading ${NAME} 24.21.0 by npm, this first time only`, 'unpacking']);
    expect(await fs.readFile(path.join(folder, 'asked'), 'utf8')).toBe(`view ${NAME}@24\npack ${NAME}@24.21.0\n`);
    expect((await fs.readdir(cache)).sort()).toEqual(['LICENSE', 'bin']);
    expect(await findNode({ env: { HOME: folder, PATH: '/nonexistent' } })).toEqual(found);
  });

  test('that runs this process, before one on PATH', async () => {
    process.execPath = await program(path.join(folder, 'own'), nodeOf('22.13.0'));

    expect(await findNode({ env: await machine({ node: nodeOf('24.1.0') }) }))
      .toEqual({ program: path.join(folder, 'own'), version: '22.13.0' });
  });

  test('once in a process', async () => {
    const env = { ...await machine({ other: nodeOf('26.1.0') }), POD_NODE: 'other' };

    expect(await findNode({ env })).toBe(await findNode({ env }));
  });
});

describe('what does not do', () => {
  beforeEach(runByOlder);

  test.each([
    ['is not on PATH', '', '$POD_NODE is "other", which is not on PATH: give the path of a node program'],
    [
      'is too old',
      nodeOf('22.12.0', false),
      '$POD_NODE is "other", which cannot run programs that import node:sqlite: it is version 22.12.0; '
      + 'node:sqlite needs 22.13 or newer',
    ],
    [
      'is no Node',
      'console.error("what?")',
      '$POD_NODE is "other", which cannot run programs that import node:sqlite: it does not say which version of Node '
      + 'it is, but "what?"',
    ],
  ])('a $POD_NODE that %s is refused, and no other is taken in its place', async (_, body, message) => {
    const env = await machine({ node: nodeOf('24.1.0'), ...body ? { other: body } : {} });

    await expect(findNode({ env: { ...env, POD_NODE: 'other' } })).rejects.toThrow(message);
  });

  test('the error names all four ways and why each failed', async () => {
    const env = await machine({ node: nodeOf('18.0.0', false), npm: 'console.error("npm error network"); process.exit(1);' });

    await expect(findNode({ env })).rejects.toThrow([
      'no Node of 22.13 or newer, for programs that import node:sqlite, is found: install one, or name it with $POD_NODE. Tried:',
      '  - $POD_NODE is not set',
      `  - this process: ${folder}/own is version 20.19.0; node:sqlite needs 22.13 or newer`,
      `  - on PATH: ${folder}/bin/node is version 18.0.0; node:sqlite needs 22.13 or newer`,
      `  - ${NAME} of the npm registry: \`npm view\` failed: npm error network`,
    ].join('\n'));
  });

  test('an image of a Node without it is not looked for in the registry', async () => {
    await expect(findNode({ env: await machine(await npm(['20.19.0'])), major: 20 }))
      .rejects.toThrow('of the npm registry: the image names Node 20, which has no node:sqlite');
  });

  test('a version that the registry does not have is named', async () => {
    await expect(findNode({ env: await machine(await npm([])), major: 99 }))
      .rejects.toThrow('of the npm registry: the registry has no version 99 of it with a sha512 to check it by');
  });

  test('a package whose bytes are not what the registry says is not unpacked, and leaves nothing behind', async () => {
    await expect(findNode({ env: await machine(await npm(['24.21.0'], `sha512-${'A'.repeat(86)}==`)) }))
      .rejects.toThrow(/it\.tgz is not what the registry says: sha512-[\w+/]+==, not sha512-A+==/);
    expect(await fs.readdir(path.join(folder, '.cache/cdk8s-metaparticle'))).toEqual([]);
  });

  test('a damaged download is named and not used', async () => {
    const env = await machine(await npm(['24.21.0']));
    const { program: node } = await findNode({ env });
    await program(node, 'process.exit(1)');

    await expect(findNode({ env: { ...env, PATH: '/nonexistent' } }))
      .rejects.toThrow(/the Node 24 in .*node-24-\S+ does not say which version .*; delete that folder to download it again/);
  });
});
