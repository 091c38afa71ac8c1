import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pageAt, ROOT } from './page';
import { isTest, pages, runWith, snippetsOf } from './snippets';
import { LocalCluster } from '../../src/local/testing';

// Pages on testing are test files; their tests are tests here too. Those of one page may share what stands at its top.
for (const page of pages) {
  const tests = snippetsOf(page).filter(isTest);
  if (tests.length === 0) continue;
  describe(`docs/${page}`, () => {
    runWith(tests.join('\n'), { LocalCluster, test, expect, afterEach, beforeEach, jest, createServer });
  });
}

test('the fixture of docs/testing.md is that of examples/python, whose tests `npm run test:languages` runs', () => {
  const [, fixture] = /^```python\n(.*?)^```$/ms.exec(pageAt('docs/testing.md'))!;
  expect(fixture).toBe(readFileSync(join(ROOT, 'examples/python/conftest.py'), 'utf8'));
});
