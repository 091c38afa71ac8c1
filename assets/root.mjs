// runtime/root.ts
import { lookup } from "node:dns/promises";

// runtime/root/budget.ts
var Budget = class {
  constructor(limit) {
    this.limit = limit;
  }
  limit;
  held = 0;
  /** What one request holds. */
  account() {
    let own = 0;
    return {
      take: (bytes) => {
        if (this.held + bytes > this.limit) return false;
        this.held += bytes;
        own += bytes;
        return true;
      },
      close: () => {
        this.held -= own;
        own = 0;
      }
    };
  }
};

// runtime/root/answer-parser.ts
var BadAnswer = class extends Error {
};
var MAX_HEAD = 65536;
var MAX_LINE = 4096;
var END_OF_HEAD = Buffer.from("\r\n\r\n");
var TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
var HEAD = /^HTTP\/1\.[01] [1-5]\d\d(?: [^\0\r\n]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0\r\n]*)*$/;
var NEEDED = /\r\n(content-length|transfer-encoding|connection|content-type|content-encoding):([^\r]*)/gi;
var MISLEADING = /\0|\r(?!\n)|(?<!\r)\n/;
var STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d(?: .*)?$/;
var NONE = Buffer.alloc(0);
var AnswerParser = class {
  /**
   * @param limit bytes that a body may have
   * @param hold asked for each piece of a body whether it can be kept; throws a BadAnswer where it cannot
   */
  constructor(limit, hold) {
    this.limit = limit;
    this.hold = hold;
  }
  limit;
  hold;
  /** Whether the connection can take another request when this one is done. */
  keepAlive = false;
  part = 0 /* Head */;
  /** The start of a head or line that has not arrived whole. */
  pending = NONE;
  headBytes = 0;
  head;
  body = [];
  bodyBytes = 0;
  /** Bytes to come: of the body, or of its chunk. */
  left = 0;
  get done() {
    return this.part === 7 /* Done */;
  }
  /** Whether nothing of the answer has arrived. */
  get untouched() {
    return this.part === 0 /* Head */ && this.headBytes === 0 && this.pending.length === 0;
  }
  /** The answer, once it is done. */
  get answer() {
    const { body, head: { status, head: head2, contentType, contentEncoding } } = this;
    return { status, head: head2, contentType, contentEncoding, bytes: body.length === 1 ? body[0] : Buffer.concat(body) };
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
        case 4 /* ChunkEnd */:
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
    if (!this.done) throw new BadAnswer(this.untouched ? "it closed the connection without an answer" : "it closed the connection within its answer");
  }
  takeHead(piece, at) {
    const { pending } = this;
    const joined = pending.length > 0 ? Buffer.concat([pending, piece.subarray(at)]) : piece;
    const start = pending.length > 0 ? 0 : at;
    const end = joined.indexOf(END_OF_HEAD, Math.max(start, pending.length - 3));
    this.countHead((end < 0 ? joined.length : end + 4) - start - pending.length);
    if (end < 0) {
      if (joined.length - start >= 5 && joined.toString("latin1", start, start + 5) !== "HTTP/") throw new BadAnswer("it answered something that is not HTTP/1.1");
      this.pending = pending.length > 0 ? joined : Buffer.from(piece.subarray(at));
      return piece.length;
    }
    this.pending = NONE;
    this.readHead(joined.toString("latin1", start, end));
    return piece.length - (joined.length - end - 4);
  }
  countHead(bytes) {
    this.headBytes += bytes;
    if (this.headBytes > MAX_HEAD) throw new BadAnswer(`the head of its answer is larger than ${MAX_HEAD} bytes`);
  }
  readHead(head2) {
    if (!HEAD.test(head2)) throw new BadAnswer(flawOf(head2));
    const status = Number(head2.slice(9, 12));
    if (status === 101) throw new BadAnswer("it switched to another protocol");
    if (status < 200) return;
    const current = head2[7] === "1";
    this.keepAlive = current;
    let length, coding, contentType, contentEncoding;
    NEEDED.lastIndex = 0;
    for (let found = NEEDED.exec(head2); found; found = NEEDED.exec(head2)) {
      const value = trimmed(found[2]);
      switch (found[1].toLowerCase()) {
        case "content-length":
          length = sameLength(length, value);
          break;
        case "transfer-encoding":
          coding = coding === void 0 ? value : `${coding}, ${value}`;
          break;
        case "connection":
          if (/\bclose\b/i.test(value)) this.keepAlive = false;
          break;
        case "content-type":
          contentType ??= value;
          break;
        case "content-encoding":
          contentEncoding ??= value;
          break;
      }
    }
    this.head = { status, head: head2, contentType, contentEncoding };
    this.part = this.framing(status, length, coding, current);
  }
  /** How the end of the body is known (RFC 9112, section 6.3). */
  framing(status, length, coding, chunks) {
    if (coding !== void 0) {
      if (length !== void 0) throw new BadAnswer("its answer has both content-length and transfer-encoding");
      if (!chunks || coding.toLowerCase() !== "chunked") throw new BadAnswer(`its answer has transfer-encoding ${coding}`);
    }
    if (status === 204 || status === 304) return 7 /* Done */;
    if (coding !== void 0) return 2 /* ChunkSize */;
    if (length === void 0) {
      this.keepAlive = false;
      return 6 /* UntilClose */;
    }
    this.left = Number(length);
    if (this.left > this.limit) throw this.tooLarge();
    return this.left === 0 ? 7 /* Done */ : 1 /* Sized */;
  }
  takeBody(piece, at, next) {
    const bytes = Math.min(this.left, piece.length - at);
    this.bodyBytes += bytes;
    if (this.bodyBytes > this.limit) throw this.tooLarge();
    this.hold(bytes);
    const copy = Buffer.allocUnsafe(bytes);
    piece.copy(copy, 0, at, at + bytes);
    this.body.push(copy);
    this.left -= bytes;
    if (this.left === 0) this.part = next;
    return at + bytes;
  }
  takeLine(piece, at) {
    const { pending } = this;
    const feed = piece.indexOf(10, at);
    const end = feed < 0 ? piece.length : feed + 1;
    if (pending.length + end - at > MAX_LINE) throw new BadAnswer(`its answer has a line of more than ${MAX_LINE} bytes between chunks`);
    const line = pending.toString("latin1") + piece.toString("latin1", at, end);
    if (feed < 0) {
      this.pending = Buffer.from(line, "latin1");
      return end;
    }
    this.pending = NONE;
    if (!line.endsWith("\r\n") || MISLEADING.test(line)) throw new BadAnswer("a line between the chunks of its answer holds a control character");
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
      else this.countHead(field(line).join("").length);
      return;
    }
    const [, size] = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line) ?? [];
    if (size === void 0) throw new BadAnswer("a chunk of its answer has no proper size");
    this.left = parseInt(size, 16);
    if (this.bodyBytes + this.left > this.limit) throw this.tooLarge();
    this.part = this.left === 0 ? 5 /* Trailers */ : 3 /* Chunk */;
  }
  tooLarge() {
    return new BadAnswer(`its answer is larger than ${this.limit} bytes`);
  }
};
function fieldsOf({ head: head2 }) {
  return head2.split("\r\n").slice(1).flatMap(field);
}
function flawOf(head2) {
  if (MISLEADING.test(head2)) return "the head of its answer holds a control character";
  if (!STATUS_LINE.test(head2.split("\r\n", 1)[0])) return "it answered something that is not HTTP/1.1";
  return "its answer has a header without a proper name";
}
function field(line) {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  if (!TOKEN.test(name)) throw new BadAnswer("its answer has a header without a proper name");
  return [name.toLowerCase(), trimmed(line.slice(colon + 1))];
}
function trimmed(value) {
  let start = 0;
  let end = value.length;
  while (isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}
function isBlank(code) {
  return code === 32 || code === 9;
}
function sameLength(known, value) {
  if (!/^\d{1,15}$/.test(value) || known !== void 0 && known !== value) throw new BadAnswer(`its answer has content-length ${known === void 0 ? "" : `${known} and `}${value}`);
  return value;
}

// runtime/root/request-bytes.ts
import { randomUUID } from "node:crypto";

// runtime/root/forwarded.ts
import { BlockList, isIPv6 } from "node:net";
var PASSED = ["forwarded", "x-forwarded-port", "x-forwarded-prefix", "x-real-ip"];
var FORWARDED = [...PASSED, "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];
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
    if (trusted === void 0) known.set(connection, trusted = list.check(addressOf(connection), isIPv6(addressOf(connection)) ? "ipv6" : "ipv4"));
    return trusted;
  };
}
function addressOf({ remoteAddress = "" }) {
  return remoteAddress.replace(/^::ffff:/, "");
}
function forwardedLines({ headers, socket }, host, trusts) {
  const client = addressOf(socket);
  const said = trusts(socket) ? headers : {};
  const before = said["x-forwarded-for"];
  let lines = `x-forwarded-for: ${before ? `${before}, ` : ""}${client}\r
x-forwarded-host: ${said["x-forwarded-host"] ?? host}\r
x-forwarded-proto: ${said["x-forwarded-proto"] ?? "http"}\r
`;
  for (const name of PASSED) if (said[name] !== void 0) lines += `${name}: ${said[name]}\r
`;
  return lines;
}

