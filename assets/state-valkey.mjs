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

// runtime/shared/shown.ts
function nameOf(value) {
  if (typeof value !== "object" || value === null) return typeof value;
  const { constructor, [Symbol.toStringTag]: tag } = value;
  return String(tag || constructor?.name || "object");
}
function article(name) {
  return /^[aeiou]/i.test(name) ? "an" : "a";
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
function decode(stored2) {
  return typeof stored2 === "string" ? JSON.parse(stored2) : stored2;
}
function sizeOf(stored2) {
  if (stored2 === void 0) return 0;
  return typeof stored2 === "string" ? Buffer.byteLength(stored2) : stored2.length;
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
      const stored2 = encode(value);
      const ttl = ttlOf(options, void 0);
      this.touch(key);
      this.write({ key, value: stored2, ttl });
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
    const stored2 = await (engine.peek ? engine.peek(key) : engine.get(key));
    if (seen.has(key)) return;
    seen.set(key, stored2);
    this.grow(sizeOf(stored2));
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
    this.grow(sizeOf(write.value) - sizeOf(this.written.get(write.key)?.value));
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
      if (listed.reduce((size, { value }) => size + sizeOf(value), 0) > LARGEST_LIST.size) {
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

// runtime/function-server/state/resp.ts
var ErrorReply = class {
  constructor(text) {
    this.text = text;
  }
  text;
};
var BadReply = class extends Error {
};
function encode2(parts) {
  let text = `*${parts.length}\r
`;
  const pieces = [];
  for (const part of parts) {
    if (typeof part === "string") {
      text += `$${Buffer.byteLength(part)}\r
${part}\r
`;
    } else {
      pieces.push(Buffer.from(`${text}$${part.length}\r
`), part);
      text = "\r\n";
    }
  }
  return pieces.length === 0 ? text : Buffer.concat([...pieces, Buffer.from(text)]);
}
var LONGEST_LINE = 65536;
var MOST_ITEMS = 1e6;
var DEEPEST2 = 8;
var CARRIAGE_RETURN = 13;
var LINE_FEED = 10;
var TWICE = "%|";
var RespReader = class {
  /** @param most bytes that a reply may have */
  constructor(most, onReply) {
    this.most = most;
    this.onReply = onReply;
  }
  most;
  onReply;
  pieces = [];
  held = 0;
  /** With fewer bytes than these, the next item is not here. */
  needed = 1;
  bytes = Buffer.alloc(0);
  at = 0;
  open = [];
  /** Bytes of the reply that is being read. */
  size = 0;
  /** Throws a BadReply where the bytes are no RESP3. */
  push(piece) {
    this.pieces.push(piece);
    this.held += piece.length;
    if (this.held < this.needed) return;
    this.bytes = this.pieces.length === 1 ? piece : Buffer.concat(this.pieces, this.held);
    this.at = 0;
    this.needed = 1;
    while (this.at < this.bytes.length && this.item()) ;
    const rest = this.bytes.subarray(this.at);
    this.pieces = rest.length > 0 ? [rest] : [];
    this.held = rest.length;
    this.needed = Math.max(this.needed, this.held + 1);
  }
  /** Reads a line, and what it announces; false where that is not here whole. */
  item() {
    const { bytes, at } = this;
    const end = bytes.indexOf(CARRIAGE_RETURN, at);
    if (end < 0 || end + 1 === bytes.length) {
      if (bytes.length - at > LONGEST_LINE) throw new BadReply("a line of its answer does not end");
      return false;
    }
    if (bytes[end + 1] !== LINE_FEED) throw new BadReply("a line of its answer ends with half of a line break");
    const type = String.fromCharCode(bytes[at]);
    switch (type) {
      case "$":
      case "=":
      case "!":
        return this.bulk(type, end);
      case "*":
      case "~":
      case ">":
      case "%":
      case "|":
        this.at = end + 2;
        this.list(type, end - at);
        return true;
      default:
        this.at = end + 2;
        this.take(this.simple(type, bytes.toString("utf8", at + 1, end)), end - at);
        return true;
    }
  }
  simple(type, line) {
    switch (type) {
      case "+":
      case "(":
        return line;
      case "-":
        return new ErrorReply(line);
      case ":":
      case ",":
        return Number(line);
      case "_":
        return null;
      case "#":
        return line === "t";
      default:
        throw new BadReply(`its answer begins with the byte ${type.charCodeAt(0)}, which no answer does`);
    }
  }
  bulk(type, end) {
    const { bytes, at } = this;
    const length = this.count(end);
    const start = end + 2;
    if (length < 0) {
      this.at = start;
      this.take(null, 0);
      return true;
    }
    if (this.size + length > this.most) throw new BadReply(`its answer is larger than ${this.most} bytes`);
    if (start + length + 2 > bytes.length) {
      this.needed = start - at + length + 2;
      return false;
    }
    if (bytes[start + length] !== CARRIAGE_RETURN) throw new BadReply("a part of its answer has another length");
    const content = bytes.subarray(start, start + length);
    this.at = start + length + 2;
    this.take(this.content(type, content), length);
    return true;
  }
  content(type, bytes) {
    if (type === "!") return new ErrorReply(bytes.toString());
    return type === "=" ? bytes.subarray(4) : bytes;
  }
  list(type, bytes) {
    const count = this.count(this.at - 2, this.at - 2 - bytes);
    if (count < 0) return this.take(null, bytes);
    const left = TWICE.includes(type) ? count * 2 : count;
    if (left > MOST_ITEMS || this.open.length === DEEPEST2) throw new BadReply("its answer has too many parts");
    this.size += bytes;
    this.open.push({ items: [], left, unasked: type === ">" || type === "|" });
    this.close();
  }
  /** The number in a line that ends there. */
  count(end, at = this.at) {
    const text = this.bytes.toString("latin1", at + 1, end);
    if (!/^(\d{1,10}|-1)$/.test(text)) throw new BadReply("its answer has a length that is none");
    return Number(text);
  }
  take(item, bytes) {
    const list = this.open.at(-1);
    this.size += bytes;
    if (!list) return this.done(item);
    list.items.push(item);
    list.left--;
    this.close();
  }
  /** Ends the lists that are complete. */
  close() {
    for (let list = this.open.at(-1); list?.left === 0; list = this.open.at(-1)) {
      this.open.pop();
      const around = this.open.at(-1);
      if (list.unasked) {
        if (!around) this.size = 0;
        continue;
      }
      if (!around) return this.done(list.items);
      around.items.push(list.items);
      around.left--;
    }
  }
  done(reply) {
    this.size = 0;
    this.onReply(reply);
  }
};

// runtime/function-server/state/valkey-scripts.ts
import { createHash } from "node:crypto";
var BYTES = 0;
var SWEEP = `
local function sweep(index, prefix)
  for _ = 1, 4 do
    local gone = 0
    for _, name in ipairs(redis.call('ZRANDMEMBER', index, 4)) do
      if redis.call('EXISTS', prefix .. name) == 0 then gone = gone + redis.call('ZREM', index, name) end
    end
    if gone < 2 then return end
  end
end`;
var COMMIT = script(`${SWEEP}
local index, prefix, seen = KEYS[1], ARGV[1], tonumber(ARGV[2])
for i = 1, seen do
  if (redis.call('GET', KEYS[i + 1]) or '') ~= ARGV[i + 2] then return 0 end
end
local new = 0
for i = 1, #KEYS - 1 - seen do
  local key = KEYS[seen + 1 + i]
  local value, ttl = ARGV[seen + 1 + 2 * i], ARGV[seen + 2 + 2 * i]
  local name = string.sub(key, #prefix + 1)
  -- the index first: it fails, if anything does, before something is written
  if value == '' then
    redis.call('ZREM', index, name)
    redis.call('DEL', key)
  else
    local added = redis.call('ZADD', index, 0, name)
    if ttl == '' then redis.call('SET', key, value)
    elseif ttl == 'keep' then redis.call('SET', key, value, 'KEEPTTL')
    else
      redis.call('SET', key, value, 'PX', ttl)
      new = new + added
    end
  end
end
if new > 0 then sweep(index, prefix) end
return 1`);
var DELETE = script(`
redis.call('ZREM', KEYS[1], string.sub(KEYS[2], #ARGV[1] + 1))
return redis.call('DEL', KEYS[2])`);
var INCREMENT = script(`${SWEEP}
local index, key, prefix, ttl = KEYS[1], KEYS[2], ARGV[1], ARGV[3]
local most = ${Number.MAX_SAFE_INTEGER}
local value = redis.call('GET', key)
local number = 0
if value then
  number = string.match(value, '^-?%d+$') and tonumber(value)
  if not number or math.abs(number) > most then return { value } end
end
local sum = number + tonumber(ARGV[2])
if math.abs(sum) > most then return false end
local text = string.format('%.0f', sum)
local added = redis.call('ZADD', index, 0, string.sub(key, #prefix + 1))
if ttl == 'keep' then redis.call('SET', key, text, 'KEEPTTL')
elseif ttl == '' then redis.call('SET', key, text)
else
  redis.call('SET', key, text, 'PX', ttl)
  if added == 1 then sweep(index, prefix) end
end
return text`);
var MOST_GONE = 1e3;
var LIST = script(`
local index, prefix, from, to = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local missing, size, gone = tonumber(ARGV[4]), tonumber(ARGV[5]), 0
local answer = { '' }
while gone < ${MOST_GONE} do
  -- more than are missing where some are gone: they seldom are alone
  local wanted = missing + gone
  local names = redis.call('ZRANGEBYLEX', index, from, to, 'LIMIT', 0, wanted)
  for _, name in ipairs(names) do
    local value = redis.call('GET', prefix .. name)
    if value then
      answer[#answer + 1] = name
      answer[#answer + 1] = value
      missing = missing - 1
      size = size - #value + (string.byte(value) == ${BYTES} and 1 or 0)
      if missing == 0 or size < 0 then return answer end
    else
      redis.call('ZREM', index, name)
      gone = gone + 1
    end
  end
  if #names < wanted then return answer end
  from = '(' .. names[#names]
end
answer[1] = from
return answer`);
function script(text) {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

// runtime/function-server/state/valkey.ts
var ValkeyEngine = class {
  constructor(client, prefix) {
    this.client = client;
    this.prefix = `${prefix}:`;
  }
  client;
  prefix;
  get sql() {
    throw new Error("context.state.sql is the database of State.local; this is State.shared, which has none: use get, set and list, or a client of your own for what else Valkey can do");
  }
  async get(key) {
    return stored(await this.client.call("read", ["GET", this.prefix + key]));
  }
  async commit(seen, writes) {
    const ordered = [...writes].sort((a, b) => Number(a.value === void 0) - Number(b.value === void 0));
    const keys = [...seen.keys(), ...ordered.map(({ key }) => key)];
    const reply = await this.run(writes.length > 0 ? "write" : "read", COMMIT, keys, [
      `${seen.size}`,
      ...[...seen.values()].map(bytesOf),
      ...ordered.flatMap(({ value, ttl }) => [bytesOf(value), `${ttl ?? ""}`])
    ]);
    return reply === 1;
  }
  async delete(key) {
    return await this.run("write", DELETE, [key], []) === 1;
  }
  async increment(key, by, ttl) {
    const reply = await this.run("write", INCREMENT, [key], [`${by}`, `${ttl ?? ""}`]);
    if (reply === null) throw tooLarge(key, by);
    if (Array.isArray(reply)) throw notWhole(key, stored(reply[0]));
    return Number(`${reply}`);
  }
  async list({ prefix, after, limit, size }) {
    const listed = [];
    let from = after !== void 0 && Buffer.compare(Buffer.from(after), Buffer.from(prefix)) >= 0 ? `(${after}` : prefix ? `[${prefix}` : "-";
    let left = size;
    do {
      const [next, ...items] = await this.run("read", LIST, [], [
        from,
        behind(prefix),
        `${limit - listed.length}`,
        `${left}`
      ]);
      for (let index = 0; index < items.length; index += 2) {
        const value = stored(items[index + 1]);
        listed.push({ key: `${items[index]}`, value });
        left -= sizeOf(value);
      }
      from = next;
    } while (from.length > 0);
    return listed;
  }
  close() {
    this.client.close();
  }
  /** Runs a script on the index and some keys. */
  async run(kind, { text, sha }, keys, args) {
    const { prefix } = this;
    const rest = [`${keys.length + 1}`, prefix, ...keys.map((key) => prefix + key), prefix, ...args];
    const reply = await this.client.call(kind, ["EVALSHA", sha, ...rest]);
    return reply instanceof ErrorReply ? this.client.call(kind, ["EVAL", text, ...rest]) : reply;
  }
};
function bytesOf(value) {
  return value instanceof Uint8Array ? Buffer.concat([Buffer.of(BYTES), value]) : value ?? "";
}
function stored(reply) {
  if (!Buffer.isBuffer(reply)) return void 0;
  return reply[0] === BYTES ? Uint8Array.from(reply.subarray(1)) : reply.toString();
}
function behind(prefix) {
  if (!prefix) return "+";
  const end = Buffer.from(`(${prefix}`);
  end[end.length - 1]++;
  return end;
}

// runtime/function-server/state/valkey-connection.ts
import { connect, isIP } from "node:net";

// runtime/function-server/state/valkey-errors.ts
var CLUSTER = "is a node of a cluster, and the state needs a server that has all keys: one with cluster-enabled no";
var MEANINGS = [
  [/^LOADING /, { says: "is still loading its data", remedy: "wait" }],
  [/^BUSY /, { says: "is busy with a script", remedy: "wait" }],
  [/^READONLY /, { says: "is a replica, which takes no writes: give the address of the primary", remedy: "reconnect" }],
  [/^MASTERDOWN /, { says: "is a replica that has lost its primary: give the address of the primary" }],
  [/^NOREPLICAS /, { says: "takes no writes, because it has too few replicas (min-replicas-to-write)" }],
  [/^OOM /, { status: 507, says: "is full (maxmemory)" }],
  [/^MISCONF .*no space left/i, { status: 507, says: "has no space left on its disk" }],
  [/^MISCONF /, { says: "takes no writes, because it cannot write to its disk" }],
  [/^NOAUTH /, { says: "asks for a password, and none is given", remedy: "reconnect" }],
  [/^WRONGPASS /, { says: "refuses the password", remedy: "reconnect" }],
  [/^NOPERM /, { says: "does not let its user do that" }],
  [/^DENIED /, { says: "takes no connections from other machines, because it has no password (protected-mode)" }],
  [/^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN|TRYAGAIN) /, { says: CLUSTER }],
  [/^WRONGTYPE /, { says: "has something else under a key of the state: give the state a prefix of its own" }],
  [/^ERR max number of clients/, { says: "has as many clients as it takes (maxclients)" }],
  [/^ERR unknown command .?HELLO/, { says: "is too old: Valkey or Redis 6.2 is needed" }]
];
function meaningOf({ text }) {
  return MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? { says: "refuses the command" };
}
function errorOf(reply) {
  const { status = 503, says } = meaningOf(reply);
  return new StateError(status, `the server of the state ${says}`, { cause: reply.text });
}
function flawOf(hello) {
  if (hello.get("mode") === "cluster") return CLUSTER;
  if (hello.get("mode") === "sentinel") return "is a Sentinel, which keeps no data: give the address of the primary";
  if (hello.get("role") !== "master") return "is a replica, which takes no writes: give the address of the primary";
  return void 0;
}

// runtime/function-server/state/valkey-connection.ts
var MOST_BYTES = 64 * 1024 ** 2;
var PACKET = 65536;
var ValkeyConnection = class {
  constructor(server, events) {
    this.server = server;
    this.events = events;
    const { host, port, secure, lookup, timeout } = server;
    const to = { host, port, noDelay: true, lookup: asNodeAsks(lookup) };
    this.socket = secure?.connect(to) ?? connect(to);
    this.socket.setKeepAlive(true, 3e4);
    const reader = new RespReader(MOST_BYTES, (reply) => this.receive(reply));
    this.socket.on("connect", () => {
      this.missing = secure ? "TLS handshake" : "answer";
    });
    this.socket.on(secure ? "secureConnect" : "connect", () => this.greet());
    this.socket.on("data", (piece) => {
      this.heard = performance.now();
      try {
        reader.push(piece);
      } catch (error) {
        if (!(error instanceof BadReply)) throw error;
        this.lose(`speaks no RESP3: ${error.message}`);
      }
    });
    this.socket.on("error", (error) => this.broken(error));
    this.socket.on("close", () => this.lose("closed the connection"));
    this.timer = setTimeout(() => this.lose(`gave no ${this.missing} within ${timeout} ms`), timeout);
  }
  server;
  events;
  /** When something last arrived, by performance.now(). */
  heard = performance.now();
  socket;
  carried = [];
  out = "";
  flushing = false;
  lost = false;
  timer;
  missing = "connection";
  /** Sends a command, once the connection is ready. */
  send(command) {
    const first = this.carried.push(command) === 1;
    const { bytes } = command;
    if (typeof bytes === "string") {
      this.out += bytes;
      if (first || this.out.length > PACKET) return this.flush();
    } else {
      this.flush();
      this.socket.write(bytes);
    }
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }
  /** Ends it: what it carried is told by `onLost`, unless it ended before. */
  lose(says, lasting = false, answer) {
    if (this.lost) return;
    this.lost = true;
    clearTimeout(this.timer);
    this.socket.destroy();
    this.events.onLost({ says, answer }, lasting);
  }
  flush() {
    if (this.out) this.socket.write(this.out);
    this.out = "";
  }
  greet() {
    this.missing = "answer";
    const { user = "default", password } = this.server;
    const authority = password === void 0 ? [] : ["AUTH", user, password];
    this.send({
      bytes: encode2(["HELLO", "3", ...authority, "SETNAME", "cdk8s-metaparticle"]),
      onReply: (reply) => this.greeted(reply, password)
    });
  }
  greeted(reply, password) {
    if (reply instanceof ErrorReply) {
      const { says, remedy } = meaningOf(reply);
      const hint = /^WRONGPASS /.test(reply.text) && /\n$/.test(password ?? "") ? ", which ends with a line break" : "";
      return this.lose(`${says}${hint}`, remedy !== "wait", reply.text);
    }
    const items = (Array.isArray(reply) ? reply : []).map((item) => Buffer.isBuffer(item) ? `${item}` : item);
    const said = new Map(items.flatMap((item, index) => index % 2 ? [] : [[item, items[index + 1]]]));
    const flaw = flawOf(said);
    if (flaw) return this.lose(flaw, true);
    clearTimeout(this.timer);
    this.events.onReady(`${said.get("server")} ${said.get("version")}`);
  }
  receive(reply) {
    const command = this.carried.shift();
    if (command) command.onReply(reply);
    else this.lose("answered without being asked");
  }
  broken({ code, message }) {
    const flaw = this.server.secure?.flaw(code);
    if (flaw) return this.lose(`cannot be trusted: ${flaw}`, true);
    const words = code === "ECONNREFUSED" ? "refused the connection" : code === "ENOTFOUND" ? `is not found: there is no name '${this.server.host}'` : `broke off the connection (${code ?? message})`;
    this.lose(words);
  }
};
function asNodeAsks(lookup) {
  return (host, options, callback) => {
    lookup(host).then((addresses) => {
      const all = addresses.map((address) => ({ address, family: isIP(address) }));
      if (all.length === 0) callback(Object.assign(new Error(`${host} is not found`), { code: "ENOTFOUND" }), []);
      else if (options.all) callback(null, all);
      else callback(null, all[0].address, all[0].family);
    }, (error) => callback(error, []));
  };
}

// runtime/function-server/state/valkey-durability.ts
function durabilityFlaws(info) {
  const said = (name) => new RegExp(`^${name}:(\\S+)`, "m").exec(`${info}`)?.[1];
  const policy = said("maxmemory_policy") ?? "noeviction";
  return [
    ...policy === "noeviction" ? [] : [
      `throws entries away when it is full (maxmemory-policy ${policy}): set noeviction`
    ],
    ...said("aof_enabled") === "0" ? ["may lose what it has confirmed when it ends (appendonly no): set yes"] : []
  ].map((flaw) => `the server of the state ${flaw}`);
}

// runtime/function-server/state/valkey-client.ts
var MOST_COMMANDS = 1e4;
var MOST_BYTES2 = 32 * 1024 ** 2;
var FIRST_PAUSE = 50;
var LONGEST_PAUSE2 = 1e3;
var PATIENCE = 50;
var ValkeyClient = class {
  constructor(server, log) {
    this.server = server;
    this.log = log;
    this.connect();
  }
  server;
  log;
  connection;
  ready = false;
  /** To be sent once the server takes them. */
  waiting = /* @__PURE__ */ new Set();
  /** On the connection, also those whose callers have been told: their replies are still to come. */
  sent = /* @__PURE__ */ new Set();
  size = 0;
  failures = 0;
  /** Why nothing is sent. */
  reason = { says: "has not answered yet" };
  /** Whether that stays so until somebody mends it. */
  lasting = false;
  logged;
  warned = false;
  closed = false;
  next;
  /** The reply to a command; of errors, NOSCRIPT is one and all others are thrown. */
  call(kind, parts) {
    return new Promise((resolve, reject) => {
      if (this.lasting || this.closed) return reject(this.unreachable());
      const bytes = encode2(parts);
      const count = this.waiting.size + this.sent.size;
      if (count >= MOST_COMMANDS || count > 0 && this.size + bytes.length > MOST_BYTES2) {
        return reject(new StateError(503, "too much waits for the server of the state already: try again"));
      }
      this.size += bytes.length;
      const command = {
        kind,
        bytes,
        size: bytes.length,
        resolve,
        reject,
        timer: setTimeout(() => this.late(command), this.server.timeout),
        tries: 0,
        settled: false,
        onReply: (reply) => this.replied(command, reply)
      };
      this.send(command);
    });
  }
  close() {
    this.closed = true;
    clearTimeout(this.next);
    this.connection.lose("is not needed any more");
  }
  connect() {
    this.connection = new ValkeyConnection(this.server, {
      onReady: (version) => this.connected(version),
      onLost: (reason, lasting) => this.lost(reason, lasting)
    });
  }
  connected(version) {
    const { host, port } = this.server;
    this.ready = true;
    this.lasting = false;
    this.failures = 0;
    this.logged = void 0;
    this.log.info("connected to the server of the state", { host, port, server: version });
    this.warn();
    this.sendWaiting();
  }
  /** Once: of a server that may not be asked, nobody knows. */
  warn() {
    if (this.warned) return;
    this.warned = true;
    const { host, port } = this.server;
    this.call("read", ["INFO"]).then((info) => {
      for (const flaw of durabilityFlaws(info)) this.log.warn(flaw, { host, port });
    }, () => {
    });
  }
  sendWaiting() {
    const { waiting } = this;
    this.waiting = /* @__PURE__ */ new Set();
    for (const command of waiting) this.send(command);
  }
  send(command) {
    if (!this.ready) {
      this.waiting.add(command);
      return;
    }
    command.tries++;
    this.sent.add(command);
    this.connection.send(command);
  }
  replied(command, reply) {
    this.sent.delete(command);
    if (!(reply instanceof ErrorReply) || reply.text.startsWith("NOSCRIPT ")) {
      return this.settle(command, () => command.resolve(reply));
    }
    const { says, remedy } = meaningOf(reply);
    if (remedy === "wait" && !command.settled) return this.postpone(command, { says });
    this.settle(command, () => command.reject(errorOf(reply)));
    if (remedy === "reconnect") this.connection.lose(says, true, reply.text);
  }
  /** The server has done nothing of it yet. */
  postpone(command, reason) {
    this.reason = reason;
    this.waiting.add(command);
    this.next ??= setTimeout(() => {
      this.next = void 0;
      this.sendWaiting();
    }, PATIENCE);
  }
  /** Its time is up. */
  late(command) {
    if (this.waiting.delete(command)) return this.settle(command, () => command.reject(this.unreachable()));
    const { timeout } = this.server;
    const reason = `has not answered within ${timeout} ms`;
    command.settled = true;
    command.reject(unsure(command, reason));
    if (performance.now() - this.connection.heard > timeout / 2) this.connection.lose(reason);
  }
  lost(reason, lasting) {
    this.ready = false;
    this.reason = reason;
    this.lasting = lasting;
    if (!this.closed) this.report();
    const others = this.waiting;
    this.waiting = /* @__PURE__ */ new Set();
    for (const command of this.sent) {
      if (command.kind === "read" && command.tries === 1 && !command.settled) this.waiting.add(command);
      else this.settle(command, () => command.reject(unsure(command, reason.says)));
    }
    this.sent.clear();
    for (const command of others) this.waiting.add(command);
    if (lasting || this.closed) {
      for (const command of this.waiting) this.settle(command, () => command.reject(this.unreachable()));
      this.waiting.clear();
    }
    clearTimeout(this.next);
    if (this.closed) return;
    const pause2 = Math.min(LONGEST_PAUSE2, FIRST_PAUSE * 2 ** this.failures++) * (1 - Math.random() / 2);
    this.next = setTimeout(() => {
      this.next = void 0;
      this.connect();
    }, pause2);
  }
  /** Each reason once, and not with each try. */
  report() {
    const { host, port } = this.server;
    const { says, answer } = this.reason;
    if (this.logged === says) return;
    this.logged = says;
    this.log.error(`the server of the state ${says}`, { host, port, answer });
  }
  /** Takes a command off: its caller is told, unless that was done before. */
  settle(command, tell) {
    this.size -= command.size;
    clearTimeout(command.timer);
    if (!command.settled) tell();
    command.settled = true;
  }
  unreachable() {
    return new StateError(503, `the state cannot be reached: its server ${this.reason.says}`);
  }
};
function unsure({ kind }, says) {
  const rest = kind === "write" ? ": what was to be written may be written, or not" : "";
  return new StateError(503, `the server of the state ${says}${rest}`);
}

// runtime/shared/config.ts
var StartError = class extends Error {
};

// runtime/shared/names.ts
import { Resolver } from "node:dns/promises";
import { isIP as isIP2 } from "node:net";
var TIMEOUT = 1e3;
var TRIES = 2;
var NO_ADDRESS = /* @__PURE__ */ new Set(["ENOTFOUND", "ENODATA"]);
function names(resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES })) {
  const ask = (question) => question.catch((error) => {
    if (NO_ADDRESS.has(error.code)) return [];
    throw error;
  });
  return async (name) => {
    if (isIP2(name)) return [name];
    if (name === "localhost") return ["127.0.0.1"];
    const absolute = name.replace(/\.$/, "");
    const found = await ask(resolver.resolve4(absolute));
    return found.length > 0 ? found : ask(resolver.resolve6(absolute));
  };
}

// runtime/shared/secure.ts
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect as connect2, createSecureContext } from "node:tls";

