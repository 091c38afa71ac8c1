import { createServer } from 'node:http';
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
