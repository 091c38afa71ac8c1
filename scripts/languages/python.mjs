import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pacmak } from '../pacmak.mjs';
import { initialize, runLocally } from '../projects.mjs';
import { root, run, step } from '../steps.mjs';

/** Python, from the wheel, and from what PyPI has of cdk8s. */
export class Python {
  title = 'Python';
  pageApp = 'main.py';

  constructor(folder) {
    this.folder = folder;
    this.bin = join(folder, 'venv/bin');
  }

  build() {
    pacmak('python', this.folder);
    const [wheel] = readdirSync(join(this.folder, 'python')).filter((name) => name.endsWith('.whl'));
    this.wheel = join(this.folder, 'python', wheel);
  }

  install() {
    run(this.folder, 'python3', '-m', 'venv', 'venv');
    this.python(this.folder, '-m', 'pip', 'install', '--quiet', this.wheel, 'mypy', 'pytest', 'uv');
  }

  /** All projects have the one environment. */
  prepare() {}

  synthesize(project, env = {}) {
    return this.python(project, 'main.py', env);
  }

  /** What stands at the end of an error, where people look first. */
  sentenceOf(output) {
    return /^RuntimeError: (.*)\n*$/m.exec(output)?.[1];
  }

  further(app) {
    step('check the types of that app with mypy --strict', () => this.python(app, '-m', 'mypy', '--strict', 'main.py'));
    this.checkInit();
    this.testExample();
  }

  checkInit() {
    const project = join(this.folder, 'python-app');
    // The project has an environment of its own, which uv makes.
    const env = { PATH: `${this.bin}:${process.env.PATH}`, UV_CACHE_DIR: join(this.folder, 'uv') };
    step('install and synthesize in a project of cdk8s init python-app', () => {
      initialize('python-app', project);
      cpSync(join(this.folder, 'page-python', this.pageApp), join(project, this.pageApp));
      for (const command of [['lock'], ['sync'], ['pip', 'install', this.wheel]]) run(project, 'uv', ...command, env);
      run(project, 'npx', '--prefix', root, 'cdk8s', 'synth', '--check-upgrade=false', env);
    });
    step('run what it has synthesized', () => runLocally(project, [join(project, '.venv/bin/cdk8s-metaparticle')], 'web'));
  }

  testExample() {
    step('run the tests of examples/python', () => {
      const project = join(this.folder, 'example-python');
      cpSync(join(root, 'examples/python'), project, { recursive: true, filter: (path) => !path.endsWith('/dist') });
      // What they name of ours is installed already, and may not be in the registry yet.
      const requirements = join(project, 'requirements.txt');
      writeFileSync(requirements, readFileSync(requirements, 'utf8').replace(/^cdk8s-metaparticle\b.*$/gm, ''));
      this.python(project, '-m', 'pip', 'install', '--quiet', '-r', requirements);
      this.python(project, '-m', 'pytest', '-q');
    });
  }

  python(cwd, ...args) {
    return run(cwd, join(this.bin, 'python'), ...args);
  }
}
