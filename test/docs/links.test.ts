import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize, relative } from 'node:path';
import { anchorsOf, pageAt, ROOT, withoutCode } from './page';

/** Where a text leads to, and where it stands. */
interface Link {
  readonly from: string;
  readonly to: string;
}

function filesBelow(folder: string, ...ends: string[]): string[] {
  return (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
    .map((path) => join(folder, path))
    .filter((path) => ends.includes(extname(path)) && !/(^|\/)(node_modules|dist|cdk8s\.out)\//.test(path))
    .sort();
}

const pages = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md'), ...filesBelow('examples', '.md')];

/** Links of a page to files beside it; those to other sites are not ours to try. */
function linksOf(page: string): Link[] {
  const text = withoutCode(pageAt(page)).replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to]) => ({ from: page, to }))
    .filter(({ to }) => !/^[a-z]+:/.test(to));
}

/** Pages that comments and texts of the source name by their paths from the root. */
function mentionsOf(file: string): Link[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?<![\w/.-])docs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(([to]) => ({ from: file, to: `/${to}` }));
}

/** What is wrong with a link; undefined where it leads somewhere. */
function flawOf({ from, to }: Link): string | undefined {
  const [path, anchor] = to.split('#');
  const target = path.startsWith('/') ? path.slice(1) : path === '' ? from : normalize(join(dirname(from), path));
  if (relative('.', target).startsWith('..') || !existsSync(join(ROOT, target))) return `${from}: no file is at ${to}`;
  if (anchor === undefined) return undefined;
  return anchorsOf(pageAt(target)).has(decodeURIComponent(anchor)) ? undefined : `${from}: no heading is at ${to}`;
}

test.each(pages)('every link of %s leads to a file and a heading that are there', (page) => {
  expect(linksOf(page).map(flawOf).filter((flaw) => flaw)).toEqual([]);
});

test('every page that the source mentions is there, with the heading that it names', () => {
  const files = [
    ...['src', 'runtime', 'examples', 'bench', 'test'].flatMap((folder) => filesBelow(folder, '.ts')),
    ...filesBelow('scripts', '.mjs', '.ts', '.py', '.sh'),
    '.projenrc.ts',
  ].filter((file) => !file.startsWith('test/docs/'));
  const mentions = files.flatMap(mentionsOf);
  expect(mentions.length).toBeGreaterThan(5);
  expect(mentions.map(flawOf).filter((flaw) => flaw)).toEqual([]);
});

test('a heading is found by the anchor that GitHub gives it, also where two are alike', () => {
  const page = '# `Shard`: one key, one owner\n\n## Limits\n\n```sh\n# a comment\n```\n\n## Limits\n';
  expect([...anchorsOf(page)]).toEqual(['shard-one-key-one-owner', 'limits', 'limits-1']);
});

test('a link to a page or heading that is not there is found', () => {
  const from = 'docs/manifests.md';
  expect([{ from, to: 'nowhere.md' }, { from, to: '#nowhere' }, { from, to: '../../outside.md' }].map(flawOf)).toEqual([
    'docs/manifests.md: no file is at nowhere.md',
    'docs/manifests.md: no heading is at #nowhere',
    'docs/manifests.md: no file is at ../../outside.md',
  ]);
});
