// runtime/root/circuit.ts
var Circuit = class {
  constructor(options, counts) {
    this.options = options;
    this.counts = counts;
  }
  options;
  counts;
  failures = 0;
  /** Where it is open, when it may be tried again. */
  pausedUntil;
  isTried = false;
  /** Why a leaf is skipped, in words for people. */
  get reason() {
    return `skipped: its last ${this.options.failures} requests failed`;
  }
  /** Whether a request may go to the leaf, maybe as a trial. Each that goes is to be settled. */
  admit(now) {
    if (this.pausedUntil === void 0) return "pass";
    if (this.isTried || now < this.pausedUntil) {
      this.counts.skipped.count++;
      return "skip";
    }
    this.isTried = true;
    return "trial";
  }
  /**
   * A request has ended.
   * @param works whether that tells that the leaf works, or that it does not; undefined where it tells neither
   */
  settle(works, isTrial, now) {
    if (isTrial) this.isTried = false;
    if (works === void 0) return;
    this.failures = works ? 0 : this.failures + 1;
    if (works) {
      this.pausedUntil = void 0;
    } else if (this.pausedUntil === void 0 ? this.failures >= this.options.failures : isTrial) {
      this.pausedUntil = now + this.options.pause;
    }
    this.counts.open.value = this.pausedUntil === void 0 ? 0 : 1;
  }
};

// runtime/root/exchange.ts
import { randomUUID } from "node:crypto";

// runtime/root/bad-answer.ts
var BadAnswer = class extends Error {
};
var NoRoom = class extends BadAnswer {
};

// runtime/shared/text.ts
var NOT_TEXT = "�";
function isWellFormed(text) {
  return text.isWellFormed();
}
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

// runtime/root/answer-head.ts
var HEAD = /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
var NEEDED = /\r\n(content-length|transfer-encoding|connection|content-type|content-encoding):([^\r]*)/gi;
var STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d(?: .*)?$/;
var TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
var MISLEADING = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;
function readHead(head2) {
  if (!HEAD.test(head2)) throw new BadAnswer(flawOf(head2));
  const status = Number(head2.slice(9, 12));
  if (status === 101) throw new BadAnswer("it switched to another protocol");
  if (status < 200) return void 0;
  const isCurrent = head2[7] === "1";
  let keepAlive = isCurrent;
  let contentLength, transferEncoding, contentType, contentEncoding;
  NEEDED.lastIndex = 0;
  for (let found = NEEDED.exec(head2); found; found = NEEDED.exec(head2)) {
    const value = trimmed(found[2]);
    switch (found[1].toLowerCase()) {
      case "content-length":
        contentLength = sameLength(contentLength, value);
        break;
      // with a tab beside it, it is another coding for some
      case "transfer-encoding":
        transferEncoding = listed(transferEncoding, found[2].includes("	") ? found[2] : value);
        break;
      case "connection":
        if (/\bclose\b/i.test(value)) keepAlive = false;
        break;
      case "content-type":
        contentType ??= value;
        break;
      case "content-encoding":
        contentEncoding = listed(contentEncoding, value);
        break;
    }
  }
  return { status, head: head2, contentType, contentEncoding, contentLength, transferEncoding, isCurrent, keepAlive };
}
function fieldsOf({ head: head2 }) {
  return head2.split("\r\n").slice(1).flatMap(fieldOf);
}
function fieldOf(line) {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  if (!TOKEN.test(name)) throw new BadAnswer("its answer has a header without a proper name");
  return [name.toLowerCase(), trimmed(line.slice(colon + 1))];
}
function flawOf(head2) {
  if (MISLEADING.test(head2)) return "the head of its answer holds a control character";
  if (!STATUS_LINE.test(head2.split("\r\n", 1)[0])) return "it answered something that is not HTTP/1.1";
  return "its answer has a header without a proper name";
}
function listed(known, value) {
  return known === void 0 ? value : `${known}, ${value}`;
}
function sameLength(known, value) {
  if (/^\d{1,15}$/.test(value) && (known === void 0 || known === value)) return value;
  throw new BadAnswer(`its answer has content-length ${known === void 0 ? "" : `${known} and `}${value}`);
}

// runtime/root/conditions.ts
var RANGES = ["range", "if-range"];
var CONDITIONS = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
var ANSWERED = {
  304: ["if-none-match", "if-modified-since"],
  412: CONDITIONS,
  416: ["range"]
};
function answersCondition(status, headers) {
  return ANSWERED[status]?.some((name) => headers[name] !== void 0) ?? false;
}

// runtime/root/retry-after.ts
var SECONDS = /^\d+$/;
var DATE = /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d) \d\d:\d\d:\d\d GMT$/;
var ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
function retryAfter(answer, now) {
  const fields = fieldsOf(answer);
  const at = fields.findIndex((name, index) => index % 2 === 0 && name === "retry-after");
  if (at < 0) return void 0;
  const value = fields[at + 1];
  if (SECONDS.test(value)) return Number(value) * 1e3;
  const date = DATE.test(value) ? Date.parse(value) : ASCTIME.test(value) ? Date.parse(`${value} GMT`) : NaN;
  return Number.isNaN(date) ? void 0 : Math.max(0, date - now);
}

// runtime/root/refused.ts
var NEEDED2 = { 401: "www-authenticate", 405: "allow" };
var MOST_SECONDS = 2 ** 31 - 1;
function agreedHeaders(refused) {
  const [first] = refused;
  const fields = fieldsOf(first);
  const headers = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] === NEEDED2[first.status]) headers.push(fields[i], fields[i + 1]);
  }
  const now = Date.now();
  const waits = refused.map((each) => retryAfter(each, now)).filter((wait) => wait !== void 0);
  if (waits.length > 0) {
    headers.push("retry-after", `${Math.min(MOST_SECONDS, Math.ceil(Math.max(...waits) / 1e3))}`);
  }
  return headers;
}

// runtime/root/request-bytes.ts
import { isIPv6 as isIPv62 } from "node:net";

// runtime/root/forwarded.ts
import { BlockList, isIPv6 } from "node:net";
var PASSED = ["forwarded", "x-forwarded-port", "x-forwarded-prefix", "x-real-ip"];
var FORWARDED = [...PASSED, "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];
var SCHEMES = /* @__PURE__ */ new Map([["http", "http"], ["ws", "http"], ["https", "https"], ["wss", "https"]]);
function trustIn(networks) {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === void 0) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  const known = /* @__PURE__ */ new WeakMap();
  return (connection) => {
    let trusted = known.get(connection);
    if (trusted === void 0) {
      const address = addressOf(connection);
      trusted = list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
      known.set(connection, trusted);
    }
    return trusted;
  };
}
function addressOf({ remoteAddress = "" }) {
  return remoteAddress.replace(/^::ffff:/, "");
}
function forwardedLines({ headers, socket }, host, trusts) {
  const client = addressOf(socket);
  const said = trusts(socket) ? headers : {};
  const before2 = said["x-forwarded-for"];
  let lines = `x-forwarded-for: ${before2 ? `${before2}, ` : ""}${client}\r
x-forwarded-host: ${said["x-forwarded-host"] ?? host}\r
x-forwarded-proto: ${schemeOf(said["x-forwarded-proto"])}\r
`;
  for (const name of PASSED) if (said[name] !== void 0) lines += `${name}: ${said[name]}\r
`;
  return lines;
}
function schemeOf(said) {
  return SCHEMES.get(String(said).split(",", 1)[0].trim().toLowerCase()) ?? "http";
}

// runtime/root/methods.ts
var SAFE = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS"]);
var IDEMPOTENT = /* @__PURE__ */ new Set([...SAFE, "PUT", "DELETE"]);
function isSafe(method) {
  return SAFE.has(method);
}
function isIdempotent(method) {
  return IDEMPOTENT.has(method);
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

// runtime/shared/request-head.ts
var MAX_HEADERS = 1e3;
var HOST = /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]*$/;
var ALLOW = ["allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"];
function notServed(method) {
  return new Problem(405, `${method} is not served`, ALLOW);
}
function flawOf2({ method, httpVersion, rawHeaders }) {
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

// runtime/root/request-bytes.ts
var OURS = /* @__PURE__ */ new Set([
  ...HOP_BY_HOP,
  ...FORWARDED,
  "host",
  "content-length",
  "expect",
  "accept-encoding",
  "x-request-id"
]);
var OURS_WHOLE = /* @__PURE__ */ new Set([...OURS, ...RANGES]);
var OURS_WHOLE_SAFE = /* @__PURE__ */ new Set([...OURS_WHOLE, ...CONDITIONS]);
var PLAIN = /^[a-z0-9-]+$/;
var ABSOLUTE = /^https?:\/\/(?:[^/?@]*@)?([^/?]*)/i;
var UPWARDS = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\;?#]|%2f|%5c|%3b|$)/i;
var LARGE = 65536;
var Outgoing = class {
  /** Throws a Problem where the request is for no host. */
  constructor(req, forwarding) {
    this.req = req;
    this.forwarding = forwarding;
    this.method = req.method;
    this.target = targetOf(req.url);
    this.host = hostOf(req);
  }
  req;
  forwarding;
  method;
  /** The path and query. */
  target;
  host;
  /** As the client has sent it, in each form. */
  inForms(forms, body) {
    const apart = body && forms.length > 1 && body.length > LARGE ? Buffer.from(body) : void 0;
    const { method, target } = this;
    return forms.map((form) => {
      const head2 = this.start(form, method, target) + this.lines(form, method);
      return leafRequest(method, head2, apart ? void 0 : body, apart);
    });
  }
  /** The lines that a head begins with. */
  start({ host, basePath }, method, target) {
    return `${method === "HEAD" ? "GET" : method} ${basePath === "" ? target : within(basePath, target)} HTTP/1.1\r
host: ${host ?? this.host}\r
`;
  }
  /**
   * The lines of headers: what the client has sent, what we say of the client, and what the form says.
   * @param further what else keeps headers of the client's from passing
   */
  lines({ lines, passes }, method, further) {
    const { req, host, forwarding: { id, trusts, whole } } = this;
    const { rawHeaders } = req;
    const ours = !whole ? OURS : isSafe(method) ? OURS_WHOLE_SAFE : OURS_WHOLE;
    let all = "";
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i].toLowerCase();
      const known = folded(name);
      if (ours.has(known) || passes && !passes(known) || further && !further(known)) continue;
      all += `${name}: ${rawHeaders[i + 1]}\r
`;
    }
    const said = forwardedLines(req, host, trusts) + `x-request-id: ${id}\r
`;
    return all + (passes ? allowed(said, passes) : said) + lines;
  }
};
function leafRequest(method, lines, body, apart) {
  const length = (body ?? apart)?.length;
  const end = length === void 0 ? "\r\n" : `content-length: ${length}\r
\r
`;
  const head2 = Buffer.from(lines + end, "latin1");
  return {
    bytes: body ? Buffer.concat([head2, body]) : head2,
    body: apart,
    idempotent: isIdempotent(method),
    safe: isSafe(method)
  };
}
function folded(name) {
  return PLAIN.test(name) ? name : name.replace(/[^a-z0-9]/g, "-");
}
function allowed(lines, passes) {
  return lines.replace(/^([^:]*):.*\r\n/gm, (line, name) => passes(name) ? line : "");
}
function within(basePath, target) {
  if (target === "*") return target;
  if (UPWARDS.test(target.split("?", 1)[0])) {
    throw new Problem(400, "the path has a part that is . or .., which could lead out of the path of a leaf");
  }
  return basePath + target;
}
function targetOf(url) {
  const local = url.replace(ABSOLUTE, "");
  return local.startsWith("/") || local === "*" ? local : `/${local}`;
}
function hostOf({ url, headers, socket }) {
  const [, authority] = ABSOLUTE.exec(url) ?? [];
  if (authority && !HOST.test(authority)) throw new Problem(400, "the request target names no host");
  return authority || headers.host || addressOf2(socket);
}
function addressOf2({ localAddress = "", localPort }) {
  const address = localAddress.replace(/^::ffff:/, "");
  return `${isIPv62(address) ? `[${address}]` : address}:${localPort}`;
}

