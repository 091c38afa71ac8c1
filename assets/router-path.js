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

// runtime/router/key.ts
function checkedKey(text) {
  if (!isWellFormed(text)) {
    throw new Problem(400, "the key is not valid Unicode text: it holds half of a surrogate pair");
  }
  return text;
}
function keyVariable(r, keyOf) {
  try {
    const text = checkedKey(keyOf(r));
    return text.includes("\0") ? Buffer.from(text) : text;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (config.shards === void 0) return "";
    r.variables[error.status === 500 ? "shard_failure" : "shard_missing"] = JSON.stringify(error.detail).slice(1, -1);
    return "";
  }
}

// runtime/shared/body.ts
var lossy = new TextDecoder();
var strict = new TextDecoder("utf-8", { fatal: true });

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
function localPart(target) {
  return target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "");
}
function before(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
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

// runtime/router/path.ts
function path(r) {
  return keyVariable(r, wholePath);
}
function group(r) {
  return keyVariable(r, decodedGroup);
}
function wholePath(r) {
  return pathOf(targetOf(r));
}
function decodedGroup(r) {
  return decodeEscapes(r.variables.shard_group);
}
var path_default = { path, group };
export {
  path_default as default
};
