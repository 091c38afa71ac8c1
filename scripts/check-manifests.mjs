// `npm run check-manifests`: kube-score finds nothing in the manifests of the examples, and of an app with every
// pattern, but what docs/manifests.md argues for. kube-score is built by Go, once; where there is no Go, the check
// says that it was skipped.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples, root } from './steps.mjs';

const KUBE_SCORE = '1.20.0';
const KUBERNETES = 'v1.30';

const docs = join(root, 'docs/manifests.md');

if (spawnSync('go', ['version']).error) {
  process.stdout.write('○ kube-score finds nothing new [skipped: there is no go on PATH to build it with]\n');
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'check-manifests-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const kubeScore = build();
const apps = {
  ...Object.fromEntries(
    examples.map(
      (name) => [`examples/${name}`, () => synth(join(root, 'examples', name), 'main.ts')],
    ),
  ),
  'an app with every pattern': () => synth(root, '--eval',
    "require('./test/manifests/every-pattern.ts').everyPattern(new (require('cdk8s').App)()).synth()"),
};
const rows = argued();
let failed = false;
for (const [name, synthesize] of Object.entries(apps)) {
  const found = findings(synthesize());
  const fresh = found.filter(({ check, object }) => {
    const row = rows.find((each) => each.check === check && each.objects.some((pattern) => pattern.test(object)));
    if (row) row.used = true;
    return !row;
  });
  report(fresh.length === 0, `kube-score finds nothing in ${name} that docs/manifests.md does not argue for `
    + `(${found.length} that it does)`,
    fresh.map(({ check, object, said }) => `${object}: ${check}: ${said}`));
}
const unused = rows.filter(({ used }) => !used);
report(
  unused.length === 0, 'docs/manifests.md argues for nothing that is not found', unused.map(
    ({ check }) => `${check}: take the row out`,
  ),
);
process.exit(failed ? 1 : 0);

/** The kube-score binary, kept between runs. */
function build() {
  const cache = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-metaparticle', `kube-score-${KUBE_SCORE}`,
  );
  const binary = join(cache, 'kube-score');
  if (!existsSync(binary)) {
    process.stdout.write(`building kube-score ${KUBE_SCORE}, which takes a minute or two\n`);
    // Not in the package: a go.mod above the working directory would have a say in it.
    execFileSync(
      'go', [
        'install',
        `github.com/zegl/kube-score/cmd/kube-score@v${KUBE_SCORE}`,
      ], { cwd: folder, env: { ...process.env, GOBIN: cache }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }
  return binary;
}

/** The files that an app writes. */
function synth(cwd, ...args) {
  const output = mkdtempSync(join(folder, 'dist-'));
  execFileSync(
    process.execPath, [
      '--import',
      import.meta.resolve('tsx'),
      ...args,
    ], { cwd, env: { ...process.env, CDK8S_OUTDIR: output }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return readdirSync(output).map((file) => join(output, file));
}

function findings(files) {
  // It ends with 1 when it finds something.
  const { stdout, stderr } = spawnSync(kubeScore, [
    'score',
    '--kubernetes-version',
    KUBERNETES,
    '--all-default-optional',
    '--output-format',
    'json',
    ...files,
  ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (!stdout.startsWith('[')) throw new Error(`kube-score failed: ${stderr}${stdout}`);
  return JSON.parse(stdout).flatMap(({ object_meta: { name }, checks }) => checks
    .filter(({ skipped, grade }) => !skipped && grade < 10)
    .map(({ check: { id }, comments }) => ({
      check: id,
      object: name,
      said: (comments ?? []).map(({ summary }) => summary).join('; '),
    })));
}

/**
 * The table of docs/manifests.md: checks, and the objects they may find something in, with `*` for any part of a name.
 */
function argued() {
  const quoted = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
  return readFileSync(docs, 'utf8').split('## Checks')[1].split('\n')
    .map((line) => line.split('|').slice(1, 3))
    .flatMap(([checks = '', names = '']) => quoted(checks).map((check) => ({
      check,
      objects: quoted(names).map((name) => new RegExp(`^${name.replaceAll('*', '.*')}$`)),
    })));
}

function report(passed, title, problems) {
  const lines = problems.map((problem) => `    ${problem}\n`).join('');
  process.stdout.write(`${passed ? '✓' : '✗'} ${title}\n${lines}`);
  failed ||= !passed;
}
