// The function as one writes it with node:http: `node http.mjs config.json`.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { port } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

createServer((req, res) => {
  const { searchParams } = new URL(req.url, 'http://x');
  const text = JSON.stringify({ greeting: `hello ${searchParams.get('name') ?? 'world'}` });
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}).listen(port, process.env.LISTEN_ADDRESS);
