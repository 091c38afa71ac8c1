// `npm run check-projects`: the tarball works in projects that a user may start today, outside of this repository.
// Each is installed, synthesized, run by the command line, and tested with a LocalCluster.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialize, runLocally } from './projects.mjs';
import { root, run, step } from './steps.mjs';

const folder = mkdtempSync(join(tmpdir(), 'check-projects-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let tarball;
step('pack', () => {
  tarball = join(
    folder, run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder).trim(),
  );
});

check('typescript-app', { title: 'cdk8s init typescript-app', template: 'typescript-app', build: 'compile' });
check('javascript', { title: 'JavaScript' });
check('es-modules', { title: 'ES modules', install: ['typescript', 'tsx', '@types/node'], build: 'compile' });

function check(name, { title, template, install = [], build }) {
  const project = join(folder, name);
  const npm = (...args) => run(project, 'npm', ...args);
  step(`install it in a project of ${title}`, () => {
    if (template) initialize(template, project);
    cpSync(join(root, 'test/projects', name), project, { recursive: true });
    // The command of README, and what such a project has besides.
    npm('install', '--no-audit', '--no-fund', tarball, 'cdk8s', 'cdk8s-plus-27', 'constructs', ...install);
  });
  step(build ? 'compile and synthesize' : 'synthesize', () => {
    if (build) npm('run', build);
    npm('run', 'synth');
  });
  step('run what it has synthesized', () => {
    runLocally(project, ['npx', 'cdk8s-metaparticle'], 'users:/users/ada');
  });
  step('run its test', () => npm('test'));
}
