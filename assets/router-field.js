// runtime/router/field.ts
import config from "config.js";

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

// runtime/router/field.ts
var path = config.field;
var shown = path.map((step) => typeof step === "number" ? `[${step}]` : `.${step}`).join("").slice(1);
function route(r) {
  routed(r, () => {
    if (!isJson(r.headersIn["Content-Type"])) {
      throw new Refusal(415, "Unsupported Media Type", `the key is the field ${shown} of a JSON body: send it as application/json`);
    }
    r.variables.shard_key = key(jsonBody(r));
  });
}
function key(body) {
  let value = body;
  for (const step of path) {
    const has = typeof step === "number" ? Array.isArray(value) : typeof value === "object" && value !== null && !Array.isArray(value);
    value = has && Object.hasOwn(value, step) ? value[step] : void 0;
  }
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Refusal(400, "Bad Request", `the request has no key: field ${shown} of the body is missing, empty or no string, number or boolean`);
}
var field_default = { route };
export {
  field_default as default
};
