import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { debian as debianOf, folder, machine, program } from './machine';
import { findValkey, Valkey } from '../../../src/local/binaries/valkey';
import { older } from '../../../src/local/binaries/version';

const serverOf = (version: string, name = 'Valkey') => `console.log('${name} server v=${version} sha=0 bits=64')`;
const debian = debianOf('valkey', serverOf('9.1.2'));
const otherwise = ['docker', () => Promise.reject(new Error('it does not work here'))] as const;

const find = (env?: NodeJS.ProcessEnv, onProgress?: (line: string) => void): Promise<Valkey> => {
  return findValkey<never>({ otherwise, env, onProgress });
};

test('the Valkey of this machine, or of Debian, says its version, and its command line does too', async () => {
  const { server, cli, version } = await find(undefined, (line) => process.stderr.write(`${line}\n`));

  expect(older(version, '7.0.0')).toBe(false);
  for (const [command, ...args] of [server, cli]) {
    expect(execFileSync(command, [...args, '--version'], { encoding: 'utf8' })).toContain(version);
  }
}, 300_000);

describe('a Valkey is found', () => {
  test('that $VALKEY names, with the command line beside it, before any other', async () => {
    const env = await machine({ 'valkey-server': serverOf('9.0.0'), 'valkey-cli': '' });
    await fs.mkdir(path.join(folder, 'own'));
    const server = await program(path.join(folder, 'own/server'), serverOf('7.2.1', 'Redis'));
    const cli = await program(path.join(folder, 'own/redis-cli'), '');

    expect(await find({ ...env, VALKEY: server })).toEqual({ server: [server], cli: [cli], version: '7.2.1' });
  });

  test('on PATH, behind one that is too old and one without a command line', async () => {
    const env = await machine({ 'redis-server': serverOf('7.0.15', 'Redis') });
    await fs.mkdir(path.join(folder, 'old'));
    await program(path.join(folder, 'old/redis-server'), serverOf('6.2.0', 'Redis'));
    await fs.mkdir(path.join(folder, 'cli'));
    await program(path.join(folder, 'cli/redis-cli'), '');

    expect(await find({ ...env, PATH: `${folder}/old:${env.PATH}:${folder}/cli` })).toEqual({
      server: [path.join(folder, 'bin/redis-server')], cli: [path.join(folder, 'cli/redis-cli')], version: '7.0.15',
    });
  });

  test('in the packages of Debian, and kept for later processes', async () => {
    const lines: string[] = [];
    const found = await find(await machine(debian), (line) => lines.push(line));
    const cache = path.join(folder, `.cache/cdk8s-metaparticle/valkey-debian-sid-${process.arch}`);
    const libraries = path.join(cache, 'usr/lib/x86_64-linux-gnu');
    const run = (name: string) => [
      path.join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries, path.join(cache, 'usr/bin', name),
    ];

    expect(found).toEqual({ server: run('valkey-server'), cli: run('valkey-cli'), version: '9.1.2' });
    expect(lines).toContain(
      'downloading valkey from http://mirror.invalid/debian, this first time only: the list of packages',
    );
    expect(await find({ HOME: folder, PATH: '/nonexistent' })).toEqual(found);
  });

  test('in what runs its image, in the end', async () => {
    const env = await machine();

    expect(await findValkey({ env, otherwise: ['docker', async () => 'a container'] })).toBe('a container');
  });
});

describe('what does not do', () => {
  test.each([
    ['is not on PATH', {}, 'which is not on PATH: give the path of a valkey-server or redis-server'],
    [
      'is too old',
      { 'other': serverOf('6.2.0'), 'valkey-cli': '' },
      'which cannot run containers of Valkey or Redis: it is version 6.2.0; 7.0.0 or newer is needed',
    ],
    [
      'is no Valkey',
      { other: 'console.error("what?")' },
      'which cannot run containers of Valkey or Redis: it does not say which version of Valkey it is, but "what?"',
    ],
    [
      'comes without a command line',
      { other: serverOf('9.0.0') },
      'it (version 9.0.0) comes without valkey-cli, which probes call: install it beside it',
    ],
  ])('a $VALKEY that %s is refused, and no other is taken in its place', async (_, programs, message) => {
    const env = await machine({ ...debian, ...programs as Record<string, string> });

    await expect(find({ ...env, VALKEY: 'other' })).rejects.toThrow(message);
  });

  test('the error names all ways and why each failed', async () => {
    await expect(find(await machine())).rejects.toThrow([
      'no Valkey or Redis of 7.0.0 or newer is found: install one, name its server with $VALKEY, or name what runs the image with the option `commands`. Tried:',
      '  - $VALKEY is not set',
      '  - on PATH: there is no valkey-server and no redis-server',
      '  - packages of Debian: this machine is not Debian or a relative of it: `apt-get` cannot be started (there is no such program)',
      '  - docker: it does not work here',
    ].join('\n'));
  });
});
