// `npm start`: from a fresh clone to a running example. Plain Node, because nothing is installed yet.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { newest, root } from './steps.mjs';

const example = join(root, 'examples/hello');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
let child;

refuseOldNode();
// Ctrl-C reaches every program of the terminal; this one waits for the others to end. Other signals it passes on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal));

if (newest('package-lock.json') > newest('node_modules/.package-lock.json')) {
  await step('install dependencies', root, [npm, 'ci', '--include=dev', '--no-audit', '--no-fund']);
}
if (newest('src', 'runtime', 'package.json') > newest('.jsii') || !newest('lib/local/cli.js')) {
  await step('compile', root, [npm, 'run', 'bundle'], [npm, 'run', 'compile']);
}
await step('synthesize examples/hello', example, ['npx', '--no-install', 'cdk8s', 'synth', '--check-upgrade=false']);
process.stdout.write('\n');
const { code } = await run(
  [
    process.execPath,
    join(root, 'lib/local/cli.js'),
    'up',
    'dist',
    '--try',
    'web:/?name=ada',
    ...process.argv.slice(2),
  ], example, 'inherit',
);
process.exitCode = code ?? 1;

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`error: this is Node ${process.versions.node}; cdk8s-metaparticle needs 20.19 or newer\n`);
  process.exit(1);
}

/** Runs commands one after the other, quietly; when one fails, all that it wrote is shown and this program ends. */
async function step(title, cwd, ...commands) {
  const start = Date.now();
  const { isTTY } = process.stdout;
  process.stdout.write(isTTY ? `… ${title}` : '');
  for (const command of commands) {
    const { code, signal, output } = await run(command, cwd, 'pipe');
    if (code === 0) continue;
    process.stdout.write(isTTY ? '\r\x1b[K' : '');
    process.stderr.write(`${output}\nerror: could not ${title}: `
      + `\`${command.join(' ')}\` ended with ${signal ?? `exit code ${code}`}\n`);
    process.exit(signal === 'SIGINT' ? 130 : 1);
  }
  process.stdout.write(`${isTTY ? '\r\x1b[K' : ''}✓ ${title.padEnd(28)} ${((Date.now() - start) / 1000).toFixed(1)} `
    + `s\n`);
}

function run([program, ...args], cwd, stdio) {
  return new Promise((resolve) => {
    let output = '';
    child = spawn(program, args, { cwd, stdio: stdio === 'pipe' ? ['ignore', 'pipe', 'pipe'] : stdio });
    child.stdout?.on('data', (chunk) => { output += chunk; });
    child.stderr?.on('data', (chunk) => { output += chunk; });
    child.once('error', (error) => resolve({ code: 1, signal: null, output: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
}
