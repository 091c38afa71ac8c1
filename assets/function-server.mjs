// runtime/function-server/context.ts
function placeOf(env) {
  const place = { pod: env.POD_NAME ?? env.HOSTNAME ?? "" };
  for (const name of ["SHARD", "SHARDS", "LEAF", "LEAVES", "REPLICA"]) {
    if (env[name]) place[name.toLowerCase()] = Number(env[name]);
  }
  return place;
}
var WITHOUT_STATE = {
  get state() {
    throw new Error("context.state is missing: give the backend state, such as Backend.fromFunction(code, { state: State.local({ size: Size.gibibytes(1) }) })");
  }
};
function contextOf({ place, state }, signal) {
  const context = state ? { ...place, state, signal } : { __proto__: WITHOUT_STATE, ...place, signal };
  return context;
}

// runtime/function-server/state/engine.ts
function isStateError(error) {
  const { name, status } = error ?? {};
  return error instanceof Error && name === "StateError" && (status === 503 || status === 507);
}

// runtime/shared/budget.ts
var Budget = class {
  constructor(limit) {
    this.limit = limit;
  }
  limit;
  held = 0;
};
var Account = class {
  constructor(budget) {
    this.budget = budget;
  }
  budget;
  own = 0;
  closed = false;
  /** Whether so many bytes more can be held; if so, they are. */
  take(bytes) {
    const { budget } = this;
    if (this.closed || budget.held + bytes > budget.limit) return false;
    budget.held += bytes;
    this.own += bytes;
    return true;
  }
  /** Gives so many bytes back; what ends after its request has been given back already. */
  give(bytes) {
    const given = Math.min(bytes, this.own);
    this.budget.held -= given;
    this.own -= given;
  }
  /** Gives all back, and takes no more. */
  close() {
    this.closed = true;
    this.give(this.own);
  }
};
var [OBJECT, ARRAY, SEPARATOR, COLON] = ["{", "[", ",", ":"].map((char) => char.charCodeAt(0));
function parsedSize(bytes) {
  let size = 2 * bytes.length;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case OBJECT:
        size += 56;
        break;
      case ARRAY:
        size += 48;
        break;
      case SEPARATOR:
        size += 16;
        break;
      case COLON:
        size += 24;
        break;
    }
  }
  return size;
}

// runtime/shared/log.ts
import { Console } from "node:console";
import { format, inspect } from "node:util";
function createLog(base, write = (line) => process.stdout.write(line)) {
  const at = (level) => (message, { error, ...fields } = {}) => {
    const stack = error === void 0 ? void 0 : describe(error);
    write(JSON.stringify({ time: (/* @__PURE__ */ new Date()).toISOString(), level, message, ...base, ...fields, stack }) + "\n");
  };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}
function captureConsole(log) {
  const lines = (write) => ({ write: (text) => write(text.slice(0, -1)) });
  const ours = new Console({ stdout: lines(log.info), stderr: lines(log.error), ignoreErrors: false });
  ours.warn = (...args) => log.warn(format(...args));
  Object.assign(console, ours);
  process.removeAllListeners("warning").on("warning", (warning) => log.warn(`${warning.name}: ${warning.message}`, { error: warning }));
}
function requestFields(method, url, headers) {
  return {
    method,
    // without the query, which is where tokens and names of people stand
    path: url?.split("?", 1)[0].slice(0, 200),
    traceparent: bounded(headers.traceparent),
    requestId: bounded(headers["x-request-id"])
  };
}
function bounded(value) {
  return value?.toString().slice(0, 200);
}
function describe(error) {
  try {
    return inspect(error);
  } catch {
    return "an error that cannot be shown";
  }
}

// runtime/shared/problem.ts
var Problem = class extends Error {
  /**
   * @param headers further headers of the answer, names and values in turn
   * @param members further members of the body (RFC 9457, section 3.2)
   */
  constructor(status, detail, headers = [], members = {}) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.headers = headers;
    this.members = members;
  }
  status;
  detail;
  headers;
  members;
};

// runtime/shared/read-body.ts
var ClientGone = class extends Error {
};
function hasBody(req) {
  const length = req.headers["content-length"];
  return length === void 0 ? req.headers["transfer-encoding"] !== void 0 : Number(length) > 0;
}
var MANY = 64;
function readBody(req, res, { size, hold, idle = 1e4 }) {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new Problem(413, `the body is larger than ${size} bytes`);
    if (Number(req.headers["content-length"]) > size) return reject(tooLarge());
    if (req.headers.expect) res.writeContinue();
    let levels = [];
    const keep = (piece, level) => {
      const pieces = levels[level] ??= [];
      if (pieces.push(piece) < MANY) return;
      levels[level] = [];
      keep(join(pieces), level + 1);
    };
    let length = 0;
    const fail = (error) => {
      clearTimeout(timer);
      req.off("data", onData);
      levels = [];
      reject(error);
    };
    const timer = setTimeout(() => fail(new Problem(408, `nothing of the body has arrived for ${idle} ms`)), idle);
    const onData = (piece) => {
      timer.refresh();
      length += piece.length;
      if (length > size) return fail(tooLarge());
      try {
        hold(piece.length);
      } catch (error) {
        return fail(error);
      }
      keep(piece, 0);
    };
    const gone = () => fail(new ClientGone());
    req.on("data", onData).once("error", gone).once("close", gone).once("end", () => {
      clearTimeout(timer);
      resolve(join(levels.reverse().flat()));
    });
  });
}
function join(pieces) {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

// runtime/shared/body.ts
var TEXT = /* @__PURE__ */ new Set([
  "application/x-www-form-urlencoded",
  "application/xml",
  "application/javascript",
  "application/x-ndjson",
  "application/yaml",
  "application/graphql"
]);
var lossy = new TextDecoder();
var strict = new TextDecoder("utf-8", { fatal: true });
function bodyText(bytes, headers, utf8 = lossyText) {
  const encoding = headers["content-encoding"];
  if (encoding && encoding.toLowerCase() !== "identity") {
    throw new Problem(415, `the body is encoded as ${encoding}: send it as it is`, ["accept-encoding", "identity"]);
  }
  if (bytes.length === 0) return void 0;
  const full = headers["content-type"] ?? "";
  if (isJson(full)) return jsonText(bytes);
  const charset = /;\s*charset="?([^\s";]+)/i.exec(full)?.[1].toLowerCase();
  if (charset !== void 0 && charset !== "utf-8") return decoder(charset).decode(bytes);
  const type = mediaType(full);
  const isText = type === "" || charset !== void 0 || type.startsWith("text/") || type.endsWith("+xml") || TEXT.has(type);
  return isText ? utf8(bytes) : void 0;
}
function parseBody(bytes, headers, text = bodyText(bytes, headers)) {
  if (text === void 0) return bytes.length === 0 ? void 0 : bytes;
  return isJson(headers["content-type"]) ? parseJson(text) : text;
}
function isJson(contentType = "") {
  return contentType === "application/json" || /^(?:application|text)\/json$|\+json$/.test(mediaType(contentType));
}
function mediaType(contentType) {
  return contentType.split(";", 1)[0].trim().toLowerCase();
}
function lossyText(bytes) {
  return lossy.decode(bytes);
}
function jsonText(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    throw notJson();
  }
}
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}
var NOT_JSON = "the content type says JSON, and the body is not";
function notJson() {
  return new Problem(400, NOT_JSON);
}
function decoder(charset) {
  try {
    return new TextDecoder(charset);
  } catch {
    throw new Problem(415, `the charset ${charset} is not known: send UTF-8`);
  }
}

