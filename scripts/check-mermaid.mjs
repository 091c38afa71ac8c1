// `npm run check-mermaid`: Mermaid itself reads the graphs on all pages, and one of manifests whose names are full of
// its syntax. It is not among the development dependencies, because it brings 150 packages along.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pages } from './pages.mjs';
import { root, run, step } from './steps.mjs';

const folder = mkdtempSync(join(tmpdir(), 'check-mermaid-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

step('install Mermaid', () => {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  // Mermaid needs a page to clean texts with. Later versions of jsdom need a later Node than 20.
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', 'mermaid@^12.3.0', 'jsdom@^29.1.1');
});

const graphs = [];
for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8');
  for (const [, graph] of text.matchAll(/^```mermaid\n(.*?)^```$/gms)) graphs.push({ of: page, text: graph });
}

const names = [
  'a"]; end', 'subgraph x', '%% no', '`**md**`', '1. one', '<b>&amp;#35;', 'a|b', '{{x}}', ':::front', '- x',
  'click n0 "javascript:alert(1)"', 'n0-->n1',
];
const objects = names.map((name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } }));
writeFileSync(join(folder, 'odd.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
const odd = run(root, process.execPath, 'lib/local/cli.js', 'graph', join(folder, 'odd.json'));
graphs.push({ of: 'odd names', text: odd });

step(`read ${graphs.length} graphs`, () => {
  writeFileSync(join(folder, 'graphs.json'), JSON.stringify(graphs));
  writeFileSync(join(folder, 'parse.mjs'), `
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';
globalThis.window = new JSDOM('').window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
for (const { of, text } of JSON.parse(readFileSync('graphs.json', 'utf8'))) {
  await mermaid.parse(text).catch((error) => { throw new Error(of + ': ' + error.message); });
}
`);
  run(folder, process.execPath, 'parse.mjs');
});
