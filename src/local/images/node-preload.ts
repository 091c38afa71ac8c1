/**
 * The program that Node loads first in every pod. A pod of Kubernetes has a resolver and a network of its own; a process here has
 * the machine's. So names are asked of the cluster's DNS server, with a pod's search path, and a server that listens
 * on every address listens on the pod's. Its answers carry the pod's address in `x-served-by`.
 */
export function preload(pod: { readonly server: string; readonly namespace: string; readonly address: string }): string {
  return `'use strict';
const dns = require('node:dns');
const { isIP, Server } = require('node:net');
const { promisify } = require('node:util');
const { server, namespace, address } = ${JSON.stringify(pod)};

dns.setServers([server]);
// A resolver of its own reads the machine's resolv.conf; in a pod it would find the cluster's server there.
for (const module of [dns, dns.promises]) {
  module.Resolver = class Resolver extends module.Resolver {
    constructor(options) {
      super(options);
      this.setServers([server]);
    }
  };
}
const resolver = new dns.promises.Resolver({ timeout: 2000, tries: 2 });
const search = [namespace + '.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

async function addressesOf(name) {
  // The containers of a pod share its network: what one of them serves there, the others find here.
  if (name === 'localhost') return [address, '127.0.0.1'];
  const names = search.map((domain) => name + '.' + domain);
  // ndots:5, as in a pod
  const candidates = name.endsWith('.') ? [name.slice(0, -1)] : name.split('.').length > 5 ? [name, ...names] : [...names, name];
  for (const candidate of candidates) {
    try {
      const found = await resolver.resolve4(candidate);
      if (found.length) return found;
    } catch (error) {
      if (error.code !== 'ENOTFOUND' && error.code !== 'ENODATA') throw Object.assign(error, { code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname: name });
    }
  }
  throw Object.assign(new Error('getaddrinfo ENOTFOUND ' + name), { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name });
}

const systemLookup = dns.lookup;
const ours = (name, family) => typeof name === 'string' && name !== '' && !isIP(name) && family !== 6 && family !== 'IPv6';

dns.lookup = function lookup(name, options, callback) {
  if (typeof options === 'function') [options, callback] = [{}, options];
  const { family, all } = typeof options === 'number' ? { family: options } : options ?? {};
  if (!ours(name, family)) return systemLookup.call(dns, name, options ?? {}, callback);
  addressesOf(name).then(
    (found) => setImmediate(() => all ? callback(null, found.map((each) => ({ address: each, family: 4 }))) : callback(null, found[0], 4)),
    (error) => setImmediate(() => callback(error)));
  return {};
};
const systemLookupPromise = dns.promises.lookup;
dns.promises.lookup = async function lookup(name, options) {
  const { family, all } = typeof options === 'number' ? { family: options } : options ?? {};
  if (!ours(name, family)) return systemLookupPromise.call(dns.promises, name, options);
  const found = (await addressesOf(name)).map((each) => ({ address: each, family: 4 }));
  return all ? found : found[0];
};
dns.lookup[promisify.custom] = dns.promises.lookup;

const everywhere = new Set([undefined, null, '', '0.0.0.0', '::']);
// A server on localhost alone is out of reach of probes and Services, as in a pod.
const own = (host) => everywhere.has(host) ? address : host === 'localhost' ? '127.0.0.1' : host;
const listen = Server.prototype.listen;
Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'number' || (typeof first === 'string' && /^\\d+$/.test(first))) {
    if (typeof rest[0] === 'string' || rest[0] === undefined || rest[0] === null) rest[0] = own(rest[0]);
    else rest.unshift(address);
  } else if (first && typeof first === 'object' && first.port !== undefined) {
    first = { ...first, host: own(first.host) };
  }
  return listen.call(this, first, ...rest);
};

// Who answered, where no router says so, or where it only knows the address of a Service. Not set before the program writes
// its head: of repeated headers in a list, such as cookies, Node 20 keeps the last one only when another header is set.
const { ServerResponse } = require('node:http');
const writeHead = ServerResponse.prototype.writeHead;
ServerResponse.prototype.writeHead = function (status, ...rest) {
  const given = rest.at(-1);
  const servedBy = ['x-served-by', address];
  if (Array.isArray(given)) rest[rest.length - 1] = [...Array.isArray(given[0]) ? [servedBy] : servedBy, ...given];
  else if (!this.hasHeader('x-served-by')) this.setHeader(...servedBy);
  return writeHead.call(this, status, ...rest);
};
require('node:module').syncBuiltinESMExports();
`;
}
