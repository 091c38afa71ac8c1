// The pages of the documentation, by their paths in the repository.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

export const pages = ['README.md', ...pagesIn('docs'), ...pagesIn('examples')];

function pagesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((file) => file.endsWith('.md') && !/(?:^|\/)(?:node_modules|target|dist)\//.test(file))
    .map((file) => join(folder, file));
}