// runtime/shared/hop-by-hop.ts
var HOP_BY_HOP = /* @__PURE__ */ new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

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

// runtime/root/request-bytes.ts
var OURS = /* @__PURE__ */ new Set([...HOP_BY_HOP, ...FORWARDED, "host", "content-length", "expect", "accept-encoding", "x-request-id"]);
var HOST = /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]+$/;
function requestBytes(req, body, trusts) {
  const { headers, rawHeaders } = req;
  const host = hostOf(headers.host);
  let head2 = `${req.method === "HEAD" ? "GET" : req.method} ${targetOf(req.url)} HTTP/1.1\r
host: ${host}\r
`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (!OURS.has(name)) head2 += `${name}: ${rawHeaders[i + 1]}\r
`;
  }
  head2 += forwardedLines(req, host, trusts) + `x-request-id: ${headers["x-request-id"] || randomUUID()}\r
accept-encoding: identity\r
`;
  if (!body) return Buffer.from(head2 + "\r\n", "latin1");
  return Buffer.concat([Buffer.from(`${head2}content-length: ${body.length}\r
\r
`, "latin1"), body]);
}
function targetOf(url) {
  const local = url.replace(/^https?:\/\/[^/?]*/i, "");
  return local.startsWith("/") || local === "*" ? local : `/${local}`;
}
function hostOf(host = "") {
  if (!HOST.test(host)) throw new Problem(400, "the host header is not a host");
  return host;
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

// runtime/root/answer.ts
var Answer = class {
  constructor(leaf, raw) {
    this.leaf = leaf;
    this.raw = raw;
  }
  leaf;
  raw;
  /** Parsed when the content type is JSON, else text or bytes; undefined without a body. Set by `parse`. */
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
    return headers;
  }
  /** Throws a Problem when the body is not what its content type says. */
  parse() {
    const { bytes, contentType, contentEncoding } = this.raw;
    this.body = parseBody(bytes, { "content-type": contentType, "content-encoding": contentEncoding });
  }
};

