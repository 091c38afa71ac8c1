import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { inCache } from './cache-folder';
import { Nginx, tryNginx } from './check';
import { makeOnce } from './once';
import { run, runOrThrow } from './run';

const PACKAGES = ['nginx', 'libnginx-mod-http-js'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** What nginx does not need of its packages: most of their bytes. */
const SUPERFLUOUS = ['usr/share', 'usr/lib/*/gconv', 'var', 'etc/init.d'];
const MINUTE = 60_000;

/** What a complete download says of itself; paths are relative to its folder, so that it can be renamed. */
interface Unpacked {
  readonly loader: string;
  readonly libraries: string;
  readonly nginx: string;
  readonly modules: string;
  readonly version: string;
}

/**
 * nginx and njs from the packages of Debian's unstable suite, unpacked into a cache folder without being installed,
 * and run with the C library of that suite. Throws what prevents it, to be read behind "packages of Debian".
 */
export async function debianNginx(env: NodeJS.ProcessEnv, onProgress: (line: string) => void): Promise<Nginx> {
  const folder = await inCache(`nginx-debian-sid-${process.arch}`, env);
  const onWait = () => onProgress('waiting for another process that downloads nginx');
  await makeOnce(folder, (part) => download(part, env, onProgress), onWait);
  const at = (relative: string) => path.join(folder, relative);
  const unpacked = JSON.parse(await fs.readFile(at('unpacked.json'), 'utf8')) as Unpacked;
  const found = {
    command: [at(unpacked.loader), '--library-path', at(unpacked.libraries), at(unpacked.nginx), '-e', 'stderr'],
    modules: at(unpacked.modules),
    version: unpacked.version,
  };
  try {
    await tryNginx(found);
  } catch (error) {
    throw new Error(`the nginx in ${folder} ${(error as Error).message}; delete that folder to download it again`);
  }
  return found;
}

async function download(folder: string, env: NodeJS.ProcessEnv, onProgress: (line: string) => void): Promise<void> {
  for (const tool of ['apt-get', 'dpkg']) {
    await runOrThrow([tool, '--version'], { timeout: MINUTE, env }).catch((error: Error) => {
      throw new Error(`this machine is not Debian or a relative of it: ${error.message}`);
    });
  }
  const failures: string[] = [];
  for (const mirror of await mirrors(env)) {
    try {
      await downloadFrom(mirror, folder, env, onProgress);
      return;
    } catch (error) {
      failures.push(`from ${mirror}: ${(error as Error).message}`);
    }
  }
  await fs.access(KEYRING).catch(() => {
    throw new Error(`the keys of Debian's archive are not in ${KEYRING}: install the package debian-archive-keyring `
      + `(${failures.join('; ')})`);
  });
  throw new Error(failures.join('; '));
}

/**
 * The Debian mirrors this machine's apt uses, then the one that the user names: relatives of Debian have mirrors of
 * their own.
 */
async function mirrors(env: NodeJS.ProcessEnv): Promise<string[]> {
  // Asked this way, apt names its sources on a machine that has not downloaded any list yet.
  const { stdout } = await runOrThrow(['apt-get', 'update', '--print-uris'], { timeout: MINUTE, env });
  const sites = [...stdout.matchAll(/^'(\S+?)\/dists\//gm)]
    .map(([, site]) => decodeURI(site))
    .filter((site) => /\/debian(\.list)?\/?$/.test(site));
  const all = new Set([...sites, ...env.DEBIAN_MIRROR ? [env.DEBIAN_MIRROR] : []]);
  if (all.size === 0) throw new Error('the sources of apt name no mirror of Debian: name one with $DEBIAN_MIRROR');
  return [...all];
}

async function downloadFrom(
  mirror: string, folder: string, env: NodeJS.ProcessEnv, onProgress: (line: string) => void,
): Promise<void> {
  const apt = path.join(folder, 'apt');
  await fs.rm(apt, { recursive: true, force: true });
  for (const each of ['lists/partial', 'archives/partial']) await fs.mkdir(path.join(apt, each), { recursive: true });
  await fs.writeFile(path.join(apt, 'status'), '');
  await fs.writeFile(path.join(apt, 'sources.list'), `deb [signed-by=${KEYRING}] ${mirror} sid main\n`);
  await fs.writeFile(path.join(apt, 'apt.conf'), await configuration(apt, env));
  const options = { timeout: 10 * MINUTE, env: { ...env, APT_CONFIG: path.join(apt, 'apt.conf') } };

  onProgress(`downloading nginx from ${mirror}, this first time only: the list of packages`);
  await runOrThrow(['apt-get', 'update', '-q'], options);
  const install = ['apt-get', 'install', '-q', '--yes', '--download-only'];
  const { stdout } = await runOrThrow([...install, '--print-uris', ...PACKAGES], options);
  const sizes = [...stdout.matchAll(/^'\S+' \S+\.deb (\d+)/gm)].map(([, size]) => Number(size));
  onProgress(`downloading ${sizes.length} packages, ${(sizes.reduce((a, b) => a + b, 0) / 1e6).toFixed(1)} MB`);
  await runOrThrow([...install, ...PACKAGES], {
    ...options,
    onLine: (line) => {
      const [, index, name] = /^Get:(\d+) \S+ \S+ \S+ (\S+)/.exec(line) ?? [];
      if (index) onProgress(`downloading ${index}/${sizes.length} ${name}`);
    },
  });
  onProgress('unpacking');
  for (const deb of await fs.readdir(path.join(apt, 'archives'))) {
    if (deb.endsWith('.deb')) await runOrThrow(['dpkg', '-x', path.join(apt, 'archives', deb), folder], options);
  }
  await fs.rm(apt, { recursive: true });
  await fs.writeFile(path.join(folder, 'unpacked.json'), JSON.stringify(await describe(folder), undefined, 2));
}

/**
 * An apt of its own: the machine's settings of how to reach the archive (proxies, clocks), but neither its state nor
 * its hooks, which may need root.
 */
async function configuration(apt: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run(['apt-config', 'dump', 'Acquire'], { timeout: MINUTE, env });
  const reach = stdout.split('\n')
    .filter((line) => /^Acquire::/.test(line) && !/^Acquire::(IndexTargets|Languages|cdrom)/i.test(line));
  return [
    ...reach,
    'Dir::Etc::parts "/dev/null";',
    'Dir::Etc::main "/dev/null";',
    `Dir::Etc::sourcelist "${apt}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    `Dir::State "${apt}";`,
    `Dir::State::status "${apt}/status";`,
    `Dir::Cache "${apt}";`,
    'APT::Install-Recommends "false";',
    // Root would hand the download to the user _apt, who may not write here.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    '',
  ].join('\n');
}

async function describe(folder: string): Promise<Unpacked> {
  const triplet = (await fs.readdir(path.join(folder, 'usr/lib'))).find((name) => /^\w+-linux-gnu/.test(name));
  const libraries = `usr/lib/${triplet}`;
  const loader = (await fs.readdir(path.join(folder, libraries))).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
  if (!loader) throw new Error(`the packages hold no ld-linux in ${libraries}`);
  for (const each of SUPERFLUOUS) {
    await fs.rm(path.join(folder, each.replace('*', triplet!)), { recursive: true, force: true });
  }
  const unpacked = {
    loader: `${libraries}/${loader}`, libraries, nginx: 'usr/sbin/nginx', modules: 'usr/lib/nginx/modules',
  };
  const at = (relative: string) => path.join(folder, relative);
  const asking = [at(unpacked.loader), '--library-path', at(libraries), at(unpacked.nginx), '-v'];
  const { stderr } = await runOrThrow(asking, { timeout: MINUTE });
  const version = /nginx\/(\d+\.\d+\.\d+)/.exec(stderr)?.[1];
  if (!version) throw new Error(`the downloaded nginx does not say its version, but ${JSON.stringify(stderr)}`);
  return { ...unpacked, version };
}
