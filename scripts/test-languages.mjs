// `npm run test:languages`: the packages of other languages do what the one of npm does, in projects outside of the
// repository. `npm run test:languages -- python` tries one; a language whose tools are missing is skipped, in one line.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Go } from './languages/go.mjs';
import { Java } from './languages/java.mjs';
import { Python } from './languages/python.mjs';
import { compile, missingToolchain } from './pacmak.mjs';
import { fail, root, run, skip, step } from './steps.mjs';

const LANGUAGES = { python: Python, java: Java, go: Go };
const apps = join(root, 'test/languages');
const page = readFileSync(join(root, 'docs/languages.md'), 'utf8');

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LANGUAGES);
const unknown = wanted.find((name) => !(name in LANGUAGES));
if (unknown) fail(`there are no tests for '${unknown}': name some of ${Object.keys(LANGUAGES).join(', ')}, or none for all`);

const folder = mkdtempSync(join(tmpdir(), 'test-languages-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

compile();
step('synthesize in TypeScript', () => {
  for (const app of ['app', 'page']) {
    run(apps, process.execPath, '--import', import.meta.resolve('tsx'), `${app}.ts`, { CDK8S_OUTDIR: expected(app) });
  }
});
for (const name of wanted) test(name, new LANGUAGES[name](folder));

function test(name, language) {
  const { title } = language;
  const missing = missingToolchain(name);
  if (missing) return skip(`use the package from ${title}`, missing);
  const [app, pageApp] = [join(folder, `app-${name}`), join(folder, `page-${name}`)];
  step(`build the package for ${title}`, () => language.build());
  step('install it', () => language.install());
  step('synthesize what TypeScript does, with every pattern', () => {
    cpSync(join(apps, name), app, { recursive: true });
    cpSync(join(apps, 'rank.mjs'), join(app, 'rank.mjs'));
    language.prepare(app);
    language.synthesize(app);
    compare('app', app);
  });
  step('synthesize the app of docs/languages.md', () => {
    const [, code] = new RegExp(`^\`\`\`${name}\n(.*?)^\`\`\`$`, 'ms').exec(page);
    write(join(pageApp, language.pageApp), code);
    language.prepare(pageApp);
    language.synthesize(pageApp);
    compare('page', pageApp);
  });
  step('read what is wrong', () => checkMistake(name, language, pageApp));
  return language.further(app, pageApp);
}

/** An app with a mistake in it says so where people look first, with nothing in front of the sentence. */
function checkMistake(name, language, correct) {
  const project = join(folder, `mistake-${name}`);
  cpSync(correct, project, { recursive: true });
  const main = join(project, language.pageApp);
  write(main, readFileSync(main, 'utf8').replace(/(replicas\D*)3/i, '$10'));
  let output;
  try {
    output = language.synthesize(project);
  } catch ({ stdout, stderr }) {
    output = `${stdout}${stderr}`;
    const sentence = language.sentenceOf(output);
    if (sentence?.startsWith('[hello/Web] replicas is 0: it must be')) return;
  }
  throw new Error(`this does not show the sentence where it should:\n${output}`);
}

function expected(app) {
  return join(folder, `typescript-${app}`);
}

function compare(app, project) {
  // git says what differs, line by line.
  run(folder, 'git', 'diff', '--no-index', '--exit-code', expected(app), join(project, 'dist'));
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
