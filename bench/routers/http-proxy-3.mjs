// A proxy as one writes it with http-proxy-3: `node http-proxy-3.mjs config.json`.
import { readFileSync } from 'node:fs';
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'http-proxy-3';

const { port, pods } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const proxy = createProxyServer({ agent: new Agent({ keepAlive: true }), xfwd: true });
let next = 0;

createServer((req, res) => {
  proxy.web(req, res, { target: `http://${pods[next++ % pods.length]}:8080` }, (error) => {
    res.writeHead(502).end(error.message);
  });
}).listen(port, process.env.LISTEN_ADDRESS);
