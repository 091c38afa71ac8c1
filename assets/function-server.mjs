// runtime/function-server/context.ts
function contextOf(env) {
  const context = { pod: env.POD_NAME ?? env.HOSTNAME ?? "" };
  for (const name of ["SHARD", "SHARDS", "LEAF", "LEAVES"]) {
    if (env[name]) context[name.toLowerCase()] = Number(env[name]);
  }
  return context;
}

// runtime/shared/problem.ts
import { STATUS_CODES } from "node:http";
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
function problemBody({ status, detail, members }) {
  return JSON.stringify({ type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, ...members }) + "\n";
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
function problemHeaders(body, headers) {
  return ["content-type", "application/problem+json", "content-length", String(Buffer.byteLength(body)), ...headers];
}

// runtime/shared/body.ts
var ClientGone = class extends Error {
};
function hasBody(req) {
  const length = req.headers["content-length"];
  return length === void 0 ? req.headers["transfer-encoding"] !== void 0 : Number(length) > 0;
}
function readBody(req, res, limit) {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new Problem(413, `the body is larger than ${limit} bytes`);
    if (Number(req.headers["content-length"]) > limit) return reject(tooLarge());
    if (req.headers.expect) res.writeContinue();
    let chunks = [];
    let length = 0;
    const onData = (chunk) => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      chunks = [];
      req.off("data", onData);
      return reject(tooLarge());
    };
    req.on("data", onData);
    req.once("end", () => resolve(join(chunks, length)));
    req.once("error", () => reject(new ClientGone()));
    req.once("close", () => reject(new ClientGone()));
  });
}
function join(chunks, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
var TEXT = /* @__PURE__ */ new Set([
  "application/x-www-form-urlencoded",
  "application/xml",
  "application/javascript",
  "application/x-ndjson",
  "application/yaml",
  "application/graphql"
]);
var utf8 = new TextDecoder();
var strictUtf8 = new TextDecoder("utf-8", { fatal: true });
function parseBody(bytes, headers) {
  const encoding = headers["content-encoding"];
  if (encoding && encoding.toLowerCase() !== "identity") {
    throw new Problem(415, `the body is encoded as ${encoding}: send it as it is`, ["accept-encoding", "identity"]);
  }
  if (bytes.length === 0) return void 0;
  const full = headers["content-type"] ?? "";
  if (full === "application/json") return parseJson(bytes);
  const type = full.split(";", 1)[0].trim().toLowerCase();
  if (/[/+]json$/.test(type)) return parseJson(bytes);
  const charset = /;\s*charset="?([^\s";]+)/i.exec(full)?.[1].toLowerCase();
  if (charset !== void 0 && charset !== "utf-8") return decoder(charset).decode(bytes);
  const isText = type === "" || charset !== void 0 || type.startsWith("text/") || type.endsWith("+xml") || TEXT.has(type);
  return isText ? utf8.decode(bytes) : bytes;
}
function parseJson(bytes) {
  try {
    return JSON.parse(strictUtf8.decode(bytes));
  } catch {
    throw new Problem(400, "the content type says JSON, and the body is not");
  }
}
function decoder(charset) {
  try {
    return new TextDecoder(charset);
  } catch {
    throw new Problem(415, `the charset ${charset} is not known: send UTF-8`);
  }
}

// runtime/shared/log.ts
import { format, inspect } from "node:util";
function createLog(base, write = (line) => process.stdout.write(line)) {
  const at = (level) => (message, { error, ...fields } = {}) => {
    const stack = error === void 0 ? void 0 : describe(error);
    write(JSON.stringify({ time: (/* @__PURE__ */ new Date()).toISOString(), level, message, ...base, ...fields, stack }) + "\n");
  };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}
