import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OFTEN_MISSING, OURS, pacmak } from '../pacmak.mjs';
import { run, step } from '../steps.mjs';

/** Go, from modules that are made of npm's packages. */
export class Go {
  title = 'Go';
  pageApp = 'main.go';

  constructor(folder) {
    this.folder = folder;
  }

  build() {
    pacmak('go', this.folder, { modules: [...OFTEN_MISSING, OURS], sourcesOnly: true });
  }

  /** Each project says where the modules are. */
  install() {}

  prepare(project) {
    const modules = {
      'github.com/cdk8s-metaparticle/cdk8s-metaparticle-go/cdk8smetaparticle': 'cdk8smetaparticle',
      'github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2': 'cdk8s',
      'github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2': 'cdk8splus27',
    };
    const replaced = Object.entries(modules).map(
      ([module, name]) => `replace ${module} => ${join(this.folder, 'go', name)}\n`,
    );
    writeFileSync(join(project, 'go.mod'), `module example.com/shop\n\ngo 1.25\n\n${replaced.join('')}`);
    run(project, 'go', 'mod', 'tidy');
  }

  synthesize(project, env = {}) {
    return run(project, 'go', 'run', '.', env);
  }

  /** What an error begins with. */
  sentenceOf(output) {
    return /^panic: (.*)$/m.exec(output)?.[1];
  }

  further(app, page) {
    step('find both apps formatted as gofmt does', () => {
      const unformatted = [app, page].map((project) => run(project, 'gofmt', '-d', '.')).join('');
      if (unformatted) throw new Error(unformatted);
    });
  }
}
