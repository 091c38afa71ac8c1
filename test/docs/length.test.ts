import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pageAt, proseOf, ROOT } from './page';

/** As many as a person reads in three minutes. */
const MOST_WORDS = 600;

const pages = (readdirSync(join(ROOT, 'docs'), { recursive: true }) as string[])
  // References are looked into, not read through.
  .filter((path) => path.endsWith('.md') && !path.startsWith('api/'))
  .sort();

/** Words of prose: where links lead does not count. */
function wordsIn(page: string): number {
  const text = proseOf(page).replace(/\]\([^)]*\)/g, ']');
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

test.each(pages)(`docs/%s has at most ${MOST_WORDS} words of prose`, (page) => {
  expect(wordsIn(pageAt(join('docs', page)))).toBeLessThanOrEqual(MOST_WORDS);
});

test('neither code nor tables count as prose, nor what links lead to', () => {
  expect(wordsIn('# One two\n\nthree [four](five.md)\n\n```ts\nsix seven\n```\n\n| eight | nine |\n| --- | --- |\n')).toBe(2);
});