// runtime/shared/tls-flaws.ts
var CERTIFICATES = /* @__PURE__ */ new Map([
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["CERT_NOT_YET_VALID", "its certificate is not valid yet"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is signed by itself, and is not trusted"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its certificate is signed by an authority that is not trusted"],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "its certificate is signed by an authority that is not trusted, or it leaves out the certificates in between"
  ],
  ["UNABLE_TO_GET_ISSUER_CERT", "the authority of a certificate in between is not trusted"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "its certificate is signed by an authority that is not trusted"],
  ["CERT_SIGNATURE_FAILURE", "its certificate has a wrong signature"],
  ["INVALID_CA", "its certificate is signed by one that may sign none"],
  ["INVALID_PURPOSE", "its certificate is not for servers"]
]);
var ALERTS = /* @__PURE__ */ new Map([
  ["CERTIFICATE_REQUIRED", "it asks for a client certificate"],
  // what versions before 1.3 say in its place
  ["HANDSHAKE_FAILURE", "it refuses the handshake, as where it asks for a client certificate or another cipher"],
  ["UNKNOWN_CA", "it does not trust the authority of the client certificate"],
  ["BAD_CERTIFICATE", "it refuses the client certificate"],
  ["UNSUPPORTED_CERTIFICATE", "it refuses the client certificate"],
  ["CERTIFICATE_UNKNOWN", "it refuses the client certificate"],
  ["CERTIFICATE_EXPIRED", "it says that the client certificate has expired"],
  ["CERTIFICATE_REVOKED", "it says that the client certificate is revoked"],
  ["ACCESS_DENIED", "it refuses access to the client certificate"],
  ["PROTOCOL_VERSION", "it speaks neither TLS 1.2 nor 1.3"],
  ["NO_APPLICATION_PROTOCOL", "it does not speak HTTP/1.1"]
]);
var OTHERS = /* @__PURE__ */ new Map([
  ["ERR_SSL_WRONG_VERSION_NUMBER", "it does not answer with TLS"],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", "it speaks neither TLS 1.2 nor 1.3"]
]);
function tlsFlaw(code, serverName) {
  if (code === void 0) return void 0;
  const [, alert] = /_ALERT_(\w+)$/.exec(code) ?? [];
  const words = code === "ERR_TLS_CERT_ALTNAME_INVALID" ? `its certificate is for other names than ${serverName}` : code.endsWith("UNRECOGNIZED_NAME") ? `it does not know the name ${serverName}` : CERTIFICATES.get(code) ?? (alert === void 0 ? void 0 : ALERTS.get(alert)) ?? OTHERS.get(code);
  return words && `${words} (${code})`;
}

