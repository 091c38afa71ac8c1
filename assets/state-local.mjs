// runtime/function-server/state/local.ts
import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";

// runtime/function-server/state/engine.ts
var StateError = class extends Error {
  constructor(status, message, options) {
    super(message, options);
    this.status = status;
  }
  status;
  name = "StateError";
};
function sumOf(key, found, by) {
  const number = found === void 0 ? 0 : typeof found === "string" ? Number(found) : NaN;
  if (!Number.isSafeInteger(number)) throw notWhole(key, found);
  const sum = number + by;
  if (!Number.isSafeInteger(sum)) throw tooLarge(key, by);
  return sum;
}
function notWhole(key, found) {
  const shown = typeof found !== "string" ? "bytes" : found.length > 40 ? `${found.slice(0, 40)}…` : found;
  return new TypeError(`the value of ${JSON.stringify(key)} is ${shown}: increment counts whole numbers within ±${Number.MAX_SAFE_INTEGER}; use update for others`);
}
function tooLarge(key, by) {
  return new RangeError(`${JSON.stringify(key)} incremented by ${by} is beyond ±${Number.MAX_SAFE_INTEGER}, where numbers of JavaScript are no longer exact`);
}

// runtime/function-server/state/recent.ts
var MOST = 4 * 1024 * 1024;
var OVERHEAD = 100;
var LONGEST = 64 * 1024;
var Recent = class {
  younger = /* @__PURE__ */ new Map();
  older = /* @__PURE__ */ new Map();
  size = 0;
  get(key) {
    const entry = this.younger.get(key);
    if (entry) return entry;
    const old = this.older.get(key);
    if (old) this.set(key, old);
    return old;
  }
  set(key, entry) {
    const { value } = entry;
    this.delete(key);
    if (typeof value !== "string" || value.length > LONGEST) return;
    const size = sizeOf(key, value);
    if (this.size + size > MOST / 2) {
      this.older = this.younger;
      this.younger = /* @__PURE__ */ new Map();
      this.size = 0;
    }
    this.younger.set(key, entry);
    this.size += size;
  }
  delete(key) {
    const entry = this.younger.get(key);
    if (entry) {
      this.younger.delete(key);
      this.size -= sizeOf(key, entry.value);
    }
    this.older.delete(key);
  }
};
function sizeOf(key, value) {
  return key.length + value.length + OVERHEAD;
}

// runtime/function-server/state/sqlite.ts
var BUSY = 5;
var FULL = 13;
var DAMAGED = [11, 26];
var UNUSABLE = [7, 8, 10, 14];
function isBusy(error) {
  return codeOf(error) === BUSY;
}
function isFull(error) {
  return codeOf(error) === FULL;
}
function stateErrorOf(cause) {
  const code = codeOf(cause);
  if (code === void 0) return cause;
  const reason = cause.message;
  if (code === FULL) {
    return new StateError(507, "the state is full: nothing was written; entries can be read and deleted, and State.local({ size }) makes room for more", { cause });
  }
  if (DAMAGED.includes(code)) return new StateError(503, `the state is damaged (${reason})`, { cause });
  if (UNUSABLE.includes(code)) {
    return new StateError(503, `the state cannot be used now (${reason}): it is not known whether it was written`, {
      cause
    });
  }
  return cause;
}
function codeOf(error) {
  const { code, errcode } = error ?? {};
  return code === "ERR_SQLITE_ERROR" && typeof errcode === "number" ? errcode % 256 : void 0;
}

// runtime/shared/shown.ts
function nameOf(value) {
  if (typeof value !== "object" || value === null) return typeof value;
  const { constructor, [Symbol.toStringTag]: tag } = value;
  return String(tag || constructor?.name || "object");
}
function article(name) {
  return /^[aeiou]/i.test(name) ? "an" : "a";
}