// runtime/shared/text.ts
var NOT_TEXT = "�";
function utf8Text(bytes) {
  if (!/[^\x00-\x7f]/.test(bytes)) return bytes;
  try {
    return bytes.replace(/[^\x00-\x7f]+/g, (run2) => decodeURIComponent(escaped(run2)));
  } catch {
    return void 0;
  }
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
function decodeEscapes(text, notText = () => NOT_TEXT) {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run2) => decodeRun(run2, notText));
  }
}
function decodeRun(run2, notText) {
  try {
    return decodeURIComponent(run2);
  } catch {
    const bytes = run2.replace(/%(..)/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
    return bytes.replace(SEQUENCE, (sequence, broken) => broken ? notText() : decodeURIComponent(escaped(sequence)));
  }
}
function escaped(bytes) {
  return bytes.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
}
function trimmed(text) {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
function isSpace(code) {
  return code === 32 || code === 9;
}

// runtime/shared/cookies.ts
var asIs = (text) => text;
function parseCookies(header, toText = asIs) {
  const cookies = /* @__PURE__ */ Object.create(null);
  if (header === void 0) return cookies;
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue;
    const name = toText(trimmed(pair.slice(0, equals)));
    if (!(name in cookies)) cookies[name] = toText(trimmed(pair.slice(equals + 1)));
  }
  return cookies;
}

// runtime/shared/target.ts
function pathOf(target) {
  const raw = before(before(localPart(target), "#"), "?") || "/";
  if (!raw.startsWith("/") && raw !== "*") throw new Problem(400, "the request target is not a path");
  return raw.includes("%") ? raw.replace(ESCAPES, decoded) : raw;
}
var KEPT = "2f|3f|23|25|5c|[01][0-9a-f]|7f";
var ESCAPES = new RegExp(`((?:%(?!${KEPT})[0-9a-f]{2})+)|%[0-9a-f]{2}|%`, "gi");
function decoded(escape, ordinary) {
  if (ordinary === void 0 && escape !== "%") return escape.toUpperCase();
  try {
    return decodeURIComponent(escape);
  } catch {
    throw new Problem(400, "the path holds a % that is not followed by the hexadecimal digits of UTF-8 text");
  }
}
function segmentsOf(path) {
  const segments = (path.startsWith("/") ? path.slice(1) : path).split("/");
  return path.includes("%") ? segments.map(decodeURIComponent) : segments;
}
function queryOf(target) {
  const local = before(localPart(target), "#");
  const mark = local.indexOf("?");
  return mark < 0 ? "" : local.slice(mark + 1);
}
function parseQuery(query) {
  const parsed = /* @__PURE__ */ Object.create(null);
  eachParameter(query, (name, value) => {
    const decodedName = decodeParameter(name);
    if (!(decodedName in parsed)) parsed[decodedName] = decodeParameter(value);
  });
  return parsed;
}
function eachParameter(query, each) {
  for (let start = 0, end; start < query.length; start = end + 1) {
    end = query.indexOf("&", start);
    if (end < 0) end = query.length;
    if (end === start) continue;
    const equals = query.indexOf("=", start);
    if (equals < 0 || equals > end) each(query.slice(start, end), "");
    else each(query.slice(start, equals), query.slice(equals + 1, end));
  }
}
function decodeParameter(text, notText) {
  return decodeEscapes(text.includes("+") ? text.replace(/\+/g, " ") : text, notText);
}
function localPart(target) {
  return target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "");
}
function before(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}

// runtime/shared/request-shape.ts
function requestOf(req) {
  const target = utf8Text(req.url);
  if (target === void 0) throw new Problem(400, "the request target is not valid UTF-8");
  const path = pathOf(target);
  return {
    method: req.method,
    path,
    segments: segmentsOf(path),
    query: parseQuery(queryOf(target)),
    headers: headersOf(req.rawHeaders),
    cookies: parseCookies(req.headers.cookie, textOf)
  };
}
function withBody(request, bytes, holdText) {
  const text = bytes && bodyText(bytes, request.headers);
  if (text !== void 0) holdText(bytes);
  return { ...request, text, body: bytes && parseBody(bytes, request.headers, text) };
}
function headersOf(raw) {
  const headers = /* @__PURE__ */ Object.create(null);
  for (let i = 0; i < raw.length; i += 2) addHeader(headers, raw[i], textOf(raw[i + 1]));
  return headers;
}
function addHeader(headers, name, value) {
  const lower = name.toLowerCase();
  headers[lower] = lower in headers ? `${headers[lower]}${lower === "cookie" ? "; " : ", "}${value}` : value;
}
function textOf(bytes) {
  return utf8Text(bytes) ?? bytes;
}

// runtime/shared/hop-by-hop.ts
var HOP_BY_HOP = /* @__PURE__ */ new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
]);

