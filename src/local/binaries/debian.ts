import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { downloaded } from './download';
import { quoted, run, runOrThrow } from './run';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** What programs do not need of their packages: most of their bytes. */
const SUPERFLUOUS = ['usr/share', 'usr/lib/*/gconv', 'var', 'etc/init.d'];
const MINUTE = 60_000;

/** A program that Debian packages. */
export interface DebianProgram {
  /** What it is called in what is told, and in the name of its folder. */
  readonly name: string;
  readonly packages: readonly string[];
  /** The program that is asked for its version, by its path in the packages, and how. */
  readonly asked: readonly [program: string, ...args: string[]];
  /** Where the version stands in its answer: the first group. */
  readonly version: RegExp;
}

/** Packages in a folder of theirs. */
export interface Unpacked {
  readonly version: string;
  /** Where a file of the packages is on this machine. */
  readonly at: (file: string) => string;
  /** The arguments that run a program of the packages; its own follow. */
  readonly command: (program: string) => string[];
}

/** What a complete download says of itself; paths are relative to its folder, so that it can be renamed. */
interface Description {
  readonly loader: string;
  readonly libraries: string;
  readonly version: string;
}

/**
 * A program from the packages of Debian's unstable suite, unpacked into a cache folder without being installed, and
 * run with the C library of that suite. Throws what prevents it, to be read behind "packages of Debian".
 * @param open makes what is wanted of the unpacked packages; throws what is wrong with them, to be read behind the
 * name of the program.
 */
export function fromDebian<T>(
  program: DebianProgram, env: NodeJS.ProcessEnv, onProgress: (line: string) => void,
  open: (unpacked: Unpacked) => Promise<T>,
): Promise<T> {
  return downloaded({
    folder: `${program.name}-debian-sid-${process.arch}`,
    title: program.name,
    fill: (folder) => download(program, folder, env, onProgress),
    open: async (folder) => {
      const description = JSON.parse(await fs.readFile(path.join(folder, 'unpacked.json'), 'utf8')) as Description;
      return open({ ...access(folder, description), version: description.version });
    },
  }, env, onProgress);
}

function access(
  folder: string, { loader, libraries }: Omit<Description, 'version'>,
): Omit<Unpacked, 'version'> {
  const at = (file: string) => path.join(folder, file);
  return { at, command: (program) => [at(loader), '--library-path', at(libraries), at(program)] };
}

async function download(
  program: DebianProgram, folder: string, env: NodeJS.ProcessEnv, onProgress: (line: string) => void,
): Promise<void> {
  for (const tool of ['apt-get', 'dpkg']) {
    await runOrThrow([tool, '--version'], { timeout: MINUTE, env }).catch((error: Error) => {
      throw new Error(`this machine is not Debian or a relative of it: ${error.message}`);
    });
  }
  const failures: string[] = [];
  for (const mirror of await mirrors(env)) {
    try {
      await downloadFrom(mirror, program, folder, env, onProgress);
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
  mirror: string, program: DebianProgram, folder: string, env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<void> {
  const { name, packages } = program;
  const apt = path.join(folder, 'apt');
  await fs.rm(apt, { recursive: true, force: true });
  for (const each of ['lists/partial', 'archives/partial']) await fs.mkdir(path.join(apt, each), { recursive: true });
  await fs.writeFile(path.join(apt, 'status'), '');
  await fs.writeFile(path.join(apt, 'sources.list'), `deb [signed-by=${KEYRING}] ${mirror} sid main\n`);
  await fs.writeFile(path.join(apt, 'apt.conf'), await configuration(apt, env));
  const options = { timeout: 10 * MINUTE, env: { ...env, APT_CONFIG: path.join(apt, 'apt.conf') } };

  onProgress(`downloading ${name} from ${mirror}, this first time only: the list of packages`);
  await runOrThrow(['apt-get', 'update', '-q'], options);
  const install = ['apt-get', 'install', '-q', '--yes', '--download-only'];
  const { stdout } = await runOrThrow([...install, '--print-uris', ...packages], options);
  const sizes = [...stdout.matchAll(/^'\S+' \S+\.deb (\d+)/gm)].map(([, size]) => Number(size));
  onProgress(`downloading ${sizes.length} packages, ${(sizes.reduce((a, b) => a + b, 0) / 1e6).toFixed(1)} MB`);
  await runOrThrow([...install, ...packages], {
    ...options,
    onLine: (line) => {
      const [, index, each] = /^Get:(\d+) \S+ \S+ \S+ (\S+)/.exec(line) ?? [];
      if (index) onProgress(`downloading ${index}/${sizes.length} ${each}`);
    },
  });
  onProgress('unpacking');
  for (const deb of await fs.readdir(path.join(apt, 'archives'))) {
    if (deb.endsWith('.deb')) await runOrThrow(['dpkg', '-x', path.join(apt, 'archives', deb), folder], options);
  }
  await fs.rm(apt, { recursive: true });
  const description = JSON.stringify(await describe(program, folder), undefined, 2);
  await fs.writeFile(path.join(folder, 'unpacked.json'), description);
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

async function describe({ name, asked, version }: DebianProgram, folder: string): Promise<Description> {
  const triplet = (await fs.readdir(path.join(folder, 'usr/lib'))).find((each) => /^\w+-linux-gnu/.test(each));
  const libraries = `usr/lib/${triplet}`;
  const loader = (await fs.readdir(path.join(folder, libraries))).find((each) => /^ld-linux.*\.so\.\d$/.test(each));
  if (!loader) throw new Error(`the packages hold no ld-linux in ${libraries}`);
  for (const each of SUPERFLUOUS) {
    await fs.rm(path.join(folder, each.replace('*', triplet!)), { recursive: true, force: true });
  }
  const found = { loader: `${libraries}/${loader}`, libraries };
  const [program, ...args] = asked;
  const asking = [...access(folder, found).command(program), ...args];
  const { stdout, stderr } = await runOrThrow(asking, { timeout: MINUTE });
  const said = version.exec(stdout + stderr)?.[1];
  if (!said) throw new Error(`the downloaded ${name} does not say its version, but ${quoted(stdout + stderr)}`);
  return { ...found, version: said };
}