// runtime/shared/secure.ts
var Secure = class {
  /**
   * Reads the files that the way names. Throws a StartError where one is not what it should be.
   * @param serverName the name that the certificate must have
   */
  constructor(serverName, { ca, client }, env) {
    this.serverName = serverName;
    const files = {
      ca: ca && certificates(ca, env),
      cert: client && certificates(client.certificate, env),
      key: client && read(client.key, env)
    };
    try {
      this.context = createSecureContext({ ...files, minVersion: "TLSv1.2" });
    } catch ({ code, message }) {
      const { certificate, key } = client;
      throw new StartError(
        code === "ERR_OSSL_X509_KEY_VALUES_MISMATCH" ? `${where(key, env)} is the key of another certificate than that in ${where(certificate, env)}` : `${where(key, env)} is no private key in PEM without a password: ${code ?? message}`
      );
    }
  }
  serverName;
  context;
  /** What is remembered of one address. */
  address() {
    return new SecureAddress(this.serverName, this.context);
  }
};
var SecureAddress = class {
  constructor(serverName, context) {
    this.serverName = serverName;
    this.context = context;
  }
  serverName;
  context;
  session;
  /** @param options as of tls.connect: where to, and how what arrives is read */
  connect(options) {
    const { serverName, context, session } = this;
    const socket = connect2({
      ...options,
      servername: serverName,
      secureContext: context,
      session,
      // whatever NODE_TLS_REJECT_UNAUTHORIZED says
      rejectUnauthorized: true
    });
    socket.setNoDelay(true);
    let verified = false;
    let latest;
    const remember = () => {
      if (verified && latest && !socket.isSessionReused()) this.session = latest;
    };
    socket.on("session", (ticket) => {
      latest = ticket;
      remember();
    });
    socket.on("secureConnect", () => {
      verified = true;
      remember();
    });
    return socket;
  }
  /** See {@link tlsFlaw}. */
  flaw(code) {
    return tlsFlaw(code, this.serverName);
  }
};
function read(variable, env) {
  const path = env[variable];
  if (!path) throw new StartError(`the environment variable ${variable} is missing: it says where a file is`);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new StartError(`${where(variable, env)} cannot be read: ${error.message}`);
  }
}
function certificates(variable, env) {
  const text = read(variable, env);
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (!found) throw new StartError(`${where(variable, env)} holds no certificate in PEM`);
  found.forEach((each, index) => {
    try {
      new X509Certificate(each);
    } catch {
      throw new StartError(`${where(variable, env)} holds a certificate (number ${index + 1}) that cannot be read`);
    }
  });
  return text;
}
function where(variable, env) {
  return `${env[variable]} (${variable})`;
}

// runtime/state-valkey.ts
async function open(config, { log, env }) {
  try {
    return stateOver(new ValkeyEngine(new ValkeyClient(serverOf(config, env), log), config.prefix));
  } catch (error) {
    throw error instanceof StartError ? new StateError(503, error.message, { cause: error.cause }) : error;
  }
}
function serverOf(config, env) {
  const { port, tls, user, password, timeout } = config;
  const full = (name) => name.replace("${POD_NAMESPACE}", env.POD_NAMESPACE ?? "default");
  if (password !== void 0 && !env[password]) {
    throw new StartError(`the environment variable ${password} is missing or empty: it has the password of the server that keeps the state`);
  }
  return {
    host: full(config.host),
    port,
    user: user && env[user] || void 0,
    password: password && env[password],
    secure: tls && new Secure(full(tls.serverName), tls, env).address(),
    lookup: names(),
    timeout
  };
}
export {
  open
};
