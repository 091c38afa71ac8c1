import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as ts from 'typescript';
import * as library from '../../src';

const DOCS = join(__dirname, '../../docs');

/** The pages of docs/ and its folders, by their paths there. */
export const pages = (readdirSync(DOCS, { recursive: true }) as string[]).filter((path) => path.endsWith('.md')).sort();

/** The TypeScript blocks of a page. */
export function snippetsOf(page: string): string[] {
  const text = readFileSync(join(DOCS, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
}

/** Whether a snippet is of a test file, which Jest runs, rather than of a chart. */
export const isTest = (code: string) => /^test\(|^import .* from 'cdk8s-metaparticle\/testing'/m.test(code);

/** Runs a snippet as it stands in the page, but for its imports, with everything that it may name. */
export function runWith(code: string, ours: object): void {
  const names = { kplus, ...kplus, ...cdk8s, ...library, ...ours };
  const compilerOptions = { target: ts.ScriptTarget.ES2022 };
  const { outputText, diagnostics = [] } = ts.transpileModule(code.replace(/^import .*$/gm, ''), {
    reportDiagnostics: true,
    compilerOptions,
  });
  expect(diagnostics).toEqual([]);
  new Function(...Object.keys(names), outputText)(...Object.values(names));
}

/** What snippets of all pages may name besides the library, cdk8s and cdk8s-plus (`kplus`). */
const inScope = (app: cdk8s.App, chart: cdk8s.Chart) => ({
  app,
  chart,
  backend: library.Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 }),
});

/** Runs a snippet that adds to a chart, with further names that its page takes for known; answers the chart. */
export function run(code: string, known: (chart: cdk8s.Chart) => object = () => ({})): cdk8s.Chart {
  const app = cdk8s.Testing.app();
  const chart = new cdk8s.Chart(app, 'shop');
  runWith(code, { ...inScope(app, chart), ...known(new cdk8s.Chart(app, 'known')) });
  return chart;
}

/** The only snippet of all pages that has these words, wherever it stands: pages are cut anew at times. */
export function snippetWith(words: string): string {
  const found = pages.flatMap(snippetsOf).filter((code) => code.includes(words));
  expect(found).toHaveLength(1);
  return found[0];
}