// runtime/shared/is-encoded.ts
var DECODERS = {
  "gzip": ["gunzipSync", "Z_SYNC_FLUSH"],
  "x-gzip": ["gunzipSync", "Z_SYNC_FLUSH"],
  "deflate": ["inflateSync", "Z_SYNC_FLUSH"],
  "br": ["brotliDecompressSync", "BROTLI_OPERATION_FLUSH"],
  "zstd": ["zstdDecompressSync", "ZSTD_e_flush"]
};
var ENOUGH = 64;
async function isEncoded(encoding, start, whole) {
  const coding = encoding.slice(encoding.lastIndexOf(",") + 1).trim().toLowerCase();
  if (!Object.hasOwn(DECODERS, coding)) return true;
  const [decoder2, flush] = DECODERS[coding];
  const zlib = await import("node:zlib");
  if (!zlib[decoder2]) return true;
  try {
    zlib[decoder2](start, { maxOutputLength: 65536, ...!whole && { finishFlush: zlib.constants[flush] } });
    return true;
  } catch (error) {
    return error.code === "ERR_BUFFER_TOO_LARGE";
  }
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

// runtime/shared/unsendable.ts
var Unsendable = class extends Error {
};
var REMEDIES = {
  bigint: "return its text, String(value)",
  symbol: "return its description",
  function: "return what it returns",
  Map: "return Object.fromEntries(map)",
  Set: "return an array, [...set]",
  Headers: "return Object.fromEntries(headers)",
  Promise: "await it",
  Error: "throw it, or return what the client may know of it",
  Response: "return it alone"
};
var ELSE = "return text, bytes, a stream, a Response, or data that JSON can hold; toJSON() can make that of an object";
function unsendable(what, value, remedy) {
  const name = nameOf(value);
  const kind = value instanceof Error ? "Error" : name;
  const instead = remedy ?? (Object.hasOwn(REMEDIES, kind) ? REMEDIES[kind] : ELSE);
  return new Unsendable(`${what} is ${article(name)} ${name}: ${instead}`);
}

// runtime/shared/result-kind.ts
function kindOf(value) {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return "text";
    case "number":
    case "boolean":
      return "json";
    case "object":
      return value === null ? "nothing" : kindOfObject(value);
    default:
      throw unsendable("the result", value);
  }
}
function isStream(value) {
  return typeof value === "object" && value !== null && !(value instanceof Error) && kindOfObject(value) === "stream";
}
function isResponse(value) {
  return tagOf(value) === "Response";
}
function kindOfObject(value) {
  if (Array.isArray(value)) return "json";
  switch (tagOf(value)) {
    case "Response":
      return "response";
    case "Blob":
    case "File":
    case "FormData":
    case "URLSearchParams":
      return "body";
    case "ArrayBuffer":
    case "SharedArrayBuffer":
      return "bytes";
    // collections, not streams, though they can be iterated: what they hold is no text or bytes
    case "Map":
    case "Set":
    case "Headers":
      return "json";
  }
  if (ArrayBuffer.isView(value)) return "bytes";
  if (value instanceof Error) throw unsendable("the result", value);
  if (typeof value.toJSON === "function") return "json";
  return isIterable(value) ? "stream" : "json";
}
function tagOf(value) {
  return typeof value === "object" && value !== null ? value[Symbol.toStringTag] : void 0;
}
function isIterable(value) {
  return typeof value[Symbol.asyncIterator] === "function" || typeof value[Symbol.iterator] === "function";
}
var SUSPICIOUS = /\{\}|\{"0":/;
function toJson(value, what = "the result") {
  let json;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    checkParts(value, what, []);
    throw error;
  }
  if (json === void 0) throw new Unsendable(`${what} has a toJSON() that returns nothing: let it return data`);
  if (SUSPICIOUS.test(json)) checkParts(value, what, []);
  return json;
}
function checkParts(value, what, around) {
  if (typeof value === "bigint") throw unsendable(what, value);
  if (typeof value !== "object" || value === null) return;
  if (around.includes(value)) throw new Unsendable(`${what} is what holds it: return data without such a circle`);
  if (typeof value.toJSON === "function") return;
  const inside = [...around, value];
  if (Array.isArray(value)) return value.forEach((each, index) => checkParts(each, `${what}[${index}]`, inside));
  if (!isData(value)) throw unsendable(what, value);
  for (const name of Object.keys(value)) checkParts(value[name], `${what}.${name}`, inside);
}
function isData(value) {
  const prototype = Object.getPrototypeOf(value);
  if (value instanceof Error || ArrayBuffer.isView(value) || isIterable(value)) return false;
  return prototype === null || prototype === Object.prototype || Object.keys(value).length > 0 || JSON.stringify(value) !== "{}";
}

// runtime/shared/stream.ts
var Stream = class {
  ahead = [];
  pull;
  stop;
  ended = false;
  /** Throws an Unsendable when somebody else reads it. */
  constructor(value) {
    if (typeof value.getReader === "function") {
      if (value.locked) {
        throw new Unsendable(
          "the stream of the result is locked, because somebody reads it: return one that nobody reads"
        );
      }
      const reader = value.getReader();
      this.pull = () => reader.read();
      this.stop = () => reader.cancel(new DOMException("the client has gone away", "AbortError"));
    } else {
      const iterator = (value[Symbol.asyncIterator] ?? value[Symbol.iterator]).call(value);
      this.pull = () => iterator.next();
      this.stop = () => typeof value.destroy === "function" ? value.destroy() : iterator.return?.();
    }
  }
  /**
   * Reads ahead, until so many bytes are here, or all.
   * @returns what is here, and whether it is all
   */
  async start(least = 1) {
    const pieces = [];
    for (let length = 0; length < least && !this.ended; ) {
      const next = await this.pull();
      this.ahead.push(next);
      if (next.done) this.ended = true;
      else length += pieces[pieces.push(pieceOf(next.value)) - 1].length;
    }
    return { pieces, whole: this.ended };
  }
  /** Whether it began with a text. */
  get isText() {
    return typeof this.ahead[0]?.value === "string";
  }
  /** Lets go of what nobody will read. */
  cancel() {
    if (this.ended) return;
    this.ended = true;
    void (async () => this.stop())().catch(() => {
    });
  }
  /** Sends as fast as the client reads, piece by piece; a client that goes away cancels the source. */
  async send(res) {
    const gone = () => this.cancel();
    res.once("close", gone);
    const { socket } = res;
    socket?.cork();
    res.flushHeaders();
    setImmediate(() => socket?.uncork());
    try {
      for (; ; ) {
        const { done, value } = this.ahead.shift() ?? await this.pull();
        if (res.destroyed) return;
        if (done) break;
        if (!res.write(pieceOf(value))) await drained(res);
      }
      this.ended = true;
      res.end();
    } catch (error) {
      gone();
      throw error;
    } finally {
      res.off("close", gone);
    }
  }
};
function pieceOf(value) {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  const bytes = bytesOf(value);
  if (!bytes) {
    throw unsendable("a piece of the stream", value, "let it yield text or bytes, such as JSON.stringify(value)");
  }
  return bytes;
}
function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const tag = typeof value === "object" && value?.[Symbol.toStringTag];
  return tag === "ArrayBuffer" || tag === "SharedArrayBuffer" ? new Uint8Array(value) : void 0;
}
function drained(res) {
  return new Promise((resolve) => {
    const go = () => {
      res.off("drain", go).off("close", go);
      resolve();
    };
    res.on("drain", go).on("close", go);
  });
}

