// runtime/router/query.ts
import config from "config.js";

// runtime/router/parameters.ts
function parameters(query2) {
  return query2.split("&").map((pair) => {
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

// runtime/router/query.ts
function query(r) {
  for (const [name, value] of parameters(r.variables.args ?? "")) {
    if (decodeParameter(name) === config.query) return decodeParameter(value);
  }
  return "";
}
var query_default = { query };
export {
  query_default as default
};
