// `npm run check-projects`: the tarball works in projects that a user may start today, outside of this repository.
// Each is installed, synthesized, run by the command line, and tested with a LocalCluster.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, step } from './steps.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const template = join(root, 'node_modules/cdk8s-cli/templates/typescript-app');
const folder = mkdtempSync(join(tmpdir(), 'check-projects-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let tarball;
step('pack', () => {
  tarball = join(
    folder, run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder).trim(),
  );
});

check('typescript-app', { title: 'cdk8s init typescript-app', prepare: initialize, build: 'compile' });
check('javascript', { title: 'JavaScript' });
check('es-modules', { title: 'ES modules', install: ['typescript', 'tsx', '@types/node'], build: 'compile' });

function check(name, { title, prepare, install = [], build }) {
  const project = join(folder, name);
  const npm = (...args) => run(project, 'npm', ...args);
  step(`install it in a project of ${title}`, () => {
    prepare?.(project);
    cpSync(join(root, 'test/projects', name), project, { recursive: true });
    // The command of README, and what such a project has besides.
    npm('install', '--no-audit', '--no-fund', tarball, 'cdk8s', 'cdk8s-plus-27', 'constructs', ...install);
  });
  step(build ? 'compile and synthesize' : 'synthesize', () => {
    if (build) npm('run', build);
    npm('run', 'synth');
  });
  step('run what it has synthesized', () => {
    const said = run(project, 'npx', 'cdk8s-metaparticle', 'up', 'dist', '--once', '--try', 'users:/users/ada');
    if (!said.includes('all 12 answered')) throw new Error(said);
  });
  step('run its test', () => npm('test'));
}

/** Does what `cdk8s init` does, but for what it downloads: the types of Kubernetes' own objects. */
function initialize(project) {
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'node_modules/cdk8s-cli/package.json'), 'utf8'));
  const values = {
    $base: 'shop',
    cdk8s_core_version: dependencies.cdk8s.slice(1),
    cdk8s_plus_version: dependencies['cdk8s-plus-33'].slice(1),
    constructs_version: dependencies.constructs.slice(1),
    cdk8s_cli_spec: `^${version}`,
  };
  cpSync(template, project, { recursive: true, filter: (path) => !path.endsWith('__snapshots__') });
  const manifest = join(project, 'package.json');
  writeFileSync(
    manifest, readFileSync(manifest, 'utf8').replace(/{{ (\S+) }}/g, (_, value) => values[value]),
  );
}