function captureConsole(log) {
  console.log = console.info = console.debug = (...args) => log.info(format(...args));
  console.warn = (...args) => log.warn(format(...args));
  console.error = console.trace = (...args) => log.error(format(...args));
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

// runtime/shared/hop-by-hop.ts
var HOP_BY_HOP = /* @__PURE__ */ new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

// runtime/shared/response.ts
var DECODED_BY_FETCH = /^(?:x-)?(?:gzip|deflate|br)$/i;
function isResponse(value) {
  return typeof value === "object" && value !== null && value[Symbol.toStringTag] === "Response";
}
function send(res, value, extra = []) {
  if (value === void 0 || value === null) return void res.writeHead(204, [...extra]).end();
  if (typeof value === "string") return sendBody(res, "text/plain; charset=utf-8", value, extra);
  if (isResponse(value)) return sendResponse(res, value, extra);
  if (value instanceof Uint8Array) return sendBody(res, "application/octet-stream", value, extra);
  const json = JSON.stringify(value);
  if (json === void 0) throw new TypeError(`a ${typeof value} cannot be sent as JSON`);
  return sendBody(res, "application/json", json, extra);
}
function discard(value) {
  if (isResponse(value) && value.body && !value.body.locked) value.body.cancel().catch(() => {
  });
}
function sendBody(res, type, body, extra) {
  res.writeHead(200, ["content-type", type, "content-length", String(Buffer.byteLength(body)), ...extra]).end(body);
}
function sendResponse(res, response, extra) {
  const reader = response.body?.getReader();
  res.strictContentLength = true;
  try {
    res.writeHead(response.status, [...responseHeaders(response), ...extra]);
  } catch (error) {
    reader?.cancel(error).catch(() => {
    });
    throw error;
  }
  if (!reader) return void res.end();
  if (res.req.method === "HEAD") {
    res.end();
    return reader.cancel();
  }
  return pump(res, reader);
}
function responseHeaders(response) {
  const decoded = response.url !== "" && DECODED_BY_FETCH.test(response.headers.get("content-encoding") ?? "");
  const headers = [];
  response.headers.forEach((value, name) => {
    const stale = decoded && (name === "content-encoding" || name === "content-length");
    if (!stale && !HOP_BY_HOP.has(name)) headers.push(name, value);
  });
  return headers;
}
async function pump(res, reader) {
  const gone = () => reader.cancel(new DOMException("the client has gone away", "AbortError")).catch(() => {
  });
  res.once("close", gone);
  const { socket } = res;
  socket?.cork();
  res.flushHeaders();
  setImmediate(() => socket?.uncork());
  try {
    for (; ; ) {
      const { done, value } = await reader.read();
      if (res.destroyed) return;
      if (done) break;
      if (!res.write(value)) await drained(res);
    }
    res.end();
  } catch (error) {
    gone().catch(() => {
    });
    throw error;
  } finally {
    res.off("close", gone);
  }
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

// runtime/shared/exchange.ts
var CLIENT_GONE = 499;
var Exchange = class {
  constructor(options, req, res) {
    this.options = options;
    this.req = req;
    this.res = res;
    res.once("close", () => this.close());
  }
  options;
  req;
  res;
  start = performance.now();
  timer;
  /** Whether this request holds one of the `maxConcurrency` places: until it is closed, and user code is done or out of time. */
  holdsPlace = false;
  running = false;
  /** The answer has left, or the client has. */
  closed = false;
  /** Takes in the request, has it answered. Never throws. */
  run() {
    const { config, metrics, drain } = this.options;
    drain.mark(this.res);
    if (metrics.inFlight >= config.maxConcurrency) {
      return this.refuseOverload(`the pod serves ${config.maxConcurrency} requests already: try again`);
    }
    metrics.inFlight++;
    this.holdsPlace = true;
    try {
      const receive = this.begin();
      if (!hasBody(this.req)) return receive(void 0);
      readBody(this.req, this.res, config.maxBodySize).then(receive).catch((error) => this.refuse(error));
    } catch (error) {
      this.refuse(error);
    }
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
      if (typeof result?.then !== "function") return this.answer(result);
      this.timer = setTimeout(() => this.expire(), this.options.config.timeout);
      Promise.resolve(result).then((value) => this.answer(value), (error) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }
  /** User code has returned. */
  answer(value) {
    const { callee } = this.options;
    this.settle();
    if (this.closed || this.res.headersSent) return discard(value);
    try {
      this.drainAndSend(value)?.catch((error) => this.breakOff(error));
    } catch (error) {
      if (this.res.headersSent) return this.breakOff(error);
      this.report(`the result of the ${callee} cannot be sent`, error, callee);
      this.refuse(new Problem(500, `the result of the ${callee} cannot be sent; the log of the pod says why`));
    }
  }
  drainAndSend(value) {
    this.options.drain.mark(this.res);
    return send(this.res, value, this.answerHeaders);
  }
  /** User code has thrown. */
  fail(error) {
    const { callee } = this.options;
    if (isResponse(error)) return this.answer(error);
    const stopped = this.closed || this.res.headersSent;
    this.settle();
    if (stopped && this.isAbandonment(error)) return;
    this.report(`the ${callee} failed`, error, callee);
    if (!stopped) this.refuse(new Problem(500, `the ${callee} failed; the log of the pod says why`));
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
    this.res.destroy();
  }
  /** Answers that there is no room for this request now. */
  refuseOverload(detail) {
    this.options.metrics.errors.inc("overload");
    this.refuse(new Problem(503, detail, ["retry-after", "1"]));
  }
  /** Answers with a problem; what is none is a failure of this program. */
  refuse(error) {
    if (error instanceof ClientGone || this.closed) return;
    this.options.drain.mark(this.res);
    if (!(error instanceof Problem)) {
      this.report("the request failed", error, "server");
      return sendProblem(this.res, new Problem(500, "the server failed; the log of the pod says why"));
    }
    if (error.status === 413 || this.req.headers.expect) return sendProblemAndClose(this.res, error);
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
    this.options.metrics.answered(req.method, res.headersSent ? res.statusCode : CLIENT_GONE, performance.now() - this.start);
    this.release();
  }
  release() {
    if (!this.holdsPlace || !this.closed || this.running) return;
    this.holdsPlace = false;
    this.options.metrics.inFlight--;
  }
};

// runtime/shared/request-shape.ts
import { parse } from "node:querystring";

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

// runtime/shared/request-shape.ts
function requestOf(req) {
  const headers = copyHeaders(req.headers);
  return { method: req.method, ...parseTarget(req.url), headers, cookies: parseCookies(headers.cookie) };
}
function parseTarget(target) {
  const local = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = local.indexOf("?");
  const raw = mark < 0 ? local : local.slice(0, mark);
  return { path: decodePath(raw || "/"), query: mark < 0 ? /* @__PURE__ */ Object.create(null) : parseQuery(local.slice(mark + 1)) };
}
function decodePath(raw) {
  if (!raw.startsWith("/") && raw !== "*") throw new Problem(400, "the request target is not a path");
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new Problem(400, "the path holds a % that is not followed by the hexadecimal digits of UTF-8 text");
  }
}
function parseQuery(text) {
  const query = parse(text, "&", "=", { maxKeys: 0 });
  for (const name in query) {
    const value = query[name];
    if (typeof value !== "string") query[name] = value[0];
  }
  return query;
}
function copyHeaders(headers) {
  const copy = /* @__PURE__ */ Object.create(null);
  for (const name in headers) {
    const value = headers[name];
    copy[name] = typeof value === "string" ? value : value.join(", ");
  }
  return copy;
}

// runtime/function-server/exchange.ts
var FunctionExchange = class extends Exchange {
  abort = new AbortController();
  begin() {
    const { handler, context } = this.options;
    const request = requestOf(this.req);
    return (bytes) => {
      const body = bytes && parseBody(bytes, request.headers);
      this.call(() => handler({ ...request, body }, { ...context, signal: this.abort.signal }));
    };
  }
  abandon(reason) {
    this.abort.abort(reason);
  }
  isAbandonment(error) {
    return this.abort.signal.aborted && (error === this.abort.signal.reason || error?.name === "AbortError");
  }
};

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
    if (!(value >= 0 && value < 2 ** 31)) throw new StartError(`${file}: ${name} is ${JSON.stringify(value)}: it is a number from 0 to 2147483647`);
  }
  return config;
}
async function loadFunction(configFile, code) {
  if (typeof code !== "string") throw new StartError(`${configFile}: code is ${JSON.stringify(code)}: it names the module beside this file`);
  const file = join2(dirname(configFile), code);
  let loaded;
  try {
    loaded = (await import(pathToFileURL(file).href)).default;
  } catch (cause) {
    throw new StartError(`${file} does not load`, { cause });
  }
  if (typeof loaded !== "function") throw new StartError(`${file}: the default export is ${loaded === void 0 ? "missing" : `a ${typeof loaded}`}: export default a function`);
  return loaded;
}

