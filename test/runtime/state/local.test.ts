import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, Interface } from 'node:readline';
import { PROMISES, Trial } from './promises';
import { stateFolder, testSqlite } from './sqlite';
import { NODE } from '../server';

let child: ChildProcess | undefined;
let lines: Interface;

function start(): ChildProcess {
  const bundle = join(__dirname, '../../../assets/state-local.mjs');
  const args = [join(__dirname, 'local-child.mjs'), bundle, stateFolder()];
  const started = spawn(NODE, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  lines = createInterface({ input: started.stdout });
  return started;
}

afterAll(async () => {
  if (!child || child.exitCode !== null) return;
  child.stdin!.end();
  await once(child, 'exit');
});

/** Runs a function in the process that has the database. */
async function tried(trial: (...args: any[]) => Promise<void>): Promise<void> {
  child ??= start();
  child.stdin!.write(`${JSON.stringify(String(trial))}\n`);
  const [line] = await once(lines, 'line');
  const { error } = JSON.parse(line);
  if (error) throw new Error(error);
}

describe('state in SQLite', () => {
  for (const [name, trial] of PROMISES) testSqlite(name, () => tried(trial));
});

testSqlite('updates at a time never run twice where their function is synchronous', () => tried(
  async ({ state, assert }: Trial) => {
    let runs = 0;
    await Promise.all(Array.from({ length: 200 }, () => state.update('n', (n = 0) => {
      runs++;
      return n + 1;
    })));
    assert.deepEqual([runs, await state.get('n')], [200, 200]);
  },
));

testSqlite('expired entries leave the database within seconds, many at a time in small steps', () => tried(
  async ({ state, assert, pass }: Trial) => {
    const count = () => state.sql.prepare('SELECT count(*) AS n FROM metaparticle_state').get().n;
    await Promise.all(Array.from({ length: 1000 }, (_, index) => state.set(`k${index}`, index, { ttl: 60 })));
    await state.set('stays', 1);
    assert.equal(count(), 1001);
    await pass(60_000);
    const end = Date.now() + 10_000;
    while (count() > 1 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([count(), await state.get('stays')], [1, 1]);
  },
));

testSqlite('sql is the database: functions have tables of their own in it, beside the entries', () => tried(
  async ({ state, assert }: Trial) => {
    const { sql } = state;
    sql.exec('CREATE TABLE scores (name TEXT PRIMARY KEY, points INTEGER) STRICT');
    sql.prepare('INSERT INTO scores VALUES (?, ?)').run('ann', 7);
    await state.set('key', 1);
    assert.deepEqual({ ...sql.prepare('SELECT * FROM scores').get() }, { name: 'ann', points: 7 });
    assert.equal(sql.prepare('PRAGMA synchronous').get().synchronous, 2);
    assert.equal(sql.prepare('PRAGMA journal_mode').get().journal_mode, 'wal');
  },
));

testSqlite('what sql has changed in the entries is seen, though they were used before', () => tried(
  async ({ state, assert }: Trial) => {
    await state.set('a', 1);
    assert.equal(await state.get('a'), 1);
    state.sql.exec("UPDATE metaparticle_state SET value = '2'");
    assert.equal(await state.get('a'), 2);
    state.sql.exec("UPDATE metaparticle_state SET value = '3'");
    assert.equal(await state.increment('a'), 4);
  },
));

testSqlite('a transaction of sql takes in nothing that others write: that fails until it has ended', () => tried(
  async ({ state, assert }: Trial) => {
    state.sql.exec('BEGIN');
    await assert.rejects(Promise.all([state.set('a', 1), state.set('b', 1)]), {
      message: 'a transaction of sql is open, and would take in what others write: end it before you await',
    });
    state.sql.exec('ROLLBACK');
    await state.set('c', 1);
    assert.deepEqual((await state.list()).map(({ key }) => key), ['c']);
  },
));

testSqlite('of writes at a time, one that has no room fails alone', () => tried(
  async ({ state, assert }: Trial) => {
    await state.set('n', 5);
    const { page_count: pages } = state.sql.prepare('PRAGMA page_count').get();
    state.sql.exec(`PRAGMA max_page_count = ${pages}`);
    const [small, large, sum, moved, removed] = await Promise.allSettled([
      state.set('small', 1), state.set('large', 'x'.repeat(10_000)), state.increment('n'),
      state.transaction(async (tx) => {
        await tx.set('half', 1);
        await tx.set('other half', 'x'.repeat(10_000));
      }),
      state.delete('n'),
    ]);
    for (const each of [large, moved]) {
      assert.equal(each.status, 'rejected');
      const { name, status, message } = (each as PromiseRejectedResult).reason;
      assert.deepEqual({ name, status, message }, {
        name: 'StateError',
        status: 507,
        message: 'the state is full: nothing was written; entries can be read and deleted, and State.local({ size }) makes '
          + 'room for more',
      });
    }
    assert.deepEqual([small.status, sum, removed], [
      'fulfilled', { status: 'fulfilled', value: 6 }, { status: 'fulfilled', value: true },
    ]);
    assert.deepEqual(await state.list(), [{ key: 'small', value: 1 }]);
  },
));
