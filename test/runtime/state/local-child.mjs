// Tries promises on the database: started by local.test.ts, with a Node that has `node:sqlite`. Arguments: the bundle,
// and a folder. Each line that comes in is the source of a trial, each that goes out what became of it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [bundle, folder] = process.argv.slice(2);
const { open } = await import(bundle);
const log = { info() {}, warn: console.error, error: console.error };
let trials = 0;
// each database closes at the exit
process.setMaxListeners(0);

for await (const line of createInterface({ input: process.stdin })) {
  let time = 1_700_000_000_000;
  const own = join(folder, String(trials++));
  mkdirSync(own);
  let error;
  try {
    const trial = (0, eval)(`(${JSON.parse(line)})`);
    const config = { kind: 'local', folder: 'STATE_FOLDER', size: 100 * 2 ** 20 };
    const state = await open(config, { log, env: { STATE_FOLDER: own }, now: () => time });
    await trial({ state, assert, pass: async (millis) => { time += millis; } });
  } catch (thrown) {
    error = thrown.stack;
  }
  process.stdout.write(`${JSON.stringify({ error })}\n`);
}