// runtime/root/connection.ts
import { connect } from "node:net";
var Failure = class {
  /**
   * @param reason for people, said of the leaf: `it refused the connection`
   * @param sent whether the other side may have seen the request
   * @param broken whether it was the connection that failed: another one may do better
   * @param stale whether it had carried requests before and ended without a sign of this one: that tells nothing about the replica
   */
  constructor(reason, sent, broken, stale = false) {
    this.reason = reason;
    this.sent = sent;
    this.broken = broken;
    this.stale = stale;
  }
  reason;
  sent;
  broken;
  stale;
};
var CONNECT_TIMEOUT = 500;
var READ_BUFFER = Buffer.allocUnsafeSlow(65536);
var Connection = class {
  /**
   * @param onIdle told when it can take another request
   * @param onClose told when it is gone
   */
  constructor(host, port, onIdle, onClose) {
    this.onIdle = onIdle;
    this.onClose = onClose;
    const onread = { buffer: READ_BUFFER, callback: (bytes, buffer) => this.read(buffer.subarray(0, bytes)) };
    this.socket = connect({ host, port, noDelay: true, onread });
    this.socket.on("connect", () => this.connected());
    this.socket.on("error", (error) => this.broken(error));
    this.socket.on("end", () => this.ended());
    this.socket.on("close", () => this.fail(this.lost("the connection was closed")));
    this.connecting = setTimeout(() => this.fail(new Failure(`no connection within ${CONNECT_TIMEOUT} ms`, false, true)), CONNECT_TIMEOUT);
  }
  onIdle;
  onClose;
  /** When it became idle, in milliseconds. */
  idleSince = 0;
  socket;
  parser;
  waiter;
  connecting;
  requests = 0;
  /** Sends a request, whose bytes are complete. */
  send(request, limit, waiter) {
    this.requests++;
    this.waiter = waiter;
    this.parser = new AnswerParser(limit, (bytes) => waiter.hold(bytes));
    this.socket.write(request);
  }
  /** Ends it; whoever waits is told nothing. */
  destroy() {
    this.waiter = void 0;
    this.connected();
    this.socket.destroy();
    this.onClose(this);
  }
  connected() {
    clearTimeout(this.connecting);
    this.connecting = void 0;
  }
  read(piece) {
    const { parser, waiter } = this;
    if (!parser || !waiter) {
      this.destroy();
      return false;
    }
    try {
      const surplus = parser.push(piece);
      if (parser.done) this.finish(parser, waiter, parser.keepAlive && !surplus && this.socket.writableLength === 0);
    } catch (error) {
      this.bad(error);
    }
    return !this.socket.destroyed;
  }
  ended() {
    const { parser, waiter } = this;
    if (!parser || !waiter) return this.destroy();
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
  bad(error) {
    if (!(error instanceof BadAnswer)) throw error;
    this.fail(new Failure(error.message, true, false));
  }
  broken({ code, message }) {
    const refused = this.connecting !== void 0;
    this.fail(refused ? new Failure(`no connection: ${code ?? message}`, false, true) : this.lost(`the connection broke: ${code ?? message}`));
  }
  /** A connection that stood has ended. */
  lost(reason) {
    return new Failure(reason, true, true, this.requests > 1 && this.parser?.untouched);
  }
  fail(failure) {
    const { waiter } = this;
    this.destroy();
    waiter?.onFailure(failure);
  }
};

// runtime/root/call.ts
var MAX_SENT = 3;
var Call = class {
  /** @param done told what came of it, once, unless it is cancelled */
  constructor(leaf, request, done) {
    this.leaf = leaf;
    this.request = request;
    this.done = done;
  }
  leaf;
  request;
  done;
  /** When it began, in milliseconds. */
  start = performance.now();
  retries = 0;
  hedged = false;
  tried = [];
  open = /* @__PURE__ */ new Set();
  sent = 0;
  over = false;
  /** Asks the first replica. */
  begin() {
    if (this.leaf.isKnown) this.ask();
    else void this.leaf.known.then(() => this.over || this.ask());
  }
  /** Asks another replica too, if there is one; the first answer counts. */
  hedge() {
    if (this.over || !this.request.safe || this.open.size === 0) return;
    const replica = this.leaf.other(this.tried, performance.now());
    if (!replica) return;
    this.hedged = true;
    this.attempt(replica);
  }
  /**
   * Ends it: nobody waits for an answer any more.
   * @param late whether that is because it took too long
   */
  cancel(late) {
    this.over = true;
    for (const attempt of this.open) {
      attempt.cancel();
      if (late) attempt.replica.shun(performance.now());
    }
  }
  ask() {
    const replica = this.leaf.next(this.tried, performance.now());
    if (replica) this.attempt(replica);
    else this.settle(new Failure("no address of it is known", false, true));
  }
  /** Over a connection that was idle only at the first time: what broke one may have broken the others. */
  attempt(replica) {
    const connection = replica.take(this.tried.includes(replica));
    this.tried.push(replica);
    this.open.add(new Attempt(connection, replica, this.request, (attempt, outcome) => this.onOutcome(attempt, outcome)));
  }
  onOutcome(attempt, outcome) {
    this.open.delete(attempt);
    if (!(outcome instanceof Failure)) return this.settle(outcome);
    const { broken, sent, stale } = outcome;
    if (broken && !stale) attempt.replica.shun(performance.now());
    if (sent) this.sent++;
    if (this.open.size > 0) return;
    const again = broken && this.sent < MAX_SENT && (this.request.idempotent || !sent);
    const replica = !again ? void 0 : stale ? attempt.replica : this.leaf.next(this.tried, performance.now());
    if (!replica) return this.settle(outcome);
    this.retries++;
    this.attempt(replica);
  }
  settle(outcome) {
    this.cancel(false);
    this.done(outcome);
  }
};
var Attempt = class {
  constructor(connection, replica, request, done) {
    this.connection = connection;
    this.replica = replica;
    this.request = request;
    this.done = done;
    replica.outstanding++;
    connection.send(request.bytes, request.maxAnswerSize, this);
  }
  connection;
  replica;
  request;
  done;
  onAnswer(answer) {
    this.replica.outstanding--;
    this.done(this, answer);
  }
  onFailure(failure) {
    this.replica.outstanding--;
    this.done(this, failure);
  }
  hold(bytes) {
    this.request.hold(bytes);
  }
  cancel() {
    this.replica.outstanding--;
    this.connection.destroy();
  }
};

// runtime/root/scatter.ts
var Scatter = class {
  /** @param done told what came of it, once, unless it is cancelled */
  constructor(rules, request, done) {
    this.rules = rules;
    this.done = done;
    this.outcomes = new Array(rules.leaves.length).fill(void 0);
    this.calls = rules.leaves.map((leaf, index) => new Call(leaf, request, (outcome) => this.onOutcome(index, outcome)));
  }
  rules;
  done;
  calls;
  outcomes;
  answered = 0;
  failed = 0;
  over = false;
  deadline;
  hedging;
  /** Asks the leaves. */
  begin() {
    const { timeout, hedgeAfter } = this.rules;
    this.deadline = setTimeout(() => this.finish(true), timeout);
    if (hedgeAfter !== void 0) this.hedging = setTimeout(() => this.hedge(), hedgeAfter);
    for (const call of this.calls) if (!this.over) call.begin();
  }
  /** Nobody waits for it any more. */
  cancel() {
    this.stop("cancelled");
  }
  hedge() {
    for (const call of this.calls) call.hedge();
  }
  onOutcome(index, outcome) {
    const { rules: { leaves, minResponses, gatherer } } = this;
    const settled = outcome instanceof Failure ? this.failure(index, outcome.reason) : this.judged(index, outcome);
    this.outcomes[index] = settled;
    const counts = settled instanceof Answer;
    leaves[index].counts.settled(this.calls[index], counts ? "answer" : "failure");
    if (counts) this.answered++;
    else this.failed++;
    const enough = gatherer.takesFirst && this.answered > 0;
    if (enough || this.answered + this.failed === leaves.length || leaves.length - this.failed < minResponses) this.finish(false);
  }
  /** Whether an answer counts. */
  judged(index, raw) {
    const { accepts, gatherer } = this.rules;
    if (!accepts(raw.status)) return this.failure(index, `it answered ${raw.status}`);
    const answer = new Answer(index, raw);
    if (gatherer.takesFirst) return answer;
    try {
      answer.parse();
    } catch (error) {
      if (error instanceof Problem) return this.failure(index, error.detail);
      throw error;
    }
    const refusal = gatherer.refusal(answer.body);
    return refusal === void 0 ? answer : this.failure(index, refusal);
  }
  failure(leaf, reason) {
    return { leaf, name: this.rules.leaves[leaf].name, reason };
  }
  finish(late) {
    if (this.over) return;
    this.stop(late ? "late" : "cancelled");
    const reason = late ? `no answer within ${this.rules.timeout} ms` : "not waited for";
    const outcomes = this.outcomes.map((outcome, index) => outcome ?? this.failure(index, reason));
    this.done({
      answers: outcomes.filter((outcome) => outcome instanceof Answer),
      failures: outcomes.filter((outcome) => !(outcome instanceof Answer)),
      late
    });
  }
  stop(outcome) {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.deadline);
    clearTimeout(this.hedging);
    if (this.answered + this.failed === this.calls.length) return;
    this.calls.forEach((call, index) => {
      if (this.outcomes[index]) return;
      call.cancel(outcome === "late");
      call.leaf.counts.settled(call, outcome);
    });
  }
};

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

