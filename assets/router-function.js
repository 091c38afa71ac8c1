// runtime/router/function.ts
import { spent, start } from "budget.js";
import config from "config.js";
import userKey from "key.js";

// runtime/router/body.ts
var Refusal = class extends Error {
  constructor(status, title, detail) {
    super(detail);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
  status;
  title;
  detail;
};
function isJson(contentType) {
  return /^application\/([^;\s]+\+)?json\s*(;|$)/i.test(contentType ?? "");
}
function jsonBody(r) {
  try {
    return JSON.parse(textBody(r) ?? "");
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, "Bad Request", "the body is not valid JSON");
  }
}
function textBody(r) {
  if (!r.requestBuffer) return void 0;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(r.requestBuffer);
  } catch {
    throw new Refusal(400, "Bad Request", "the body is not valid UTF-8");
  }
}
function routed(r, shardKey) {
  try {
    shardKey();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, title, detail } = error;
    r.headersOut["Content-Type"] = "application/problem+json";
    r.return(status, JSON.stringify({ type: "about:blank", title, status, detail }));
    return;
  }
  r.internalRedirect("@shard");
}

// runtime/router/parameters.ts
function parameters(query) {
  return query.split("&").map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}
function decodeParameter(text) {
  const spaced = text.replace(/\+/g, " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

// runtime/shared/cookies.ts
function parseCookies(header) {
  const cookies = /* @__PURE__ */ Object.create(null);
  if (header === void 0) return cookies;
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    if (!(name in cookies)) cookies[name] = pair.slice(equals + 1).trim();
  }
  return cookies;
}

// runtime/router/function.ts
function key(r) {
  try {
    return keyOf(r, notRead);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    r.variables.shard_failure = error.status === 400 ? "" : JSON.stringify(error.detail).slice(1, -1);
    return "";
  }
}
function notRead() {
  throw new TypeError("request.body was not read: mention body in the source of the sharding function");
}
function route(r) {
  routed(r, () => {
    const body = isJson(r.headersIn["Content-Type"]) && r.requestBuffer ? jsonBody(r) : textBody(r);
    r.variables.shard_key = keyOf(r, () => body);
  });
}
function keyOf(r, body) {
  const result = call(r, body);
  if (result === void 0 || result === null || result === "") throw new Refusal(400, "Bad Request", "the request has no key");
  if (typeof result === "string") return result;
  if (Number.isSafeInteger(result) && result >= 0) {
    r.variables.shard_number = String(result % config.shards);
    return "#";
  }
  throw failure(`the sharding function returned ${shown(result)}: it must return a text, or a whole number from 0 to 2^53 - 1`);
}
function call(r, body) {
  start();
  try {
    const result = userKey(new ShardRequest(r, body));
    if (spent()) throw new Error("it caught the error of taking too long");
    return result;
  } catch (error) {
    const what = spent() ? "the sharding function took too long" : "the sharding function failed";
    r.error(`${what}: ${error instanceof Error ? `${error.message}
${error.stack}` : `it threw ${shown(error)}`}`);
    throw failure(what);
  }
}
function shown(value) {
  return typeof value === "object" && value || typeof value === "function" ? `a value of type ${typeof value}` : String(value);
}
function failure(detail) {
  return new Refusal(500, "Internal Server Error", detail);
}
var ShardRequest = class {
  method;
  path;
  #r;
  #body;
  constructor(r, body) {
    this.method = r.method;
    this.path = r.uri;
    this.#r = r;
    this.#body = body;
  }
  get query() {
    return queryOf(this.#r.variables.args ?? "");
  }
  get headers() {
    return headersOf(this.#r);
  }
  get cookies() {
    return parseCookies(headerOf(this.#r, "cookie"));
  }
  get body() {
    return this.#body();
  }
};
function queryOf(text) {
  const query = /* @__PURE__ */ Object.create(null);
  if (text === "") return query;
  for (const [name, value] of parameters(text)) {
    const decoded = decodeParameter(name);
    if (!(decoded in query)) query[decoded] = decodeParameter(value);
  }
  return query;
}
function headersOf(r) {
  return new Proxy({ r }, HEADERS);
}
var allOf = (headers) => headers.all ??= allHeaders(headers.r);
var HEADERS = {
  get: ({ r, all }, name) => typeof name !== "string" ? void 0 : all ? all[name] : headerOf(r, name),
  has: (headers, name) => name in allOf(headers),
  ownKeys: (headers) => Object.keys(allOf(headers)),
  getOwnPropertyDescriptor: (headers, name) => Object.getOwnPropertyDescriptor(allOf(headers), name),
  getPrototypeOf: () => null
};
function headerOf(r, name) {
  if (name.includes("_") || name !== name.toLowerCase()) return void 0;
  return r.variables["http_" + name.replaceAll("-", "_")];
}
function allHeaders(r) {
  const headers = /* @__PURE__ */ Object.create(null);
  for (const [name, value] of r.rawHeadersIn) {
    const lower = name.toLowerCase();
    headers[lower] = lower in headers ? headers[lower] + (lower === "cookie" ? "; " : ", ") + value : value;
  }
  return headers;
}
var function_default = { key, route };
export {
  function_default as default
};
