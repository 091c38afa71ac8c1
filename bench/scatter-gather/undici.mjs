// Scatter and gather as one writes it with undici: `node undici.mjs config.json`.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Pool } from 'undici';

const { port, leaves } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const pools = leaves.map(({ host, port }) => new Pool(`http://${host}:${port}`));

createServer(async (req, res) => {
  try {
    const bodies = await Promise.all(pools.map((pool) => ask(pool, req)));
    const text = JSON.stringify(bodies.flat());
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
  } catch (error) {
    res.writeHead(502).end(error.message);
  }
}).listen(port, process.env.LISTEN_ADDRESS);

async function ask(pool, { method, url: path, headers: { connection, ...headers } }) {
  const { statusCode, body } = await pool.request({ method, path, headers });
  if (statusCode !== 200) throw new Error(`a leaf answered ${statusCode}`);
  return body.json();
}