// runtime/root/exchange.ts
var IDEMPOTENT = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
var SAFE = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS"]);
var RESPONSES = "x-gather-responses";
var RootExchange = class extends Exchange {
  scatter;
  account;
  responses = [];
  begin() {
    const { config, rules, budget } = this.options;
    if (this.req.method === "TRACE") throw new Problem(405, "TRACE is not served");
    const account = this.account = budget.account();
    this.res.once("close", () => account.close());
    if (hasBody(this.req) && !account.take(Math.min(Number(this.req.headers["content-length"] ?? Infinity), config.maxBodySize))) {
      throw new Problem(503, "the pod holds too many bodies already: try again", ["retry-after", "1"]);
    }
    const request = rules.gatherer.wantsRequest ? requestOf(this.req) : void 0;
    return (body) => this.ask(body, request && { ...request, body: body && parseBody(body, request.headers) });
  }
  abandon() {
    this.scatter?.cancel();
  }
  get answerHeaders() {
    return this.responses;
  }
  ask(body, request) {
    const { config: { maxAnswerSize }, rules, trusts } = this.options;
    const method = this.req.method;
    this.scatter = new Scatter(rules, {
      bytes: requestBytes(this.req, body, trusts),
      idempotent: IDEMPOTENT.has(method),
      safe: SAFE.has(method),
      maxAnswerSize,
      hold: (bytes) => {
        if (!this.account.take(bytes)) throw new BadAnswer("the root holds too many answers already");
      }
    }, (gathered) => this.gather(gathered, request));
    this.scatter.begin();
  }
  gather(gathered, request) {
    const { rules: { gatherer, leaves, minResponses } } = this.options;
    const { answers } = gathered;
    this.responses = [RESPONSES, `${answers.length}/${leaves.length}`];
    if (answers.length < minResponses) return this.tooFew(gathered);
    if (gatherer.takesFirst) return this.pass(answers[0]);
    this.call(() => gatherer.gather(answers, request));
  }
  /** Too few leaves have answered: says of each of the others why. */
  tooFew({ answers, failures, late }) {
    const { rules: { leaves, minResponses }, metrics, log } = this.options;
    metrics.errors.inc("leaves");
    log.warn("too few leaves have answered", { ...requestFields(this.req.method, this.req.url, this.req.headers), failures });
    const detail = `${answers.length} of ${leaves.length} leaves answered, and ${minResponses} must`;
    this.refuse(new Problem(late ? 504 : 502, detail, this.responses, { leaves: failures }));
  }
  /** Passes on the answer of a leaf as it came. */
  pass({ raw }) {
    const { status, bytes } = raw;
    const fields = fieldsOf(raw);
    this.options.drain.mark(this.res);
    const headers = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i];
      if (!HOP_BY_HOP.has(name) && name !== "content-length" && name !== RESPONSES) headers.push(name, fields[i + 1]);
    }
    if (status !== 204 && status !== 304) headers.push("content-length", String(bytes.length));
    this.res.writeHead(status, [...headers, ...this.responses]).end(bytes);
  }
};

