// Makes the packages of the languages, with jsii-pacmak, of what `npx projen compile` left.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { newest, root, run, step } from './steps.mjs';

export const OURS = '.';
/** What ours builds on and what registries for Maven and Go may lack; npm has put it in place. */
export const OFTEN_MISSING = ['node_modules/cdk8s', 'node_modules/cdk8s-plus-27'];

/** What is missing on this machine to build a package of a language, in words; undefined where it can be built. */
export function missingToolchain(language) {
  const tools = {
    python: { 'python3 with venv': ['python3', '-c', 'import venv, ensurepip'] },
    java: { mvn: ['mvn', '--version'], javac: ['javac', '-version'] },
    go: { go: ['go', 'version'] },
  }[language] ?? {};
  const missing = Object.entries(tools).find(([, command]) => !works(...command));
  return missing && `there is no ${missing[0]} on PATH`;
}

/** Compiles where sources are newer than what was compiled last, and translates snippets where they are. */
export function compile() {
  if (newest('src', 'runtime', 'package.json', 'README.md') > newest('.jsii') || !existsSync(join(root, 'lib'))) {
    step('compile', () => {
      run(root, 'npm', 'run', 'bundle');
      run(root, 'npm', 'run', 'compile');
    });
  }
  if (newest('.jsii', 'rosetta') > newest('.jsii.tabl.json')) {
    step('translate the snippets of documentation', () => run(root, 'npm', 'run', 'check-snippets'));
  }
}

/**
 * Writes the packages of a language to the folder in `into` that has the language's name. What is there already is
 * taken for what they need, before any registry is asked.
 * @param options `modules`: which, instead of ours; `sourcesOnly`: what pacmak generates, without compiling it;
 * `bare`: jars without documentation and sources, which take a fraction of the time.
 */
export function pacmak(language, into, { modules = [OURS], sourcesOnly = false, bare = false } = {}) {
  run(
    // Not `--recurse`: projen, which cdk8s is developed with, is a jsii module too.
    root, process.execPath, join(root, 'node_modules/jsii-pacmak/bin/jsii-pacmak'), ...modules,
    '--target', language, '--outdir', into, '--no-npmignore', ...(sourcesOnly ? ['--code-only'] : []),
    // What Maven downloads, once for all runs: never among what this user has.
    `--maven-local-repository=${mavenCache(into)}`,
    {
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
      ...(bare ? { MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} -Dmaven.javadoc.skip -Dmaven.source.skip` } : {}),
    },
  );
}

export function mavenCache(into) {
  return join(into, 'maven');
}

function works(program, ...args) {
  try {
    run(root, program, ...args);
    return true;
  } catch {
    return false;
  }
}
