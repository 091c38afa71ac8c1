import { execFile } from 'node:child_process';
import {
  cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

const GIVEN = ['node_modules', 'cdk8s.yaml', 'main.ts'];

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'synth-test-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `cdk8s synth` on an app like examples/hello, with the compiled package, as users do. */
async function synth(change: (app: string) => string): Promise<{ code: unknown; said: string; written: string[] }> {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/cdk8s-metaparticle'));
  for (const name of ['cdk8s', 'tsx']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  cpSync(join(ROOT, 'examples/hello/cdk8s.yaml'), join(folder, 'cdk8s.yaml'));
  const example = readFileSync(join(ROOT, 'examples/hello/main.ts'), 'utf8');
  writeFileSync(join(folder, 'main.ts'), change(example));
  const cdk8s = join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s');
  return new Promise((resolve) => {
    execFile(process.execPath, [cdk8s, 'synth', '--check-upgrade=false'], { cwd: folder }, (error, stdout, stderr) => {
      const written = readdirSync(folder).filter((name) => !GIVEN.includes(name))
        .flatMap((name) => readdirSync(join(folder, name), { recursive: true }).map((file) => `${name}/${file}`));
      resolve({ code: error ? error.code : 0, said: stdout + stderr, written });
    });
  });
}

test('an app without mistakes is written to dist', async () => {
  expect(await synth((app) => app)).toMatchObject({ code: 0, written: ['dist/hello.k8s.yaml'] });
});

const WEB = "new Spread(chart, 'Web', {";
const withCode = (code: string) => (app: string) =>
  app.replace(
    /Backend\.fromFunction\([^]*\}\)\),\n/,
    `Backend.fromFunction(require('cdk8s-metaparticle').Code.${code}),\n`,
  );

test.each<[string, (app: string) => string, string]>([
  [
    'a number that is out of range',
    (app) => app.replace('replicas: 3', 'replicas: 0'),
    '[hello/Web] replicas is 0: it must be a whole number from 1 to 1000',
  ],
  [
    'a name that is too long',
    (app) => app.replace("'Web'", `'${'x'.repeat(60)}'`),
    `makes the name '${'x'.repeat(60)}-headless' of 69 characters: Kubernetes allows 63`,
  ],
  ['a second chart whose pattern is wrong',
    (app) =>
      app.replace(
        'app.synth',
        "new Spread(new Chart(app, 'second'), 'Web', { "
          + "backend: Backend.fromImage('my web:1', { port: 8080 }) });\napp.synth",
      ),
    "[second/Web] image is 'my web:1', which is no image reference"],
  [
    'two patterns with one name',
    (app) =>
      app.replace(WEB, `new Spread(chart, 'web', { backend: Backend.fromImage('web', { port: 8080 }) });\n${WEB}`),
    "[hello/Web/Backend] its name 'web-backend' is taken by [hello/web/Backend]",
  ],
  [
    'a file that is missing',
    withCode("fromFile('missing.ts')"),
    'does not exist: a relative path starts at the working directory',
  ],
  [
    'a syntax error in the code',
    withCode("fromInline('(request) => {')"),
    'inline code is not JavaScript that can stand by itself: Unexpected token (line 1, column 15',
  ],
])('%s ends synth with a sentence, and no YAML is written', async (_, change, sentence) => {
  const { code, said, written } = await synth(change);
  expect(said).toContain(sentence);
  expect(code).toBe(1);
  expect(written).toEqual([]);
});
