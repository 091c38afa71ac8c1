import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mavenCache, OFTEN_MISSING, OURS, pacmak } from '../pacmak.mjs';
import { initialize, ourVersion, runLocally, versionOf } from '../projects.mjs';
import { root, run, step } from '../steps.mjs';

/** Java, from the jar, and from jars of cdk8s that are made of npm's. */
export class Java {
  title = 'Java';
  pageApp = 'src/main/java/Main.java';

  constructor(folder) {
    this.folder = folder;
    this.settings = join(folder, 'settings.xml');
  }

  build() {
    pacmak('java', this.folder, { modules: [...OFTEN_MISSING, OURS], bare: true });
  }

  /** Tells Maven where the jars are: they are in no registry. */
  install() {
    const url = pathToFileURL(join(this.folder, 'java'));
    writeFileSync(this.settings, `<settings>
  <profiles>
    <profile>
      <id>packages</id>
      <repositories><repository><id>packages</id><url>${url}</url></repository></repositories>
    </profile>
  </profiles>
  <activeProfiles><activeProfile>packages</activeProfile></activeProfiles>
</settings>
`);
  }

  prepare(project) {
    const pom = join(project, 'pom.xml');
    if (!existsSync(pom)) cpSync(join(root, 'test/languages/java/pom.xml'), pom);
    // As options that all runs of Maven in this project have, cdk8s's too.
    mkdirSync(join(project, '.mvn'));
    writeFileSync(join(project, '.mvn/maven.config'), [
      '--batch-mode', '--quiet', '--global-settings', this.settings, `-Dmaven.repo.local=${mavenCache(this.folder)}`,
      `-Dcdk8sMetaparticleVersion=${ourVersion}`,
    ].join('\n'));
    // Runs of seconds are not worth compiling Maven well: this takes a third of the time.
    writeFileSync(join(project, '.mvn/jvm.config'), '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC');
  }

  synthesize(project, env = {}) {
    const main = existsSync(join(project, this.pageApp)) ? 'Main' : 'com.acme.Main';
    return run(project, 'mvn', 'compile', 'exec:java', `-Dexec.mainClass=${main}`, env);
  }

  /** What the first line of an error ends with. */
  sentenceOf(output) {
    return /\[ERROR\] Failed .* executing the Java class\. (.*)$/m.exec(output)?.[1];
  }

  further() {
    this.checkInit();
    this.testExample();
  }

  checkInit() {
    const project = join(this.folder, 'java-app');
    step('install and synthesize in a project of cdk8s init java-app', () => {
      initialize('java-app', project);
      const pom = join(project, 'pom.xml');
      const [given] = /<dependency>\s*<groupId>org.cdk8s<\/groupId>\s*<artifactId>cdk8s-plus.*?<\/dependency>/s.exec(
        readFileSync(pom, 'utf8'),
      );
      // Ours, in the place of a cdk8s-plus of which there may be no jar; and cdk8s as its jar was made.
      const ours = given.replace('org.cdk8s', 'io.github.cdk8s-metaparticle')
        .replace(/cdk8s-plus-\d+/, 'cdk8s-metaparticle')
        .replace(/(<version>).*(<\/version>)/, '$1${cdk8sMetaparticleVersion}$2');
      writeFileSync(pom, readFileSync(pom, 'utf8').replace(given, ours)
        .replace(/(<artifactId>cdk8s<\/artifactId>\s*<version>)[^<]*/, `$1${versionOf('cdk8s')}`));
      const main = join(project, 'src/main/java/com/mycompany/app/Main.java');
      const app = readFileSync(join(this.folder, 'page-java', this.pageApp), 'utf8');
      mkdirSync(dirname(main), { recursive: true });
      writeFileSync(main, `package com.mycompany.app;\n\n${app}`);
      this.prepare(project);
      run(project, 'mvn', 'compile');
      run(project, 'npx', '--prefix', root, 'cdk8s', 'synth', '--check-upgrade=false');
    });
    step('run what it has synthesized', () => runLocally(project, [join(root, 'lib/local/cli.js')], 'web'));
  }

  testExample() {
    step('run the tests of examples/java', () => {
      const project = join(this.folder, 'example-java');
      cpSync(join(root, 'examples/java'), project, { recursive: true, filter: (path) => !/\/(dist|target)$/.test(path) });
      this.prepare(project);
      run(project, 'mvn', 'test');
    });
  }
}