// runtime/shared/response.ts
var TEXT2 = "text/plain; charset=utf-8";
var BYTES = "application/octet-stream";
function send(res, value, extra = []) {
  if (value instanceof Stream) return sendStream(res, value, extra);
  switch (kindOf(value)) {
    case "nothing":
      return void res.writeHead(204, [...extra]).end();
    case "text":
      return sendBody(res, TEXT2, value, extra);
    case "json":
      return sendBody(res, "application/json", toJson(value), extra);
    case "bytes":
      return sendBody(res, BYTES, bytesOf(value), extra);
    case "body":
      return sendResponse(res, responseOf(value), extra);
    case "response":
      return sendResponse(res, value, extra);
    case "stream":
      throw new TypeError("a stream is sent once it has started");
  }
}
function discard(value) {
  if (value instanceof Stream) value.cancel();
  else if (isResponse(value) && value.body && !value.body.locked) value.body.cancel().catch(() => {
  });
}
function sendBody(res, type, body, extra) {
  res.writeHead(200, ["content-type", type, "content-length", String(Buffer.byteLength(body)), ...extra]).end(body);
}
function responseOf(body) {
  const response = new Response(body);
  if (body instanceof Blob) response.headers.set("content-length", String(body.size));
  if (!response.headers.has("content-type")) response.headers.set("content-type", BYTES);
  return response;
}
function sendStream(res, stream, extra) {
  res.writeHead(200, ["content-type", stream.isText ? TEXT2 : BYTES, ...extra]);
  return sendRest(res, stream);
}
function sendResponse(res, response, extra) {
  if (response.bodyUsed) {
    throw new Unsendable("the body of the Response was used already: return a Response that nobody has read, such as a clone() made before");
  }
  const stream = response.body ? new Stream(response.body) : void 0;
  const encoding = response.headers.get("content-encoding");
  if (!stream || encoding === null) return sendHead(res, response, stream, false, extra);
  return stream.start(ENOUGH).then(async ({ pieces, whole }) => {
    const start = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    return sendHead(res, response, stream, !await isEncoded(encoding, start, whole), extra);
  });
}
function sendHead(res, response, stream, decoded2, extra) {
  res.strictContentLength = true;
  try {
    const headers = [...headersOf2(response, decoded2), ...extra];
    if (response.statusText) res.writeHead(response.status, response.statusText, headers);
    else res.writeHead(response.status, headers);
  } catch (error) {
    stream?.cancel();
    throw error;
  }
  if (!stream) return void res.end();
  return sendRest(res, stream);
}
function sendRest(res, stream) {
  if (res.req.method !== "HEAD") return stream.send(res);
  res.end();
  stream.cancel();
}
function headersOf2({ status, headers: all }, decoded2) {
  const headers = [];
  all.forEach((value, name) => {
    const stale = name === "content-length" ? decoded2 || status === 204 : decoded2 && name === "content-encoding";
    if (!stale && !HOP_BY_HOP.has(name)) headers.push(name, value);
  });
  return headers;
}

