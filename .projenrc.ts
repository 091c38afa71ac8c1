import { cdk, javascript, typescript } from 'projen';

/** What examples and their tests write, in any language. */
const WRITTEN_BY_EXAMPLES = ['/examples/**/dist/', '/examples/*/target/', '__pycache__/', '.pytest_cache/'];
/** What other languages show instead of the snippets of README and doc comments. */
const TRANSLATIONS = '/.jsii.tabl.json';

const project = new cdk.JsiiProject({
  name: 'cdk8s-metaparticle',
  description: 'Distributed-system patterns as code: constructs for cdk8s',
  author: 'The cdk8s-metaparticle authors',
  authorAddress: 'maintainers@cdk8s-metaparticle.dev',
  repositoryUrl: 'https://github.com/cdk8s-metaparticle/cdk8s-metaparticle.git',
  license: 'Apache-2.0',
  // Construct Hub finds packages by `cdk` and `cdk8s`.
  keywords: [
    'cdk', 'cdk8s', 'constructs', 'kubernetes', 'metaparticle', 'load-balancing', 'nginx', 'scatter-gather',
    'sharding',
  ],
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.19.0',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',

  // As wide as `npm run check-peers` proves. The oldest cdk8s and constructs are those that this cdk8s-plus-27 itself
  // asks for.
  peerDeps: ['cdk8s@^2.64.2', 'cdk8s-plus-27@^2.7.1', 'constructs@^10.2.70'],
  // Development uses the newest of each range.
  peerDependencyOptions: { pinnedDevDependency: false },
  // jsii wants every dependency that is not a jsii module inside the package.
  bundledDeps: [
    '@eslint-community/regexpp', 'acorn', 'astring', 'commander', 'dns-packet',
    'eslint-scope', 'globals', 'picocolors', 'yaml',
  ],
  devDeps: [
    '@fastify/http-proxy', '@grpc/grpc-js', '@types/dns-packet', '@types/eslint-scope', '@types/ws', '@viz-js/viz',
    '@xmldom/xmldom', 'cdk8s-cli', 'esbuild', 'fastify', 'http-proxy-3', 'tsx',
    'undici@^7', 'ws',
  ],

  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx() },
  bundlerOptions: { assetsDir: 'assets' },
  jestOptions: {
    jestVersion: '^30',
    // A snapshot is reviewed like code: only `npx jest -u` writes one.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: {
      collectCoverage: false,
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      // These need a cluster, or the tarball: see `e2e:kubernetes` and `check-projects`.
      testPathIgnorePatterns: ['/node_modules/', '\\.kubernetes\\.test\\.ts$', '<rootDir>/test/projects/'],
      moduleNameMapper: {
        '^cdk8s-metaparticle$': '<rootDir>/src',
        '^cdk8s-metaparticle/testing$': '<rootDir>/src/local/testing',
      },
      // Behaviour tests start real processes, some under load for 20 s.
      testTimeout: 60_000,
      // One more than the two cores of CI: behaviour tests wait for most of their time.
      maxWorkers: 3,
      testSequencer: '<rootDir>/test/longest-first.js',
    },
  },
  eslintOptions: {
    dirs: ['src', 'runtime'],
    devdirs: ['test', 'examples', 'bench'],
    commandOptions: { fix: false },
    projectService: false,
    tsconfigPath: './tsconfig.check.json',
  },
  bin: { 'cdk8s-metaparticle': 'lib/local/cli.js' },
  stability: cdk.Stability.EXPERIMENTAL,
  // Users get no src/ that source maps could point at: their stack traces are of lib/, which reads like it.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },

  publishToPypi: { distName: 'cdk8s-metaparticle', module: 'cdk8s_metaparticle' },
  publishToMaven: {
    mavenGroupId: 'io.github.cdk8s-metaparticle',
    mavenArtifactId: 'cdk8s-metaparticle',
    javaPackage: 'io.github.cdk8smetaparticle',
  },
  publishToGo: {
    moduleName: 'github.com/cdk8s-metaparticle/cdk8s-metaparticle-go',
    packageName: 'cdk8smetaparticle',
  },
  publishToNuget: { packageId: 'Cdk8sMetaparticle', dotNetNamespace: 'Cdk8sMetaparticle' },

  release: false,
  github: false,
  depsUpgrade: false,
  sampleCode: false,
  gitignore: [...WRITTEN_BY_EXAMPLES, TRANSLATIONS],
});

// References are made of what lib/*.d.ts and .jsii say, and are larger than all other pages together: they are read on
// the web.
const REFERENCES = ['/API.md', '/docs/api/'];
const NOT_PUBLISHED = [
  ...REFERENCES, ...WRITTEN_BY_EXAMPLES, TRANSLATIONS,
  '/runtime/', '/bench/', '/scripts/', '/.ci/', '/tsconfig.check.json', '/CONTRIBUTING.md',
];
for (const path of NOT_PUBLISHED) {
  project.addPackageIgnore(path);
}

