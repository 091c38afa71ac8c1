// Projects as users have them.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './steps.mjs';

export function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

export const ourVersion = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** Lays out a project as `cdk8s init` does, but for what it downloads: the types of Kubernetes' own objects. */
export function initialize(template, project) {
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'node_modules/cdk8s-cli/package.json'), 'utf8'));
  const values = {
    $base: 'shop',
    cdk8s_core_version: dependencies.cdk8s.slice(1),
    cdk8s_plus_version: dependencies['cdk8s-plus-33'].slice(1),
    constructs_version: dependencies.constructs.slice(1),
    cdk8s_cli_spec: `^${version}`,
  };
  // Without the snapshot of its test, whose place ours takes.
  const filter = (path) => !path.endsWith('__snapshots__');
  cpSync(join(root, 'node_modules/cdk8s-cli/templates', template), project, { recursive: true, filter });
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/{{ (\S+) }}/g, (_, value) => values[value]));
  }
}

/** Runs manifests with the command line that a project has, and tries a Service. */
export function runLocally(project, cli, tried) {
  const said = run(project, ...cli, 'up', 'dist', '--once', '--try', tried);
  if (!said.includes('all 12 answered')) throw new Error(said);
}