// runtime/function-server/state/values.ts
var LARGEST_VALUE = 1024 * 1024;
var DEEPEST = 100;
var HOLDS = "state holds what JSON can hold (objects, arrays, texts, finite numbers, true, false, null), and bytes as a Uint8Array";
var REMEDIES = {
  bigint: "store its text, String(value)",
  Date: "store its text, date.toISOString()",
  Map: "store Object.fromEntries(map), or its entries, [...map]",
  Set: "store an array, [...set]",
  Promise: "await it",
  ArrayBuffer: "store new Uint8Array(buffer)"
};
function encode(value) {
  if (value instanceof Uint8Array) {
    checkSize(value.length);
    return new Uint8Array(value);
  }
  if (value === void 0) throw new TypeError("value is undefined: delete(key) takes an entry away");
  new Check().value("value", value, []);
  const text = JSON.stringify(value);
  checkSize(Buffer.byteLength(text));
  return text;
}
function decode(stored) {
  return typeof stored === "string" ? JSON.parse(stored) : stored;
}
function isSame(one, other) {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return one === other;
}
function sizeOf2(stored) {
  if (stored === void 0) return 0;
  return typeof stored === "string" ? Buffer.byteLength(stored) : stored.length;
}
function checkSize(bytes) {
  if (bytes > LARGEST_VALUE) throw tooLarge2(`${bytes} bytes`);
}
function tooLarge2(size) {
  return new RangeError(`value takes ${size}: it may take ${LARGEST_VALUE}; divide it among several keys`);
}
var Check = class {
  /** Bytes that its text has at least: a part that stands in many places may be far more than fits into memory. */
  size = 0;
  value(path, value, around) {
    this.size += typeof value === "string" ? value.length + 2 : 1;
    if (this.size > LARGEST_VALUE) throw tooLarge2(`more than ${LARGEST_VALUE} bytes`);
    if (value === null || typeof value === "string" || typeof value === "boolean") return;
    if (typeof value === "number") {
      if (Number.isFinite(value)) return;
      throw new TypeError(`${path} is ${value}: ${HOLDS}`);
    }
    if (!Array.isArray(value) && !isPlain(value)) throw refused(path, value);
    if (around.includes(value)) throw new TypeError(`${path} is what holds it: store data without such a circle`);
    if (around.length === DEEPEST) throw new RangeError(`value is nested more than ${DEEPEST} deep: store it flatter`);
    const inside = [...around, value];
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) this.value(`${path}[${i}]`, value[i], inside);
      return;
    }
    for (const name of Object.keys(value)) {
      this.size += name.length;
      const each = value[name];
      if (each !== void 0) this.value(`${path}.${name}`, each, inside);
    }
  }
};
function isPlain(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
function refused(path, value) {
  if (value === void 0) return new TypeError(`${path} is undefined: ${HOLDS}; null stands for nothing`);
  const name = nameOf(value);
  const remedy = Object.hasOwn(REMEDIES, name) ? REMEDIES[name] : HOLDS;
  return new TypeError(`${path} is ${article(name)} ${name}: ${remedy}`);
}

// runtime/function-server/state/local-engine.ts
var LARGEST_BATCH = { size: 4 * 1024 * 1024, tasks: 1e3 };
var SWEEP = { every: 1e3, pause: 20, most: 100, time: 5 };
var LocalEngine = class {
  /** @param database whose table exists */
  constructor(database, parts) {
    this.database = database;
    this.parts = parts;
    const prepare2 = (sql) => database.prepare(sql);
    const list = (from) => prepare2(`SELECT key, value FROM metaparticle_state WHERE key ${from}
      AND key < CAST(? AS TEXT) AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?`);
    this.statements = {
      get: prepare2("SELECT value, expires FROM metaparticle_state WHERE key = ?"),
      set: prepare2(`INSERT INTO metaparticle_state (key, expires, value) VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET expires = excluded.expires, value = excluded.value`),
      delete: prepare2("DELETE FROM metaparticle_state WHERE key = ?"),
      listFrom: list(">= ?"),
      listAfter: list("> ?"),
      expired: prepare2("SELECT key FROM metaparticle_state WHERE expires <= ? ORDER BY expires LIMIT ?")
    };
    this.sweeper = this.sweepIn(SWEEP.every);
  }
  database;
  parts;
  pending = /* @__PURE__ */ new Map();
  pendingSize = 0;
  tasks = [];
  /** As they are in the database; none once functions have that, who may change them there. */
  recent = new Recent();
  sweeper;
  /** Whether the last sweep was done. */
  swept = true;
  statements;
  get sql() {
    this.recent = void 0;
    return this.database;
  }
  get(key) {
    return this.read(key)?.value;
  }
  peek(key) {
    return this.entry(key)?.value;
  }
  commit(seen, writes) {
    return this.write(() => {
      for (const [key, stored] of seen) {
        if (!isSame(stored, this.peek(key))) return { answer: false, changes: [] };
      }
      return { answer: true, changes: writes.map(({ key, value, ttl }) => this.change(key, value, ttl)) };
    });
  }
  delete(key) {
    return this.write(() => {
      const answer = this.peek(key) !== void 0;
      return { answer, changes: answer ? [[key, void 0]] : [] };
    });
  }
  increment(key, by, ttl) {
    return this.write(() => {
      const answer = sumOf(key, this.peek(key), by);
      return { answer, changes: [this.change(key, String(answer), ttl)] };
    });
  }
  list({ prefix, after, limit, size }) {
    const { listFrom, listAfter } = this.statements;
    const start = Buffer.from(prefix);
    const end = Buffer.concat([start, Buffer.of(255)]);
    const isPast = after !== void 0 && Buffer.compare(Buffer.from(after), start) >= 0;
    const listed = [];
    let left = size;
    try {
      const [statement, from] = isPast ? [listAfter, after] : [listFrom, prefix];
      for (const { key, value } of statement.iterate(from, end, this.parts.now(), limit)) {
        listed.push({ key, value });
        left -= sizeOf2(value);
        if (left < 0) break;
      }
    } catch (error) {
      throw stateErrorOf(error);
    }
    return listed;
  }
  close() {
    clearTimeout(this.sweeper);
    this.flush();
    try {
      this.database.close();
    } catch {
    }
  }
  read(key) {
    let entry = this.recent?.get(key);
    if (entry) return this.alive(entry);
    try {
      entry = this.statements.get.get(key);
    } catch (error) {
      throw stateErrorOf(error);
    }
    if (entry) this.recent?.set(key, entry);
    return this.alive(entry);
  }
  /** The entry as it will be when all that is pending is written. */
  entry(key) {
    return this.pending.has(key) ? this.alive(this.pending.get(key)) : this.read(key);
  }
  alive(entry) {
    const isExpired = entry && entry.expires !== null && entry.expires <= this.parts.now();
    return isExpired ? void 0 : entry;
  }
  change(key, value, ttl) {
    return [key, value === void 0 ? void 0 : { value, expires: this.expiry(key, ttl) }];
  }
  expiry(key, ttl) {
    if (ttl === "keep") return this.entry(key)?.expires ?? null;
    return ttl === void 0 ? null : this.parts.now() + ttl;
  }
  /** Resolves when what a method writes is on the disk. Even if that is nothing: what it has read may be pending. */
  write(run) {
    return new Promise((resolve, reject) => {
      const answer = this.take(run);
      this.tasks.push({ run, answer, resolve, reject });
      if (this.tasks.length === 1) setImmediate(() => this.flush());
      if (this.pendingSize > LARGEST_BATCH.size || this.tasks.length === LARGEST_BATCH.tasks) this.flush();
    });
  }
  take(run) {
    const { answer, changes } = run();
    for (const [key, entry] of changes) {
      this.pending.set(key, entry);
      this.pendingSize += key.length + sizeOf2(entry?.value);
    }
    return answer;
  }
  flush() {
    const { tasks } = this;
    this.tasks = [];
    try {
      this.store();
      for (const { resolve, answer } of tasks) resolve(answer);
    } catch (error) {
      if (tasks.length > 1 && isFull(error)) return tasks.forEach((task) => this.flushAlone(task));
      for (const { reject } of tasks) reject(stateErrorOf(error));
    }
  }
  flushAlone({ run, resolve, reject }) {
    try {
      const answer = this.take(run);
      this.store();
      resolve(answer);
    } catch (error) {
      reject(stateErrorOf(error));
    }
  }
  /** Writes what is pending, all or nothing, and then nothing is. */
  store() {
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
      this.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      this.together(write);
    }
    for (const [key, entry] of changes) {
      if (entry) this.recent?.set(key, entry);
      else this.recent?.delete(key);
    }
  }
  together(write) {
    const { database } = this;
    if (database.isTransaction) {
      throw new Error("a transaction of sql is open, and would take in what others write: end it before you await");
    }
    database.exec("BEGIN IMMEDIATE");
    try {
      write();
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }
  sweepIn(millis) {
    return setTimeout(() => {
      this.sweeper = this.sweepIn(this.sweep() ? SWEEP.pause : SWEEP.every);
    }, millis).unref();
  }
  /** Deletes entries that have expired, for some milliseconds; whether there may be more. */
  sweep() {
    const now = this.parts.now();
    const end = performance.now() + SWEEP.time;
    try {
      const expired = this.statements.expired.all(now, SWEEP.most);
      let done = 0;
      if (expired.length > 0 && !this.database.isTransaction) {
        this.together(() => {
          do
            this.statements.delete.run(expired[done].key);
          while (++done < expired.length && performance.now() < end);
        });
      }
      this.swept = true;
      return done === SWEEP.most || done < expired.length;
    } catch (error) {
      if (this.swept) this.parts.log.warn("expired entries of the state cannot be deleted", { error });
      this.swept = false;
      return false;
    }
  }
};

// runtime/function-server/state/local.ts
var PATIENCE = { time: 5e4, pause: 200 };
var JOURNAL = 32 * 1024 * 1024;
var PAGE = 4096;
async function openLocal(config, parts) {
  const folder = parts.env[config.folder];
  const file = join(folder, "state.db");
  const end = performance.now() + PATIENCE.time;
  for (let tried = 0; ; tried++) {
    let database;
    try {
      database = new DatabaseSync(file);
      prepare(database, roomOf(folder, config.size, file));
      return new LocalEngine(database, parts);
    } catch (error) {
      database?.close();
      if (!isBusy(error) || performance.now() > end) throw cannotOpen(file, error);
      if (tried === 0) parts.log.warn("another process has the state: waiting for it to end", { file });
    }
    await sleep(PATIENCE.pause);
  }
}
function prepare(database, room) {
  database.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = ${Math.ceil(room.journal / 8)};
    PRAGMA journal_size_limit = ${room.journal * PAGE / 4};
    PRAGMA temp_store = MEMORY;
    PRAGMA max_page_count = ${room.database};
    CREATE TABLE IF NOT EXISTS metaparticle_state (key TEXT PRIMARY KEY, expires INTEGER, value NOT NULL);
    CREATE INDEX IF NOT EXISTS metaparticle_state_expires ON metaparticle_state (expires) WHERE expires IS NOT NULL;
  `);
}
function roomOf(folder, size, file) {
  const { bavail, bsize } = statfsSync(folder);
  const own = [file, `${file}-wal`].map((each) => statSync(each, { throwIfNoEntry: false })?.size ?? 0);
  const room = Math.min(size, bavail * bsize + own[0] + own[1]);
  const journal = Math.min(JOURNAL, room / 4);
  return { database: Math.max(1, Math.floor((room - journal) / PAGE)), journal: Math.floor(journal / PAGE) };
}
function cannotOpen(file, cause) {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (isBusy(cause)) {
    const sentence2 = `another process has ${file} since ${PATIENCE.time / 1e3} s: each needs its own`;
    return new StateError(503, sentence2, { cause });
  }
  if (isFull(cause)) {
    const sentence2 = `${file} cannot be opened, since its volume is full: make State.local({ size }) larger`;
    return new StateError(507, sentence2, { cause });
  }
  const sentence = `${file} cannot be opened (${reason}): the volume must be writable for the user of the pod, and the file a database; if it is damaged, restore a copy, or move it away to start with empty state`;
  return new StateError(503, sentence, { cause });
}

// runtime/shared/text.ts
function isWellFormed(text) {
  return text.isWellFormed();
}
var SEQUENCE = new RegExp([
  "[\\xc2-\\xdf][\\x80-\\xbf]",
  "\\xe0[\\xa0-\\xbf][\\x80-\\xbf]",
  "[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}",
  "\\xed[\\x80-\\x9f][\\x80-\\xbf]",
  "\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}",
  "[\\xf1-\\xf3][\\x80-\\xbf]{3}",
  "\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}",
  "(\\xe0[\\xa0-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]|\\xed[\\x80-\\x9f]|\\xf0[\\x90-\\xbf][\\x80-\\xbf]?|[\\xf1-\\xf3][\\x80-\\xbf]{1,2}|\\xf4[\\x80-\\x8f][\\x80-\\xbf]?|[\\x80-\\xff])"
].join("|"), "g");

// runtime/function-server/state/arguments.ts
var LONGEST_KEY = 1024;
var LONGEST_TTL = 100 * 365.25 * 86400;
var KEY_RULE = `a key is a text of 1 to ${LONGEST_KEY} bytes of UTF-8`;
function checkKey(key) {
  if (key === "") throw new TypeError(`key is empty: ${KEY_RULE}`);
  checkText("key", key, KEY_RULE);
}
function checkPart(name, value) {
  if (value === void 0) return "";
  checkText(name, value, `it is a text of up to ${LONGEST_KEY} bytes of UTF-8`);
  return value;
}
function checkText(name, value, rule) {
  if (typeof value !== "string") throw new TypeError(`${name} is ${told(value)}: ${rule}`);
  const bytes = value.length > LONGEST_KEY ? value.length : Buffer.byteLength(value);
  if (bytes > LONGEST_KEY) throw new RangeError(`${name} takes ${bytes} bytes or more: ${rule}`);
  if (!isWellFormed(value)) throw new TypeError(`${name} has half of a surrogate pair, and UTF-8 has none: ${rule}`);
}
function checkOptions(options, known) {
  const example = known.includes("ttl") ? "{ ttl: 60 }" : "{ prefix: 'user:' }";
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`options are ${told(options)}: give an object, such as ${example}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`options have ${JSON.stringify(name)}: there ${known.length > 1 ? "are" : "is"} ` + known.join(", "));
    }
  }
}
function ttlOf(options, none) {
  checkOptions(options, ["ttl"]);
  const { ttl } = options;
  if (ttl === void 0) return none;
  if (typeof ttl !== "number" || !(ttl > 0 && ttl <= LONGEST_TTL)) {
    throw new RangeError(`ttl is ${told(ttl)}: it is a number of seconds above 0, up to ${LONGEST_TTL} (100 years); leave it out for an entry that stays`);
  }
  return Math.ceil(ttl * 1e3);
}
function checkWhole(name, value, least, most) {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} is ${told(value)}: it is a whole number from ${least} to ${most}`);
  }
}
function checkFunction(method, value, example) {
  if (typeof value === "function") return;
  throw new TypeError(`${method} is given ${told(value)}: give a function, such as ${example}`);
}
function told(value) {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "symbol" || typeof value === "function" || typeof value === "object" && value !== null) {
    const name = nameOf(value);
    return `${article(name)} ${name}`;
  }
  return String(value);
}

// runtime/function-server/state/attempts.ts
var ATTEMPTS = 100;
var LONGEST_PAUSE = 100;
var AGAIN = /* @__PURE__ */ Symbol("again");
async function attempts(what, attempt) {
  for (let tried = 1; tried <= ATTEMPTS; tried++) {
    const result = await attempt(AGAIN);
    if (result !== AGAIN) return result;
    if (tried > 1) await pause(Math.random() * Math.min(LONGEST_PAUSE, 2 ** tried));
  }
  throw new StateError(503, `${what} changed ${ATTEMPTS} times while it was being written: try again`);
}
function pause(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

// runtime/function-server/state/transaction.ts
var MOST_KEYS = 100;
var LARGEST = 16 * 1024 * 1024;
var Transaction = class {
  constructor(engine) {
    this.engine = engine;
  }
  engine;
  seen = /* @__PURE__ */ new Map();
  written = /* @__PURE__ */ new Map();
  keys = /* @__PURE__ */ new Set();
  size = 0;
  ended = false;
  /** What its function is given: closures, so that it may take them apart. */
  shape = Object.freeze({
    get: async (key) => {
      await this.enter(key);
      return decode(this.current(key));
    },
    set: async (key, value, options = {}) => {
      const stored = encode(value);
      const ttl = ttlOf(options, void 0);
      this.touch(key);
      this.write({ key, value: stored, ttl });
    },
    delete: async (key) => {
      await this.enter(key);
      const existed = this.current(key) !== void 0;
      this.write({ key });
      return existed;
    },
    increment: async (key, by = 1, options = {}) => {
      checkBy(by);
      const ttl = ttlOf(options, "keep");
      await this.enter(key);
      const sum = sumOf(key, this.current(key), by);
      this.write({ key, value: String(sum), ttl: this.kept(key, ttl) });
      return sum;
    }
  });
  get writes() {
    return [...this.written.values()];
  }
  /** From now on, its methods throw: nothing would come of what they write. */
  end() {
    this.ended = true;
  }
  /** Reads an entry, unless it was read or written before. */
  async enter(key) {
    this.touch(key);
    if (this.seen.has(key) || this.written.has(key)) return;
    const { engine, seen } = this;
    const stored = await (engine.peek ? engine.peek(key) : engine.get(key));
    if (seen.has(key)) return;
    seen.set(key, stored);
    this.grow(sizeOf2(stored));
  }
  touch(key) {
    this.checkOpen();
    checkKey(key);
    this.keys.add(key);
    if (this.keys.size > MOST_KEYS) {
      throw new RangeError(`the transaction has more than ${MOST_KEYS} keys: divide it into smaller ones`);
    }
  }
  current(key) {
    const write = this.written.get(key);
    return write ? write.value : this.seen.get(key);
  }
  checkOpen() {
    if (this.ended) throw new Error("the transaction has ended: await its methods inside of its function");
  }
  write(write) {
    this.checkOpen();
    this.grow(sizeOf2(write.value) - sizeOf2(this.written.get(write.key)?.value));
    this.written.set(write.key, write);
  }
  /** `keep` means the entry as the transaction has it. */
  kept(key, ttl) {
    const write = this.written.get(key);
    return ttl === "keep" && write ? write.ttl : ttl;
  }
  grow(bytes) {
    this.size += bytes;
    if (this.size > LARGEST) {
      throw new RangeError(`the transaction has more than ${LARGEST} bytes of values: divide it into smaller ones`);
    }
  }
};
function checkBy(by) {
  checkWhole("by", by, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

// runtime/function-server/state/state.ts
var LARGEST_LIST = { limit: 1e3, size: 16 * LARGEST_VALUE };
var NOTHING_SEEN = /* @__PURE__ */ new Map();
function stateOver(engine) {
  const peek = (key) => engine.peek ? engine.peek(key) : engine.get(key);
  const state = {
    get: async (key) => {
      checkKey(key);
      return decode(await engine.get(key));
    },
    set: async (key, value, options = {}) => {
      checkKey(key);
      await engine.commit(NOTHING_SEEN, [{ key, value: encode(value), ttl: ttlOf(options, void 0) }]);
    },
    delete: async (key) => {
      checkKey(key);
      return engine.delete(key);
    },
    list: async (options = {}) => {
      checkOptions(options, ["prefix", "after", "limit"]);
      const { prefix, after, limit = 100 } = options;
      checkWhole("limit", limit, 1, LARGEST_LIST.limit);
      const range = { prefix: checkPart("prefix", prefix), after: checkPart("after", after), limit };
      const listed = await engine.list({ ...range, size: LARGEST_LIST.size });
      if (listed.reduce((size, { value }) => size + sizeOf2(value), 0) > LARGEST_LIST.size) {
        throw new RangeError(`limit is ${limit}, and so many values take more than ${LARGEST_LIST.size} bytes: make it smaller; ${LARGEST_LIST.size / LARGEST_VALUE} always fit`);
      }
      return listed.map(({ key, value }) => ({ key, value: decode(value) }));
    },
    increment: async (key, by = 1, options = {}) => {
      checkKey(key);
      checkBy(by);
      return engine.increment(key, by, ttlOf(options, "keep"));
    },
    update: async (key, change, options = {}) => {
      checkKey(key);
      checkFunction("update", change, "(value) => [...value ?? [], 1]");
      const ttl = ttlOf(options, "keep");
      return attempts(`the value of ${JSON.stringify(key)}`, async (again) => {
        const peeked = peek(key);
        const found = isPromise(peeked) ? await peeked : peeked;
        const value = decode(found);
        const made = change(value);
        const next = isPromise(made) ? await made : made;
        if (next === void 0) checkForgotten(value, found);
        const write = next === void 0 ? { key } : { key, value: encode(next), ttl };
        return await engine.commit(/* @__PURE__ */ new Map([[key, found]]), [write]) ? next : again;
      });
    },
    transaction: async (run) => {
      checkFunction("transaction", run, "async (tx) => tx.set('b', await tx.get('a'))");
      return attempts("what the transaction has read", async (again) => {
        const transaction = new Transaction(engine);
        let result;
        try {
          result = await run(transaction.shape);
        } catch (error) {
          if (!await engine.commit(transaction.seen, [])) return again;
          throw error;
        } finally {
          transaction.end();
        }
        return await engine.commit(transaction.seen, transaction.writes) ? result : again;
      });
    }
  };
  return Object.freeze(Object.defineProperty(state, "sql", { get: () => engine.sql }));
}
function isPromise(value) {
  return typeof value?.then === "function";
}
function checkForgotten(value, found) {
  if (typeof found !== "string" || typeof value !== "object" || value === null) return;
  if (JSON.stringify(value) === found) return;
  throw new TypeError("the function of update has changed the value and returned undefined, which would delete the entry: return the value");
}

// runtime/state-local.ts
async function open(config, parts) {
  const engine = await openLocal(config, parts);
  process.once("exit", () => engine.close());
  return stateOver(engine);
}
export {
  open
};