// runtime/shared/send-problem.ts
import { STATUS_CODES } from "node:http";
function problemBody({ status, detail, members }) {
  const title = STATUS_CODES[status] ?? "Error";
  return JSON.stringify({ type: "about:blank", title, status, detail, ...members }) + "\n";
}
function sendProblem(res, problem) {
  const body = problemBody(problem);
  res.writeHead(problem.status, problemHeaders(body, problem.headers)).end(body);
}
var LINGER = { time: 2e3, bytes: 16 * 1024 * 1024 };
function sendProblemAndClose(res, problem) {
  const body = problemBody(problem);
  res.shouldKeepAlive = false;
  res.writeHead(problem.status, problemHeaders(body, problem.headers)).write(body);
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, LINGER.time);
  let left = LINGER.bytes;
  res.req.once("close", end).once("end", end).on("error", end).on("data", (chunk) => {
    if ((left -= chunk.length) < 0) end();
  });
}
function endWithProblem(socket, problem) {
  const body = problemBody(problem);
  const headers = problemHeaders(body, problem.headers);
  let head2 = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r
connection: close\r
`;
  for (let i = 0; i < headers.length; i += 2) head2 += `${headers[i]}: ${headers[i + 1]}\r
`;
  const timer = setTimeout(() => socket.destroy(), LINGER.time);
  socket.once("close", () => clearTimeout(timer)).on("error", () => {
  }).resume().end(`${head2}\r
${body}`);
}
function problemHeaders(body, headers) {
  return ["content-type", "application/problem+json", "content-length", String(Buffer.byteLength(body)), ...headers];
}

// runtime/shared/exchange.ts
var CLIENT_GONE = 499;
var BODY = { tooLarge: 413, called: "body takes", plural: "bodies" };
var Overload = class extends Problem {
  constructor(detail) {
    super(503, detail, ["retry-after", "1"]);
  }
};
var Exchange = class {
  constructor(options, req, res) {
    this.options = options;
    this.req = req;
    this.res = res;
    this.account = new Account(options.budget);
    res.once("close", () => this.close());
  }
  options;
  req;
  res;
  start = performance.now();
  timer;
  /**
   * Whether this request holds one of the `maxConcurrency` places: until it is closed, and user code is
   * done or out of time.
   */
  holdsPlace = false;
  running = false;
  /** Whether the request is here whole. */
  isRead = false;
  /** The answer has left, or the client has. */
  closed = false;
  /** What this request holds in memory, for as long as user code may reach it. */
  account;
  /** Takes in the request, has it answered. Never throws. */
  run() {
    const { config: { maxBodySize }, drain } = this.options;
    drain.mark(this.res);
    try {
      this.checkPlaces();
      const receive = this.begin();
      if (!hasBody(this.req)) return this.admit(receive, void 0);
      readBody(this.req, this.res, { size: maxBodySize, hold: (bytes) => this.hold(bytes) }).then((body) => this.admit(receive, body)).catch((error) => this.refuse(error));
    } catch (error) {
      this.refuse(error);
    }
  }
  checkPlaces() {
    const { config: { maxConcurrency }, metrics } = this.options;
    if (metrics.inFlight >= maxConcurrency) {
      throw new Overload(`the pod serves ${maxConcurrency} requests already: try again`);
    }
  }
  /**
   * The request is here whole, and takes a place. Not before: a client that sends its body by the drop would hold it.
   */
  admit(receive, body) {
    this.isRead = true;
    if (this.closed) return;
    this.checkPlaces();
    this.options.metrics.inFlight++;
    this.holdsPlace = true;
    receive(body);
  }
  /**
   * Takes memory for what is held. Throws a 503 where others hold it, and what it says of its size where there
   * is not as much at all.
   */
  hold(bytes, { tooLarge, called, plural } = BODY) {
    if (this.account.take(bytes)) return;
    const { limit } = this.options.budget;
    if (bytes > limit) {
      throw new Problem(tooLarge, `the ${called} ${bytes} bytes of memory, and the pod has ${limit} for bodies`);
    }
    throw new Overload(`the pod holds too many ${plural} already: try again`);
  }
  /** A request with its body, as user code sees it, with room for that. */
  withBody(request, bytes) {
    return withBody(request, bytes, (text) => this.hold(parsedSize(text)));
  }
  /** Headers that go with what user code returns, names and values in turn. */
  get answerHeaders() {
    return [];
  }
  /** Runs user code, and answers with what it returns. */
  call(userCode) {
    this.running = true;
    try {
      const result = userCode();
      const later = typeof result?.then === "function";
      if (!later && !isStream(result)) return this.answer(result);
      this.timer = setTimeout(() => this.expire(), this.options.config.timeout);
      if (!later) return this.open(result);
      Promise.resolve(result).then(
        (value) => isStream(value) ? this.open(value) : this.answer(value),
        (error) => this.fail(error)
      );
    } catch (error) {
      this.fail(error);
    }
  }
  /** User code has returned a stream: it has answered when the first piece is here. */
  open(value) {
    try {
      const stream = new Stream(value);
      this.res.once("close", () => stream.cancel());
      stream.start().then(() => this.answer(stream), (error) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }
  /** User code has returned. */
  answer(value) {
    this.settle();
    if (this.closed || this.res.headersSent) return discard(value);
    try {
      this.sendResult(value)?.catch((error) => this.notSent(error));
    } catch (error) {
      this.notSent(error);
    }
  }
  /** An answer could not be made of what user code returned, or not to its end. */
  notSent(error, callee = this.options.callee) {
    if (this.res.headersSent) return this.breakOff(error);
    this.reportUnsent(error, callee);
    this.refuse(new Problem(500, `the result of the ${callee} cannot be sent; the log of the pod says why`));
  }
  reportUnsent(error, callee) {
    const reason = error instanceof Unsendable ? `: ${error.message}` : "";
    this.report(`the result of the ${callee} cannot be sent${reason}`, error, callee);
  }
  /** Sends what user code returned. */
  sendResult(value) {
    this.options.drain.mark(this.res);
    return send(this.res, value, this.answerHeaders);
  }
  /** User code has thrown. */
  fail(error, callee = this.options.callee) {
    if (isResponse(error)) return this.answer(error);
    const stopped = this.closed || this.res.headersSent;
    this.settle();
    if (stopped && this.isAbandonment(error)) return;
    if (error instanceof Unsendable) return stopped ? this.reportUnsent(error, callee) : this.notSent(error, callee);
    const { kind, problem } = this.failure(error, callee);
    this.report(`the ${callee} failed`, error, kind);
    if (!stopped) this.refuse(problem);
  }
  /** What metrics call an error that user code has thrown, and what the client is told. */
  failure(_error, callee) {
    return { kind: callee, problem: new Problem(500, `the ${callee} failed; the log of the pod says why`) };
  }
  /** Whether user code threw this because it was told to end. */
  isAbandonment(_error) {
    return false;
  }
  /** User code is out of time. Whatever it still does has no claim to a place. */
  expire() {
    const { callee, config: { timeout } } = this.options;
    this.settle();
    this.report(`the ${callee} has not answered within ${timeout} ms`, void 0, "timeout");
    if (!this.closed) this.refuse(new Problem(504, `the ${callee} has not answered within ${timeout} ms`));
    this.abandon(new DOMException("the time is up", "TimeoutError"));
  }
  /** The body of an answer failed after its head was sent: the client must not take what it has for the whole. */
  breakOff(error) {
    this.report("the body of the answer failed", error, this.options.callee);
    if (this.req.httpVersion === "1.0") this.res.socket?.resetAndDestroy();
    this.res.destroy();
  }
  /** Answers with a problem; what is none is a failure of this program. */
  refuse(error) {
    if (error instanceof ClientGone || this.closed) return;
    this.options.drain.mark(this.res);
    if (!(error instanceof Problem)) {
      this.report("the request failed", error, "server");
      return sendProblem(this.res, new Problem(500, "the server failed; the log of the pod says why"));
    }
    if (error instanceof Overload) this.options.metrics.errors.inc("overload");
    if (!this.isRead && (error.status === 408 || error.status === 413 || this.req.headers.expect)) {
      return sendProblemAndClose(this.res, error);
    }
    sendProblem(this.res, error);
  }
  report(message, error, kind) {
    this.options.metrics.errors.inc(kind);
    this.options.log.error(message, { ...requestFields(this.req.method, this.req.url, this.req.headers), error });
  }
  /** User code has nothing more to say, or no time for it. */
  settle() {
    this.running = false;
    clearTimeout(this.timer);
    this.release();
  }
  close() {
    this.closed = true;
    const { req, res } = this;
    if (!res.writableFinished) this.abandon(new DOMException("the client has gone away", "AbortError"));
    this.options.metrics.answered(
      req.method,
      res.headersSent ? res.statusCode : CLIENT_GONE,
      performance.now() - this.start
    );
    this.release();
  }
  release() {
    if (!this.closed || this.running) return;
    this.account.close();
    if (!this.holdsPlace) return;
    this.holdsPlace = false;
    this.options.metrics.inFlight--;
  }
};

// runtime/function-server/exchange.ts
var FunctionExchange = class extends Exchange {
  abort = new AbortController();
  begin() {
    const { handler, context } = this.options;
    const request = requestOf(this.req);
    return (bytes) => {
      const whole = this.withBody(request, bytes);
      this.call(() => handler(whole, contextOf(context, this.abort.signal)));
    };
  }
  failure(error, callee) {
    if (!isStateError(error)) return super.failure(error, callee);
    const headers = error.status === 503 ? ["retry-after", "1"] : [];
    return { kind: "state", problem: new Problem(error.status, error.message, headers) };
  }
  abandon(reason) {
    this.abort.abort(reason);
  }
  isAbandonment(error) {
    return this.abort.signal.aborted && (error === this.abort.signal.reason || error?.name === "AbortError");
  }
};

// runtime/function-server/load-state.ts
import { dirname as dirname2, join as join3 } from "node:path";
import { pathToFileURL as pathToFileURL2 } from "node:url";

// runtime/shared/config.ts
import { readFileSync } from "node:fs";
import { dirname, join as join2 } from "node:path";
import { pathToFileURL } from "node:url";
var StartError = class extends Error {
};
function readConfig(file, numbers) {
  let config;
  try {
    config = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new StartError(`${file} cannot be read as JSON: ${cause.message}`);
  }
  for (const name of numbers) {
    const value = config[name];
    if (!(value >= 0 && value < 2 ** 31)) {
      throw new StartError(`${file}: ${name} is ${JSON.stringify(value)}: it is a number from 0 to 2147483647`);
    }
  }
  return config;
}
async function loadFunction(configFile, code) {
  if (typeof code !== "string") {
    throw new StartError(`${configFile}: code is ${JSON.stringify(code)}: it names the module beside this file`);
  }
  const file = join2(dirname(configFile), code);
  let loaded;
  try {
    loaded = (await import(pathToFileURL(file).href)).default;
  } catch (cause) {
    throw new StartError(`${file} does not load`, { cause });
  }
  if (typeof loaded !== "function") {
    const found = loaded === void 0 ? "missing" : `a ${typeof loaded}`;
    throw new StartError(`${file}: the default export is ${found}: export default a function`);
  }
  return loaded;
}

// runtime/function-server/load-state.ts
var ENGINES = { local: "state-local.mjs", shared: "state-valkey.mjs" };
async function loadState(config, parts) {
  const file = join3(dirname2(process.argv[1]), ENGINES[config.kind]);
  try {
    const { open } = await import(pathToFileURL2(file).href);
    return await open(config, parts);
  } catch (error) {
    if (isStateError(error)) throw new StartError(error.message, { cause: error.cause });
    if (error?.code !== "ERR_UNKNOWN_BUILTIN_MODULE") throw error;
    throw new StartError(`state needs node:sqlite, of Node 22.13 or newer, and this is ${process.version}`);
  }
}

// runtime/shared/http-server.ts
import { createServer } from "node:http";

// runtime/shared/pipeline.ts
var MAX_OWED = 100;
var pipelines = /* @__PURE__ */ new WeakMap();
var Pipeline = class {
  constructor(socket) {
    this.socket = socket;
    pipelines.set(socket, this);
    this.settle = () => {
      this.owed.shift();
    };
    socket.once("close", () => {
      for (const res of [...this.owed]) if (!res.socket) res.destroy().emit("close");
    });
  }
  socket;
  static of(socket) {
    return pipelines.get(socket);
  }
  owed = [];
  refused = false;
  /**
   * The oldest closes first; where the connection does, all do. One for all, because each request would make another.
   */
  settle;
  /** Whether nothing is owed. */
  get idle() {
    return this.owed.length === 0;
  }
  /** Takes in one more request. Its connection is cut where too many wait already. */
  add(res) {
    if (this.socket.destroyed) return false;
    if (this.owed.length === MAX_OWED) {
      this.socket.destroy();
      return false;
    }
    this.owed.push(res);
    res.on("close", this.settle);
    return true;
  }
  /**
   * Answers what cannot be read as a request, when the requests before it have their answers, and ends the connection.
   */
  refuse(problem) {
    if (this.refused) return;
    this.refused = true;
    const last = this.owed.at(-1);
    const broken = last !== void 0 && !last.req.complete;
    if (broken && last.headersSent) {
      last.once("close", () => this.socket.destroySoon()).end();
      return;
    }
    const before2 = broken ? this.owed.at(-2) : last;
    if (!before2) return endWithProblem(this.socket, problem);
    this.socket.pause();
    before2.once("close", () => endWithProblem(this.socket, problem));
  }
};

// runtime/shared/request-head.ts
var MAX_HEADERS = 1e3;
var HOST = /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]*$/;
var ALLOW = ["allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"];
function notServed(method) {
  return new Problem(405, `${method} is not served`, ALLOW);
}
function flawOf({ method, httpVersion, rawHeaders }) {
  if (rawHeaders.length > 2 * MAX_HEADERS) return new Problem(431, `the request has more than ${MAX_HEADERS} headers`);
  const host = valueOf(rawHeaders, "host");
  if (host === void 0 && httpVersion !== "1.0") return new Problem(400, "the request has no host header");
  if (host === SEVERAL) return new Problem(400, "the request has more than one host header");
  if (host !== void 0 && !HOST.test(host)) return new Problem(400, "the host header is not a host");
  const coding = valueOf(rawHeaders, "transfer-encoding");
  if (coding !== void 0) {
    if (httpVersion === "1.0") return new Problem(400, "an HTTP/1.0 request has no transfer-encoding");
    if (coding.toLowerCase() !== "chunked") {
      return new Problem(501, "the only transfer-encoding that is understood is chunked");
    }
  }
  return method === "TRACE" ? notServed(method) : void 0;
}
var SEVERAL = "\n";
function valueOf(rawHeaders, name) {
  let value;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i].length !== name.length || rawHeaders[i].toLowerCase() !== name) continue;
    value = value === void 0 ? rawHeaders[i + 1] : SEVERAL;
  }
  return value;
}
var BY_CODE = {
  HPE_HEADER_OVERFLOW: [431, "the head of the request is too large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "the extensions of a chunk are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not arrive in time"],
  HPE_INVALID_VERSION: [505, "the version is not one of HTTP/1"],
  HPE_PAUSED_H2_UPGRADE: [505, "the version is not one of HTTP/1"]
};
var REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^ \r\n]+ HTTP\/1\.[01]\r?\n/;
function problemOf({ code = "", reason, bytesParsed = 0, rawPacket }) {
  const known = Object.hasOwn(BY_CODE, code) && BY_CODE[code];
  if (known) return new Problem(...known);
  if (code === "HPE_INVALID_METHOD" && rawPacket) {
    const line = rawPacket.toString("latin1", rawPacket.lastIndexOf(10, bytesParsed - 1) + 1, bytesParsed + 4096);
    if (REQUEST_LINE.test(line)) return new Problem(501, "the method is not known");
  }
  return new Problem(400, `the request cannot be read${reason ? `: ${reason}` : ""}`);
}

// runtime/shared/http-server.ts
var BACKLOG = 1024;
function createHttpServer(listener, options = {}) {
  const { sendTimeout = 3e4, headTimeout = 2e4, maxConnections = 1e3 } = options;
  const server = createServer({
    // longer than the router keeps an idle connection to us (10 s): the router always closes first, so it never sends
    // a request into a connection that we are just closing (a POST lost there is not retried)
    keepAliveTimeout: 75e3,
    headersTimeout: headTimeout,
    // a client that sends its body by the drop holds a connection no longer than this
    requestTimeout: 12e4,
    connectionsCheckingInterval: headTimeout / 4,
    // larger heads are answered with 431 (bytes)
    maxHeaderSize: 65536,
    insecureHTTPParser: false,
    // the head is looked at by us, so that all that is refused is refused with a problem
    requireHostHeader: false,
    noDelay: true
  });
  server.maxHeadersCount = 0;
  server.maxConnections = maxConnections;
  server.timeout = sendTimeout;
  const answer = (respond) => (req, res) => {
    if (Pipeline.of(req.socket).add(res)) respond(req, res);
  };
  const serve = answer((req, res) => {
    const flaw = flawOf(req);
    if (flaw) sendProblemAndClose(res, flaw);
    else listener(req, res);
  });
  return server.on("connection", (socket) => new Pipeline(socket)).on("request", serve).on("checkContinue", serve).on("checkExpectation", answer((_, res) => sendProblemAndClose(
    res,
    new Problem(417, "the only expectation that is met is 100-continue")
  ))).on("connect", (_, socket) => Pipeline.of(socket).refuse(notServed("CONNECT"))).on("clientError", (error, socket) => {
    if (!socket.writable || socket.bytesRead === 0) socket.destroy();
    else Pipeline.of(socket).refuse(problemOf(error));
  }).on("timeout", (socket) => {
    if (Pipeline.of(socket).idle || socket.writableLength > 0) socket.destroy();
  });
}
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve(server.address().port));
  });
}

// runtime/shared/admin.ts
function createAdminServer(options) {
  return createHttpServer((req, res) => {
    const text = (status, body, type = "text/plain; charset=utf-8") => res.writeHead(status, { "content-type": type }).end(body);
    if (req.method !== "GET" && req.method !== "HEAD") {
      return sendProblem(res, new Problem(405, "the admin port answers GET and HEAD", ["allow", "GET, HEAD"]));
    }
    switch (req.url?.split("?", 1)[0]) {
      case "/healthz":
        return text(200, "ok\n");
      case "/readyz":
        return options.ready() ? text(200, "ok\n") : text(503, "starting or draining\n");
      case "/metrics":
        return text(200, options.metrics.render(), "text/plain; version=0.0.4; charset=utf-8");
      default:
        return sendProblem(res, new Problem(404, "the admin port has /healthz, /readyz and /metrics"));
    }
  });
}

// runtime/shared/drain.ts
import { Server as NetServer } from "node:net";
var Drain = class {
  constructor(options) {
    this.options = options;
    this.exit = options.exit ?? ((code) => process.exit(code));
  }
  options;
  /** Whether the program is ending. */
  draining = false;
  server;
  exit;
  /** From now on there is a server to drain; before, a signal ends the program at once. */
  setServer(server) {
    this.server = server;
  }
  /**
   * SIGTERM and SIGINT drain; the second one forces. Registered early: as process 1 of a container, Node
   * would ignore them.
   */
  onSignals() {
    let signals = 0;
    for (const signal of ["SIGTERM", "SIGINT"]) {
      process.on(signal, () => signals++ ? this.exit(1) : this.begin(signal));
    }
  }
  /** Tells the client of this answer not to come back over this connection, when the program is ending. */
  mark(res) {
    if (this.draining) res.shouldKeepAlive = false;
  }
  /** Starts to end, and exits with `code` when no connection is open any more, or the time is over. */
  begin(reason, code = 0) {
    if (this.draining) return;
    this.draining = true;
    const { server, options: { log, drain } } = this;
    log.info("draining", { reason });
    if (!server) return this.exit(code);
    server.once("close", () => {
      log.info("drained");
      this.exit(code);
    });
    stopListening(server);
    setTimeout(() => server.getConnections((_, connections) => {
      log.warn("the drain time is over: connections are cut", { connections });
      this.exit(code);
    }), drain);
  }
};
function stopListening(server) {
  let quiet = 0;
  server.on("connection", () => {
    quiet = 0;
  });
  const turn = (left) => {
    if (++quiet > 3 || left === 0) NetServer.prototype.close.call(server);
    else setImmediate(turn, left - 1);
  };
  turn(BACKLOG);
}

// runtime/shared/buckets.ts
var BUCKETS = [1e-3, 25e-4, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

// runtime/shared/metrics.ts
var Labelled = class {
  constructor(name, help, type, labels) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.labels = labels;
  }
  name;
  help;
  type;
  labels;
  series = /* @__PURE__ */ new Map();
  /**
   * The line with these values of the labels: kept by those who count often, for whom to find it would be the
   * larger part of the work.
   */
  with(...values) {
    const key = this.labels.map((label, i) => `${label}="${values[i]}"`).join(",");
    let series = this.series.get(key);
    if (!series) this.series.set(key, series = this.create());
    return series;
  }
  render() {
    return head(this.name, this.help, this.type) + [...this.series].map(([key, series]) => this.lines(key, series)).join("");
  }
};
var Counter = class extends Labelled {
  constructor(name, help, labels) {
    super(name, help, "counter", labels);
  }
  /** Counts one. */
  inc(...values) {
    this.with(...values).count++;
  }
  create() {
    return { count: 0 };
  }
  lines(key, { count }) {
    return `${this.name}{${key}} ${count}
`;
  }
};
var Histogram = class extends Labelled {
  constructor(name, help, labels = []) {
    super(name, help, "histogram", labels);
  }
  create() {
    return new Durations();
  }
  lines(key, { counts, sum }) {
    let total = 0;
    const buckets = [...BUCKETS, "+Inf"].map((bound, i) => `${this.name}_bucket{${key && `${key},`}le="${bound}"} ${total += counts[i]}
`);
    const labels = key && `{${key}}`;
    return buckets.join("") + `${this.name}_sum${labels} ${sum}
${this.name}_count${labels} ${total}
`;
  }
};
var Durations = class {
  counts = new Array(BUCKETS.length + 1).fill(0);
  sum = 0;
  /** Counts one that took `seconds`. */
  observe(seconds) {
    this.sum += seconds;
    let bucket = 0;
    while (seconds > BUCKETS[bucket]) bucket++;
    this.counts[bucket]++;
  }
};
var Metrics = class {
  families = [];
  /** With what every program tells: memory, CPU time, start. */
  constructor() {
    const start = Date.now() / 1e3 - process.uptime();
    const seconds = ({ user, system }) => (user + system) / 1e6;
    this.reading("process_cpu_seconds_total", "CPU time used, user and system.", "counter", () => seconds(process.cpuUsage()));
    this.reading("process_resident_memory_bytes", "Resident memory.", "gauge", () => process.memoryUsage.rss());
    this.reading("process_start_time_seconds", "When the process started, Unix time.", "gauge", () => start);
    this.reading("nodejs_heap_size_used_bytes", "Heap in use.", "gauge", () => process.memoryUsage().heapUsed);
    this.reading("nodejs_active_resources", "Sockets, timers and the like that are open.", "gauge", () => process.getActiveResourcesInfo().length);
  }
  /** Puts a counter or histogram on the page. */
  add(family) {
    this.families.push(family);
    return family;
  }
  /** Puts a value on the page that is read when the page is. */
  reading(name, help, type, read) {
    this.add({ render: () => head(name, help, type) + `${name} ${read()}
` });
  }
  /** The whole page. */
  render() {
    return this.families.map((family) => family.render()).join("");
  }
};
function head(name, help, type) {
  return `# HELP ${name} ${help}
# TYPE ${name} ${type}
`;
}

// runtime/shared/request-metrics.ts
var METHODS = /* @__PURE__ */ new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
var RequestMetrics = class {
  /** Requests that hold a place: those being answered, and those whose handler still runs. */
  inFlight = 0;
  /** Failures by kind, which the program names. */
  errors;
  requests;
  duration;
  constructor(metrics) {
    this.requests = metrics.add(new Counter(
      "metaparticle_requests_total",
      "Requests answered, by method and status code.",
      ["code", "method"]
    ));
    this.duration = metrics.add(new Histogram(
      "metaparticle_request_duration_seconds",
      "From the head of a request to the end of its answer."
    )).with();
    this.errors = metrics.add(new Counter("metaparticle_errors_total", "Failures, by kind.", ["kind"]));
    metrics.reading("metaparticle_requests_in_flight", "Requests being served.", "gauge", () => this.inFlight);
  }
  /** Counts a request whose answer ended after `milliseconds`. */
  answered(method, code, milliseconds) {
    this.requests.inc(code, METHODS.has(method) ? method : "other");
    this.duration.observe(milliseconds / 1e3);
  }
};

// runtime/shared/program.ts
function run(program) {
  const log = createLog({ pod: process.env.POD_NAME });
  captureConsole(log);
  process.stdout.on("error", () => {
  });
  main(program, log, process.argv[2]).catch((error) => {
    if (error instanceof StartError) log.error(error.message, { error: error.cause });
    else log.error("the pod cannot start", { error });
    process.exit(1);
  });
}
async function main(program, log, configFile) {
  if (configFile === void 0) {
    throw new StartError("the path of the configuration is missing: node program.mjs /path/config.json");
  }
  const config = program.configure(configFile);
  const host = process.env.LISTEN_ADDRESS ?? "0.0.0.0";
  const page = new Metrics();
  const metrics = new RequestMetrics(page);
  const drain = new Drain({ log, drain: config.drain });
  drain.onSignals();
  surviveUserCode(log, metrics, drain);
  let started = false;
  const admin = createAdminServer({ ready: () => started && !drain.draining, metrics: page });
  const adminPort = await listen(admin, config.adminPort, host);
  const listener = await program.start(config, { configFile, page, metrics, drain, log });
  const server = createHttpServer(listener, { maxConnections: config.maxConcurrency + 1e3 });
  const port = await listen(server, config.port, host);
  drain.setServer(server);
  started = true;
  log.info("listening", { host, port, adminPort, node: process.version });
}
function surviveUserCode(log, metrics, drain) {
  process.on("unhandledRejection", (error) => {
    metrics.errors.inc("unhandledRejection");
    log.error("a promise was rejected and nobody handles it", { error });
  });
  process.on("uncaughtException", (error) => {
    metrics.errors.inc("uncaughtException");
    log.error("an exception was not caught: the pod drains and restarts", { error });
    drain.begin("uncaughtException", 1);
  });
}

// runtime/function-server.ts
run({
  configure: (file) => readConfig(
    file,
    ["port", "adminPort", "maxBodySize", "maxConcurrency", "timeout", "drain"]
  ),
  start: async (config, { configFile, ...parts }) => {
    const { env } = process;
    const state = config.state && await loadState(config.state, { log: parts.log, env, now: Date.now });
    const handler = await loadFunction(configFile, config.code);
    const budget = new Budget(config.maxHeldSize);
    const context = { place: placeOf(env), state };
    const options = { ...parts, config, handler, budget, context, callee: "handler" };
    return (req, res) => {
      if (req.method === "OPTIONS" && req.url === "*") res.writeHead(204).end();
      else new FunctionExchange(options, req, res).run();
    };
  }
});
