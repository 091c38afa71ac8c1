import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { inspectNginx, Nginx, OLDEST, tryNginx } from './check';
import { debianNginx } from './debian';
import { complaint, run } from './run';

export { Nginx } from './check';

/** What runs where there is no other nginx; it holds njs. */
const IMAGE = 'nginx:1.30-alpine';

/** Where to look for nginx. */
export interface FindNginxOptions {
  /** The nginx to take. @default - `$NGINX`, else the first that works */
  readonly path?: string;
  /** Told what a download is doing, a line at a time. */
  readonly onProgress?: (line: string) => void;
  /** The environment: NGINX, PATH, XDG_CACHE_HOME, HOME and TMPDIR are read. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

const found = new Map<string, Promise<Nginx>>();

/**
 * Finds an nginx of 1.29.3 or newer with njs and its QuickJS engine: the one named, else one on PATH, else packages of
 * Debian's unstable suite in a cache folder (downloaded at the first call, by one process however many ask), else
 * docker. Throws when the named one does not do, or when none of the four ways works: then the error says why for
 * each.
 */
export function findNginx(
  { path: named, onProgress = () => {}, env = process.env }: FindNginxOptions = {},
): Promise<Nginx> {
  const key = JSON.stringify([named, env.NGINX, env.PATH, env.XDG_CACHE_HOME, env.HOME, env.TMPDIR]);
  let search = found.get(key);
  if (!search) {
    search = find(named, env, onProgress);
    found.set(key, search);
    search.catch(() => found.delete(key)); // what failed may be mended meanwhile
  }
  return search;
}

async function find(
  named: string | undefined, env: NodeJS.ProcessEnv, onProgress: (line: string) => void,
): Promise<Nginx> {
  const wanted = named ?? env.NGINX;
  if (wanted) return namedNginx(wanted, named === undefined ? '$NGINX' : 'the nginx path', env);
  const ways: [string, () => Promise<Nginx>][] = [
    ['on PATH', () => nginxOnPath(env)],
    ['packages of Debian', () => debianNginx(env, onProgress)],
    ['docker', () => dockerNginx(env)],
  ];
  const failures: string[] = ['$NGINX is not set'];
  for (const [name, way] of ways) {
    try {
      return await way();
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new Error([
    `no nginx of ${OLDEST} or newer with njs and QuickJS is found: install one, or name it with $NGINX. Tried:`,
    ...failures.map((failure) => `  - ${failure}`),
  ].join('\n'));
}

async function namedNginx(wanted: string, what: string, env: NodeJS.ProcessEnv): Promise<Nginx> {
  const [program] = wanted.includes('/') ? [path.resolve(wanted)] : await onPath(wanted, env);
  if (!program) {
    throw new Error(`${what} is ${JSON.stringify(wanted)}, which is not on PATH: give the path of an nginx program`);
  }
  try {
    return await inspectNginx([program]);
  } catch (error) {
    throw new Error(`${what} is ${JSON.stringify(wanted)}, which cannot run routers: it ${(error as Error).message}`);
  }
}

async function nginxOnPath(env: NodeJS.ProcessEnv): Promise<Nginx> {
  const failures: string[] = [];
  for (const program of await onPath('nginx', env)) {
    try {
      return await inspectNginx([program]);
    } catch (error) {
      failures.push(`${program} ${(error as Error).message}`);
    }
  }
  throw new Error(failures.join('; ') || 'there is no nginx');
}

/** The programs of that name on PATH, first one first. */
async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const candidates = (env.PATH ?? '').split(path.delimiter).filter(Boolean).map((folder) => path.join(folder, name));
  const isUsable = (file: string) => fs.access(file, constants.X_OK).then(() => true, () => false);
  const usable = await Promise.all(candidates.map(isUsable));
  return candidates.filter((_, index) => usable[index]);
}

/** The official image, on the network of this machine, with the folder that holds the files of local pods. */
async function dockerNginx(env: NodeJS.ProcessEnv): Promise<Nginx> {
  const [docker] = await onPath('docker', env);
  if (!docker) throw new Error('it is not on PATH');
  const info = await run([docker, 'info'], { timeout: 20_000, env });
  if (info.code !== 0) throw new Error(`\`docker info\` fails: ${complaint({ ...info, stdout: '' })}`);
  const files = os.tmpdir();
  const command = [
    docker, 'run', '--rm', '--init', '--network=host',
    `--user=${process.getuid?.()}:${process.getgid?.()}`, `--volume=${files}:${files}`,
    '--entrypoint=nginx', IMAGE, '-e', 'stderr',
  ];
  const { version } = await inspectDocker(command);
  return { command, modules: '/usr/lib/nginx/modules', version };
}

async function inspectDocker(command: string[]): Promise<{ version: string }> {
  // The first run pulls the image.
  const outcome = await run([...command, '-v'], { timeout: 300_000 });
  const version = /nginx\/(\d+\.\d+\.\d+)/.exec(outcome.stdout + outcome.stderr)?.[1];
  if (!version) throw new Error(`the image ${IMAGE} does not run: ${complaint(outcome)}`);
  await tryNginx({ command, modules: '/usr/lib/nginx/modules', version }).catch((error) => {
    throw new Error(`the image ${IMAGE} ${error.message}`);
  });
  return { version };
}
