import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { DebianProgram, fromDebian } from './debian';
import { quoted, run } from './run';
import { firstOnPath, firstWay, named, onPath, Searches, SearchOptions, Way } from './search';
import { older } from './version';

/** A Valkey, or a Redis, with its command line: the arguments that run each; its own follow. */
export interface Valkey {
  readonly server: string[];
  readonly cli: string[];
  /** `9.1.2` */
  readonly version: string;
}

/** The first that keeps its append-only file in several files, as all that are maintained do. */
const OLDEST = '7.0.0';
const CHECK_TIMEOUT = 20_000;
const VERSION = /(?:Valkey|Redis) server v=(\d+\.\d+\.\d+)/;
const DEBIAN: DebianProgram = {
  name: 'valkey',
  packages: ['valkey-server', 'valkey-tools'],
  asked: ['usr/bin/valkey-server', '--version'],
  version: VERSION,
};

/** Where to look for Valkey. */
export interface FindValkeyOptions<T> extends SearchOptions {
  /** What else runs its image, tried in the end; the name of that is for errors. */
  readonly otherwise: Way<T>;
}

const searches = new Searches<unknown>();

/**
 * Finds a Valkey or a Redis of 7.0 or newer: the one that `$VALKEY` names, else one on PATH, else packages of Debian's
 * unstable suite in a cache folder, downloaded at the first call. Throws when the named one does not do, or when none
 * of the ways works: then the error says why for each.
 */
export function findValkey<T>(
  { otherwise, onProgress = () => {}, env = process.env }: FindValkeyOptions<T>,
): Promise<Valkey | T> {
  return searches.once(env, [env.VALKEY], () => {
    const inspect = (server: string) => inspectServer(server, env);
    const { VALKEY: program } = env;
    if (program) {
      const runs = 'containers of Valkey or Redis';
      return named({ program, by: '$VALKEY', kind: 'a valkey-server or redis-server', runs }, env, inspect);
    }
    return firstWay<Valkey | T>(
      `no Valkey or Redis of ${OLDEST} or newer is found: install one, name its server with $VALKEY, or name what `
      + 'runs the image with the option `commands`.',
      '$VALKEY is not set',
      [
        ['on PATH', () => firstOnPath(['valkey-server', 'redis-server'], env, inspect)],
        ['packages of Debian', () => debianValkey(env, onProgress)],
        otherwise,
      ],
    );
  }) as Promise<Valkey | T>;
}

function debianValkey(env: NodeJS.ProcessEnv, onProgress: (line: string) => void): Promise<Valkey> {
  return fromDebian(DEBIAN, env, onProgress, async ({ command }) => {
    const server = command('usr/bin/valkey-server');
    return { server, cli: command('usr/bin/valkey-cli'), version: await versionOf(server) };
  });
}

async function inspectServer(server: string, env: NodeJS.ProcessEnv): Promise<Valkey> {
  const version = await versionOf([server]);
  if (older(version, OLDEST)) throw new Error(`is version ${version}; ${OLDEST} or newer is needed`);
  const beside = ['valkey-cli', 'redis-cli'].map((name) => path.join(path.dirname(server), name));
  const [cli] = [
    ...await Promise.all(beside.map((file) => fs.access(file).then(() => [file], () => []))),
    await onPath('valkey-cli', env),
    await onPath('redis-cli', env),
  ].flat();
  if (!cli) {
    throw new Error(`(version ${version}) comes without valkey-cli, which probes call: install it beside it`);
  }
  return { server: [server], cli: [cli], version };
}

async function versionOf(server: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run([...server, '--version'], { timeout: CHECK_TIMEOUT });
  const version = VERSION.exec(stdout)?.[1];
  if (!version) throw new Error(`does not say which version of Valkey it is, but ${quoted(stdout || stderr)}`);
  return version;
}
