// What the checks of the package have in common: programs that they run, and how they tell of them.
import { execFileSync } from 'node:child_process';

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

export function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}