// Newer native bindings of this transitive dependency are missing from some registry mirrors, and `npm ci` then fails.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// Pods run the newest Node; synthesis and tests run wherever users are, and jsii need not remark on it.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '1');

project.package.addField('exports', {
  '.': './lib/index.js',
  './testing': './lib/local/testing.js',
  './package.json': './package.json',
  './.jsii': './.jsii',
});
// `moduleResolution: node10` (the cdk8s template's default) does not read `exports`.
project.package.addField('typesVersions', { '*': { testing: ['lib/local/testing.d.ts'] } });

// The programs that run inside pods: one readable file each, without dependencies.
const esbuild = (format: 'esm' | 'cjs') => `esbuild --bundle --format=${format} --charset=utf8 --log-level=warning`;
for (const program of ['function-server', 'root', 'state-local', 'state-valkey']) {
  project.bundler.bundleTask.exec(
    `${esbuild('esm')} runtime/${program}.ts --platform=node --target=node20 --outfile=assets/${program}.mjs`,
  );
}
// What runs beside a local cluster and in its Node programs.
for (const program of ['node-preload', 'watchdog']) {
  project.bundler.bundleTask.exec(
    `${esbuild('cjs')} runtime/local/${program}.ts --platform=node --target=node20 `
      + `--outfile=assets/local-${program}.cjs`,
  );
}
// The scripts that run inside nginx: njs with the QuickJS engine. The imports are files beside them.
for (const script of ['query', 'path', 'field', 'function', 'budget', 'metrics', 'waiting-room']) {
  project.bundler.bundleTask.exec(
    `${esbuild('esm')} runtime/router/${script}.ts --platform=neutral --target=es2022 `
      + '--external:config.js --external:budget.js --external:key.js '
      + `--outfile=assets/router-${script}.js`,
  );
}

// Committed, so that an install from git works and a reviewer sees what pods will run.
project.gitignore.include('/assets/');
project.npmignore?.include('/assets/');

// ts-jest checks no types, and jsii sees src only: this is the type check of everything else.
new javascript.TypescriptConfig(project, {
  fileName: 'tsconfig.check.json',
  extends: javascript.TypescriptConfigExtends.fromPaths(['./tsconfig.json']),
  compilerOptions: {
    noEmit: true,
    rootDir: '.',
    paths: { 'cdk8s-metaparticle': ['./src/index.ts'], 'cdk8s-metaparticle/testing': ['./src/local/testing.ts'] },
  },
  include: [
    ...['src', 'runtime', 'test', 'examples', 'bench'].map((folder) => `${folder}/**/*.ts`),
    '.projenrc.ts',
    'projenrc/**/*.ts',
  ],
  exclude: ['node_modules'],
});
const checkTypes = project.addTask('check-types', {
  description: 'Type-check tests, runtime programs and examples',
  exec: 'tsc -p tsconfig.check.json',
});

/** The folders of src/ from top to bottom, and what each may import: see CONTRIBUTING.md. */
const ROOMS = {
  patterns: ['front', 'backends', 'sharding', 'code', 'manifests', 'platform', 'checks'],
  front: ['backends', 'nginx', 'code', 'manifests', 'platform', 'checks', 'contract.ts'],
  backends: ['code', 'manifests', 'platform', 'checks', 'contract.ts'],
  nginx: ['sharding', 'contract.ts'],
  sharding: ['code', 'checks'],
  code: ['checks', 'contract.ts'],
  manifests: ['platform', 'checks'],
  platform: ['checks'],
  checks: [],
  // The local cluster reads YAML and knows no construct.
  local: [],
};

project.eslint!.addRules({
  // Only imports that are still there when types are gone count: two files may describe themselves to each other.
  'import/no-cycle': ['error', { ignoreExternal: true }],
  'import/no-restricted-paths': ['error', {
    zones: [
      // A root knows which shard owns a key by the very code that writes the router's table.
      { target: './runtime', from: './src', except: ['./contract.ts', './sharding/owner.ts'] },
      { target: './src', from: './runtime' },
      ...Object.entries(ROOMS).map(([room, below]) => (
        { target: `./src/${room}`, from: './src', except: [room, ...below].map((each) => `./${each}`) }
      )),
    ],
  }],
});
// Lines end before column 120, prose too. Only what cannot be broken may be longer, and, in tests, a text that is
// compared.
const MAX_LEN = { code: 119, ignoreUrls: true, ignoreRegExpLiterals: true };
project.eslint!.addRules({ '@stylistic/max-len': ['error', MAX_LEN] });
project.eslint!.addOverride({
  files: ['test/**'],
  rules: { '@stylistic/max-len': ['error', { ...MAX_LEN, ignoreStrings: true, ignoreTemplateLiterals: true }] },
});
// What a router's scripts import stands beside them in the pod only.
project.eslint!.addOverride({
  files: ['runtime/router/**'],
  rules: { 'import/no-unresolved': ['error', { ignore: ['^(config|budget|key)\\.js$'] }] },
});
// Pods have a newer Node than whoever lints.
project.eslint!.addOverride({
  files: ['runtime/function-server/state/**'],
  rules: { 'import/no-unresolved': ['error', { ignore: ['^node:sqlite$'] }] },
});
// Hashes and random numbers are made of bits.
project.eslint!.addOverride({
  files: ['src/sharding/murmur-hash.ts', 'test/random.ts'],
  rules: { 'no-bitwise': 'off' },
});
project.eslint!.addOverride({
  files: ['runtime/**', 'bench/**', 'examples/**', 'test/projects/**'],
  rules: { 'import/no-extraneous-dependencies': 'off' },
});
// node:test waits for its tests by itself.
project.eslint!.addOverride({
  files: ['test/projects/**'],
  rules: { '@typescript-eslint/no-floating-promises': 'off' },
});

