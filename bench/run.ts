// `npm run bench -- shard`: runs bench/shard.ts, which prints a table.
import { readdirSync } from 'fs';
import { join } from 'path';

const names = readdirSync(__dirname).filter((file) => file.endsWith('.ts') && file !== 'run.ts').map(
  (file) => file.slice(0, -3),
);
const [name = ''] = process.argv.slice(2);

if (names.includes(name)) {
  // A local cluster keeps no process alive, and must be waited for until it has ended.
  const alive = setInterval(() => {}, 1000);
  import(join(__dirname, `${name}.ts`)).then((bench) => bench.default()).catch((error) => {
    process.exitCode = 1;
    console.error(error);
  }).finally(() => clearInterval(alive));
} else {
  process.exitCode = name ? 1 : 0;
  console.log(`npm run bench -- <name>, where the name is one of: ${names.join(', ')}`);
}
