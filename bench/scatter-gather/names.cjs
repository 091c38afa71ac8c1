// Gives a leaf two addresses under one name, which no DNS on this machine does: NAMES is a JSON object of names and their addresses.
const dns = require('node:dns/promises');

const { lookup } = dns;
const names = JSON.parse(process.env.NAMES);
dns.lookup = async (name, options) => names[name]?.map((address) => ({ address, family: 4 })) ?? lookup(name, options);
