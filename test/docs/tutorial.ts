import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pageAt, ROOT } from './page';

/** A block of code of a page. */
interface Block {
  readonly language: string;
  /** The file that it is, where it is one. */
  readonly file?: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language, file, text]) => ({ language, file, text }),
  );
}

const PYTHON = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;
const TOOLS = join(ROOT, 'node_modules/.cache/tutorial-python');

/** Why a command of the tutorial cannot be run on this machine. */
function lacking(commands: string): string | undefined {
  if (spawnSync('curl', ['--version']).error) return 'there is no curl on PATH';
  return /python3|pytest/.test(commands) && !PYTHON ? 'there is no python3 with venv' : undefined;
}

/** Puts a pytest where the reader has installed it: that of this machine, or one of our own. */
function providePytest(project: string): void {
  const found = spawnSync('bash', ['-c', 'command -v pytest'], { encoding: 'utf8' }).stdout.trim();
  if (!found && !existsSync(join(TOOLS, 'bin/pytest'))) {
    execFileSync('python3', ['-m', 'venv', TOOLS]);
    execFileSync(join(TOOLS, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', 'pytest']);
  }
  mkdirSync(join(project, 'venv/bin'), { recursive: true });
  symlinkSync(found || join(TOOLS, 'bin/pytest'), join(project, 'venv/bin/pytest'));
}

/** What a reader of a page has by then: the files of the step, and the packages that were installed. */
function projectOf(step: string): string {
  const project = mkdtempSync(join(tmpdir(), 'tutorial-'));
  cpSync(join(ROOT, 'examples/tutorial', step), project, { recursive: true });
  const modules = join(project, 'node_modules');
  const bin = join(modules, '.bin');
  mkdirSync(bin, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((each) => !each.startsWith('.'))) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(ROOT, 'node_modules/.bin'))) {
    symlinkSync(join(ROOT, 'node_modules/.bin', name), join(bin, name));
  }
  symlinkSync(ROOT, join(modules, 'cdk8s-metaparticle'));
  symlinkSync(join(ROOT, 'lib/local/cli.js'), join(bin, 'cdk8s-metaparticle'));
  return project;
}

/** Runs commands as a reader does in a terminal, and answers what they print, whichever way. */
async function outputOf(commands: string, project: string): Promise<string> {
  // Without a look at what is the newest cdk8s-cli, which says so on the terminal.
  const script = commands.replace('cdk8s synth', 'cdk8s synth --check-upgrade=false');
  // Nor as in CI, where Jest writes no new snapshot.
  const options = { cwd: project, env: { ...process.env, CI: 'false', NO_COLOR: '1' }, timeout: 90_000 };
  try {
    return (await promisify(execFile)('bash', ['-c', `exec 2>&1; set -e; ${script}`], options)).stdout;
  } catch (error) {
    const { code, stdout } = error as { code: unknown; stdout: string };
    throw new Error(`\`${commands.trim()}\` ended with ${code}:\n${stdout}`);
  }
}

/** Output without what differs from run to run: names of pods, addresses, times, and how even load is. */
function masked(output: string): string[] {
  return output
    .replace(/\r/g, '')
    .replace(/-[a-z0-9]{9,10}-[a-z0-9]{5}(?=["\s])/g, '-*')
    .replace(/127\.\d+\.\d+\.\d+/g, '127.*')
    .replace(/pod \S+: container .* restarting now\n/g, '') // which comes when it comes
    .replace(/ \(\d[\d.]* m?s\)/g, '')
    .replace(/\b\d+\.\d+ ?s\b/g, '* s')
    .replace(/^ +\d+ (?={)/gm, '* ')
    .replace(/ +/g, ' ')
    .split('\n');
}

/** Whether lines are as expected, where `…` stands for any number of them. */
function expectLines(actual: string[], expected: string[]): void {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = expected.map((line) => line === '…' ? '(?:.*\n)*?' : `${literal(line)}\n`).join('');
  const isExpected = new RegExp(`^${pattern}$`).test(`${actual.join('\n')}\n`);
  // Jest shows the difference.
  if (!isExpected) expect(actual).toEqual(expected);
}

/** The tests of a page of the tutorial. */
export function tutorial(step: string): void {
  const blocks = blocksOf(pageAt(`docs/tutorial/${step}.md`));
  const files = blocks.filter(({ file }) => file);
  const runs = blocks.flatMap(({ language, file, text }, at) => {
    const next = blocks[at + 1];
    const isRun = language === 'sh' && !file && next?.language === 'text' && !next.file;
    return isRun ? [{ commands: text, output: next.text }] : [];
  });

  describe(`docs/tutorial/${step}.md`, () => {
    test.each(files)('shows the $file of the example', ({ file, text }) => {
      expect(text).toBe(readFileSync(join(ROOT, 'examples/tutorial', step, file!), 'utf8'));
    });

    test('shows what commands print', () => expect(runs.length).toBeGreaterThan(0));

    for (const { commands, output } of runs) {
      const title = `prints what it shows for \`${commands.trim().replace('\n', ' && ')}\``;
      const reason = lacking(commands);
      (reason ? test.skip : test)(reason ? `${title} [${reason}]` : title, async () => {
        const project = projectOf(step);
        try {
          if (commands.includes('pytest')) providePytest(project);
          expectLines(masked(await outputOf(commands, project)), masked(output));
        } finally {
          rmSync(project, { recursive: true, force: true });
        }
      });
    }
  });
}
