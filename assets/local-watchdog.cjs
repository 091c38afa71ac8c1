"use strict";

// runtime/local/watchdog.ts
var import_node_child_process = require("node:child_process");
var import_node_fs = require("node:fs");
var [folder, mark] = process.argv.slice(2);
var groups = /* @__PURE__ */ new Set();
var engine;
var text = "";
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {
});
process.stdin.on("data", (chunk) => {
  const lines = (text + chunk).split("\n");
  text = lines.pop();
  lines.forEach(read);
}).on("error", clean).on("end", clean);
function read(line) {
  if (line[0] === "+") groups.add(Number(line.slice(1)));
  else if (line[0] === "-") groups.delete(Number(line.slice(1)));
  else engine = JSON.parse(line.slice(1));
}
function clean() {
  for (let round = 0; round < 20 && killAll() > 0; round++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
  }
  try {
    removeContainers();
  } catch {
  }
  try {
    (0, import_node_fs.rmSync)(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
  }
  process.exit();
}
function killAll() {
  const found = [...groups].filter((group) => kill(-group)).length;
  return found + (0, import_node_fs.readdirSync)("/proc").filter((pid) => /^\d+$/.test(pid) && isOurs(pid) && kill(Number(pid))).length;
}
function kill(pid) {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
function isOurs(pid) {
  return Number(pid) !== process.pid && (isInside(pid) || isMarked(pid));
}
function isInside(pid) {
  try {
    return (0, import_node_fs.readlinkSync)(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
  } catch {
    return false;
  }
}
function isMarked(pid) {
  try {
    return (0, import_node_fs.readFileSync)(`/proc/${pid}/environ`, "latin1").includes(mark);
  } catch {
    return false;
  }
}
function removeContainers() {
  if (!engine) return;
  const { program, env } = engine;
  const run = (...args) => (0, import_node_child_process.execFileSync)(program, args, { env, encoding: "utf8", timeout: 2e4 });
  const containers = run("ps", "--all", "--quiet", "--filter", `label=${mark}`).split(/\s+/).filter(Boolean);
  if (containers.length > 0) run("rm", "--force", ...containers);
}