// runtime/root/content-coding.ts
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
var DECODERS = /* @__PURE__ */ new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflate],
  ["br", brotliDecompressSync]
]);
var MAX_CODINGS = 3;
function decoded(bytes, encoding, limit) {
  const codings = encoding.toLowerCase().split(",").map((coding) => coding.trim()).filter((coding) => coding !== "" && coding !== "identity");
  return codings.reverse().reduce((body, coding) => {
    const decode = DECODERS.get(coding);
    if (!decode || codings.length > MAX_CODINGS) {
      throw new BadAnswer(`its body is encoded as ${encoding}: only gzip, deflate and br are understood`);
    }
    try {
      return decode(body, { maxOutputLength: limit });
    } catch (error) {
      const tooLarge = error.code === "ERR_BUFFER_TOO_LARGE";
      throw new BadAnswer(tooLarge ? `its answer is larger than ${limit} bytes` : `its body is not the ${coding} that its head says`);
    }
  }, bytes);
}
function inflate(bytes, options) {
  const hasHeader = bytes.length > 1 && bytes[0] % 16 === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return hasHeader ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
}

// runtime/root/json.ts
import { isUtf8 } from "node:buffer";
var QUOTE = 34;
var COMMA = 44;
var OPEN_ARRAY = 91;
var BACKSLASH = 92;
var CLOSE_ARRAY = 93;
var OPEN_OBJECT = 123;
var CLOSE_OBJECT = 125;
var WORDS = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), Buffer.from(word)]));
var MEMBER = 128;
var OBJECT = 192;
var SPECIAL = new Uint8Array(256).fill(1, 0, 32).fill(1, QUOTE, QUOTE + 1).fill(1, BACKSLASH, BACKSLASH + 1);
var ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
function readJson(bytes) {
  if (!isUtf8(bytes)) return void 0;
  const start = afterBlanks(bytes, bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191 ? 3 : 0);
  const around = [];
  let inObject = false;
  let at = start;
  for (; ; ) {
    const first = bytes[at];
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
      around.push(inObject);
      inObject = first === OPEN_OBJECT;
      at = afterBlanks(bytes, at + 1);
      if (bytes[at] !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (inObject && (at = afterName(bytes, at)) < 0) return void 0;
        continue;
      }
    } else if ((at = afterScalar(bytes, at)) < 0) {
      return void 0;
    }
    for (; ; ) {
      const end = at;
      at = afterBlanks(bytes, end);
      if (around.length === 0) return at === bytes.length ? { bytes, start, end } : void 0;
      if (bytes[at] === COMMA) {
        at = afterBlanks(bytes, at + 1);
        if (inObject && (at = afterName(bytes, at)) < 0) return void 0;
        break;
      }
      if (bytes[at] !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return void 0;
      at++;
      inObject = around.pop();
    }
  }
}
function isArray({ bytes, start }) {
  return bytes[start] === OPEN_ARRAY;
}
function isObject({ bytes, start }) {
  return bytes[start] === OPEN_OBJECT;
}
function elementsOf({ bytes, start, end }) {
  const elements = bytes.subarray(start + 1, end - 1);
  return afterBlanks(elements, 0) === elements.length ? elements.subarray(0, 0) : elements;
}
function membersOf({ bytes, start }, memory) {
  const all = /* @__PURE__ */ new Map();
  const around = [];
  let object = all;
  let at = start + 1;
  for (; ; ) {
    at = afterBlanks(bytes, at);
    if (bytes[at] === CLOSE_OBJECT) {
      at++;
      const outer = around.pop();
      if (!outer) return all;
      object = outer;
      continue;
    }
    if (bytes[at] === COMMA) at = afterBlanks(bytes, at + 1);
    const nameEnd = afterString(bytes, at);
    const name = nameOf(bytes, at, nameEnd);
    memory.hold(MEMBER + name.length);
    at = afterBlanks(bytes, afterBlanks(bytes, nameEnd) + 1);
    const inside = bytes[at] === OPEN_OBJECT ? afterBlanks(bytes, at + 1) : at;
    if (inside > at && bytes[inside] !== CLOSE_OBJECT) {
      memory.hold(OBJECT);
      const inner = /* @__PURE__ */ new Map();
      object.set(name, inner);
      around.push(object);
      object = inner;
      at = inside;
    } else {
      const end = inside > at ? inside + 1 : afterValue(bytes, at);
      object.set(name, { bytes, start: at, end });
      at = end;
    }
  }
}
function nameOf(bytes, start, end) {
  const sent = bytes.toString("latin1", start, end);
  if (!sent.includes("\\")) return sent;
  return Buffer.from(JSON.stringify(JSON.parse(bytes.toString("utf8", start, end)))).toString("latin1");
}
function afterBlanks(bytes, at) {
  return bytes[at] > 32 ? at : afterSome(bytes, at);
}
function afterSome(bytes, at) {
  let byte = bytes[at];
  while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at];
  return at;
}
function afterName(bytes, at) {
  if (bytes[at] !== QUOTE) return -1;
  const end = afterString(bytes, at);
  if (end < 0) return -1;
  const colon = afterBlanks(bytes, end);
  return bytes[colon] === 58 ? afterBlanks(bytes, colon + 1) : -1;
}
function afterValue(bytes, at) {
  if (bytes[at] !== OPEN_ARRAY) return afterScalar(bytes, at);
  let depth = 0;
  do {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = afterString(bytes, at);
      continue;
    }
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    at++;
  } while (depth > 0);
  return at;
}
function afterScalar(bytes, at) {
  const first = bytes[at];
  if (first === QUOTE) return afterString(bytes, at);
  return first > 57 ? afterWord(bytes, at) : afterNumber(bytes, at);
}
function afterWord(bytes, at) {
  const word = WORDS.get(bytes[at]);
  if (!word) return -1;
  for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
  return at + word.length;
}
function afterString(bytes, at) {
  for (; ; ) {
    let byte = bytes[++at];
    while (SPECIAL[byte] === 0) byte = bytes[++at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH || (at = endOfEscape(bytes, at + 1)) < 0) return -1;
  }
}
function endOfEscape(bytes, at) {
  if (bytes[at] !== 117) return ESCAPED.has(bytes[at]) ? at : -1;
  for (let digit = 1; digit <= 4; digit++) if (!isHexadecimal(bytes[at + digit])) return -1;
  return at + 4;
}
function afterNumber(bytes, at) {
  if (bytes[at] === 45) at++;
  const integer = bytes[at] === 48 ? at + 1 : afterDigits(bytes, at);
  if (integer < 0) return -1;
  const fraction = bytes[integer] === 46 ? afterDigits(bytes, integer + 1) : integer;
  if (fraction < 0 || bytes[fraction] !== 101 && bytes[fraction] !== 69) return fraction;
  const sign = bytes[fraction + 1];
  return afterDigits(bytes, sign === 43 || sign === 45 ? fraction + 2 : fraction + 1);
}
function afterDigits(bytes, start) {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at > start ? at : -1;
}
function isDigit(byte) {
  return byte >= 48 && byte <= 57;
}
function isHexadecimal(byte) {
  return isDigit(byte) || byte >= 97 && byte <= 102 || byte >= 65 && byte <= 70;
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
var [OBJECT2, ARRAY, SEPARATOR, COLON] = ["{", "[", ",", ":"].map((char) => char.charCodeAt(0));
function parsedSize(bytes) {
  let size = 2 * bytes.length;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case OBJECT2:
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

// runtime/root/late-body.ts
var LateBody = class {
  constructor(bytes, contentType) {
    this.bytes = bytes;
    this.headers = { "content-type": contentType };
    if (bytes.length === 0) return;
    if (isJson(contentType)) {
      this.json = readJson(bytes);
      if (!this.json) this.flaw = NOT_JSON;
      return;
    }
    try {
      this.isText = bodyText(bytes.subarray(0, 1), this.headers) !== void 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.flaw = error.detail;
    }
  }
  bytes;
  /** Where it is JSON. */
  json;
  /** Why it is not what its content type says; undefined where it is. */
  flaw;
  /** Whether it is text, also one that is JSON. */
  isText = true;
  headers;
  knownText;
  get isEmpty() {
    return this.bytes.length === 0;
  }
  /** The text as it was sent; undefined where it is none. */
  get text() {
    return this.knownText ??= bodyText(this.bytes, this.headers);
  }
  /** What user code sees: parsed where it is JSON, else text or bytes; undefined without a body. */
  get value() {
    if (this.isText) return parseBody(this.bytes, this.headers);
    return new Uint8Array(this.bytes);
  }
  /** How many bytes of memory the value takes, besides the bytes that it is made of. */
  get valueSize() {
    return this.isText ? parsedSize(this.bytes) : this.bytes.length;
  }
};

// runtime/root/answer.ts
var Answer = class {
  /** @param fallback whether it stands in for the answer of a leaf that gave none */
  constructor(leaf, raw, fallback = false) {
    this.leaf = leaf;
    this.raw = raw;
    this.fallback = fallback;
  }
  leaf;
  raw;
  fallback;
  /** Without content codings. Set by `open`. */
  body;
  get status() {
    return this.raw.status;
  }
  /** The headers, names in lower case; repeated ones joined by a comma and a space (RFC 9110, section 5.3). */
  get headers() {
    const fields = fieldsOf(this.raw);
    const headers = /* @__PURE__ */ Object.create(null);
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i];
      headers[name] = name in headers ? `${headers[name]}, ${fields[i + 1]}` : fields[i + 1];
    }
    if (this.raw.contentEncoding !== void 0) {
      delete headers["content-encoding"];
      delete headers["content-length"];
    }
    return headers;
  }
  /** Throws a BadAnswer when the body is not what its head says. */
  open({ maxAnswerSize, hold }) {
    const { bytes, contentType, contentEncoding } = this.raw;
    const coded = contentEncoding !== void 0 && bytes.length > 0;
    const plain = coded ? decoded(bytes, contentEncoding, maxAnswerSize) : bytes;
    hold(Math.max(0, plain.length - bytes.length));
    this.body = new LateBody(plain, contentType);
    const flaw = this.body.flaw;
    if (flaw !== void 0) throw new BadAnswer(flaw);
  }
};

// runtime/root/connection.ts
import { connect } from "node:net";

