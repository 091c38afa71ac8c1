// runtime/router/field.ts
import config2 from "config.js";

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
function passOn(r, key) {
  r.variables.shard_key = key;
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

// runtime/shared/target.ts
var KEPT = "2f|3f|23|25|5c|[01][0-9a-f]|7f";
var ESCAPES = new RegExp(`((?:%(?!${KEPT})[0-9a-f]{2})+)|%[0-9a-f]{2}|%`, "gi");

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

// runtime/shared/json.ts
function wholeOf(text) {
  return spanFrom(text, 0);
}
function membersOf(text, object) {
  const members = [];
  let at = afterSpace(text, object.start + 1);
  while (text[at] !== "}") {
    const end = endOfString(text, at);
    const name = text.slice(at + 1, end - 1);
    const value = spanFrom(text, afterSpace(text, end) + 1);
    members.push([name.includes("\\") ? JSON.parse(text.slice(at, end)) : name, value]);
    at = afterSeparator(text, value);
  }
  return members;
}
function elementsOf(text, array) {
  const elements = [];
  let at = afterSpace(text, array.start + 1);
  while (text[at] !== "]") {
    const value = spanFrom(text, at);
    elements.push(value);
    at = afterSeparator(text, value);
  }
  return elements;
}
function spanFrom(text, at) {
  const start = afterSpace(text, at);
  return { start, end: endOf(text, start) };
}
function afterSeparator(text, { end }) {
  const at = afterSpace(text, end);
  return text[at] === "," ? afterSpace(text, at + 1) : at;
}
var NO_SPACE = /[^ \t\n\r]|$/g;
var STRUCTURE = /["[\]{}]/g;
var AFTER_WORD = /[ \t\n\r,\]}]|$/g;
function next(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text).index;
}
function afterSpace(text, at) {
  return next(NO_SPACE, text, at);
}
function endOf(text, start) {
  if (text[start] === '"') return endOfString(text, start);
  if (text[start] !== "[" && text[start] !== "{") return next(AFTER_WORD, text, start);
  let depth = 0;
  let at = start;
  do {
    at = next(STRUCTURE, text, at);
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
      continue;
    }
    depth += char === "[" || char === "{" ? 1 : -1;
    at++;
  } while (depth > 0);
  return at;
}
function endOfString(text, start) {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text[before] === "\\") before--;
    if ((at - before) % 2 === 1) return at + 1;
  }
}

// runtime/router/field.ts
var paths = config2.fields;
var shown = paths.map(shownPath);
var CANONICAL = /^(?!-0$)-?(0|[1-9]\d*)(\.\d*[1-9])?$/;
function route(r) {
  routeByKey(r, fieldOf);
}
function fieldOf(r) {
  const headers = { "content-type": headerOf(r, "content-type"), "content-encoding": headerOf(r, "content-encoding") };
  if (!isJson(headers["content-type"])) {
    throw new Problem(415, `the key is the field ${shown.join(" or ")} of a JSON body: send it as application/json`);
  }
  const text = r.requestBuffer && bodyText(r.requestBuffer, headers);
  return text === void 0 ? missing() : keyOf(parseBody(r.requestBuffer, headers, text), text);
}
function keyOf(body, text) {
  for (const path of paths) {
    const value = valueAt(body, path);
    if (typeof value === "string" && value !== "") return startOf(value);
    if (typeof value === "boolean") return String(value);
    if (typeof value === "number") return canonical(literalOf(text, path), path);
  }
  return missing();
}
function startOf(text) {
  const { first = Infinity } = config2;
  if (text.length <= first) return text;
  let end = 0;
  for (let count = 0; count < first && end < text.length; count++) end += text.codePointAt(end) > 65535 ? 2 : 1;
  return text.slice(0, end);
}
function valueAt(body, path) {
  let value = body;
  for (const step of path) {
    const has = typeof step === "number" ? Array.isArray(value) : typeof value === "object" && value !== null && !Array.isArray(value);
    value = has && Object.hasOwn(value, step) ? value[step] : void 0;
  }
  return value;
}
function literalOf(text, path) {
  let span = wholeOf(text);
  for (const step of path) {
    span = typeof step === "number" ? elementsOf(text, span)[step] : membersOf(text, span).filter(([name]) => name === step).pop()[1];
  }
  return text.slice(span.start, span.end);
}
function canonical(literal, path) {
  if (CANONICAL.test(literal)) return literal;
  const told = literal.length > 40 ? `${literal.slice(0, 40)}…` : literal;
  throw new Problem(400, `the field ${shownPath(path)} of the body is the key, and ${told} is not the plain form of that number: send it without an exponent and without needless zeros or sign, or as a string`);
}
function missing() {
  const which = shown.length === 1 ? `field ${shown[0]} of the body is` : `fields ${shown.join(", ")} of the body are`;
  throw new Problem(400, `the request has no key: ${which} missing, empty or no string, number or boolean`);
}
function shownPath(path) {
  return path.map((step) => typeof step === "number" ? `[${step}]` : `.${step}`).join("").slice(1);
}
var field_default = { route };
export {
  field_default as default
};
