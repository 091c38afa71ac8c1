import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const ROOT = join(__dirname, '..');

/** A file of the tarball: its path, and its bytes. */
interface Packed { readonly path: string; readonly size: number }

const output = (program: string, ...args: string[]) => execFileSync(
  program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
);

const [tarball] = JSON.parse(output('npm', 'pack', '--dry-run', '--ignore-scripts', '--json'));
const files: Packed[] = tarball.files;
const paths = new Set(files.map(({ path }) => path));
const inFolder = (folder: string) => files.filter(({ path }) => path === folder || path.startsWith(`${folder}/`));
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** What users download, and how many kB of each. */
const PUBLISHED = {
  '.jsii': 420,
  'CHANGELOG.md': 12,
  'LICENSE': 12,
  'README.md': 25,
  'assets': 450,
  'docs': 300,
  'examples': 80,
  'lib': 1600,
  'node_modules': 2900,
  'package.json': 8,
  'rosetta': 4,
};

test('the tarball holds what users need, and no folder or file besides', () => {
  expect([...new Set(files.map(({ path }) => path.split('/')[0]))].sort()).toEqual(Object.keys(PUBLISHED));
});

test.each(Object.entries(PUBLISHED))('%s takes less than %i kB', (folder, limit) => {
  const kilobytes = inFolder(folder).reduce((sum, { size }) => sum + size, 0) / 1000;
  expect(kilobytes).toBeLessThan(limit);
});

test('a download takes less than 1.4 MB', () => {
  expect(tarball.size).toBeLessThan(1_400_000);
});

test('each source file is there compiled and with its types, and nothing that a deleted one has left', () => {
  const sources = output('git', 'ls-files', '--cached', '--others', '--exclude-standard', 'src').trim().split('\n')
    .filter((path) => existsSync(join(ROOT, path)));
  const compiled = sources.flatMap((path) => ['.d.ts', '.js'].map(
    (ending) => path.replace(/^src/, 'lib').replace(/\.ts$/, ending),
  ));
  expect(inFolder('lib').map(({ path }) => path).sort()).toEqual(compiled.sort());
});

test('compiled files hold no source maps, since users have no sources that these could lead to', () => {
  const withMaps = files.map(({ path }) => path)
    .filter((path) => /^lib\/.*\.js$/.test(path) && text(path).includes('sourceMappingURL'));
  expect(withMaps).toEqual([]);
});

test('documents and examples are those of the repository, without what examples have written', () => {
  const known = output('git', 'ls-files', '--cached', '--others', '--exclude-standard').split('\n');
  const strange = ['assets', 'docs', 'examples'].flatMap(inFolder).filter(({ path }) => !known.includes(path));
  expect(strange).toEqual([]);
});

test('these packages are bundled, and no other', () => {
  const bundled = inFolder('node_modules').map(({ path }) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)![1]);
  expect([...new Set(bundled)].sort()).toEqual([
    '@eslint-community/regexpp', '@leichtgewicht/ip-codec', '@types/esrecurse', '@types/estree', 'acorn', 'astring',
    'commander', 'dns-packet', 'eslint-scope', 'esrecurse', 'estraverse', 'globals', 'picocolors', 'yaml',
  ]);
});

test('Construct Hub lists it: a jsii module for cdk8s whose assembly and license agree with package.json', () => {
  const { name, version, license, stability, keywords, peerDependencies } = JSON.parse(text('package.json'));
  const assembly = JSON.parse(text('.jsii'));
  expect([assembly.name, assembly.version, assembly.license]).toEqual([name, version, license]);
  expect([assembly.docs.stability, stability]).toEqual(['experimental', 'experimental']);
  expect(keywords).toEqual(expect.arrayContaining(['cdk', 'cdk8s']));
  expect(Object.keys(peerDependencies)).toContain('cdk8s');
  expect(license).toBe('Apache-2.0');
});

/** References are made by the build, and are on the web only: they are larger than all other pages together. */
const isReference = (path: string) => path === 'API.md' || path.startsWith('docs/api/');

test('files of the repository that published pages link to are published too', () => {
  const pages = [...paths].filter((path) => path.endsWith('.md') && !path.startsWith('node_modules/'));
  const missing = pages.flatMap((page) => [...text(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)]
    .map(([, link]) => posix.join(posix.dirname(page), link).replace(/\/$/, ''))
    .filter((target) => existsSync(join(ROOT, target)) && !isReference(target) && inFolder(target).length === 0)
    .map((target) => `${page}: ${target}`));
  expect(missing).toEqual([]);
});
