import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { isTest, pages, run, snippetsOf } from './snippets';

/** What snippets of a page take for known, from the page's text or from a snippet before them. */
const known: Record<string, (chart: Chart) => object> = {
  'functions.md': () => ({ join, __dirname: join(__dirname, 'files') }),
};

const charts = pages.map((page) => ({ page, snippets: snippetsOf(page).filter((code) => !isTest(code)) }));

for (const { page, snippets } of charts.filter((each) => each.snippets.length > 0)) {
  test.each(
    snippets.map((code) => [code.trim().split('\n')[0], code]),
  )(`the snippet of docs/${page} that starts with "%s" runs, and its chart synthesizes`, (_, code) => {
    expect(() => Testing.synth(run(code, known[page]))).not.toThrow();
  });
}

test('the names that are given to snippets are given to pages that exist', () => {
  expect(pages).toEqual(expect.arrayContaining(Object.keys(known)));
});