// runtime/shared/admin.ts
import { createServer } from "node:http";
function createAdminServer(options) {
  return createServer((req, res) => {
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

// runtime/shared/http-server.ts
import { createServer as createServer2 } from "node:http";
var BACKLOG = 1024;
function createHttpServer(listener) {
  const onRequest = (req, res) => {
    if (!res.socket) closeWithConnection(req, res);
    listener(req, res);
  };
  const server = createServer2({
    // longer than the router keeps an idle connection to us (10 s): the router always closes first, so it never sends a request into a
    // connection that we are just closing (a POST lost there is not retried)
    keepAliveTimeout: 75e3,
    // a client that sends its head or body by the drop holds a socket no longer than this (milliseconds)
    headersTimeout: 2e4,
    requestTimeout: 12e4,
    connectionsCheckingInterval: 5e3,
    // larger heads are answered with 431 (bytes)
    maxHeaderSize: 65536,
    insecureHTTPParser: false,
    noDelay: true
  }, onRequest);
  server.on("checkContinue", onRequest);
  return server;
}
function closeWithConnection({ socket }, res) {
  const close = () => res.destroy().emit("close");
  socket.setMaxListeners(0).once("close", close);
  res.once("close", () => socket.off("close", close));
}
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve(server.address().port));
  });
}

