import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Code } from '../../src/code';

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

export const moduleOf = (code: Code, runtime: 'node' | 'njs' = 'node') => code._module(new Chart(new App(), 'shop'), runtime);

/** What the module's default export returns, in a Node process of its own: nothing of this one is there but the budget of a router. */
export function run(module: string, ...args: unknown[]): unknown {
  const root = mkdtempSync(join(tmpdir(), 'module-'));
  try {
    write(root, {
      'handler.mjs': module,
      'node_modules/budget.js/package.json': '{ "type": "module", "exports": "./index.js" }',
      'node_modules/budget.js/index.js': readFileSync(join(__dirname, '../../assets/router-budget.js'), 'utf8'),
      'main.mjs': `import fn from './handler.mjs';\nlet result = await fn(...${JSON.stringify(args)});\n`
        + 'if (result?.next) { const all = []; for await (const each of result) all.push(each); result = all; }\n'
        + 'console.log(JSON.stringify({ result }));\n',
    });
    return JSON.parse(execFileSync(process.execPath, [join(root, 'main.mjs')], { encoding: 'utf8' })).result;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

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
