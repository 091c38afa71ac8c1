// Projects as users have them.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../steps.mjs';

export function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

export const ourVersion = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** Lays out a project as `cdk8s init` does, but for what it downloads. */
export function initialize(template, project) {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'node_modules/cdk8s-cli/package.json'), 'utf8'));
  const values = {
    $base: 'shop',
    cdk8s_core_version: dependencies.cdk8s.slice(1),
    cdk8s_plus_version: dependencies['cdk8s-plus-33'].slice(1),
    constructs_version: dependencies.constructs.slice(1),
  };
  cpSync(join(root, 'node_modules/cdk8s-cli/templates', template), project, { recursive: true });
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/{{ (\S+) }}/g, (_, value) => values[value]));
  }
}

/** Runs the manifests of the app of docs/languages.md, with the command line that a language has. */
export function runLocally(project, cli) {
  const said = run(project, cli, 'up', 'dist', '--once', '--try', 'web');
  if (!/all \d+ answered/.test(said)) throw new Error(said);
}