// runtime/root/bytes.ts
var NONE = Buffer.alloc(0);
var Bytes = class {
  length = 0;
  memory = NONE;
  get taken() {
    return this.memory.length === this.length ? this.memory : this.memory.subarray(0, this.length);
  }
  /**
   * @param most bytes that there will ever be
   * @param soon bytes that there will be soon
   * @returns how many bytes of memory were taken for it
   */
  add(piece, start, end, most, soon = 0) {
    const { memory } = this;
    const length = this.length + end - start;
    if (length > memory.length) {
      this.memory = Buffer.allocUnsafe(Math.min(most, Math.max(length, soon, 2 * memory.length)));
      memory.copy(this.memory, 0, 0, this.length);
    }
    piece.copy(this.memory, this.length, start, end);
    this.length = length;
    return this.memory.length - memory.length;
  }
};

// runtime/root/answer-parser.ts
var MAX_HEAD = 65536;
var MAX_LINE = 4096;
var END_OF_HEAD = Buffer.from("\r\n\r\n");
var NONE2 = Buffer.alloc(0);
var HEXADECIMAL = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  for (const char of [digit.toString(16), digit.toString(16).toUpperCase()]) HEXADECIMAL[char.charCodeAt(0)] = digit;
}
var AHEAD = 65536;
var AnswerParser = class {
  /**
   * @param limit bytes that a body may have
   * @param hold asked for the memory of head and body; throws a BadAnswer where there is none
   * @param secure whether it comes by TLS
   */
  constructor(limit, hold, secure = false) {
    this.limit = limit;
    this.hold = hold;
    this.secure = secure;
  }
  limit;
  hold;
  secure;
  /** Whether the connection can take another request when this one is done. */
  keepAlive = false;
  part = 0 /* Head */;
  /** The start of a head that has not arrived whole. */
  pending;
  /** The start of a line that has not arrived whole. */
  line = "";
  headBytes = 0;
  head;
  body = new Bytes();
  bodyBytes = 0;
  /** Bytes to come: of the body, or of its chunk. */
  left = 0;
  get done() {
    return this.part === 7 /* Done */;
  }
  /** Whether nothing of the answer has arrived. */
  get untouched() {
    return this.part === 0 /* Head */ && this.headBytes === 0;
  }
  /** The answer, once it is done. */
  get answer() {
    const { head: { status, head: head2, contentType, contentEncoding }, body } = this;
    return { status, head: head2, contentType, contentEncoding, bytes: body ? body.taken : NONE2 };
  }
  /**
   * Nobody wants the answer any more: what is left of it is read for the connection's sake only, and kept nowhere.
   * @param bytes that may still come of the body; with more, the parser throws
   */
  discard(bytes) {
    this.body = void 0;
    this.limit = this.bodyBytes + bytes;
    if (this.part === 1 /* Sized */ && this.left > bytes) throw this.tooLarge();
  }
  /**
   * Takes what has arrived; the memory may be used again afterwards. Throws a BadAnswer.
   * @returns whether there was more than the answer
   */
  push(piece) {
    let at = 0;
    while (at < piece.length) {
      switch (this.part) {
        case 0 /* Head */:
          at = this.takeHead(piece, at);
          break;
        case 1 /* Sized */:
          at = this.takeBody(piece, at, 7 /* Done */);
          break;
        case 3 /* Chunk */:
          at = this.takeBody(piece, at, 4 /* ChunkEnd */);
          break;
        case 2 /* ChunkSize */:
          at = this.takePlainSize(piece, at) || this.takeLine(piece, at);
          break;
        case 4 /* ChunkEnd */:
          if (this.line === "" && piece[at] === 13 && piece[at + 1] === 10) {
            this.part = 2 /* ChunkSize */;
            at += 2;
            break;
          }
          at = this.takeLine(piece, at);
          break;
        case 5 /* Trailers */:
          at = this.takeLine(piece, at);
          break;
        case 6 /* UntilClose */:
          this.left = piece.length - at;
          at = this.takeBody(piece, at, 6 /* UntilClose */);
          break;
        case 7 /* Done */:
          return true;
      }
    }
    return false;
  }
  /** The other side has closed. Throws a BadAnswer unless that is how this answer ends. */
  end() {
    if (this.part === 6 /* UntilClose */) this.part = 7 /* Done */;
    if (!this.done) {
      throw new BadAnswer(`it closed the connection ${this.untouched ? "without an" : "within its"} answer`);
    }
  }
  takeHead(piece, at) {
    const { pending } = this;
    const before2 = pending ? pending.length : 0;
    pending?.add(piece, at, piece.length, MAX_HEAD + piece.length);
    const joined = pending ? pending.taken : piece;
    const start = pending ? 0 : at;
    const end = joined.indexOf(END_OF_HEAD, Math.max(start, before2 - 3));
    this.countHead((end < 0 ? joined.length : end + 4) - start - before2);
    if (end < 0) {
      if (joined.length - start >= 5 && joined.toString("latin1", start, start + 5) !== "HTTP/") {
        throw new BadAnswer("it answered something that is not HTTP/1.1");
      }
      if (!pending) (this.pending = new Bytes()).add(piece, at, piece.length, MAX_HEAD);
      return piece.length;
    }
    this.pending = void 0;
    const head2 = readHead(joined.toString("latin1", start, end));
    if (head2) this.beginBody(head2);
    return piece.length - (joined.length - end - 4);
  }
  countHead(bytes) {
    this.headBytes += bytes;
    if (this.headBytes > MAX_HEAD) throw new BadAnswer(`the head of its answer is larger than ${MAX_HEAD} bytes`);
  }
  beginBody(head2) {
    if (this.body) this.hold(head2.head.length);
    this.head = head2;
    this.keepAlive = head2.keepAlive;
    this.part = this.framing(head2);
  }
  /** How the end of the body is known (RFC 9112, section 6.3). */
  framing({ status, contentLength, transferEncoding, isCurrent }) {
    if (transferEncoding !== void 0) {
      if (contentLength !== void 0) throw new BadAnswer("its answer has both content-length and transfer-encoding");
      if (!isCurrent || transferEncoding.toLowerCase() !== "chunked") {
        throw new BadAnswer(`its answer has transfer-encoding ${transferEncoding}`);
      }
    }
    if (status === 204 || status === 304) return 7 /* Done */;
    if (transferEncoding !== void 0) return 2 /* ChunkSize */;
    if (contentLength === void 0) {
      if (this.secure) throw new BadAnswer("its answer has no length and no chunks: by TLS, nobody can tell its end");
      this.keepAlive = false;
      return 6 /* UntilClose */;
    }
    this.left = Number(contentLength);
    if (this.left > this.limit) throw this.tooLarge();
    return this.left === 0 ? 7 /* Done */ : 1 /* Sized */;
  }
  takeBody(piece, at, next) {
    const bytes = Math.min(this.left, piece.length - at);
    this.bodyBytes += bytes;
    if (this.bodyBytes > this.limit) throw this.tooLarge();
    if (this.body) {
      const all = this.part === 1 /* Sized */ ? this.bodyBytes - bytes + this.left : this.limit;
      const soon = this.bodyBytes - bytes + Math.min(this.left, Math.max(bytes, AHEAD));
      this.hold(this.body.add(piece, at, at + bytes, all, soon));
    }
    this.left -= bytes;
    if (this.left === 0) this.part = next;
    return at + bytes;
  }
  /**
   * The end of a chunk's size that stands in one piece and says nothing else; 0 where it is no such one. Nearly all
   * are; read as any other line they would take twenty times as long, and an answer in chunks of one byte a second
   * for each megabyte.
   */
  takePlainSize(piece, at) {
    if (this.line !== "") return 0;
    let size = 0;
    let end = at;
    for (let digit = HEXADECIMAL[piece[end]]; digit >= 0 && end < at + 12; digit = HEXADECIMAL[piece[end]]) {
      size = size * 16 + digit;
      end++;
    }
    if (end === at || piece[end] !== 13 || piece[end + 1] !== 10) return 0;
    this.beginChunk(size);
    return end + 2;
  }
  takeLine(piece, at) {
    const feed = piece.indexOf(10, at);
    const end = feed < 0 ? piece.length : feed + 1;
    if (this.line.length + end - at > MAX_LINE) {
      throw new BadAnswer(`its answer has a line of more than ${MAX_LINE} bytes between chunks`);
    }
    const line = this.line + piece.toString("latin1", at, end);
    this.line = feed < 0 ? line : "";
    if (feed < 0) return end;
    if (!line.endsWith("\r\n") || MISLEADING.test(line)) {
      throw new BadAnswer("a line between the chunks of its answer holds a control character");
    }
    this.readLine(line.slice(0, -2));
    return end;
  }
  readLine(line) {
    if (this.part === 4 /* ChunkEnd */) {
      if (line !== "") throw new BadAnswer("a chunk of its answer is longer than it said");
      this.part = 2 /* ChunkSize */;
      return;
    }
    if (this.part === 5 /* Trailers */) {
      if (line === "") this.part = 7 /* Done */;
      else this.countHead(fieldOf(line).join("").length);
      return;
    }
    const [, size] = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line) ?? [];
    if (size === void 0) throw new BadAnswer("a chunk of its answer has no proper size");
    this.beginChunk(parseInt(size, 16));
  }
  beginChunk(size) {
    this.left = size;
    if (this.bodyBytes + this.left > this.limit) throw this.tooLarge();
    this.part = this.left === 0 ? 5 /* Trailers */ : 3 /* Chunk */;
  }
  tooLarge() {
    return new BadAnswer(`its answer is larger than ${this.limit} bytes`);
  }
};