// npm makes a package's programs executable where it installs them, but not in the package's own checkout: npx may
// find one here.
project.compileTask.exec('chmod +x lib/local/cli.js');
// What public functions check their arguments by: of plain JavaScript, nobody else does. Not compiled in, since it is
// made of what the compiler says.
project.compileTask.exec('node scripts/api-table.mjs');

// Other languages get the snippets of README and of doc comments in their own: each must compile, with what
// rosetta/default.ts-fixture declares, and consist of what can be translated.
const checkSnippets = project.addTask('check-snippets', {
  description: 'Translate the snippets of README and doc comments for the other languages',
  exec: 'jsii-rosetta extract --strict',
});

// API.md is TypeScript's.
const docgen = project.tasks.tryFind('docgen')!;
docgen.prependSpawn(checkSnippets);
for (const language of ['python', 'java', 'csharp', 'go']) {
  const file = `docs/api/${language}.md`;
  docgen.exec(`jsii-docgen --language ${language} --output ${file}`);
  project.annotateGenerated(`/${file}`);
}

// `npm run build` needs nothing but Node: it packs for npm. `npm run package` does it for every language.
project.packageTask.reset();
project.packageTask.spawn(project.tasks.tryFind('package:js')!);
project.removeTask('package-all');
project.package.setScript('package', 'node scripts/package.mjs');

// `npm test` needs nothing but an install: it bundles, compiles, checks types and style, and runs every test.
const test = project.testTask;
test.reset();
test.spawn(project.bundler.bundleTask);
test.spawn(project.compileTask);
test.spawn(checkSnippets);
test.spawn(checkTypes);
test.spawn(project.tasks.tryFind('eslint')!);
// No shell, which would read patterns with parentheses or spaces in its own way.
test.execArgs(['jest', '--ci'], { receiveArgs: true });

// One at a time: one node may have no place for the pods of two tests.
project.addTask('e2e:kubernetes', {
  description: 'Run the behaviour tests on the Kubernetes cluster that KUBECONFIG points at',
}).execArgs([
  'jest', '--testMatch', '**/*.kubernetes.test.ts', '--testPathIgnorePatterns', '/node_modules/',
  '--globalSetup', './test/behaviour/kubernetes/availability.ts', '--ci', '--runInBand', '--verbose',
], { receiveArgs: true });

project.addTask('release', {
  description: 'Build and test the version that CHANGELOG.md starts with, into dist/; publishes nothing',
  exec: 'node scripts/release.mjs',
});

project.addTask('check-generated', {
  description: 'Fail when generated files are not committed as the build makes them',
  steps: [
    { spawn: 'default' },
    { spawn: 'bundle' },
    { spawn: 'compile' },
    { spawn: 'docgen' },
    {
      exec: 'git add --intent-to-add . && git diff --exit-code --stat '
        + '|| (echo "generated files differ from the committed ones: run npm run build and commit" >&2; exit 1)',
    },
  ],
});

project.package.setScript('start', 'node scripts/start.mjs');
project.package.setScript('test:pod-node', 'node scripts/test-pod-node.mjs');
project.package.setScript('check-peers', 'node scripts/check-peers.mjs');
project.package.setScript('check-plus-versions', 'node scripts/check-plus-versions.mjs');
project.package.setScript('check-projects', 'node scripts/check-projects.mjs');
project.package.setScript('check-manifests', 'node scripts/check-manifests.mjs');
project.package.setScript('check-mermaid', 'node scripts/check-mermaid.mjs');
project.package.setScript('draw-graphs', 'node scripts/draw-graphs.mjs');
project.package.setScript('test:languages', 'node scripts/test-languages.mjs');
project.package.setScript('bench', 'tsx bench/run.ts');

project.synth();
