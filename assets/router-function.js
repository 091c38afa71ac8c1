// runtime/router/function.ts
import { spent, start } from "budget.js";
import config2 from "config.js";
import userKey from "key.js";

// runtime/router/key.ts
import config from "config.js";

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

// runtime/shared/text.ts
var NOT_TEXT = "�";
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
function decodeEscapes(text, notText = () => NOT_TEXT) {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeRun(run, notText));
  }
}
function decodeRun(run, notText) {
  try {
    return decodeURIComponent(run);
  } catch {
    const bytes = run.replace(/%(..)/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
    return bytes.replace(SEQUENCE, (sequence, broken) => broken ? notText() : decodeURIComponent(escaped(sequence)));
  }
}
function escaped(bytes) {
  return bytes.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
}
function trimmed(text) {
  let start2 = 0;
  let end = text.length;
  while (start2 < end && isSpace(text.charCodeAt(start2))) start2++;
  while (end > start2 && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start2, end);
}
function isSpace(code) {
  return code === 32 || code === 9;
}

// runtime/router/key.ts
var TITLES = {
  400: "Bad Request",
  415: "Unsupported Media Type",
  500: "Internal Server Error"
};
function checkedKey(text) {
  if (!isWellFormed(text)) {
    throw new Problem(400, "the key is not valid Unicode text: it holds half of a surrogate pair");
  }
  return text;
}
function keyVariable(r, keyOf2) {
  try {
    const text = checkedKey(keyOf2(r));
    return text.includes("\0") ? Buffer.from(text) : text;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (config.shards === void 0) return "";
    r.variables[error.status === 500 ? "shard_failure" : "shard_missing"] = JSON.stringify(error.detail).slice(1, -1);
    return "";
  }
}
function routeByKey(r, keyOf2) {
  try {
    passOn(r, checkedKey(keyOf2(r)));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (config.shards === void 0) return passOn(r, "");
    const { status, detail, headers } = error;
    r.headersOut["Content-Type"] = "application/problem+json";
    for (let i = 0; i < headers.length; i += 2) r.headersOut[headers[i]] = headers[i + 1];
    r.return(status, JSON.stringify({ type: "about:blank", title: TITLES[status], status, detail }));
  }
}
function passOn(r, key2) {
  r.variables.shard_key = key2;
  r.internalRedirect("@shard");
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
  for (let start2 = 0, end; start2 < query.length; start2 = end + 1) {
    end = query.indexOf("&", start2);
    if (end < 0) end = query.length;
    if (end === start2) continue;
    const equals = query.indexOf("=", start2);
    if (equals < 0 || equals > end) each(query.slice(start2, end), "");
    else each(query.slice(start2, equals), query.slice(equals + 1, end));
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
function addHeader(headers, name, value) {
  const lower = name.toLowerCase();
  headers[lower] = lower in headers ? `${headers[lower]}${lower === "cookie" ? "; " : ", "}${value}` : value;
}

// runtime/router/request.ts
var strict2 = new TextDecoder("utf-8", { fatal: true });
function strictText(bytes, what) {
  try {
    return strict2.decode(bytes);
  } catch {
    throw new Problem(400, `${what} is not valid UTF-8`);
  }
}
function isDoubtful(text) {
  return text.includes("�") || !isWellFormed(text);
}
function textOf(r, variable, what) {
  const text = r.variables[variable];
  if (text !== void 0 && isDoubtful(text)) strictText(r.rawVariables[variable], what);
  return text;
}
function targetOf(r) {
  return textOf(r, "request_uri", "the request target") ?? "/";
}
var variables = /* @__PURE__ */ new Map();
var MOST = 100;
function variableOf(name) {
  const known = variables.get(name);
  if (known !== void 0) return known;
  const variable = name.includes("_") || name !== name.toLowerCase() ? "" : "http_" + name.replaceAll("-", "_");
  if (variables.size < MOST) variables.set(name, variable);
  return variable;
}
function headerOf(r, name) {
  const variable = variableOf(name);
  if (variable === "") return void 0;
  const value = r.variables[variable];
  if (value === void 0) return void 0;
  if (isDoubtful(value)) checkHeader(r, name);
  return value.includes("	") ? headersOf(r, name)[name] : value;
}
function checkHeader(r, name) {
  strictText(r.rawVariables[variableOf(name)], `the header ${name}`);
}
function headersOf(r, only) {
  const headers = /* @__PURE__ */ Object.create(null);
  for (const [name, value] of r.rawHeadersIn) {
    if (only !== void 0 && name.toLowerCase() !== only) continue;
    addHeader(headers, name, trimmed(value));
  }
  for (const name of Object.keys(headers)) if (isDoubtful(headers[name])) checkHeader(r, name);
  return headers;
}

// runtime/router/shard-request.ts
var WITHOUT_BODY = {
  method: (r) => r.method,
  path: (r) => pathOf(targetOf(r)),
  segments: (r) => segmentsOf(pathOf(targetOf(r))),
  query: (r) => parseQuery(queryOf(targetOf(r))),
  headers: (r) => new Proxy({ r }, HEADERS),
  cookies: (r) => parseCookies(headerOf(r, "cookie"))
};
var WITH_BODY = {
  ...WITHOUT_BODY,
  body: (r) => {
    const bytes = r.requestBuffer;
    const body = bytes && parseBody(bytes, bodyHeaders(r), textOf2(r));
    return body instanceof Uint8Array ? new Uint8Array(body) : body;
  },
  text: textOf2
};
function textOf2(r) {
  return r.requestBuffer && bodyText(r.requestBuffer, bodyHeaders(r), (bytes) => strictText(bytes, "the body"));
}
function bodyHeaders(r) {
  return { "content-type": headerOf(r, "content-type"), "content-encoding": headerOf(r, "content-encoding") };
}
function lazily(members, absent) {
  const makers = Object.assign(/* @__PURE__ */ Object.create(null), members);
  const get = (lazy, name) => {
    const made = lazy.made ??= /* @__PURE__ */ Object.create(null);
    if (name in made) return made[name];
    const make = makers[name];
    if (make !== void 0) return made[name] = make(lazy.r);
    absent(name);
    return Object.prototype[name];
  };
  const has = ({ made = {} }, name) => name in makers || Object.hasOwn(made, name);
  return {
    get,
    set: (lazy, name, value) => {
      (lazy.made ??= /* @__PURE__ */ Object.create(null))[name] = value;
      return true;
    },
    has: (lazy, name) => has(lazy, name) || name in Object.prototype,
    ownKeys: ({ made }) => Reflect.ownKeys({ ...makers, ...made }),
    getOwnPropertyDescriptor: (lazy, name) => has(lazy, name) ? { value: get(lazy, name), enumerable: true, configurable: true, writable: true } : void 0
  };
}
var REQUEST = lazily(WITHOUT_BODY, (name) => {
  if (name === "body" || name === "text") {
    throw new TypeError(`request.${name} was not read: name it in the source of the sharding function`);
  }
});
var REQUEST_WITH_BODY = lazily(WITH_BODY, () => {
});
function shardRequest(r, bodyWasRead) {
  return new Proxy({ r }, bodyWasRead ? REQUEST_WITH_BODY : REQUEST);
}
var allOf = (headers) => headers.all ??= headersOf(headers.r);
var HEADERS = {
  get: ({ r, all }, name) => typeof name !== "string" ? void 0 : all ? all[name] : headerOf(r, name),
  has: (headers, name) => name in allOf(headers),
  ownKeys: (headers) => Object.keys(allOf(headers)),
  getOwnPropertyDescriptor: (headers, name) => Object.getOwnPropertyDescriptor(allOf(headers), name),
  getPrototypeOf: () => null
};

// runtime/shared/shown.ts
function shown(value) {
  const isPlain = value === null || typeof value !== "object" && typeof value !== "function";
  return isPlain ? String(value) : `a value of type ${typeof value}`;
}

// runtime/router/function.ts
function key(r) {
  return keyVariable(r, withoutBody);
}
function route(r) {
  routeByKey(r, withBody);
}
function withoutBody(r) {
  return keyOf(r, false);
}
function withBody(r) {
  return keyOf(r, true);
}
function keyOf(r, bodyWasRead) {
  const result = call(r, bodyWasRead);
  if (result === void 0 || result === null || result === "") throw new Problem(400, "the request has no key");
  if (typeof result === "string") return result;
  if (Number.isSafeInteger(result) && result >= 0) {
    if (config2.shards === void 0) return String(result);
    r.variables.shard_number = String(result % config2.shards);
    return "#";
  }
  throw failure(
    `the sharding function returned ${shown(result)}: it must return a text, or a whole number from 0 to 2^53 - 1`
  );
}
function call(r, bodyWasRead) {
  start();
  try {
    const result = userKey(shardRequest(r, bodyWasRead));
    if (spent()) throw new Error("it caught the error of taking too long");
    return result;
  } catch (error) {
    if (error instanceof Problem && !spent()) throw error;
    const what = spent() ? "the sharding function took too long" : "the sharding function failed";
    r.error(`${what}: ${error instanceof Error ? `${error.message}
${error.stack}` : `it threw ${shown(error)}`}`);
    throw failure(what);
  }
}
function failure(detail) {
  return new Problem(500, detail);
}
var function_default = { key, route };
export {
  function_default as default
};