// runtime/root/connection.ts
var Failure = class {
  /** @param reason for people, said of the leaf: `it refused the connection` */
  constructor(kind, reason) {
    this.kind = kind;
    this.reason = reason;
  }
  kind;
  reason;
};
var READ_BUFFER = Buffer.allocUnsafeSlow(65536);
var Connection = class {
  /**
   * @param onIdle told when it can take another request
   * @param onClose told when it is gone
   */
  constructor(host, port, opening, onIdle, onClose) {
    this.opening = opening;
    this.onIdle = onIdle;
    this.onClose = onClose;
    const callback = (bytes, buffer) => this.read(buffer.subarray(0, bytes));
    const onread = { buffer: READ_BUFFER, callback };
    const { secure, timeout } = opening;
    this.socket = secure?.connect({ host, port, onread, ALPNProtocols: ["http/1.1"] }) ?? connect({ host, port, noDelay: true, onread });
    if (secure) this.socket.on("connect", () => {
      this.missing = "TLS handshake";
    });
    this.socket.on(secure ? "secureConnect" : "connect", () => this.stands());
    this.socket.on("error", (error) => this.broken(error));
    this.socket.on("end", () => this.ended());
    this.socket.on("close", () => this.fail(this.lost("the connection was closed")));
    const late = () => this.fail(new Failure("unsent", `no ${this.missing} within ${timeout} ms`));
    this.connecting = setTimeout(late, timeout);
  }
  opening;
  onIdle;
  onClose;
  /** When it became idle, in milliseconds. */
  idleSince = 0;
  socket;
  parser;
  waiter;
  connecting;
  /** What is still to stand while it is connecting. */
  missing = "connection";
  /** What waits for TLS to stand: before, who would read it has shown no certificate. */
  waiting;
  requests = 0;
  /** Sends a request, whose bytes are complete with the rest that may follow them. */
  send(request, rest, limit, waiter) {
    this.requests++;
    this.waiter = waiter;
    this.parser = new AnswerParser(limit, (bytes) => waiter.hold(bytes), this.opening.secure !== void 0);
    if (this.opening.secure && this.connecting) this.waiting = [request, rest];
    else this.write(request, rest);
  }
  /**
   * Reads the rest of the answer and keeps none of it, so that the connection can be used again. Whoever waits is
   * told of the end, or that more than so many bytes were to come.
   */
  discard(bytes) {
    if (this.connecting) return this.fail(new Failure("unsent", "it is not needed any more"));
    try {
      this.parser?.discard(bytes);
    } catch (error) {
      this.bad(error);
    }
  }
  /** Ends it; whoever waits is told nothing. */
  destroy() {
    this.waiter = void 0;
    this.stopConnectTimer();
    this.socket.destroy();
    this.onClose(this);
  }
  stands() {
    this.stopConnectTimer();
    if (!this.waiting) return;
    this.write(...this.waiting);
    this.waiting = void 0;
  }
  write(request, rest) {
    this.socket.write(request);
    if (rest) this.socket.write(rest);
  }
  stopConnectTimer() {
    clearTimeout(this.connecting);
    this.connecting = void 0;
  }
  read(piece) {
    const { parser, waiter } = this;
    if (!parser || !waiter) {
      this.destroy();
      return false;
    }
    let surplus;
    try {
      surplus = parser.push(piece);
    } catch (error) {
      this.bad(error);
      return false;
    }
    if (parser.done) this.finish(parser, waiter, parser.keepAlive && !surplus && this.socket.writableLength === 0);
    return !this.socket.destroyed;
  }
  ended() {
    const { parser, waiter } = this;
    if (!parser || !waiter) return this.destroy();
    if (this.connecting) return this.fail(new Failure("unsent", `no ${this.missing}: it closed the connection`));
    try {
      parser.end();
    } catch (error) {
      return this.fail(this.lost(error.message));
    }
    this.finish(parser, waiter, false);
  }
  finish(parser, waiter, keep) {
    this.parser = this.waiter = void 0;
    if (keep) this.onIdle(this);
    else this.destroy();
    waiter.onAnswer(parser.answer);
  }
  /** Whatever is thrown over an answer, also for want of memory, ends this answer only. */
  bad(error) {
    const { message } = error;
    const reason = error instanceof BadAnswer ? message : `its answer cannot be read: ${message}`;
    this.fail(new Failure(error instanceof NoRoom ? "unheld" : "bad", reason));
  }
  broken({ code, message }) {
    const reason = code ?? message;
    const flaw = this.opening.secure?.flaw(code);
    if (!this.connecting) return this.fail(this.lost(flaw ?? `the connection broke: ${reason}`));
    this.fail(flaw ? new Failure("untrusted", flaw) : new Failure("unsent", `no ${this.missing}: ${reason}`));
  }
  /** A connection that stood has ended. */
  lost(reason) {
    return new Failure(this.requests > 1 && this.parser?.untouched ? "stale" : "lost", reason);
  }
  fail(failure) {
    const { waiter } = this;
    this.destroy();
    waiter?.onFailure(failure);
  }
};

// runtime/root/call.ts
var MAX_SENT = 3;
var MAX_UNTRUSTED = 2;
var LINGER = { time: 500, bytes: 65536 };
var Call = class {
  constructor(leaf, request, terms, waiter) {
    this.leaf = leaf;
    this.request = request;
    this.terms = terms;
    this.waiter = waiter;
  }
  leaf;
  request;
  terms;
  waiter;
  retries = 0;
  hedged = false;
  /** Bytes of memory that are held for its answer. */
  held = 0;
  tried = [];
  open = /* @__PURE__ */ new Set();
  sent = 0;
  untrusted = 0;
  over = false;
  /** Asks the first replica. */
  begin() {
    if (this.leaf.wasLookedUp) this.ask();
    else void this.leaf.firstLookup.then(() => this.over || this.terms.guard(() => this.ask()));
  }
  /** Asks another replica too, if there is one; the first answer counts. */
  hedge() {
    if (this.over || !this.request.safe || this.open.size === 0) return;
    const replica = this.leaf.forHedge(this.tried, performance.now());
    if (!replica) return;
    this.hedged = true;
    this.attempt(replica);
  }
  /** Ends it: nothing is told of it any more. */
  end(reason) {
    this.over = true;
    const open = [...this.open];
    this.open.clear();
    for (const attempt of open) {
      if (reason === "needless") attempt.leave();
      else attempt.cancel();
      if (reason === "late") attempt.replica.shun(performance.now());
    }
  }
  ask() {
    const replica = this.leaf.next(this.tried, performance.now());
    if (replica) this.attempt(replica);
    else this.settle(new Failure("unsent", "no address of it is known"));
  }
  /** Over a connection that was idle only at the first time: what broke one may have broken the others. */
  attempt(replica) {
    const connection = replica.take(this.tried.includes(replica));
    this.tried.push(replica);
    this.open.add(
      new Attempt(connection, replica, this.request, this.terms, (attempt, outcome) => {
        this.onOutcome(attempt, outcome);
      })
    );
  }
  onOutcome(attempt, outcome) {
    this.open.delete(attempt);
    if (!(outcome instanceof Failure)) {
      this.held = attempt.held;
      return this.settle(outcome);
    }
    const { kind } = outcome;
    const unsent = kind === "unsent" || kind === "untrusted";
    if (unsent || kind === "lost") attempt.replica.shun(performance.now());
    if (kind === "untrusted") this.untrusted++;
    if (!unsent) this.sent++;
    if (this.open.size > 0) return;
    const again = kind !== "bad" && kind !== "unheld" && this.sent < MAX_SENT && this.untrusted < MAX_UNTRUSTED && (this.request.idempotent || unsent);
    if (!again) return this.settle(outcome);
    const replica = kind === "stale" ? attempt.replica : this.leaf.next(this.tried, performance.now());
    if (!replica) return this.settle(outcome);
    this.retries++;
    this.attempt(replica);
  }
  settle(outcome) {
    this.end("needless");
    this.waiter.onOutcome(outcome);
  }
};
var Attempt = class {
  constructor(connection, replica, { bytes, body }, terms, done) {
    this.connection = connection;
    this.replica = replica;
    this.terms = terms;
    this.done = done;
    replica.outstanding++;
    connection.send(bytes, body, terms.maxAnswerSize, this);
  }
  connection;
  replica;
  terms;
  done;
  /** Bytes of memory that are held for its answer. */
  held = 0;
  /** Set when nobody waits for its answer any more. */
  lingering;
  onAnswer(answer) {
    this.ended(answer);
  }
  onFailure(failure) {
    this.release();
    this.ended(failure);
  }
  hold(bytes) {
    this.terms.hold(bytes);
    this.held += bytes;
  }
  /** Ends it at once. */
  cancel() {
    this.release();
    this.replica.outstanding--;
    this.connection.destroy();
  }
  /** Its answer is not needed: if it comes soon, the connection can carry the next request, and else it is closed. */
  leave() {
    this.release();
    this.lingering = setTimeout(() => this.cancel(), LINGER.time);
    this.connection.discard(LINGER.bytes);
  }
  ended(outcome) {
    this.replica.outstanding--;
    if (this.lingering) clearTimeout(this.lingering);
    else this.terms.guard(() => this.done(this, outcome));
  }
  release() {
    this.terms.give(this.held);
    this.held = 0;
  }
};

// runtime/root/inquiry.ts
var BUSY = /* @__PURE__ */ new Set([429, 503]);
var AGAIN = { times: 3, pause: 100 };
var Inquiry = class {
  /** @param settled told when there is an outcome, once */
  constructor(leaf, index, request, terms, rules, settled) {
    this.leaf = leaf;
    this.index = index;
    this.request = request;
    this.terms = terms;
    this.rules = rules;
    this.settled = settled;
    this.call = new Call(leaf, request, terms, this);
  }
  leaf;
  index;
  request;
  terms;
  rules;
  settled;
  /** When it began, in milliseconds. */
  start = performance.now();
  /** What came of it; undefined while it is open, and when it ended without an outcome. */
  outcome;
  /** Of a leaf that answered with a status that does not count. */
  refused;
  /** Whether its own time was up. */
  isLate = false;
  /** How often the leaf was asked again because it had said when. */
  repeats = 0;
  call;
  earlierRetries = 0;
  earlierHedged = false;
  isTrial = false;
  timer;
  pause;
  get retries() {
    return this.earlierRetries + this.call.retries;
  }
  get hedged() {
    return this.earlierHedged || this.call.hedged;
  }
  /** Asks the leaf. */
  begin() {
    const { leaf: { circuit, timeout }, terms: { guard } } = this;
    if (circuit) {
      const admitted = circuit.admit(this.start);
      if (admitted === "skip") return this.tell(this.failure(circuit.reason));
      this.isTrial = admitted === "trial";
    }
    if (timeout !== void 0) this.timer = setTimeout(() => guard(() => this.expire(timeout)), timeout);
    this.call.begin();
  }
  /** Asks another replica too, if there is one. */
  hedge() {
    this.call.hedge();
  }
  /** Ends it, if it is open: nothing is told of it any more. */
  end(reason) {
    if (this.outcome) return;
    this.call.end(reason);
    if (reason === "late") this.count("late", false);
    else this.count("cancelled");
  }
  onOutcome(outcome) {
    if (outcome instanceof Failure) {
      const { kind, reason } = outcome;
      return this.settle(this.failure(reason), "failure", kind === "unheld" ? void 0 : false);
    }
    if (this.terms.accepts(outcome.status)) this.judge(outcome);
    else this.refuse(outcome);
  }
  /** As a failure, in words for people. */
  failure(reason) {
    return { leaf: this.index, name: this.leaf.name, reason };
  }
  /** Its status counts: its body may still be none that does. */
  judge(raw) {
    const { rules: { gatherer }, terms } = this;
    const answer = new Answer(this.index, raw);
    let flaw;
    try {
      if (gatherer.makes !== "nothing") answer.open(terms);
      if (gatherer.makes === "json") flaw = gatherer.refusal(answer.body);
    } catch (error) {
      if (!(error instanceof BadAnswer)) throw error;
      if (error instanceof NoRoom) return this.settle(this.failure(error.message), "failure");
      flaw = error.message;
    }
    if (flaw === void 0) this.settle(answer, "answer", true);
    else this.settle(this.failure(flaw), "failure", false);
  }
  /** Its status does not count. */
  refuse({ status, head: head2 }) {
    const wait = this.patience({ status, head: head2 });
    if (wait !== void 0) return this.askAfter(wait);
    this.refused = { status, head: head2 };
    this.settle(this.failure(`it answered ${status}`), "failure", status >= 500 ? false : void 0);
  }
  /** How long to wait before the leaf is asked again; undefined where it is not. */
  patience({ status, head: head2 }) {
    if (!BUSY.has(status) || !this.request.safe || this.repeats === AGAIN.times) return void 0;
    const asked = retryAfter({ head: head2 }, Date.now());
    if (asked === void 0) return void 0;
    const wait = Math.max(AGAIN.pause, asked);
    const left = this.start + (this.leaf.timeout ?? this.rules.timeout) - performance.now();
    return wait < left ? wait : void 0;
  }
  askAfter(wait) {
    const { leaf, request, terms, call } = this;
    terms.give(call.held);
    this.pause = setTimeout(() => terms.guard(() => {
      this.repeats++;
      this.earlierRetries += call.retries;
      this.earlierHedged ||= call.hedged;
      this.call = new Call(leaf, request, terms, this);
      this.call.begin();
    }), wait);
  }
  expire(timeout) {
    this.isLate = true;
    this.call.end("late");
    this.settle(this.failure(`no answer within ${timeout} ms`), "late", false);
  }
  /** @param works whether it tells that the leaf works, or that it does not; undefined where it tells neither */
  settle(outcome, counted, works) {
    this.count(counted, works);
    this.tell(outcome);
  }
  count(counted, works) {
    clearTimeout(this.timer);
    clearTimeout(this.pause);
    this.leaf.counts.settled(this, counted);
    this.leaf.circuit?.settle(works, this.isTrial, performance.now());
  }
  tell(outcome) {
    this.outcome = outcome;
    this.settled(this);
  }
};

