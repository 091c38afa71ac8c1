import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Code } from '../../src/code/code';

/** A folder with files, gone after the test file. */
export function folder(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'code-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  write(root, files);
  return root;
}

export function write(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

export const moduleOf = (code: Code, runtime: 'node' | 'njs' = 'node') =>
  code._module(new Chart(new App(), 'shop'), runtime);

/** A module, and what its default export is called with. */
export interface Call { readonly module: string; readonly args: readonly unknown[] }

/**
 * What the module's default export returns, in a Node process of its own: nothing of this one is there but the budget
 * of a router.
 */
export function run(module: string, ...args: unknown[]): unknown {
  return runAll([{ module, args }])[0];
}

/** The same of many, in one process: to start one takes a tenth of a second. */
export function runAll(calls: readonly Call[]): unknown[] {
  const root = mkdtempSync(join(tmpdir(), 'modules-'));
  try {
    write(root, {
      'node_modules/budget.js/package.json': '{ "type": "module", "exports": "./index.js" }',
      'node_modules/budget.js/index.js': readFileSync(join(__dirname, '../../assets/router-budget.js'), 'utf8'),
      'main.mjs': MAIN,
      'args.json': JSON.stringify(calls.map(({ args }) => args)),
      ...Object.fromEntries(calls.map(({ module }, index) => [`${index}/handler.mjs`, module])),
    });
    return JSON.parse(execFileSync(process.execPath, [join(root, 'main.mjs')], { encoding: 'utf8', cwd: root }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
const MAIN = `import { readFileSync } from 'node:fs';
const results = [];
for (const [index, args] of JSON.parse(readFileSync('args.json', 'utf8')).entries()) {
  const { default: fn } = await import('./' + index + '/handler.mjs');
  let result = await fn(...args);
  if (result?.next) { const all = []; for await (const each of result) all.push(each); result = all; }
  results.push(result);
}
console.log(JSON.stringify(results));
`;

/** A function with exactly this source: no compiler touches it. */
export const fnOf = (source: string) => new Function(`return (${source});`)();

/** The sentence that an action is refused with. */
export function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}
