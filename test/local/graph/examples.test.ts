import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { checkPicture } from './xml';
import { readManifests } from '../../../src/local/cli/manifests';
import { mermaid } from '../../../src/local/graph/mermaid';
import { graphOf } from '../../../src/local/graph/read';

const ROOT = join(__dirname, '../../..');

function filesIn(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file) && !/(?:^|\/)(?:node_modules|target|dist)\//.test(file))
    .map((file) => join(folder, file));
}

const pages = ['README.md', ...filesIn('docs', /\.md$/), ...filesIn('examples', /\.md$/)].map(
  (page) => ({ page, text: readFileSync(join(ROOT, page), 'utf8') }),
);
const examples = filesIn('examples', /(?:^|\/)main\.ts$/).map(dirname).sort();

const output = mkdtempSync(join(tmpdir(), 'graph-test-'));
afterAll(() => rmSync(output, { recursive: true, force: true }));

// In one process: most of the time of each would go into loading what they have in common.
beforeAll(async () => {
  const program = examples.map((example) => `
    process.env.CDK8S_OUTDIR = ${JSON.stringify(join(output, example))};
    process.chdir(${JSON.stringify(join(ROOT, example))});
    await import(${JSON.stringify(join(ROOT, example, 'main.ts'))});`).join('');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: ROOT,
  });
});

test.each(examples)('%s has a picture, and pages show its graph as it is', async (example) => {
  const graph = graphOf(await readManifests([join(output, example)]));
  expect(graph.patterns.length).toBeGreaterThan(0);
  checkPicture(graph);
  const [begin, end] = [`<!-- graph of ${example} -->`, '<!-- end of graph -->'];
  for (const { page, text } of pages.filter((each) => each.text.includes(begin))) {
    if (text.includes(`${begin}\n\`\`\`mermaid\n${mermaid(graph)}\`\`\`\n${end}\n`)) continue;
    throw new Error(`${page} shows another graph of ${example}: run \`npm run draw-graphs\` and commit`);
  }
});

test.each([
  ['README.md', 'examples/hello'],
  ...examples.map((example) => [join(example, 'README.md'), example]).filter(([page]) => existsSync(join(ROOT, page))),
])('%s shows the graph of %s', (page, example) => {
  if (pages.find((each) => each.page === page)!.text.includes(`<!-- graph of ${example} -->\n`)) return;
  throw new Error(`write \`<!-- graph of ${example} -->\` and \`<!-- end of graph -->\` into ${page}, a line each, and run `
    + '`npm run draw-graphs`');
});
