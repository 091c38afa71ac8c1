// `npm run bench` runs every comparison and writes docs/benchmarks.md; `npm run bench -- routers` prints one.
import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { page } from './lib/page';
import { plainText, Section } from './lib/section';

const names = readdirSync(__dirname).filter((file) => file.endsWith('.ts') && file !== 'run.ts').map(
  (file) => file.slice(0, -3),
);

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no comparison ${unknown}: there are ${names.join(', ')}`);
  const sections: Section[] = [];
  for (const name of wanted.length > 0 ? wanted : names) {
    const bench = await import(join(__dirname, `${name}.ts`)) as { default: () => Promise<Section[]> };
    for (const section of await bench.default()) {
      sections.push(section);
      console.log(plainText(section));
    }
  }
  if (wanted.length === 0) writeFileSync(join(__dirname, '../docs/benchmarks.md'), await page(sections));
}

// A local cluster keeps no process alive, and must be waited for until it has ended.
const alive = setInterval(() => {}, 1000);
main(process.argv.slice(2)).catch((error) => {
  process.exitCode = 1;
  console.error(error);
}).finally(() => clearInterval(alive));