// runtime/root/scatter.ts
var Scatter = class {
  /** @param done told what came of it, once, unless it is cancelled */
  constructor(rules, asked, terms, done) {
    this.rules = rules;
    this.terms = terms;
    this.done = done;
    const settled = (inquiry) => this.onSettled(inquiry);
    this.minimum = Math.min(rules.minResponses, asked.length);
    this.inquiries = asked.map(({ leaf, request }) => new Inquiry(rules.leaves[leaf], leaf, request, terms, rules, settled));
  }
  rules;
  terms;
  done;
  inquiries;
  /** Of leaves that are not asked nobody waits for an answer. */
  minimum;
  answered = 0;
  /** Without an answer, and without a fallback. */
  lost = 0;
  settled = 0;
  over = false;
  deadline;
  hedging;
  /** Asks the leaves. */
  begin() {
    const { rules: { timeout, hedgeAfter }, terms: { guard } } = this;
    if (this.inquiries.length === 0) return this.finish("needless");
    this.deadline = setTimeout(() => guard(() => this.finish("late")), timeout);
    if (hedgeAfter !== void 0) this.hedging = setTimeout(() => guard(() => this.hedge()), hedgeAfter);
    for (const inquiry of this.inquiries) if (!this.over) inquiry.begin();
  }
  /** Nobody waits for it any more. */
  cancel() {
    this.stop("gone");
  }
  hedge() {
    for (const inquiry of this.inquiries) inquiry.hedge();
  }
  onSettled({ outcome, leaf }) {
    const { inquiries, minimum, rules: { gatherer } } = this;
    const counts = outcome instanceof Answer;
    this.settled++;
    if (counts) this.answered++;
    else if (!leaf.fallback) this.lost++;
    const enough = gatherer.makes === "nothing" && this.answered > 0;
    if (enough || this.settled === inquiries.length || !counts && leaf.required || // with too few left to reach the minimum, waiting for them helps nobody, unless all say one thing
    inquiries.length - this.lost < minimum && !this.refused(inquiries.filter((each) => each.outcome))) this.finish("needless");
  }
  finish(end) {
    if (this.over) return;
    this.stop(end);
    const { inquiries, rules: { timeout, gatherer } } = this;
    const reason = end === "late" ? `no answer within ${timeout} ms` : "not waited for";
    const answers = [];
    const failures = [];
    let missing;
    for (const inquiry of inquiries) {
      const { leaf, outcome = inquiry.failure(reason) } = inquiry;
      if (outcome instanceof Answer) {
        answers.push(outcome);
        continue;
      }
      failures.push(outcome);
      if (leaf.required) missing ??= inquiry;
      if (leaf.fallback && (gatherer.makes !== "nothing" || this.answered + answers.length === 0)) {
        answers.push(leaf.fallback.standIn(inquiry.index));
      }
    }
    const isLate = (inquiry) => inquiry.isLate || end === "late" && !inquiry.outcome;
    this.done({
      asked: inquiries.length,
      minimum: this.minimum,
      answers,
      failures,
      late: missing ? isLate(missing) : inquiries.some(isLate),
      missing: missing && failures.find(({ leaf }) => leaf === missing.index),
      refused: this.refused(inquiries)
    });
  }
  /** The answers of these leaves, where they have one status, which is an error's and does not count. */
  refused(inquiries) {
    const status = inquiries[0]?.refused?.status;
    if (status === void 0 || status < 400) return void 0;
    if (inquiries.some(({ refused }) => refused?.status !== status)) return void 0;
    return inquiries.map(({ refused }) => refused);
  }
  stop(reason) {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.deadline);
    clearTimeout(this.hedging);
    if (this.settled === this.inquiries.length) return;
    for (const inquiry of this.inquiries) inquiry.end(reason);
  }
};

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
  return raw.includes("%") ? raw.replace(ESCAPES, decoded2) : raw;
}
var KEPT = "2f|3f|23|25|5c|[01][0-9a-f]|7f";
var ESCAPES = new RegExp(`((?:%(?!${KEPT})[0-9a-f]{2})+)|%[0-9a-f]{2}|%`, "gi");
function decoded2(escape, ordinary) {
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

// runtime/shared/is-encoded.ts
var DECODERS2 = {
  "gzip": ["gunzipSync", "Z_SYNC_FLUSH"],
  "x-gzip": ["gunzipSync", "Z_SYNC_FLUSH"],
  "deflate": ["inflateSync", "Z_SYNC_FLUSH"],
  "br": ["brotliDecompressSync", "BROTLI_OPERATION_FLUSH"],
  "zstd": ["zstdDecompressSync", "ZSTD_e_flush"]
};
var ENOUGH = 64;
async function isEncoded(encoding, start, whole) {
  const coding = encoding.slice(encoding.lastIndexOf(",") + 1).trim().toLowerCase();
  if (!Object.hasOwn(DECODERS2, coding)) return true;
  const [decoder2, flush] = DECODERS2[coding];
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
function shown(value) {
  const isPlain2 = value === null || typeof value !== "object" && typeof value !== "function";
  return isPlain2 ? String(value) : `a value of type ${typeof value}`;
}
function nameOf2(value) {
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
  const name = nameOf2(value);
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
function sendHead(res, response, stream, decoded3, extra) {
  res.strictContentLength = true;
  try {
    const headers = [...headersOf2(response, decoded3), ...extra];
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
function headersOf2({ status, headers: all }, decoded3) {
  const headers = [];
  all.forEach((value, name) => {
    const stale = name === "content-length" ? decoded3 || status === 204 : decoded3 && name === "content-encoding";
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
var LINGER2 = { time: 2e3, bytes: 16 * 1024 * 1024 };
function sendProblemAndClose(res, problem) {
  const body = problemBody(problem);
  res.shouldKeepAlive = false;
  res.writeHead(problem.status, problemHeaders(body, problem.headers)).write(body);
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, LINGER2.time);
  let left = LINGER2.bytes;
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
  const timer = setTimeout(() => socket.destroy(), LINGER2.time);
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

// runtime/root/exchange.ts
var RESPONSES = "x-gather-responses";
var FALLBACKS = "x-gather-fallbacks";
var OWN = /* @__PURE__ */ new Set([RESPONSES, FALLBACKS]);
var ANSWERS = { tooLarge: 502, called: "answers take", plural: "answers" };
var REQUESTS = { tooLarge: 500, called: "requests to the leaves take", plural: "requests" };
var SCATTER = "scatter function";
var RootExchange = class extends Exchange {
  scatter;
  responses = [];
  begin() {
    const { rules: { gatherer }, scatterer } = this.options;
    const request = scatterer || gatherer.makes === "value" ? requestOf(this.req) : void 0;
    return (body) => this.ask(body, request && this.withBody(request, body));
  }
  abandon() {
    this.scatter?.cancel();
  }
  get answerHeaders() {
    return this.responses;
  }
  ask(body, request) {
    const { options: { config: { maxAnswerSize }, rules, accepts }, account } = this;
    const { headers } = this.req;
    const first = rules.gatherer.makes === "nothing";
    const asked = this.asked(body, request);
    if (!asked) return;
    this.scatter = new Scatter(rules, asked, {
      maxAnswerSize,
      accepts: (status) => accepts(status) || first && answersCondition(status, headers),
      hold: (bytes) => {
        if (!account.take(bytes)) throw new NoRoom("the root holds too many answers already");
      },
      give: (bytes) => account.give(bytes),
      guard: (step) => this.guard(step)
    }, (gathered) => this.gather(gathered, request));
    this.scatter.begin();
  }
  /** Which leaves are asked, and for what; undefined where the client has been told why none is. */
  asked(body, request) {
    const { config: { maxBodySize }, rules: { leaves, gatherer }, scatterer, forms, trusts } = this.options;
    const id = String(this.req.headers["x-request-id"] || randomUUID());
    const outgoing = new Outgoing(this.req, { id, trusts, whole: gatherer.makes !== "nothing" });
    if (!scatterer) {
      const requests = outgoing.inForms(forms, body);
      return leaves.map(({ form }, leaf) => ({ leaf, request: requests[form] }));
    }
    try {
      const hold = (bytes) => this.hold(bytes, REQUESTS);
      return scatterer.asked({ shape: request, outgoing, body }, { maxBodySize, hold });
    } catch (error) {
      if (error instanceof Problem) throw error;
      this.fail(error, SCATTER);
      return void 0;
    }
  }
  /**
   * All that happens after the request has been sent starts here: none of it may reach the process, which has other
   * requests to answer.
   */
  guard(step) {
    try {
      step();
    } catch (error) {
      this.scatter?.cancel();
      if (this.res.headersSent) this.res.destroy();
      else this.refuse(error);
    }
  }
  gather(gathered, request) {
    const { rules: { gatherer, leaves } } = this.options;
    const { answers, asked, minimum, missing } = gathered;
    const standIns = answers.filter(({ fallback }) => fallback);
    this.scatter = void 0;
    this.responses = [RESPONSES, `${answers.length - standIns.length}/${asked}`];
    const none = gatherer.makes === "nothing" && answers.length === 0;
    if (none || missing || answers.length < minimum) return this.tooFew(gathered);
    if (standIns.length > 0) {
      this.responses = [...this.responses, FALLBACKS, standIns.map(({ leaf }) => leaves[leaf].name).join(", ")];
    }
    switch (gatherer.makes) {
      case "nothing":
        return this.pass(answers[0]);
      case "json":
        return this.reply(gatherer.gather(answers, {
          hold: (bytes) => this.hold(bytes, ANSWERS),
          give: (bytes) => this.account.give(bytes)
        }));
      case "value":
        return this.callFunction(gatherer, answers, request);
    }
  }
  /** Values take several times the memory of their texts: they are made when all answers are there. */
  callFunction(gatherer, answers, request) {
    const size = answers.reduce((sum, { body }) => sum + body.valueSize, 0);
    this.hold(size, ANSWERS);
    this.call(() => {
      const result = gatherer.gather(answers, request);
      if (typeof result?.then !== "function") this.account.give(size);
      return result;
    });
  }
  /** Too few leaves have answered: says of each of the others why. */
  tooFew(gathered) {
    const { metrics, log } = this.options;
    const { failures, late, refused } = gathered;
    const status = refused?.[0].status ?? (late ? 504 : 502);
    if (status >= 500) {
      metrics.errors.inc("leaves");
      const fields = requestFields(this.req.method, this.req.url, this.req.headers);
      log.warn("too few leaves have answered", { ...fields, failures });
    }
    const headers = refused ? [...agreedHeaders(refused), ...this.responses] : this.responses;
    this.refuse(new Problem(status, reasonOf(gathered), headers, { leaves: failures }));
  }
  /** Answers with JSON. */
  reply(text) {
    this.options.drain.mark(this.res);
    const headers = ["content-type", "application/json", "content-length", String(text.length), ...this.responses];
    this.res.writeHead(200, headers).end(text);
  }
  /** Passes on the answer of a leaf as it came. */
  pass({ raw }) {
    const { status, bytes } = raw;
    const fields = fieldsOf(raw);
    this.options.drain.mark(this.res);
    const headers = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i];
      if (!HOP_BY_HOP.has(name) && name !== "content-length" && !OWN.has(name)) headers.push(name, fields[i + 1]);
    }
    if (status !== 204 && status !== 304) headers.push("content-length", String(bytes.length));
    this.res.writeHead(status, [...headers, ...this.responses]).end(bytes);
  }
};
function reasonOf({ answers, asked, minimum, missing, refused }) {
  if (refused) return `${asked === 1 ? "the leaf" : `all ${asked} leaves`} answered ${refused[0].status}`;
  if (asked === 0) return "no leaf was asked";
  const standIns = answers.filter(({ fallback }) => fallback).length;
  const answered = `${answers.length - standIns} of ${asked} leaves answered`;
  if (missing) return `${answered}, and not ${missing.name}, which must`;
  return `${answered}, ${standIns > 0 ? `${standIns} have a fallback, ` : ""}and ${minimum} must`;
}

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

// runtime/root/form.ts
var IDENTITY = "accept-encoding: identity\r\n";
var UNSENDABLE = /[\0-\x1f\x7f\ufffd]/;
var Forms = class {
  constructor(env) {
    this.env = env;
  }
  env;
  keys = [];
  known = [];
  /** In the order of the numbers that `of` returns. */
  get all() {
    return this.known;
  }
  /** The number of the form for a way. Throws a StartError where it needs a variable that is not as it should be. */
  of({ host, basePath, headers, only, without } = {}) {
    const key = JSON.stringify([host, basePath, headers, only, without]);
    const at = this.keys.indexOf(key);
    if (at >= 0) return at;
    this.known.push(this.form({ host, basePath, headers, only, without }));
    return this.keys.push(key) - 1;
  }
  form({ host, basePath = "", headers = [], only, without = [] }) {
    const own2 = new Set(headers.map(({ name }) => name));
    const left = /* @__PURE__ */ new Set([...own2, ...without]);
    const right = only && new Set(only);
    const passes = (name) => !left.has(name) && (!right || right.has(name) || name.startsWith("content-"));
    return {
      host,
      basePath,
      own: own2,
      lines: headers.map((header) => `${header.name}: ${valueOf2(header, this.env)}\r
`).join("") + (own2.has("accept-encoding") ? "" : IDENTITY),
      passes: left.size > 0 || right ? passes : void 0
    };
  }
};
function valueOf2({ text, secret }, env) {
  if (secret === void 0) return text;
  const value = env[secret]?.replace(/\r?\n$/, "");
  if (value === void 0) {
    throw new StartError(`the environment variable ${secret} is missing: it has the value of a header`);
  }
  if (UNSENDABLE.test(value)) {
    throw new StartError(`the environment variable ${secret} has a line break, a control character or a byte that is no UTF-8: the value of a header can have none`);
  }
  return text + Buffer.from(value).toString("latin1");
}

// runtime/root/merge.ts
var COMMA2 = Buffer.from(",");
function mergedText(objects, memory) {
  if (objects.length === 0) return Buffer.from("{}");
  let held = 0;
  const hold = (bytes) => {
    memory.hold(bytes);
    held += bytes;
  };
  const [merged, ...others] = objects.map((object) => membersOf(object, { hold }));
  for (const other of others) mergeInto(merged, other);
  memory.give(held);
  const room = objects.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return written(merged, Buffer.allocUnsafe(room));
}
function mergeInto(target, source) {
  const pairs = [[target, source]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [into, from] = pair;
    for (const [name, value] of from) {
      const known = into.get(name);
      if (known === void 0) {
        into.set(name, value);
      } else if (value instanceof Map) {
        if (known instanceof Map) pairs.push([known, value]);
        else if (!Array.isArray(known) && isObject(known)) into.set(name, value);
      } else if (isArray(value)) {
        if (Array.isArray(known)) known.push(value);
        else if (!(known instanceof Map) && isArray(known)) into.set(name, [known, value]);
      }
    }
  }
}
function written(merged, room) {
  let at = 0;
  const write = (text) => {
    at += room.write(text, at, "latin1");
  };
  const copy = ({ bytes, start, end }) => {
    at += bytes.copy(room, at, start, end);
  };
  const open = [merged.entries()];
  let separator = "";
  write("{");
  for (let object = open.at(-1); object; object = open.at(-1)) {
    const { done, value: member } = object.next();
    if (done) {
      open.pop();
      write("}");
      separator = ",";
      continue;
    }
    const [name, value] = member;
    write(`${separator}${name}:`);
    separator = ",";
    if (value instanceof Map) {
      write("{");
      open.push(value.entries());
      separator = "";
    } else if (Array.isArray(value)) {
      at += appended(value).copy(room, at);
    } else {
      copy(value);
    }
  }
  return room.subarray(0, at);
}
function appended(arrays) {
  const parts = [Buffer.from("[")];
  for (const elements of arrays.map(elementsOf)) {
    if (elements.length === 0) continue;
    if (parts.length > 1) parts.push(COMMA2);
    parts.push(elements);
  }
  return Buffer.concat([...parts, Buffer.from("]")]);
}

// runtime/root/gathers.ts
function gathererOf(kind, userFunction) {
  switch (kind) {
    case "concat":
      return {
        makes: "json",
        refusal: ({ json }) => json && isArray(json) ? void 0 : "its body is no JSON array",
        gather: (answers) => appended(answers.map(({ body }) => body.json))
      };
    case "merge":
      return {
        makes: "json",
        refusal: ({ json }) => json && isObject(json) ? void 0 : "its body is no JSON object",
        gather: (answers, memory) => mergedText(answers.map(({ body }) => body.json), memory)
      };
    case "first":
      return { makes: "nothing" };
    case "all":
      return {
        makes: "json",
        refusal: ({ isEmpty, isText }) => isEmpty || isText ? void 0 : "its body is neither JSON nor text",
        gather: listed2
      };
    case "function":
      return {
        makes: "value",
        gather: (answers, request) => userFunction(answers.map(shown2), request)
      };
  }
}
function shown2({ leaf, status, headers, body, fallback }) {
  return { leaf, status, headers, body: body.value, get text() {
    return body.text;
  }, fallback };
}
function listed2(answers, memory) {
  const parts = [Buffer.from("[")];
  let end = "";
  for (const { leaf, status, body, fallback } of answers) {
    parts.push(Buffer.from(`${end && `${end},`}{"leaf":${leaf},"status":${status},"body":`));
    parts.push(jsonOf(body, memory));
    end = fallback ? ',"fallback":true}' : "}";
  }
  return Buffer.concat([...parts, Buffer.from(`${end}]`)]);
}
function jsonOf(body, memory) {
  const { json } = body;
  if (json) return json.bytes.subarray(json.start, json.end);
  const quoted = Buffer.from(JSON.stringify(body.text ?? null));
  memory.hold(quoted.length);
  return quoted;
}

// runtime/root/fallback.ts
var TYPE = "application/json";
var Fallback = class {
  bytes;
  body;
  /** @param text of JSON */
  constructor(text) {
    this.bytes = Buffer.from(text);
    this.body = new LateBody(this.bytes, TYPE);
  }
  /** As the answer of a leaf. */
  standIn(leaf) {
    const head2 = `HTTP/1.1 200 OK\r
content-type: ${TYPE}`;
    const answer = new Answer(leaf, { status: 200, head: head2, contentType: TYPE, bytes: this.bytes }, true);
    answer.body = this.body;
    return answer;
  }
};

// runtime/root/replica.ts
var SHUNNED = 2e3;
var KEEP_ALIVE = 4e3;
var CONNECT_TIMEOUT = 500;
var Replica = class {
  constructor(host, port, { timeout = CONNECT_TIMEOUT, secure, keepAlive = KEEP_ALIVE }) {
    this.host = host;
    this.port = port;
    this.opening = { timeout, secure };
    this.keepAlive = keepAlive;
  }
  host;
  port;
  /** Requests that wait for their answer. */
  outstanding = 0;
  idle = [];
  shunnedUntil = 0;
  retired = false;
  opening;
  keepAlive;
  /** A connection to send one request over: the one that was used last, unless a fresh one is asked for. */
  take(fresh) {
    const known = fresh ? void 0 : this.usedLast(performance.now());
    return known ?? new Connection(
      this.host,
      this.port,
      this.opening,
      (connection) => this.keep(connection),
      (connection) => this.drop(connection)
    );
  }
  /** Leaves it alone for a while. */
  shun(now) {
    this.shunnedUntil = now + SHUNNED;
  }
  isShunned(now) {
    return now < this.shunnedUntil;
  }
  /** Closes connections that were idle for too long. */
  sweep(now) {
    for (const connection of this.idle.filter((each) => this.isOld(each, now))) connection.destroy();
  }
  /** The address is gone: what is under way may end, and its connection with it. */
  retire() {
    this.retired = true;
    for (const connection of [...this.idle]) connection.destroy();
  }
  /** The idle connection that was used last; where even that is too old, the other side may be closing it now. */
  usedLast(now) {
    const last = this.idle.at(-1);
    if (last && this.isOld(last, now)) this.sweep(now);
    return this.idle.pop();
  }
  isOld({ idleSince }, now) {
    return now - idleSince > this.keepAlive;
  }
  keep(connection) {
    if (this.retired || this.keepAlive === 0) return connection.destroy();
    connection.idleSince = performance.now();
    this.idle.push(connection);
  }
  drop(connection) {
    const at = this.idle.lastIndexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }
};

// runtime/root/leaf.ts
var REFRESH = 5e3;
var SERVICE_TRIES = 3;
var Leaf = class {
  constructor(config, lookup, counts, way = { form: 0 }, circuit) {
    this.config = config;
    this.lookup = lookup;
    this.counts = counts;
    this.way = way;
    this.circuit = circuit;
    if (config.fallback !== void 0) this.fallback = new Fallback(config.fallback);
    this.firstLookup = this.refresh(performance.now());
  }
  config;
  lookup;
  counts;
  way;
  circuit;
  /** Resolves when its names have been asked for once, whatever came of it. */
  firstLookup;
  /** Whether its names have been asked for once. */
  wasLookedUp = false;
  /** What stands in for its answer, where it gives none. */
  fallback;
  pods = [];
  service = [];
  askedAt = -Infinity;
  asking = false;
  turn = 0;
  get name() {
    return this.config.name;
  }
  /** How long it may take, in milliseconds, where it has a time of its own. */
  get timeout() {
    return this.config.timeout;
  }
  /** Whether there is no answer without its own. */
  get required() {
    return this.config.required ?? false;
  }
  /** The number of the form in which requests are written for it. */
  get form() {
    return this.way.form;
  }
  /**
   * The replica to ask next: of the pods the one with the fewest open requests, and when all of them have
   * been tried, or DNS knows none yet, the Service's address, which is never as old as a DNS answer.
   * Undefined when nothing is left.
   *
   * @param tried those that were asked already
   */
  next(tried, now) {
    if (tried.length === 0) this.turn++;
    const untried = this.pods.filter((pod) => !tried.includes(pod));
    const [service] = this.service;
    return this.least(untried.filter((pod) => !pod.isShunned(now))) ?? (service && tried.filter((each) => each === service).length < SERVICE_TRIES ? service : this.least(untried));
  }
  /**
   * The replica for a second request while the first is still open: another pod, or, where DNS knows none, a
   * connection that may lead to one.
   */
  forHedge(tried, now) {
    return this.pods.every((pod) => tried.includes(pod)) && this.pods.length > 0 ? void 0 : this.next(tried, now);
  }
  /** To be called twice a second or so: closes what is idle, asks for names again. */
  tick(now) {
    for (const replica of [...this.pods, ...this.service]) replica.sweep(now);
    if (now - this.askedAt >= REFRESH) void this.refresh(now);
  }
  least(replicas) {
    let best;
    for (let i = 0; i < replicas.length; i++) {
      const replica = replicas[(this.turn + i) % replicas.length];
      if (!best || replica.outstanding < best.outstanding) best = replica;
    }
    return best;
  }
  async refresh(now) {
    if (this.asking) return;
    this.asking = true;
    this.askedAt = now;
    const { host, podsHost, port, podsPort = port } = this.config;
    const [pods, service] = await Promise.all([
      this.resolve(podsHost ?? host),
      podsHost === void 0 ? [] : this.resolve(host)
    ]);
    this.pods = this.renew(this.pods, pods, podsPort);
    this.counts.replicas.value = this.pods.length;
    this.service = this.renew(this.service, service, port);
    this.asking = false;
    this.wasLookedUp = true;
  }
  async resolve(name) {
    return this.lookup(name).catch(() => void 0);
  }
  /** @param addresses undefined when the name server failed: what is known stays true for now */
  renew(old, addresses, port) {
    if (!addresses) return old;
    const known = new Map(old.map((replica) => [replica.host, replica]));
    const { keepAlive, way: { connectTimeout: timeout } = {} } = this.config;
    const { secure } = this.way;
    const renewed = addresses.map((address) => known.get(address) ?? new Replica(address, port, { keepAlive, timeout, secure: secure?.address() }));
    for (const replica of old) if (!renewed.includes(replica)) replica.retire();
    return renewed;
  }
};

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
var Gauge = class extends Labelled {
  constructor(name, help, labels) {
    super(name, help, "gauge", labels);
  }
  create() {
    return { value: 0 };
  }
  lines(key, { value }) {
    return `${this.name}{${key}} ${value}
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
  reading(name, help, type, read2) {
    this.add({ render: () => head(name, help, type) + `${name} ${read2()}
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

// runtime/root/leaf-metrics.ts
var LeafMetrics = class {
  constructor(metrics) {
    this.metrics = metrics;
    this.requests = metrics.add(new Counter(
      "metaparticle_leaf_requests_total",
      "Requests to a leaf, by what came of them.",
      ["leaf", "outcome"]
    ));
    this.extra = metrics.add(new Counter(
      "metaparticle_leaf_extra_requests_total",
      "Further requests: retries and hedges to another replica, those after a Retry-After.",
      ["leaf", "kind"]
    ));
    this.duration = metrics.add(new Histogram(
      "metaparticle_leaf_request_duration_seconds",
      "From a request to a leaf to its whole answer.",
      ["leaf"]
    ));
    this.replicas = metrics.add(new Gauge(
      "metaparticle_leaf_replicas",
      "Replicas of a leaf that DNS tells of; with 0, its Service is asked.",
      ["leaf"]
    ));
  }
  metrics;
  requests;
  extra;
  duration;
  replicas;
  circuits;
  /** The counts of one leaf. */
  of(leaf) {
    const [answer, failure, late, cancelled] = ["answer", "failure", "late", "cancelled"].map((outcome) => this.requests.with(leaf, outcome));
    const [retries, hedges, repeats] = ["retry", "hedge", "retry-after"].map((kind) => this.extra.with(leaf, kind));
    return new LeafCounts(
      { answer, failure, late, cancelled },
      { retries, hedges, repeats },
      this.duration.with(leaf),
      this.replicas.with(leaf)
    );
  }
  /** Those of a leaf that may be skipped. */
  ofCircuit(leaf) {
    this.circuits ??= this.metrics.add(new Gauge(
      "metaparticle_leaf_circuit_open",
      "1 while a leaf is skipped because its last requests failed.",
      ["leaf"]
    ));
    return { open: this.circuits.with(leaf), skipped: this.requests.with(leaf, "skipped") };
  }
};
var LeafCounts = class {
  constructor(outcomes, extra, duration, replicas) {
    this.outcomes = outcomes;
    this.extra = extra;
    this.duration = duration;
    this.replicas = replicas;
  }
  outcomes;
  extra;
  duration;
  replicas;
  settled({ start, retries, hedged, repeats }, outcome) {
    this.outcomes[outcome].count++;
    if (outcome === "answer") this.duration.observe((performance.now() - start) / 1e3);
    this.extra.retries.count += retries;
    this.extra.repeats.count += repeats;
    if (hedged) this.extra.hedges.count++;
  }
};

// src/sharding/murmur-hash.ts
function murmurHash2(data) {
  const M = 1540483477;
  let hash = data.length;
  let at = 0;
  for (let left = data.length; left >= 4; left -= 4, at += 4) {
    let k = data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24;
    k = Math.imul(k, M);
    k ^= k >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const tail = data.length - at;
  if (tail === 3) hash ^= data[at + 2] << 16;
  if (tail >= 2) hash ^= data[at + 1] << 8;
  if (tail >= 1) hash = Math.imul(hash ^ data[at], M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return (hash ^ hash >>> 15) >>> 0;
}

// src/sharding/ranges.ts
var WINDOWS = 100;
var WINDOW_UNITS = 100;
var ladder = [Array.from({ length: WINDOWS }, () => [{ units: WINDOW_UNITS, shard: 0 }])];
function rangesOf(shards) {
  for (let n = ladder.length; n < shards; n++) ladder.push(withOneMore(ladder[n - 1], n));
  return ladder[shards - 1];
}
function withOneMore(before2, newcomer) {
  const windows = before2.map(() => []);
  const owned = Array.from({ length: newcomer }, () => []);
  before2.forEach((ranges, at) => ranges.forEach((old) => {
    const range = { ...old };
    windows[at].push(range);
    owned[range.shard].push({ range, window: windows[at], at });
  }));
  const total = WINDOWS * WINDOW_UNITS;
  const least = Math.floor(total / (newcomer + 1));
  let spare = total % (newcomer + 1);
  for (const places of owned) {
    const size = places.reduce((sum, { range }) => sum + range.units, 0);
    const keep = spare > 0 && size > least ? least + 1 : least;
    if (keep > least) spare--;
    giveAway(places, size - keep, newcomer);
  }
  return windows;
}
function giveAway(places, units, to) {
  const kept = [...places].sort((a, b) => b.range.units - a.range.units).filter(({ range: range2 }) => {
    if (range2.units > units) return true;
    units -= range2.units;
    range2.shard = to;
    return false;
  });
  if (units === 0) return;
  const { range, window } = kept.find((place) => cutsClean(place, units)) ?? kept[0];
  range.units -= units;
  window.splice(window.indexOf(range) + 1, 0, { units, shard: to });
}
function cutsClean({ range, window, at }, units) {
  if (range.units <= units) return false;
  const index = window.indexOf(range);
  if (index === window.length - 1) return true;
  const whole = (index === 0 ? at * WINDOW_UNITS : 0) + range.units;
  return hashes(whole - units) + hashes(units) === hashes(whole);
}
function hashes(units) {
  return Math.floor(units * 4294967295 / (WINDOWS * WINDOW_UNITS));
}

// src/sharding/owner.ts
function ownerOf(key, shards) {
  return ownerOfHash(murmurHash2(typeof key === "string" ? Buffer.from(key, "utf8") : key), shards);
}
function ownerOfHash(hash, shards) {
  const at = Math.min(Math.floor(hash / WINDOW_HASHES), WINDOWS - 1);
  const window = rangesOf(shards)[at];
  let end = 0;
  for (let index = 0; index < window.length - 1; index++) {
    end += hashes(index === 0 ? at * WINDOW_UNITS + window[0].units : window[index].units);
    if (hash < end) return window[index].shard;
  }
  return window[window.length - 1].shard;
}
var WINDOW_HASHES = hashes(WINDOW_UNITS);

// runtime/root/scatter-leaf.ts
var REMEMBERED = 1024;
function scatterLeaves(leaves) {
  const known = /* @__PURE__ */ new Map();
  const ownerOfText = (key, shards) => {
    let owner = known.get(key);
    if (owner === void 0) {
      owner = ownerOf(key, shards);
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, owner);
    }
    return owner;
  };
  return leaves.map(({ name, owns }, index) => Object.freeze({
    index,
    name,
    count: leaves.length,
    owns: (key) => {
      if (!owns) {
        throw new TypeError("leaf.owns() needs leaves that are the shards of one Shard: give its backends, `backends: users.backends`");
      }
      const { shard, of } = owns;
      if (typeof key === "number" && Number.isSafeInteger(key) && key >= 0) return key % of === shard;
      if (typeof key !== "string") {
        throw new TypeError(`leaf.owns() was asked for ${shown(key)}: a key is a text, or a whole number from 0 to 2^53 - 1`);
      }
      return key !== "" && isWellFormed(key) && ownerOfText(key, of) === shard;
    }
  }));
}

// runtime/root/misfit.ts
function misfit(what, value, remedy) {
  if (value === null || typeof value === "number" || typeof value === "boolean" || value === void 0) {
    return new Unsendable(`${what} is ${value}: ${remedy}`);
  }
  return unsendable(what, value, remedy);
}

// runtime/root/own-body.ts
var REMEDY = "give text, bytes, data that JSON can hold, or null for none";
function ownBody(body) {
  if (typeof body === "string") return { content: body, type: "text/plain; charset=utf-8" };
  if (typeof body === "function" || typeof body === "symbol") throw misfit("body", body, REMEDY);
  const bytes = bytesOf(body);
  if (bytes) return { content: bytes, type: "application/octet-stream" };
  return { content: toJson(body, "body"), type: "application/json" };
}

// runtime/root/plain.ts
function isPlain(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

// runtime/root/own-headers.ts
var CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
var ASCII = /^[\x00-\x7f]*$/;
function ownHeaders(headers) {
  if (!isPlain(headers)) throw misfit("headers", headers, "give an object, { 'x-user': 'ada' }");
  const names2 = [];
  const lines = [];
  for (const given of Object.keys(headers)) {
    const name = nameOf3(given);
    if (names2.includes(name)) throw new Unsendable(`headers names ${given} twice, which is one header: name it once`);
    names2.push(name);
    const value = headers[given];
    if (value !== void 0 && value !== null) {
      lines.push({ name, line: `${given.toLowerCase()}: ${valueOf3(value, given)}\r
` });
    }
  }
  return { names: names2, lines };
}
function nameOf3(given) {
  if (!TOKEN.test(given)) {
    throw new Unsendable(`headers names ${JSON.stringify(given.slice(0, 100))}: a name is letters, digits and dashes`);
  }
  const name = folded(given.toLowerCase());
  if (OURS.has(name)) {
    throw new Unsendable(`headers names ${given}, which the root itself writes: leave it out, and give only what differs from the client's headers`);
  }
  return name;
}
function valueOf3(value, name) {
  const remedy = "a value is text without line breaks and control characters, or a number";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string") throw misfit(`headers.${name}`, value, remedy);
  if (CONTROL.test(value) || !isWellFormed(value)) {
    throw new Unsendable(
      `headers.${name} has a line break, a control character or half of a surrogate pair: ${remedy}`
    );
  }
  return ASCII.test(value) ? value : Buffer.from(value).toString("latin1");
}

// runtime/root/own-target.ts
var UNFIT = /%(?![0-9a-f]{2})|[^!$%&'()*+,\-./0-9:;=@A-Z_a-z~]+/gi;
var FIT_PATH = /^\/[!$&'()*+,\-./0-9:;=@A-Z_a-z~]*$/;
var FIT = /^[*\-.0-9A-Z_a-z]*$/;
var OF_FORMS = /%20|[!'()~]/g;
var HALF = /[\ud800-\udfff]/gu;
function ownPath(path) {
  if (typeof path !== "string") throw misfit("path", path, "give a text that starts with a slash");
  if (FIT_PATH.test(path) || path === "*") return path;
  const shown3 = () => JSON.stringify(path.slice(0, 100));
  if (!path.startsWith("/")) throw new Unsendable(`path is ${shown3()}: it starts with a slash`);
  if (/[?#]/.test(path)) {
    throw new Unsendable(`path is ${shown3()}: a query goes into query, and a ? or # of a name is escaped, as by encodeURIComponent(name)`);
  }
  if (!isWellFormed(path)) throw new Unsendable(`path is ${shown3()}: half of a surrogate pair is no text in UTF-8`);
  return path.replace(UNFIT, encodeURIComponent);
}
function ownQuery(query) {
  if (Object.prototype.toString.call(query) === "[object URLSearchParams]") return String(query);
  if (!isPlain(query)) {
    throw misfit("query", query, "give an object, { q: 'text' }, or new URLSearchParams(…)");
  }
  let all = "";
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === void 0 || value === null) continue;
    const key = encoded(name);
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        all += `&${key}=${encoded(textOf2(value[i], () => `query.${name}[${i}]`))}`;
      }
    } else {
      all += `&${key}=${encoded(textOf2(value, () => `query.${name}`))}`;
    }
  }
  return all.slice(1);
}
function textOf2(value, what) {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || Number.isFinite(value)) return String(value);
  throw misfit(what(), value, "a parameter is a text, a number, true or false, or a list of these");
}
function encoded(text) {
  if (FIT.test(text)) return text;
  return encodeURIComponent(isWellFormed(text) ? text : text.replace(HALF, "�")).replace(OF_FORMS, (char) => char === "%20" ? "+" : `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

// runtime/root/leaf-ask.ts
var MEMBERS = /* @__PURE__ */ new Set(["method", "path", "query", "headers", "body"]);
var REMEDY2 = "return { path, query, headers, method, body }, each of which may be left out, or undefined where the leaf is not asked";
var METHOD = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;
var NOT_SERVED = /* @__PURE__ */ new Set(["CONNECT", "TRACE"]);
function leafAsk(result) {
  if (result === void 0 || result === null) return void 0;
  if (typeof result?.then === "function") {
    throw misfit("the result", result, "a scatter function is synchronous, and says at once what a leaf is asked");
  }
  if (!isPlain(result)) throw misfit("the result", result, REMEDY2);
  for (const name of Object.keys(result)) {
    if (!MEMBERS.has(name)) throw new Unsendable(`the result has a member ${JSON.stringify(name)}: ${REMEDY2}`);
  }
  const { method, path, query, headers, body } = result;
  return {
    method: method === void 0 ? void 0 : ownMethod(method),
    path: path === void 0 ? void 0 : ownPath(path),
    query: query === void 0 ? void 0 : ownQuery(query),
    headers: headers === void 0 ? void 0 : ownHeaders(headers),
    body: body === void 0 ? withoutBody(method) : body === null ? null : ownBody(body)
  };
}
function withoutBody(method) {
  return method === "GET" || method === "HEAD" ? null : void 0;
}
function ownMethod(method) {
  const remedy = "write it in capitals, such as 'POST'";
  if (typeof method !== "string") throw misfit("method", method, remedy);
  if (!METHOD.test(method)) throw new Unsendable(`method is ${JSON.stringify(method.slice(0, 100))}: ${remedy}`);
  if (NOT_SERVED.has(method)) throw new Unsendable(`method is ${method}, which is not served: use another one`);
  return method;
}

// runtime/root/scatterer.ts
var Scatterer = class {
  constructor(userFunction, shown3, leaves, forms) {
    this.userFunction = userFunction;
    this.shown = shown3;
    this.leaves = leaves;
    this.forms = forms;
  }
  userFunction;
  shown;
  leaves;
  forms;
  /** The leaves that are asked, and for what. Throws what the function throws, an Unsendable or a Problem. */
  asked({ shape, outgoing, body }, costs) {
    const writer = new Writer(outgoing, this.forms, body, costs);
    const asked = [];
    this.leaves.forEach(({ form }, leaf) => {
      const ask = leafAsk(this.userFunction(shape, this.shown[leaf]));
      if (ask) asked.push({ leaf, request: writer.written(ask, form) });
    });
    return asked;
  }
};
var Writer = class {
  constructor(outgoing, forms, clientBody, costs) {
    this.outgoing = outgoing;
    this.forms = forms;
    this.clientBody = clientBody;
    this.costs = costs;
    const [target] = outgoing.target.split("#", 1);
    const mark = target.indexOf("?");
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.search = mark < 0 ? "" : target.slice(mark);
  }
  outgoing;
  forms;
  clientBody;
  costs;
  /** Header lines that leaves have in common, by what is different in them. */
  lines = /* @__PURE__ */ new Map();
  /** The same where nothing is different in them, by form. */
  plain = [];
  /** The path of the client's target, and its query with the `?`. */
  path;
  search;
  copied;
  written(ask, formNumber) {
    const { outgoing } = this;
    const form = this.forms[formNumber];
    const method = ask.method ?? outgoing.method;
    const head2 = outgoing.start(form, method, this.target(ask)) + this.common(ask, method, formNumber) + own(ask, form);
    if (ask.body) return this.withBody(method, head2, ask.body.content);
    const body = ask.body === null ? void 0 : this.body;
    this.costs.hold(head2.length);
    return leafRequest(method, head2, void 0, body);
  }
  /** The client's body: one copy for all, because user code may change what it was given. */
  get body() {
    if (this.clientBody && !this.copied) {
      this.costs.hold(this.clientBody.length);
      this.copied = Buffer.from(this.clientBody);
    }
    return this.copied;
  }
  withBody(method, head2, content) {
    const { maxBodySize, hold } = this.costs;
    const size = Buffer.byteLength(content);
    if (size > maxBodySize) {
      throw new Unsendable(`body has ${size} bytes, and maxBodySize lets it have ${maxBodySize}: ask for less, or raise that`);
    }
    hold(head2.length + size);
    const body = Buffer.from(content);
    return size > LARGE ? leafRequest(method, head2, void 0, body) : leafRequest(method, head2, body);
  }
  target({ path, query }) {
    if (path === void 0 && query === void 0) return this.outgoing.target;
    const start = path ?? this.path;
    if (start === "*") return start;
    if (query === void 0) return start + this.search;
    return query === "" ? start : `${start}?${query}`;
  }
  /** The lines that are not the leaf's own. */
  common({ headers, body }, method, form) {
    const otherBody = body !== void 0;
    if (!headers && !otherBody && method === this.outgoing.method) {
      return this.plain[form] ??= this.outgoing.lines(this.forms[form], method);
    }
    const names2 = headers?.names ?? [];
    const key = `${form} ${method} ${otherBody} ${names2.join()}`;
    let lines = this.lines.get(key);
    if (lines === void 0) {
      lines = this.outgoing.lines(this.forms[form], method, (name) => !names2.includes(name) && !(otherBody && name.startsWith("content-")));
      this.lines.set(key, lines);
    }
    return lines;
  }
};
function own({ headers, body }, { own: wins }) {
  let lines = "";
  if (headers) {
    for (const { name, line } of headers.lines) if (!wins.has(name)) lines += line;
  }
  const typed = !body || wins.has("content-type") || headers?.names.includes("content-type");
  return typed ? lines : `${lines}content-type: ${body.type}\r
`;
}

// runtime/shared/names.ts
import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
var TIMEOUT = 1e3;
var TRIES = 2;
var NO_ADDRESS = /* @__PURE__ */ new Set(["ENOTFOUND", "ENODATA"]);
function names(resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES })) {
  const ask = (question) => question.catch((error) => {
    if (NO_ADDRESS.has(error.code)) return [];
    throw error;
  });
  return async (name) => {
    if (isIP(name)) return [name];
    if (name === "localhost") return ["127.0.0.1"];
    const absolute = name.replace(/\.$/, "");
    const found = await ask(resolver.resolve4(absolute));
    return found.length > 0 ? found : ask(resolver.resolve6(absolute));
  };
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
    const flaw = flawOf2(req);
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

// runtime/shared/secure.ts
import { X509Certificate } from "node:crypto";
import { readFileSync as readFileSync2 } from "node:fs";
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
    return readFileSync2(path, "utf8");
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

// runtime/root.ts
var TICK = 500;
run({
  configure: (file) => readConfig(file, [
    "port",
    "adminPort",
    "timeout",
    "minResponses",
    "maxBodySize",
    "maxAnswerSize",
    "maxConcurrency",
    "drain"
  ]),
  start: async (config, { configFile, page, ...parts }) => {
    const full = (name) => name.replace("${POD_NAMESPACE}", process.env.POD_NAMESPACE ?? "default");
    const metrics = new LeafMetrics(page);
    const lookup = names();
    const forms = new Forms(process.env);
    const leaves = config.leaves.map(({ host, podsHost, ...leaf }) => {
      const { way } = leaf;
      const secure = way?.tls && new Secure(full(way.tls.serverName), way.tls, process.env);
      return new Leaf(
        { ...leaf, host: full(host), podsHost: podsHost && full(podsHost) },
        lookup,
        metrics.of(leaf.name),
        { form: forms.of(way && { ...way, host: way.host && full(way.host) }), secure },
        config.circuitBreaker && new Circuit(config.circuitBreaker, metrics.ofCircuit(leaf.name))
      );
    });
    setInterval(() => leaves.forEach((leaf) => leaf.tick(performance.now())), TICK).unref();
    const accepted = new Set(config.accept);
    const { timeout, minResponses, hedgeAfter } = config;
    const options = {
      ...parts,
      config,
      callee: "gather",
      budget: new Budget(config.maxHeldSize),
      trusts: trustIn(config.trustedProxies),
      forms: forms.all,
      scatterer: config.scatter === void 0 ? void 0 : new Scatterer(
        await loadFunction(configFile, config.scatter),
        scatterLeaves(config.leaves),
        leaves,
        forms.all
      ),
      rules: {
        leaves,
        timeout,
        minResponses,
        hedgeAfter,
        gatherer: gathererOf(
          config.gather,
          config.gather === "function" ? await loadFunction(configFile, config.code) : void 0
        )
      },
      accepts: (status) => accepted.has(String(status)) || accepted.has(`${Math.floor(status / 100)}xx`)
    };
    return (req, res) => new RootExchange(options, req, res).run();
  }
});
