import type { DatabaseSync } from 'node:sqlite';
import { Awaitable, EngineParts, Listed, Range, StateEngine, Stored, sumOf, Ttl, Write } from './engine';
import { Recent } from './recent';
import { isFull, stateErrorOf } from './sqlite';
import { isSame, sizeOf } from './values';

/** What is written together at most: bytes of keys and values, and methods; one method may write more. */
const LARGEST_BATCH = { size: 4 * 1024 * 1024, tasks: 1000 };

/** How often expired entries are looked for, for how long they are deleted at a time, and how many: milliseconds. */
const SWEEP = { every: 1_000, pause: 20, most: 100, time: 5 };

interface Entry {
  readonly value: Stored;
  /** Milliseconds since 1970; null for never. */
  readonly expires: number | null;
}

type Change = readonly [key: string, entry: Entry | undefined];

/** What a method does: looks at entries, and says what becomes of them. */
type Run<T> = () => { readonly answer: T; readonly changes: readonly Change[] };

/** A method that waits to be confirmed. */
interface Task {
  readonly run: Run<any>;
  readonly answer: any;
  readonly resolve: (answer: any) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * State in a database of SQLite's. Entries are read at once: that takes microseconds. A write waits for the disk, and
 * nothing else happens meanwhile, since SQLite is called directly: so what is written in one turn of the event loop is
 * written as one transaction, however many requests it is for. The slower the disk, the more come together.
 *
 * Until then, it stands in `pending`, where later writes see it. They come into the same transaction or a later one.
 */
export class LocalEngine implements StateEngine {
  private readonly pending = new Map<string, Entry | undefined>();
  private pendingSize = 0;
  private tasks: Task[] = [];
  /** As they are in the database; none once functions have that, who may change them there. */
  private recent?= new Recent<Entry>();
  private sweeper: NodeJS.Timeout;
  /** Whether the last sweep was done. */
  private swept = true;
  private readonly statements;

  /** @param database whose table exists */
  constructor(private readonly database: DatabaseSync, private readonly parts: EngineParts) {
    const prepare = (sql: string) => database.prepare(sql);
    const list = (from: string) => prepare(`SELECT key, value FROM metaparticle_state WHERE key ${from}
      AND key < CAST(? AS TEXT) AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?`);
    this.statements = {
      get: prepare('SELECT value, expires FROM metaparticle_state WHERE key = ?'),
      set: prepare(`INSERT INTO metaparticle_state (key, expires, value) VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET expires = excluded.expires, value = excluded.value`),
      delete: prepare('DELETE FROM metaparticle_state WHERE key = ?'),
      listFrom: list('>= ?'),
      listAfter: list('> ?'),
      expired: prepare('SELECT key FROM metaparticle_state WHERE expires <= ? ORDER BY expires LIMIT ?'),
    };
    this.sweeper = this.sweepIn(SWEEP.every);
  }

  public get sql(): unknown {
    this.recent = undefined;
    return this.database;
  }

  public get(key: string): Stored | undefined {
    return this.read(key)?.value;
  }

  public peek(key: string): Stored | undefined {
    return this.entry(key)?.value;
  }

  public commit(seen: ReadonlyMap<string, Stored | undefined>, writes: readonly Write[]): Awaitable<boolean> {
    return this.write(() => {
      for (const [key, stored] of seen) {
        if (!isSame(stored, this.peek(key))) return { answer: false, changes: [] };
      }
      return { answer: true, changes: writes.map(({ key, value, ttl }) => this.change(key, value, ttl)) };
    });
  }

  public delete(key: string): Promise<boolean> {
    return this.write(() => {
      const answer = this.peek(key) !== undefined;
      return { answer, changes: answer ? [[key, undefined]] : [] };
    });
  }

  public increment(key: string, by: number, ttl: Ttl): Promise<number> {
    return this.write(() => {
      const answer = sumOf(key, this.peek(key), by);
      return { answer, changes: [this.change(key, String(answer), ttl)] };
    });
  }

  public list({ prefix, after, limit, size }: Range): Listed[] {
    const { listFrom, listAfter } = this.statements;
    const start = Buffer.from(prefix);
    // no text of UTF-8 has this byte: it comes after all that start like this
    const end = Buffer.concat([start, Buffer.of(0xff)]);
    const isPast = after !== undefined && Buffer.compare(Buffer.from(after), start) >= 0;
    const listed: Listed[] = [];
    let left = size;
    try {
      const [statement, from] = isPast ? [listAfter, after] : [listFrom, prefix];
      for (const { key, value } of statement.iterate(from, end, this.parts.now(), limit)) {
        listed.push({ key, value });
        left -= sizeOf(value);
        if (left < 0) break;
      }
    } catch (error) {
      throw stateErrorOf(error);
    }
    return listed;
  }