// runtime/root/merge.ts
function mergeInto(target, source) {
  const merged = target;
  for (const [name, value] of Object.entries(source)) {
    if (!Object.hasOwn(merged, name)) Object.defineProperty(merged, name, { value, writable: true, enumerable: true, configurable: true });
    else append(merged[name], value);
  }
  return merged;
}
function append(known, value) {
  if (Array.isArray(known) && Array.isArray(value)) for (const each of value) known.push(each);
  else if (isObject(known) && isObject(value)) mergeInto(known, value);
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// runtime/root/gathers.ts
var anyBody = () => void 0;
function gathererOf(kind, userFunction) {
  switch (kind) {
    case "concat":
      return {
        refusal: (body) => Array.isArray(body) ? void 0 : "its body is no JSON array",
        gather: (answers) => answers.flatMap(({ body }) => body)
      };
    case "merge":
      return {
        refusal: (body) => isObject2(body) ? void 0 : "its body is no JSON object",
        gather: (answers) => answers.reduce((merged, { body }) => mergeInto(merged, body), {})
      };
    case "first":
      return {
        takesFirst: true,
        refusal: anyBody,
        gather: ([answer]) => answer
      };
    case "all":
      return {
        refusal: anyBody,
        gather: (answers) => answers.map(({ leaf, status, body }) => ({ leaf, status, body: body ?? null }))
      };
    case "function":
      return {
        wantsRequest: true,
        refusal: anyBody,
        gather: (answers, request) => userFunction(answers.map(({ leaf, status, headers, body }) => ({ leaf, status, headers, body })), request)
      };
  }
}
function isObject2(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

// runtime/root/replica.ts
var SHUNNED = 2e3;
var IDLE = 4e3;
var Replica = class {
  constructor(host, port) {
    this.host = host;
    this.port = port;
  }
  host;
  port;
  /** Requests that wait for their answer. */
  outstanding = 0;
  idle = [];
  shunnedUntil = 0;
  /** A connection to send one request over: the one that was used last, unless a fresh one is asked for. */
  take(fresh) {
    const known = fresh ? void 0 : this.idle.pop();
    return known ?? new Connection(this.host, this.port, (connection) => this.keep(connection), (connection) => this.drop(connection));
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
    const stale = this.idle.filter(({ idleSince }) => now - idleSince > IDLE);
    for (const connection of stale) connection.destroy();
  }
  /** The address is gone: what is under way may end. */
  retire() {
    for (const connection of [...this.idle]) connection.destroy();
  }
  keep(connection) {
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
  constructor(config, lookup2, counts) {
    this.config = config;
    this.lookup = lookup2;
    this.counts = counts;
    this.known = this.refresh(performance.now());
  }
  config;
  lookup;
  counts;
  /** Resolves when its names have been asked for once, whatever came of it. */
  known;
  /** Whether its names have been asked for once. */
  isKnown = false;
  pods = [];
  service = [];
  asked = -Infinity;
  asking = false;
  turn = 0;
  get name() {
    return this.config.name;
  }
  /**
   * The replica to ask next: of the pods the one with the fewest open requests, and when all of them have been tried, or DNS knows none
   * yet, the Service's address, which is never as old as a DNS answer. Undefined when nothing is left.
   *
   * @param tried those that were asked already
   */
  next(tried, now) {
    if (tried.length === 0) this.turn++;
    const fresh = this.pods.filter((pod) => !tried.includes(pod));
    const [service] = this.service;
    return this.least(fresh.filter((pod) => !pod.isShunned(now))) ?? (service && tried.filter((each) => each === service).length < SERVICE_TRIES ? service : this.least(fresh));
  }
  /** The replica for a second request while the first is still open: another pod, or, where DNS knows none, a connection that may lead to one. */
  other(tried, now) {
    return this.pods.every((pod) => tried.includes(pod)) && this.pods.length > 0 ? void 0 : this.next(tried, now);
  }
  /** To be called twice a second or so: closes what is idle, asks for names again. */
  tick(now) {
    for (const replica of [...this.pods, ...this.service]) replica.sweep(now);
    if (now - this.asked >= REFRESH) void this.refresh(now);
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
    this.asked = now;
    const { host, podsHost } = this.config;
    const [pods, service] = await Promise.all([this.resolve(podsHost ?? host), podsHost === void 0 ? [] : this.resolve(host)]);
    this.pods = this.renew(this.pods, pods);
    this.counts.replicas.value = this.pods.length;
    this.service = this.renew(this.service, service);
    this.asking = false;
    this.isKnown = true;
  }
  async resolve(name) {
    return this.lookup(name).catch(() => void 0);
  }
  /** @param addresses undefined when the name server failed: what is known stays true for now */
  renew(old, addresses) {
    if (!addresses) return old;
    const known = new Map(old.map((replica) => [replica.host, replica]));
    const renewed = addresses.map((address) => known.get(address) ?? new Replica(address, this.config.port));
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

// runtime/root/leaf-metrics.ts
var LeafMetrics = class {
  requests;
  extra;
  duration;
  replicas;
  constructor(metrics) {
    this.requests = metrics.add(new Counter("metaparticle_leaf_requests_total", "Requests to a leaf, by what came of them.", ["leaf", "outcome"]));
    this.extra = metrics.add(new Counter("metaparticle_leaf_extra_requests_total", "Further requests to another replica: retries and hedges.", ["leaf", "kind"]));
    this.duration = metrics.add(new Histogram("metaparticle_leaf_request_duration_seconds", "From a request to a leaf to its whole answer.", ["leaf"]));
    this.replicas = metrics.add(new Gauge("metaparticle_leaf_replicas", "Replicas of a leaf that DNS tells of; with 0, its Service is asked.", ["leaf"]));
  }
  /** The counts of one leaf. */
  of(leaf) {
    const [answer, failure, late, cancelled] = ["answer", "failure", "late", "cancelled"].map((outcome) => this.requests.with(leaf, outcome));
    return new LeafCounts(
      { answer, failure, late, cancelled },
      this.extra.with(leaf, "retry"),
      this.extra.with(leaf, "hedge"),
      this.duration.with(leaf),
      this.replicas.with(leaf)
    );
  }
};
var LeafCounts = class {
  constructor(outcomes, retries, hedges, duration, replicas) {
    this.outcomes = outcomes;
    this.retries = retries;
    this.hedges = hedges;
    this.duration = duration;
    this.replicas = replicas;
  }
  outcomes;
  retries;
  hedges;
  duration;
  replicas;
  settled({ start, retries, hedged }, outcome) {
    this.outcomes[outcome].count++;
    if (outcome === "answer") this.duration.observe((performance.now() - start) / 1e3);
    this.retries.count += retries;
    if (hedged) this.hedges.count++;
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

// runtime/root.ts
var TICK = 500;
var addressesOf = async (name) => {
  try {
    const found = await lookup(name, { all: true });
    return found.filter(({ family }) => family === found[0].family).map(({ address }) => address);
  } catch (error) {
    if (error.code === "ENOTFOUND") return [];
    throw error;
  }
};
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
    const leaves = config.leaves.map(({ host, podsHost, ...leaf }) => new Leaf({ ...leaf, host: full(host), podsHost: podsHost && full(podsHost) }, addressesOf, metrics.of(leaf.name)));
    setInterval(() => leaves.forEach((leaf) => leaf.tick(performance.now())), TICK).unref();
    const accepted = new Set(config.accept);
    const { timeout, minResponses, hedgeAfter } = config;
    const options = {
      ...parts,
      config,
      callee: "gather",
      budget: new Budget(config.maxHeldSize),
      trusts: trustIn(config.trustedProxies),
      rules: {
        leaves,
        timeout,
        minResponses,
        hedgeAfter,
        gatherer: gathererOf(config.gather, config.gather === "function" ? await loadFunction(configFile, config.code) : void 0),
        accepts: (status) => accepted.has(String(status)) || accepted.has(`${Math.floor(status / 100)}xx`)
      }
    };
    return (req, res) => new RootExchange(options, req, res).run();
  }
});
