import * as os from 'node:os';
import { DebianProgram, fromDebian } from './debian';
import { inspectNginx, Nginx, OLDEST, tryNginx } from './nginx-check';
import { complaint, run } from './run';
import { firstOnPath, firstWay, named, onPath, Searches, SearchOptions } from './search';

export { Nginx } from './nginx-check';

/** What runs where there is no other nginx; it holds njs. */
const IMAGE = 'nginx:1.30-alpine';

const DEBIAN: DebianProgram = {
  name: 'nginx',
  packages: ['nginx', 'libnginx-mod-http-js'],
  asked: ['usr/sbin/nginx', '-v'],
  version: /nginx\/(\d+\.\d+\.\d+)/,
};

/** Where to look for nginx. */
export interface FindNginxOptions extends SearchOptions {
  /** The nginx to take. @default - `$NGINX`, else the first that works */
  readonly path?: string;
}

const searches = new Searches<Nginx>();

/**
 * Finds an nginx of 1.29.3 or newer with njs and its QuickJS engine: the one named, else one on PATH, else packages of
 * Debian's unstable suite in a cache folder (downloaded at the first call, by one process however many ask), else
 * docker. Throws when the named one does not do, or when none of the four ways works: then the error says why for
 * each.
 */
export function findNginx(
  { path, onProgress = () => {}, env = process.env }: FindNginxOptions = {},
): Promise<Nginx> {
  return searches.once(env, [path, env.NGINX], () => find(path, env, onProgress));
}

function find(
  path: string | undefined, env: NodeJS.ProcessEnv, onProgress: (line: string) => void,
): Promise<Nginx> {
  const program = path ?? env.NGINX;
  const inspect = (file: string) => inspectNginx([file]);
  if (program) {
    const by = path === undefined ? '$NGINX' : 'the nginx path';
    return named({ program, by, kind: 'an nginx program', runs: 'routers' }, env, inspect);
  }
  return firstWay(
    `no nginx of ${OLDEST} or newer with njs and QuickJS is found: install one, or name it with $NGINX.`,
    '$NGINX is not set',
    [
      ['on PATH', () => firstOnPath(['nginx'], env, inspect)],
      ['packages of Debian', () => debianNginx(env, onProgress)],
      ['docker', () => dockerNginx(env)],
    ],
  );
}

function debianNginx(env: NodeJS.ProcessEnv, onProgress: (line: string) => void): Promise<Nginx> {
  return fromDebian(DEBIAN, env, onProgress, async ({ at, command, version }) => {
    const nginx = {
      command: [...command('usr/sbin/nginx'), '-e', 'stderr'], modules: at('usr/lib/nginx/modules'), version,
    };
    await tryNginx(nginx);
    return nginx;
  });
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
