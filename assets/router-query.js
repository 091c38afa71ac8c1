// runtime/router/query.ts
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
var KEPT = "2f|3f|23|25|5c|[01][0-9a-f]|7f";
var ESCAPES = new RegExp(`((?:%(?!${KEPT})[0-9a-f]{2})+)|%[0-9a-f]{2}|%`, "gi");
function firstParameter(query2, wanted) {
  let found;
  eachParameter(query2, (name, value) => {
    if (found === void 0 && decodeParameter(name) === wanted) found = value;
  });
  return found;
}
function eachParameter(query2, each) {
  for (let start = 0, end; start < query2.length; start = end + 1) {
    end = query2.indexOf("&", start);
    if (end < 0) end = query2.length;
    if (end === start) continue;
    const equals = query2.indexOf("=", start);
    if (equals < 0 || equals > end) each(query2.slice(start, end), "");
    else each(query2.slice(start, equals), query2.slice(equals + 1, end));
  }
}
function decodeParameter(text, notText) {
  return decodeEscapes(text.includes("+") ? text.replace(/\+/g, " ") : text, notText);
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

// runtime/router/query.ts
function query(r) {
  return keyVariable(r, parameterOf);
}
function parameterOf(r) {
  return decodeParameter(firstParameter(textOf(r, "args", "the query") ?? "", config2.query) ?? "", () => {
    throw new Problem(400, `the query parameter ${config2.query} is the key, and is not valid UTF-8`);
  });
}
var query_default = { query };
export {
  query_default as default
};