// runtime/shared/drain.ts
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
  serve(server) {
    this.server = server;
  }
  /** SIGTERM and SIGINT drain; the second one forces. Registered early: as process 1 of a container, Node would ignore them. */
  onSignals() {
    let signals = 0;
    for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => signals++ ? this.exit(1) : this.begin(signal));
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
  /** The line with these values of the labels: kept by those who count often, for whom to find it would be the larger part of the work. */
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
    this.requests = metrics.add(new Counter("metaparticle_requests_total", "Requests answered, by method and status code.", ["code", "method"]));
    this.duration = metrics.add(new Histogram("metaparticle_request_duration_seconds", "From the head of a request to the end of its answer.")).with();
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
    log.error(error instanceof StartError ? error.message : "the pod cannot start", { error: error instanceof StartError ? error.cause : error });
    process.exit(1);
  });
}
async function main(program, log, configFile) {
  if (configFile === void 0) throw new StartError("the path of the configuration is missing: node program.mjs /path/config.json");
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
  const server = createHttpServer(await program.start(config, { configFile, page, metrics, drain, log }));
  const port = await listen(server, config.port, host);
  drain.serve(server);
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
  configure: (file) => readConfig(file, ["port", "adminPort", "maxBodySize", "maxConcurrency", "timeout", "drain"]),
  start: async (config, { configFile, ...parts }) => {
    const handler = await loadFunction(configFile, config.code);
    const options = { ...parts, config, handler, context: contextOf(process.env), callee: "handler" };
    return (req, res) => new FunctionExchange(options, req, res).run();
  }
});
