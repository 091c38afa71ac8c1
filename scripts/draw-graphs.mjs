// `npm run draw-graphs`: pages show the graph of an example between two comments, and this writes it there, as
// `cdk8s-metaparticle graph` prints it. test/local/graph/examples.test.ts fails where a page shows another one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pages } from './pages.mjs';
import { root, run, step } from './steps.mjs';

const SHOWN = /^<!-- graph of (\S+) -->\n.*?^<!-- end of graph -->$/gms;
const folder = mkdtempSync(join(tmpdir(), 'draw-graphs-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const graphs = new Map();
for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8');
  const drawn = text.replace(SHOWN, (_, example) => (
    `<!-- graph of ${example} -->\n\`\`\`mermaid\n${graphOf(example)}\`\`\`\n<!-- end of graph -->`
  ));
  if (drawn !== text) writeFileSync(join(root, page), drawn);
}

function graphOf(example) {
  if (!graphs.has(example)) {
    step(`draw ${example}`, () => {
      const output = join(folder, example.replaceAll('/', '-'));
      run(join(root, example), 'npx', '--no-install', 'cdk8s', 'synth', '--check-upgrade=false', '--output', output);
      graphs.set(example, run(root, process.execPath, 'lib/local/cli.js', 'graph', output));
    });
  }
  return graphs.get(example);
}
