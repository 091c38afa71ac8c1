"use strict";
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));

// runtime/local/node-preload.ts
var import_node_module = __toESM(require("node:module"));

// runtime/local/listen.ts
var import_node_net = require("node:net");
var EVERYWHERE = /* @__PURE__ */ new Set([void 0, null, "", "0.0.0.0", "::"]);
function listenOnPod({ address }) {
  const own = (host) => EVERYWHERE.has(host) ? address : host === "localhost" ? "127.0.0.1" : host;
  const listen = import_node_net.Server.prototype.listen;
  import_node_net.Server.prototype.listen = function(first, ...rest) {
    if (typeof first === "number" || typeof first === "string" && /^\d+$/.test(first)) {
      if (typeof rest[0] === "string" || rest[0] === void 0 || rest[0] === null) rest[0] = own(rest[0]);
      else rest.unshift(address);
      return listen.call(this, first, ...rest);
    }
    const isPort = first && typeof first === "object" && first.port !== void 0;
    return listen.call(this, isPort ? { ...first, host: own(first.host) } : first, ...rest);
  };
}

// runtime/local/names.ts
var import_node_dns = __toESM(require("node:dns"));
var import_node_net2 = require("node:net");
var import_node_util = require("node:util");

// runtime/local/hosts.ts
function hostsOf({ address, hostAliases }) {
  const loopback = [address, "127.0.0.1"];
  const hosts = /* @__PURE__ */ new Map([["localhost", loopback]]);
  for (const { ip, hostnames = [] } of hostAliases) {
    const addresses = ip === "127.0.0.1" ? loopback : [ip];
    for (const name of hostnames.map((each) => each.toLowerCase())) {
      hosts.set(name, [...hosts.get(name) ?? [], ...addresses]);
    }
  }
  return hosts;
}

// runtime/local/names.ts
function answerNames(pod2) {
  const { server, namespace } = pod2;
  import_node_dns.default.setServers([server]);
  useServer(server);
  const resolver = new import_node_dns.default.promises.Resolver({ timeout: 2e3, tries: 2 });
  const search = [`${namespace}.svc.cluster.local`, "svc.cluster.local", "cluster.local"];
  const hosts = hostsOf(pod2);
  async function addressesOf(name) {
    const known = hosts.get(name.toLowerCase());
    if (known) return known;
    const names = search.map((domain) => `${name}.${domain}`);
    const all = name.split(".").length > 5 ? [name, ...names] : [...names, name];
    const candidates = name.endsWith(".") ? [name.slice(0, -1)] : all;
    for (const candidate of candidates) {
      try {
        const found = await resolver.resolve4(candidate);
        if (found.length > 0) return found;
      } catch (error) {
        const { code } = error;
        if (code === "ENOTFOUND" || code === "ENODATA") continue;
        throw Object.assign(error, { code: "EAI_AGAIN", syscall: "getaddrinfo", hostname: name });
      }
    }
    const unknown = { errno: -3008, code: "ENOTFOUND", syscall: "getaddrinfo", hostname: name };
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), unknown);
  }
  replaceLookup(addressesOf);
}
function useServer(server) {
  for (const module3 of [import_node_dns.default, import_node_dns.default.promises]) {
    const System = module3.Resolver;
    class Resolver extends System {
      constructor(options) {
        super(options);
        this.setServers([server]);
      }
    }
    Object.assign(module3, { Resolver });
  }
}
function replaceLookup(addressesOf) {
  const systemLookup = import_node_dns.default.lookup;
  const systemLookupPromise = import_node_dns.default.promises.lookup;
  function lookup(name, options, callback) {
    const [given, done] = typeof options === "function" ? [{}, options] : [options ?? {}, callback];
    const { family, all } = choice(given);
    if (!isOurs(name, family)) return systemLookup.call(import_node_dns.default, name, given, done);
    addressesOf(name).then(
      (found) => setImmediate(() => all ? done(null, found.map(asAddress)) : done(null, found[0], (0, import_node_net2.isIP)(found[0]))),
      (error) => setImmediate(() => done(error))
    );
    return {};
  }
  async function lookupPromise(name, options) {
    const { family, all } = choice(options);
    if (!isOurs(name, family)) return systemLookupPromise.call(import_node_dns.default.promises, name, options);
    const found = (await addressesOf(name)).map(asAddress);
    return all ? found : found[0];
  }
  Object.assign(import_node_dns.default, { lookup });
  Object.assign(import_node_dns.default.promises, { lookup: lookupPromise });
  Object.assign(lookup, { [import_node_util.promisify.custom]: lookupPromise });
}
function choice(options) {
  return typeof options === "number" ? { family: options } : options ?? {};
}
function isOurs(name, family) {
  return typeof name === "string" && name !== "" && (0, import_node_net2.isIP)(name) === 0 && family !== 6 && family !== "IPv6";
}
function asAddress(address) {
  return { address, family: (0, import_node_net2.isIP)(address) };
}

// runtime/local/pod.ts
var import_node_fs = require("node:fs");
var import_node_path = require("node:path");
function readPod(folder) {
  return JSON.parse((0, import_node_fs.readFileSync)((0, import_node_path.join)(folder, "pod.json"), "utf8"));
}

// runtime/local/served-by.ts
var import_node_http = require("node:http");
function sayWhoServed({ address }) {
  const servedBy = ["x-served-by", address];
  const writeHead = import_node_http.ServerResponse.prototype.writeHead;
  import_node_http.ServerResponse.prototype.writeHead = function(status, ...rest) {
    const given = rest.at(-1);
    if (Array.isArray(given)) rest[rest.length - 1] = [...Array.isArray(given[0]) ? [servedBy] : servedBy, ...given];
    else if (!this.hasHeader("x-served-by")) this.setHeader(...servedBy);
    return writeHead.call(this, status, ...rest);
  };
}

// runtime/local/node-preload.ts
var pod = readPod(__dirname);
answerNames(pod);
listenOnPod(pod);
sayWhoServed(pod);
import_node_module.default.syncBuiltinESMExports();
