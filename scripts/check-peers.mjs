// `npm run check-peers`: the compiled package works with the oldest version that each of its peer ranges lets in, and
// then makes the same manifests as with those of package-lock.json, which all other tests run on. And the page on
// testing is true in the project that `cdk8s init` makes.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples, fail, root, run, step } from './steps.mjs';

const { peerDependencies, jest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const oldest = Object.entries(peerDependencies).map(([name, range]) => {
  const version = /^\^(\d+\.\d+\.\d+)$/.exec(range)?.[1];
  if (!version) {
    fail(
      `the peer range of ${name} is ${range}: write it as in ^1.2.3, so that its oldest version can be read from it`,
    );
  }
  return `${name}@${version}`;
});
const folder = mkdtempSync(join(tmpdir(), 'check-peers-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

step(`install the package with ${oldest.join(', ')}`, () => {
  const tarball = run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder).trim();
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  // Strict, so that a peer of a peer which refuses these versions is an error.
  run(
    folder, 'npm', 'install', '--no-audit', '--no-fund', '--strict-peer-deps', '--ignore-scripts',
    `./${tarball}`, ...oldest,
  );
});

step('check types, of the package too', () => {
  for (const name of examples) cpSync(
    join(root, 'examples', name), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('/dist') },
  );
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'node16',
    target: 'es2022',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(
    join(folder, 'tsconfig.json'), JSON.stringify(
      { compilerOptions, files: examples.map((name) => `${name}/main.ts`) },
    ),
  );
  run(folder, process.execPath, join(root, 'node_modules/typescript/bin/tsc'));
});

for (const name of examples) {
  step(`synthesize examples/${name}`, () => {
    const [before, now] = [
      synth(join(folder, name), join(folder, `${name}-oldest`)),
      synth(join(root, 'examples', name), join(folder, `${name}-newest`)),
    ];
    // git says what differs, line by line.
    run(folder, 'git', 'diff', '--no-index', '--exit-code', before, now);
  });
}

step('run the tests of the patterns', () => {
  const mapped = {
    ...jest.moduleNameMapper,
    [`^(${Object.keys(peerDependencies).join('|')})$`]: join(folder, 'node_modules/$1'),
  };
  // These run the compiled package with the newest peers only.
  const isCompiled = (name) => name === 'synth.test.ts' || name.startsWith('tutorial-');
  const patterns = ['test', 'test/docs'].flatMap((at) => readdirSync(join(root, at)).filter(
    (name) => name.endsWith('.test.ts') && !isCompiled(name),
  ).map(
    (name) => join(root, at, name),
  ));
  run(
    root, process.execPath, join(root, 'node_modules/jest/bin/jest.js'), '--ci',
    `--moduleNameMapper=${JSON.stringify(mapped)}`, '--runTestsByPath', ...patterns,
  );
});

step('run the tests of docs/*.md in a project of cdk8s init typescript-app', () => {
  const template = join(root, 'node_modules/cdk8s-cli/templates/typescript-app');
  const project = join(folder, 'init');
  mkdirSync(project);
  for (const file of ['tsconfig.json', 'jest.config.js']) cpSync(join(template, file), join(project, file));
  const { devDependencies } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'));
  delete devDependencies['cdk8s-cli']; // whose version is filled in, and which tests do not need
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const dependencies = { ...peerDependencies, 'cdk8s-metaparticle': `file:../${tarball}` };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies, devDependencies }));
  run(project, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts');
  // A page is a test file where one of its examples imports LocalCluster.
  for (const page of readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))) {
    const examples = [...readFileSync(join(root, 'docs', page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)];
    const code = examples.map(([, each]) => each).join('\n');
    if (/^import .* from 'cdk8s-metaparticle\/testing'/m.test(code)) writeFileSync(join(project, `${page}.test.ts`), code);
  }
  run(project, 'npx', 'tsc', '--noEmit');
  run(project, 'npx', 'jest');
});

function synth(app, output) {
  mkdirSync(output);
  run(app, process.execPath, '--import', import.meta.resolve('tsx'), 'main.ts', { CDK8S_OUTDIR: output });
  return output;
}
