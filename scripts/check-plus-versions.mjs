// `npm run check-plus-versions`: an app that uses another cdk8s-plus than the library is built with, in a project as
// `cdk8s init` makes it, compiles, and makes the same manifests.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, step } from './steps.mjs';

const OURS = 27;
const OTHERS = [28, 29, 30, 31, 32, 33, 34];
/** What newer ones write in Deployments and Pods of their own: Kubernetes' defaults. */
const THEIRS = /^ *(revisionHistoryLimit: 10|shareProcessNamespace: false)\n/gm;

const template = join(root, 'node_modules/cdk8s-cli/templates/typescript-app');
const app = readFileSync(join(root, 'test/plus-versions/app.ts'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'check-plus-versions-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

step('find every option that takes something of cdk8s-plus in test/plus-versions/app.ts', () => {
  const { types } = JSON.parse(readFileSync(join(root, '.jsii'), 'utf8'));
  const structs = Object.values(types).filter(({ datatype }) => datatype);
  const missing = structs.flatMap(({ name: struct, properties = [] }) => properties
    .filter(({ name, type }) => (
      JSON.stringify(type).includes(`cdk8s-plus-${OURS}.`) && !new RegExp(`\\b${name}\\b`).test(app)
    ))
    .map(({ name }) => `${struct}.${name}`));
  if (missing.length > 0) throw new Error(`give it ${missing.join(', ')} too`);
});

step(`install the package beside cdk8s-plus-${OTHERS.join(', -')}`, () => {
  const tarball = run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder).trim();
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const { devDependencies } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'));
  const compilers = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  run(
    folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', `./${tarball}`, ...compilers,
    'cdk8s', 'constructs', ...OTHERS.map((version) => `cdk8s-plus-${version}`),
  );
});

step('compile an app with each of them', () => {
  for (const version of [OURS, ...OTHERS]) {
    mkdirSync(join(folder, `${version}`));
    writeFileSync(
      join(folder, `${version}`, 'main.ts'), app.replace(`'cdk8s-plus-${OURS}'`, `'cdk8s-plus-${version}'`),
    );
  }
  writeFileSync(join(folder, 'tsconfig.json'), readFileSync(join(template, 'tsconfig.json')));
  run(folder, 'npx', 'tsc');
});

const ours = synth(OURS);
for (const version of OTHERS) {
  step(`synthesize the same with cdk8s-plus-${version}`, () => {
    // git says what differs, line by line.
    run(folder, 'git', 'diff', '--no-index', '--exit-code', ours, synth(version));
  });
}

/** Makes the app's manifests, and answers where they are. */
function synth(version) {
  const output = join(folder, `${version}`, 'dist');
  mkdirSync(output);
  run(folder, process.execPath, `${version}/main.js`, { CDK8S_OUTDIR: output });
  for (const name of readdirSync(output)) {
    const path = join(output, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(THEIRS, ''));
  }
  return output;
}
