// What the checks of the package have in common: programs that they run, and how they tell of them.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The folders of the examples in TypeScript, those of the tutorial too: `hello`, `tutorial/1-hello`. */
export const examples = readdirSync(join(root, 'examples'), { recursive: true })
  .filter((path) => basename(path) === 'main.ts' && !path.includes('node_modules'))
  .map((path) => dirname(path))
  .sort();

/** Runs a program to its end and answers what it wrote; the last argument may be its further environment. */
export function run(cwd, program, ...args) {
  const env = typeof args.at(-1) === 'object' ? args.pop() : {};
  return execFileSync(
    program, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

export function step(title, work) {
  const start = Date.now();
  try {
    work();
  } catch (error) {
    fail(`could not ${title}:\n${error.stdout ?? ''}${error.stderr ?? error.stack}`);
  }
  process.stdout.write(`✓ ${title} ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

/** Says that something was not done, and why. */
export function skip(title, reason) {
  process.stdout.write(`○ ${title} [skipped: ${reason}]\n`);
}

export function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

/** When any of these files or folders of the repository was changed last; 0 when there is none. */
export function newest(...names) {
  return Math.max(0, ...names.map((name) => {
    const path = join(root, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return 0;
    if (!stat.isDirectory()) return stat.mtimeMs;
    return Math.max(
      stat.mtimeMs, ...readdirSync(path, { recursive: true }).map((file) => statSync(join(path, file)).mtimeMs),
    );
  }));
}