  public close(): void {
    clearTimeout(this.sweeper);
    this.flush();
    try {
      this.database.close();
    } catch {
      // a function may have closed it
    }
  }

  private read(key: string): Entry | undefined {
    let entry = this.recent?.get(key);
    if (entry) return this.alive(entry);
    try {
      entry = this.statements.get.get(key) as Entry | undefined;
    } catch (error) {
      throw stateErrorOf(error);
    }
    if (entry) this.recent?.set(key, entry);
    return this.alive(entry);
  }

  /** The entry as it will be when all that is pending is written. */
  private entry(key: string): Entry | undefined {
    return this.pending.has(key) ? this.alive(this.pending.get(key)) : this.read(key);
  }

  private alive(entry: Entry | undefined): Entry | undefined {
    const isExpired = entry && entry.expires !== null && entry.expires <= this.parts.now();
    return isExpired ? undefined : entry;
  }

  private change(key: string, value: Stored | undefined, ttl: Ttl): Change {
    return [key, value === undefined ? undefined : { value, expires: this.expiry(key, ttl) }];
  }

  private expiry(key: string, ttl: Ttl): number | null {
    if (ttl === 'keep') return this.entry(key)?.expires ?? null;
    return ttl === undefined ? null : this.parts.now() + ttl;
  }

  /** Resolves when what a method writes is on the disk. Even if that is nothing: what it has read may be pending. */
  private write<T>(run: Run<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = this.take(run);
      this.tasks.push({ run, answer, resolve, reject });
      if (this.tasks.length === 1) setImmediate(() => this.flush());
      if (this.pendingSize > LARGEST_BATCH.size || this.tasks.length === LARGEST_BATCH.tasks) this.flush();
    });
  }

  private take<T>(run: Run<T>): T {
    const { answer, changes } = run();
    for (const [key, entry] of changes) {
      this.pending.set(key, entry);
      this.pendingSize += key.length + sizeOf(entry?.value);
    }
    return answer;
  }

  private flush(): void {
    const { tasks } = this;
    this.tasks = [];
    try {
      this.store();
      for (const { resolve, answer } of tasks) resolve(answer);
    } catch (error) {
      // one that has no room must not take the others with it
      if (tasks.length > 1 && isFull(error)) return tasks.forEach((task) => this.flushAlone(task));
      for (const { reject } of tasks) reject(stateErrorOf(error));
    }
  }

  private flushAlone({ run, resolve, reject }: Task): void {
    try {
      // anew: what it has seen before may never have been written
      const answer = this.take(run);
      this.store();
      resolve(answer);
    } catch (error) {
      reject(stateErrorOf(error));
    }
  }

  /** Writes what is pending, all or nothing, and then nothing is. */
  private store(): void {
    const changes = [...this.pending];
    this.pending.clear();
    this.pendingSize = 0;
    if (changes.length === 0) return;
    const write = () => {
      for (const [key, entry] of changes) {
        if (entry) this.statements.set.run(key, entry.expires, entry.value);
        else this.statements.delete.run(key);
      }
    };
    try {
      this.together(write);
    } catch (error) {
      if (!isFull(error)) throw error;
      // perhaps only the volume is, for the journal: written back, that takes no room
      this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      this.together(write);
    }
    for (const [key, entry] of changes) {
      if (entry) this.recent?.set(key, entry);
      else this.recent?.delete(key);
    }
  }

  private together(write: () => void): void {
    const { database } = this;
    if (database.isTransaction) {
      throw new Error('a transaction of sql is open, and would take in what others write: end it before you await');
    }
    database.exec('BEGIN IMMEDIATE');
    try {
      write();
      database.exec('COMMIT');
    } catch (error) {
      // some errors have ended it already, https://www.sqlite.org/lang_transaction.html
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  private sweepIn(millis: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.sweeper = this.sweepIn(this.sweep() ? SWEEP.pause : SWEEP.every);
    }, millis).unref();
  }

  /** Deletes entries that have expired, for some milliseconds; whether there may be more. */
  private sweep(): boolean {
    const now = this.parts.now();
    const end = performance.now() + SWEEP.time;
    try {
      const expired = this.statements.expired.all(now, SWEEP.most);
      let done = 0;
      if (expired.length > 0 && !this.database.isTransaction) {
        this.together(() => {
          do this.statements.delete.run(expired[done].key);
          while (++done < expired.length && performance.now() < end);
        });
      }
      this.swept = true;
      return done === SWEEP.most || done < expired.length;
    } catch (error) {
      // once: it is tried every second
      if (this.swept) this.parts.log.warn('expired entries of the state cannot be deleted', { error });
      this.swept = false;
      return false;
    }
  }
}
